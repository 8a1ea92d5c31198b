"""Ports that others have, and addresses that the machine has not."""
import os
import socket

from doctor import case

SQUATTER = ("import socket, sys, time; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1); "
            "s.bind(('0.0.0.0', 8080)); s.listen(); time.sleep(60)")
STRANGER = "import socket, time; s = socket.create_server(('0.0.0.0', 8080)); time.sleep(60)"


def start_python(patient, code, *under):
    process = patient.box.start([*under, "python3", "-c", code], log="python")
    patient.box.wait_listen(process, 8080)
    return process


@case("good")
def good(patient):
    patient.starts()
    patient.well(has="version ports addresses chroot folders user files capabilities sysctl log firewall disk".split())


@case("port-of-nginx")
def port_of_nginx(patient):
    body = "server { listen 80; }\nserver {\n  listen 8080;\n  return 204;\n}\n"
    process = patient.box.start_nginx("site", body, 8080)
    site = patient.box.write("site.conf", body)
    patient.nginx = patient.box.write("nginx.conf", "events {}\nhttp { include %s; }\n" % site)
    patient.finds("ports", "failure", "':8080' of frontend 'web'", "'nginx' (process %d)" % process.pid, site + ":3",
                  "move nginx to another port")
    rows = patient.finds("ports", "failure", "'nginx' (process %d)" % process.pid, more=["--no-nginx"])
    patient.check(site not in rows[0]["found"], "its file is named all the same: %s" % rows)
    patient.fails("cannot bind")
    patient.box.stop(process)
    patient.finds("ports", "warning", site + ":3", "whichever of the two starts last")
    patient.starts()
    patient.nginx = patient.box.write("nginx.conf", "")
    patient.well()


@case("port-of-a-stranger")
def port_of_a_stranger(patient):
    process = start_python(patient, STRANGER, "setpriv", "--reuid", "nobody", "--clear-groups")
    patient.finds("ports", "failure", "'python3' (process %d)" % process.pid, "stop that program")
    patient.fails("cannot bind")
    patient.box.stop(process)
    patient.well()
    patient.starts()


@case("port-of-a-squatter")
def port_of_a_squatter(patient):
    """One user, SO_REUSEPORT: HAProxy starts without an error, and gets some of the connections."""
    process = start_python(patient, SQUATTER)
    patient.starts()
    patient.finds("ports", "failure", "'python3' (process %d)" % process.pid)
    patient.box.stop(process)
    patient.well()


@case("port-held-more-widely")
def port_held_more_widely(patient):
    """The wildcard, and an address below it."""
    process = start_python(patient, STRANGER)
    patient.configure(bind="'127.0.0.1:8080'")
    patient.finds("ports", "failure", "127.0.0.1:8080", "0.0.0.0:8080")
    patient.fails("cannot bind")
    patient.configure(bind="'[::1]:8080'")
    patient.well()
    patient.starts()
    patient.box.stop(process)


@case("port-of-its-own")
def port_of_its_own(patient):
    """What the haproxy that reads the file has is no obstacle: a reload takes it over. Another haproxy is one."""
    box = patient.box
    box.build(patient.path)
    other = box.write("other.cfg", "frontend f\n  mode http\n  timeout client 1s\n  bind :8081\n")
    box.run(box.haproxy, "-D", "-f", "/etc/haproxy/haproxy.cfg")
    box.run(box.haproxy, "-D", "-p", "/run/other.pid", "-f", other)
    pid, stranger = (int(open(path, encoding="ascii").read()) for path in ("/run/haproxy.pid", "/run/other.pid"))
    try:
        rows = patient.well()
        patient.check(any(row["check"] == "memory" for row in rows), "nothing of memory for a second process")
        patient.configure(bind="[':8080', ':8081']")
        patient.finds("ports", "failure", "(process %d)" % stranger, ":8081")
        patient.path = other
        patient.well()
        with open(other, "a", encoding="ascii") as file:
            file.write("  bind :8080\n")
        patient.finds("ports", "failure", "(process %d)" % pid, ":8080")
        os.kill(pid, 9)
        patient.poll("it ends", lambda: not patient.listens(pid, 8080))
        patient.configure(bind="[':8080', ':8081']")
        patient.well()          # nothing tells which haproxy it is about: it may be the one that is left
    finally:
        os.kill(stranger, 9)
    patient.well()


