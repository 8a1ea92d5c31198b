"""Three machines, client, balancer, filters: each filter sees the client's address, by the files hacc wrote alone."""
import os

from box import check, check_equal, poll

NEEDS = "namespaces veth tproxy"
CLIENT, PUBLIC = "198.51.100.7", "198.51.100.1"
FILTERS = {"filter1": "192.168.3.11", "filter2": "192.168.3.12", "filter3": "192.168.3.13"}

GREETED = """
import socket, sys
s = socket.create_connection((sys.argv[1], 25), 2)
s.settimeout(1.5)
try:
    print(s.recv(100).decode() or "closed")
except TimeoutError:
    print("nothing")
"""

REACHED = """
import socket, sys
s = socket.create_connection((sys.argv[1], 7), 2)
print("reached")
"""

LISTENER = """
import socket
s = socket.create_server(("0.0.0.0", 7))
while True:
    s.accept()[0].close()
"""


def load(box, directory):
    """Everything beside haproxy.cfg, twice: loading again must change nothing."""
    for _ in range(2):
        box.run("sysctl", "-p", directory + "/90-hacc.conf")
        box.run("nft", "-f", directory + "/tproxy.nft")
        box.run("sh", directory + "/tproxy-routes.sh")
    rules = box.run("ip", "rule", "list").stdout.count("fwmark")
    check_equal(rules, 1, "rules after loading twice")


def test(box):
    filters = box.servers("192.168.3.1/24", list(FILTERS.values()))
    client = box.space("client")
    box.link(client, [CLIENT + "/24"], PUBLIC + "/24", PUBLIC)
    sinks = {name: box.start_sink(name, address, filters) for name, address in FILTERS.items()}
    for process, _ in sinks.values():
        box.wait_listen(process, 25)
    # what wg-quick leaves behind, what Debian sets, and no forwarding: the fragment has to put it right
    box.run("sysctl", "-w", "net.ipv4.conf.all.src_valid_mark=1", "net.ipv4.conf.all.rp_filter=2",
            "net.ipv4.ip_forward=0")

    directory = box.build("smtp-transparent")
    check(os.access(directory + "/tproxy-routes.sh", os.X_OK), "tproxy-routes.sh is not executable")
    box.start_haproxy([25])

    def python(space, text, *argv):
        return space.run("python3", "-c", text, *argv, ok=False).stdout.strip()

    check_equal(python(client, GREETED, PUBLIC), "nothing", "without the kernel's part")
    load(box, directory)
    check(python(client, GREETED, PUBLIC).startswith("220 "), "no greeting with the kernel's part")

    # the connection above that got no answer may still count against its filter: leastconn passes it over meanwhile
    sent = 0

    def seen_by_all():
        nonlocal sent
        check("250 2." in box.send_mail(PUBLIC, space=client), "the mail was not accepted")
        sent += 1
        seen = {name: box.mails(kept) for name, (_, kept) in sinks.items()}
        return all(seen.values()) and seen
    seen = poll("every filter gets a mail", seen_by_all, 15)
    check_equal(sum(map(len, seen.values())), sent, "mails that arrived")
    check_equal({name: set(clients) for name, clients in seen.items()}, {name: {CLIENT} for name in FILTERS},
                "the clients' addresses, as the filters saw them")

    # the filters' own connections go through this machine too, as it is their default route
    listener = client.start(["python3", "-c", LISTENER], log="listener")
    box.wait_listen(listener, 7)
    check_equal(python(filters, REACHED, CLIENT), "reached", "a filter's own connection to the outside")

    box.run("sh", directory + "/tproxy-routes.sh", "stop")
    check("fwmark" not in box.run("ip", "rule", "list").stdout, "'stop' leaves the rule")
