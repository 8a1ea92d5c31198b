"""The cookie brings a client back to its server, and does not hold it to a dead one."""
import time

from box import check, check_equal, get

NEEDS = "namespaces veth"
FIRST, SECOND = "192.168.2.131", "192.168.2.129"


def test(box):
    space = box.servers("192.168.2.1/24", [FIRST, SECOND])
    server = {name: box.start_web(name, address + ":80", space, "[$http_cookie]",
                                  "add_header Cache-Control max-age=60;")
              for name, address in (("web1", FIRST), ("web2", SECOND))}
    box.build("sticky-cookie")
    box.start_haproxy([80])

    answer = get("/")
    check_equal(answer.status, 200, "first request")
    home = answer.cookie("SERVER")
    check(home in server, "the cookie names no server: %r" % answer.headers.get("set-cookie"))
    check(answer.body.startswith(home + " "), "cookie %s came from %s" % (home, answer.body))
    check("httponly" in answer.headers["set-cookie"].lower(), "the cookie is open to scripts")
    check("private" in answer.headers.get("cache-control", ""), "a cache may hand the cookie to others: %r" % answer.headers)

    strangers = {get("/").body.split()[0] for _ in range(12)}
    check_equal(strangers, {"web1", "web2"}, "servers of clients without cookie")
    for name in server:
        for _ in range(6):
            answer = get("/", headers={"Cookie": "mine=1; SERVER=" + name})
            check_equal(answer.body, name + " [mine=1]", "client of %s (and the cookie stays with HAProxy)" % name)
            check_equal(answer.cookie("SERVER"), None, "a cookie that is right is not set again")

    box.stop(server[home])
    other = "web2" if home == "web1" else "web1"
    begin = time.monotonic()
    answer = get("/", headers={"Cookie": "SERVER=" + home})
    took = time.monotonic() - begin
    check_equal((answer.status, answer.body.split()[0], answer.cookie("SERVER")), (200, other, other),
                "first request after the server's death")
    check(took < 6, "it took %.1f s to leave the dead server" % took)
    answer = get("/", headers={"Cookie": "SERVER=" + other})
    check_equal((answer.status, answer.cookie("SERVER")), (200, None), "the client at its new server")
    print("left the dead server after %.2f s" % took)
