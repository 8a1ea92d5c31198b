"""Empty slots of two pools, filled and emptied through the Runtime API without a reload."""
from box import check, check_equal, get, poll

NEEDS = "namespaces veth"
SERVERS = {"a": "10.0.0.21:8080", "b": "10.0.0.22:8080", "c": "10.0.0.31:9001"}


def fill(box, slot, address, weight):
    host, port = address.split(":")
    answer = box.admin("set server %s addr %s port %s" % (slot, host, port))
    check("changed from" in answer, "%s: %s" % (slot, answer.strip()))
    check_equal(box.admin("set server %s weight %d" % (slot, weight)).strip(), "", "weight of " + slot)
    check_equal(box.admin("set server %s state ready" % slot).strip(), "", "state of " + slot)


def test(box):
    space = box.servers("10.0.0.1/24", [address.split(":")[0] for address in SERVERS.values()])
    blocks = "".join('server { listen %s; location / { return 200 "%s $request_uri"; } }' % (address, name)
                     for name, address in SERVERS.items())
    box.start_nginx("all", blocks, 8080, space)
    box.build("server-slots")
    haproxy = box.start_haproxy([80])

    slots = [line.split()[3] for pool in ("web", "api")
             for line in box.admin("show servers state " + pool).splitlines() if line.startswith(tuple("0123456789"))
             and len(line.split()) > 4]
    check_equal(slots, ["web%d" % n for n in range(1, 11)] + ["api%d" % n for n in range(1, 5)], "slots")
    check_equal((get("/").status, get("/api/x").status), (503, 503), "empty pools")

    fill(box, "web/web1", SERVERS["a"], 100)
    fill(box, "web/web2", SERVERS["b"], 100)
    fill(box, "api/api1", SERVERS["c"], 100)
    poll("the web pool serves", lambda: get("/").status == 200)
    poll("the api pool serves", lambda: get("/api/x").status == 200)
    poll("both web servers take part", lambda: {get("/").body for _ in range(6)} == {"a /", "b /"})
    check_equal({get("/api/x").body for _ in range(6)}, {"c /api/x"}, "servers of the api pool")

    box.admin("set server web/web1 state maint")
    check_equal({get("/").body for _ in range(6)}, {"b /"}, "servers of the web pool, one taken out")
    check_equal(haproxy.poll(), None, "the same HAProxy, all the time")
