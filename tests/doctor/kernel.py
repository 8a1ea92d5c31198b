"""Settings of the kernel, and what transparent mode rests on."""
import os

from doctor import case

TRANSPARENT = """
global: {maxconn: 200}
listens:
  smtp: {mode: tcp, bind: ':8080', timeout client: 5s, timeout connect: 1s, timeout server: 5s,
         hacc: {transparent: true}, server: {a: '127.0.0.1:9'}}
"""


@case("sysctl-different")
def sysctl_different(patient):
    patient.box.run("sysctl", "-qw", "net.core.somaxconn=512")
    patient.finds("sysctl", "warning", "'net.core.somaxconn' is '512' now", "wants '1024'", "sysctl --system")
    patient.configure("net.core.somaxconn: 1024", "net.core.somaxconn: 0x200")
    patient.well(has=["sysctl"])
    patient.configure("net.core.somaxconn: 1024", "net.ipv4.tcp_rmem: 4096 131072 6291456")
    patient.box.run("sysctl", "-qw", "net.ipv4.tcp_rmem=4096 131072 6291456")
    patient.well(has=["sysctl"])
    patient.box.run("sysctl", "-qw", "net.ipv4.tcp_rmem=4096 131072 4194304")
    patient.finds("sysctl", "warning", "wants '4096 131072 6291456'")
    patient.configure("net.core.somaxconn: 1024", "net.ipv4.conf.all.no_such: 1")
    patient.finds("sysctl", "warning", "no setting 'net.ipv4.conf.all.no_such'")


@case("sysctl-by-hacc")
def sysctl_by_hacc(patient):
    """What hacc build writes, loaded by sysctl, is what the doctor wants."""
    patient.configure("net.core.somaxconn: 1024", "net.core.somaxconn: 2048, net.ipv4.ip_nonlocal_bind: 1")
    patient.finds("sysctl", "warning", "somaxconn", "ip_nonlocal_bind")
    patient.box.build(patient.path)
    patient.box.run("sysctl", "-q", "-p", "/etc/haproxy/90-hacc.conf")
    patient.well(has=["sysctl"])


@case("tproxy", "tproxy")
def tproxy(patient):
    box = patient.box
    patient.configure_whole(TRANSPARENT)
    out = box.build(patient.path)
    box.run("sysctl", "-q", "-p", out + "/90-hacc.conf")
    patient.finds("tproxy", "warning", "no rule gives replies of the servers the mark 0x1", "nft -f tproxy.nft",
                  "no IPv4 rule", "no IPv6 rule", "tproxy-routes.sh")
    box.run("nft", "-f", out + "/tproxy.nft")
    rows = patient.finds("tproxy", "warning", "no IPv4 rule", "no IPv6 rule")
    patient.check(not any("mark 0x1: they" in row["found"] for row in rows), "the mark is there: %s" % rows)
    box.run(out + "/tproxy-routes.sh", "start")
    patient.well(has=["tproxy"])
    box.run("ip", "-6", "route", "flush", "table", "100")
    patient.finds("tproxy", "warning", "table 100 has no local IPv6 route")
    box.run(out + "/tproxy-routes.sh", "start")
    box.run("ip", "rule", "del", "fwmark", "1", "table", "100")
    patient.finds("tproxy", "warning", "no IPv4 rule looks up packets with the mark 0x1 in table 100")
    box.run("ip", "rule", "add", "fwmark", "2", "table", "100")
    patient.finds("tproxy", "warning", "no IPv4 rule")
    box.run("ip", "rule", "add", "fwmark", "1", "table", "100", "from", "10.0.0.0/8")
    patient.finds("tproxy", "warning", "no IPv4 rule")
    box.run(out + "/tproxy-routes.sh", "start")
    box.run("ip", "rule", "add", "fwmark", "0x1/0xff", "table", "100")
    patient.well()
    box.run("nft", "delete", "table", "inet", "hacc_tproxy")
    patient.finds("tproxy", "warning", "0x1")
    patient.configure_whole(TRANSPARENT.replace("transparent: true", "transparent: {mark: 7, table: 300}"))
    box.run("nft", "-f", box.build(patient.path) + "/tproxy.nft")
    patient.finds("tproxy", "warning", "mark 0x7 in table 300")
    box.run(out + "/tproxy-routes.sh", "start")
    patient.well()


@case("tproxy-without-module", "tproxy", "overlay")
def tproxy_without_module(patient):
    """A kernel whose list of modules does not have the one that sets the mark."""
    box = patient.box
    patient.configure_whole(TRANSPARENT)
    out = box.build(patient.path)
    box.run("sysctl", "-q", "-p", out + "/90-hacc.conf")
    box.run(out + "/tproxy-routes.sh", "start")
    box.overlay("/usr/lib")
    folder = "/usr/lib/modules/" + os.uname().release
    os.makedirs(folder, exist_ok=True)
    for name in ("modules.dep", "modules.builtin"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write("kernel/net/netfilter/nf_tables.ko\n")
    patient.finds("tproxy", "warning", "no module 'nft_socket'")
    with open(os.path.join(folder, "modules.dep"), "a", encoding="ascii") as file:
        file.write("kernel/net/netfilter/nft_socket.ko: kernel/net/netfilter/nf_tables.ko\n")
    patient.finds("tproxy", "warning", "nft -f tproxy.nft")
    box.run("nft", "-f", out + "/tproxy.nft")
    patient.well()


@case("beside-the-file", "tproxy")
def beside_the_file(patient):
    """A haproxy.cfg that hacc has written: what its YAML says of the kernel stands in the files beside it."""
    box = patient.box
    patient.configure_whole(TRANSPARENT.replace("transparent: true", "transparent: {mark: 9, table: 900}") +
                            "sysctl: {net.core.somaxconn: 3000}\n")
    out = box.build(patient.path)
    patient.path = out + "/haproxy.cfg"
    rows = patient.finds("sysctl", "warning", "somaxconn", "wants '3000'", also=["tproxy"])
    patient.check(rows[0]["file"] == out + "/90-hacc.conf" and rows[0]["line"], "the place of %s" % rows)
    box.run("sysctl", "-q", "-p", out + "/90-hacc.conf")
    rows = patient.finds("tproxy", "warning", "0x9", "table 900")
    patient.check(rows[0]["file"] == out + "/tproxy-routes.sh" and rows[0]["line"], "the place of %s" % rows)
    box.run("nft", "-f", out + "/tproxy.nft")
    box.run(out + "/tproxy-routes.sh", "start")
    patient.well(has=["sysctl", "tproxy"])