@case("port-of-a-master")
def port_of_a_master(patient):
    """Master and worker; the worker's sockets, and what the master may do."""
    box = patient.box
    box.build(patient.path)
    process = box.start([box.haproxy, "-W", "-db", "-p", "/run/haproxy.pid", "-f", "/etc/haproxy/haproxy.cfg"], log="master")
    patient.poll("the worker listens", lambda: ":1F90 " in open("/proc/net/tcp", encoding="ascii").read())
    patient.well(has=["ports"])
    box.stop(process)


@case("socket-of-another")
def socket_of_another(patient):
    """A UNIX socket that another program listens on: HAProxy takes its path."""
    other = socket.socket(socket.AF_UNIX)
    other.bind("/run/haproxy/admin.sock")
    other.listen()
    patient.finds("ports", "failure", "/run/haproxy/admin.sock", "give one of the two another path")
    os.rename("/run/haproxy/admin.sock", "/run/haproxy/moved.sock")
    patient.well()              # nobody reaches the other one by that path any more
    other.close()
    patient.well()


@case("address-foreign")
def address_foreign(patient):
    patient.configure(bind="'192.0.2.7:8080'")
    patient.finds("addresses", "failure", "'192.0.2.7:8080'", "net.ipv4.ip_nonlocal_bind")
    patient.fails("cannot bind")
    patient.configure(bind="'192.0.2.7:8080 transparent'")
    patient.well()
    patient.starts()
    patient.configure("sysctl: {", "sysctl: {net.ipv4.ip_nonlocal_bind: 1, ", bind="'192.0.2.7:8080'")
    patient.finds("addresses", "failure", "is not 1 yet", also=["sysctl"])
    patient.fails("cannot bind")
    patient.box.run("sysctl", "-qw", "net.ipv4.ip_nonlocal_bind=1")
    patient.well()
    patient.starts()


@case("address-foreign-ipv6")
def address_foreign_ipv6(patient):
    patient.configure(bind="'[2001:db8::7]:8080'")
    patient.finds("addresses", "failure", "net.ipv6.ip_nonlocal_bind")
    patient.fails("cannot bind")
    patient.box.run("sysctl", "-qw", "net.ipv6.ip_nonlocal_bind=1")
    patient.well()
    patient.starts()


@case("address-link-local")
def address_link_local(patient):
    patient.configure(bind="'[fe80::1]:8080'")
    patient.finds("addresses", "failure", "link-local", "interface")
    patient.fails("cannot bind")


@case("address-by-route")
def address_by_route(patient):
    """A range that is routed to this machine, without an address on any interface."""
    patient.configure(bind="'198.51.100.9:8080'")
    patient.finds("addresses", "failure")
    patient.box.run("ip", "route", "add", "local", "198.51.100.0/24", "dev", "lo")
    patient.well()
    patient.starts()


SOURCE = """
frontends: {web: {mode: http, bind: ':8080', timeout client: 5s, default_backend: app}}
backends:
  app: {mode: http, timeout connect: 1s, timeout server: 1s, server: {a: '127.0.0.1:8081%s'}%s}
"""


@case("source-foreign")
def source_foreign(patient):
    """HAProxy starts, and no connection to a server is made."""
    from box import get
    box = patient.box
    web = box.start_nginx("app", "server { listen 127.0.0.1:8081; return 200 app; }", 8081)
    for server, backend, good in (("", "", True), (" source 192.0.2.3", "", False), ("", ", source: 192.0.2.3", False),
                                  (" source 127.0.0.5", "", True), ("", ", source: '192.0.2.3 usesrc clientip'", None)):
        patient.configure_whole(SOURCE % (server, backend))
        if good is False:
            patient.finds("addresses", "warning", "servers of 'app' fail", "'192.0.2.3'")
        else:
            patient.well()
        box.build(patient.path)
        haproxy = box.start_haproxy([8080])
        status = get("/", port=8080).status
        box.stop(haproxy)
        patient.check(good is None or (status == 200) == good, "%s%s: status %d" % (server, backend, status))
    box.run("sysctl", "-qw", "net.ipv4.ip_nonlocal_bind=1")
    patient.configure_whole(SOURCE % (" source 192.0.2.3", ""))
    patient.well()
    box.stop(web)
