"""Two HAProxy on two machines share the table of who belongs to which server."""
from box import check, check_equal, get, poll

NEEDS = "namespaces veth bridge"
CLIENTS = ["192.168.2.%d" % n for n in range(51, 59)]
SERVERS = ["192.168.2.131", "192.168.2.129"]


def one_machine(box, name, address):
    """A namespace that is plugged into the bridge."""
    space = box.space(name)
    port = "to-" + name
    box.run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", str(space.holder.pid))
    box.run("ip", "link", "set", port, "master", "switch", "up")
    space.run("ip", "addr", "add", address + "/24", "dev", "eth0")
    space.run("ip", "link", "set", "eth0", "up")
    return space


def test(box):
    box.run("ip", "link", "add", "switch", "type", "bridge")
    box.run("ip", "link", "set", "switch", "up")
    for address in SERVERS + CLIENTS:
        box.run("ip", "addr", "add", address + "/24", "dev", "switch")
    for name, address in zip(("web1", "web2"), SERVERS):
        box.start_web(name, address + ":80", None)
    lb1 = one_machine(box, "lb1", "192.168.2.11")
    lb2 = one_machine(box, "lb2", "192.168.2.12")

    box.build("sticky-source")
    run1, run2 = box.directory("lb1"), box.directory("lb2")
    first = box.start_haproxy([80, 1024], space=lb1, run=run1)
    box.start_haproxy([80, 1024], "-L", "lb2", space=lb2, run=run2)      # the very same file

    def ask(balancer, client):
        answer = get("/", address=balancer, source=client)
        check_equal(answer.status, 200, "%s at %s" % (client, balancer))
        return answer.body.split()[0]

    home = {client: ask("192.168.2.11", client) for client in CLIENTS}
    check_equal(set(home.values()), {"web1", "web2"}, "servers that were chosen")

    def entries(run):
        return box.admin("show table webservers", run + "/admin.sock").count(": key=")
    check_equal(entries(run1), len(CLIENTS), "entries of the first table")
    poll("the second balancer learns the table", lambda: entries(run2) == len(CLIENTS), 20)

    # ordered by server: a round robin that knew nothing would go to and fro
    clients = sorted(CLIENTS, key=lambda client: home[client])
    check_equal({c: ask("192.168.2.12", c) for c in clients}, home, "who belongs where, at the second balancer")
    box.stop(first)
    check_equal({c: ask("192.168.2.12", c) for c in clients}, home, "the same, without the first")
    newcomer = "192.168.2.1"
    box.run("ip", "addr", "add", newcomer + "/24", "dev", "switch")
    check(ask("192.168.2.12", newcomer) == ask("192.168.2.12", newcomer), "a newcomer does not stick")
