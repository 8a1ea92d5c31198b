"""Firewalls that let nobody in: nft, iptables as it is saved, ufw's files. A client outside tells whether that is so."""
import os
import shutil

from doctor import case

CLOSED = """
table inet filter {
    %s
    chain input {
        type filter hook input priority filter; policy drop;
        iifname "lo" accept
        ct state vmap { established : accept, related : accept, invalid : drop }
        meta l4proto { icmp, ipv6-icmp } accept
        tcp dport 22 accept
        %s
    }
}
"""

# rules of CLOSED's chain, and whether a client of another machine gets to port 8080
RULES = [
    ("", "", False),
    ("", "tcp dport 8080 accept", True),
    ("", "udp dport 8080 accept", False),
    ("", "th dport 8080 accept", True),
    ("", "tcp dport { 80, 8000-8100 } accept", True),
    ("", "tcp dport { 80, 443, 8181-8200 } accept", False),
    ("", "tcp dport != { 80, 443 } accept", True),
    ("", "tcp dport >= 8080 accept", True),
    ("", "tcp dport > 8080 accept", False),
    ("", "tcp dport 8080 reject", False),
    ("", "tcp dport 8080 drop\ntcp dport 8080 accept", False),
    ("", "tcp dport 8080 ct state new accept", True),
    ("", "tcp dport 8080 ct state established accept", False),
    ("", "tcp dport 8080 counter log prefix \"in\" accept", True),
    ("", "meta nfproto ipv6 tcp dport 8080 accept", False),
    ("", "meta nfproto ipv4 accept", True),
    ("", "ip protocol udp accept", False),
    ("", "ip protocol tcp accept", True),
    ("", "iifname != \"lo\" tcp dport 8080 accept", True),
    ("", "iifname \"lo\" tcp dport 8080 accept", False),
    ("", "fib daddr type local tcp dport 8080 accept", True),
    ("", "fib daddr type broadcast accept", False),
    ("", "tcp dport vmap { 8080 : accept, 9000 : drop }", True),
    ("", "tcp dport vmap { 9000 : accept, 8080 : drop }\naccept", False),
    ("", "tcp dport vmap { 9000 : drop }\ntcp dport 8080 accept", True),
    ("set open { type inet_service; flags interval; elements = { 443, 8070-8090 }\n}", "tcp dport @open accept", True),
    ("set open { type inet_service; elements = { 443, 8443 }\n}", "tcp dport @open accept", False),
    ("chain web {\ntcp dport 8080 accept\n}", "jump web", True),
    ("chain web {\ntcp dport 8081 accept\n}", "jump web\ntcp dport 8082 accept", False),
    ("chain web {\ntcp dport 8080 return\naccept\n}", "jump web", False),
    ("chain web {\ntcp dport 9090 return\naccept\n}", "jump web", True),
    ("chain web {\ntcp dport 9090 accept\n}", "goto web\naccept", False),
    ("chain deep {\ntcp dport 8080 accept\n}\nchain web {\njump deep\n}", "tcp dport { 8080, 8081 } jump web", True),
    ("chain web {\ntcp dport 8080 accept\n}", "tcp dport vmap { 8080 : jump web }", True),
    ("chain raw {\ntype filter hook prerouting priority raw\ntcp dport 8080 drop\n}", "accept", False),
    ("chain nat {\ntype nat hook prerouting priority dstnat\ntcp dport 9090 redirect to :8080\n}", "accept", True),
    ("", "ip saddr 10.80.0.0/24 tcp dport 8080 accept", True),      # from somewhere: that is not certain, and not told
    ("", "limit rate 10/second tcp dport 8080 accept", True),
]


class Outside:
    """Another machine on a wire."""

    def __init__(self, patient):
        self.box = patient.box
        self.space = self.box.space("outside")
        self.box.link(self.space, ["10.80.0.2/24"], "10.80.0.1/24")
        self.server = self.box.start(["python3", "-c", "import socket, time; s = socket.create_server(('', 8090), backlog=99);"
                                      "time.sleep(60)"])
        self.box.wait_listen(self.server, 8090)

    def gets_in(self, port):
        code = "import socket; socket.create_connection(('10.80.0.1', %d), 0.25)" % port
        return self.space.run("python3", "-c", code, ok=False).returncode == 0


def refused(patient, under=()):
    rows = [row for row in patient.ask(under=under) if row["check"] == "firewall"]
    patient.check(rows and rows[0]["state"] in ("ok", "warning"), "the firewall: %s" % rows)
    return rows[0]["state"] == "warning", rows[0]


@case("firewall-nft-1", "veth")
def firewall_nft_1(patient):
    compare(patient, RULES[::2])


@case("firewall-nft-2", "veth")
def firewall_nft_2(patient):
    compare(patient, RULES[1::2])


def compare(patient, rules_of):
    """The doctor beside the kernel."""
    outside = Outside(patient)
    box = patient.box
    patient.configure(bind="'*:8090'")
    wrong = []
    for before, rules, open_ in rules_of:
        text = CLOSED.replace("8080", "8090") % (before.replace("8080", "8090"), rules.replace("8080", "8090"))
        box.run("nft", "flush", "ruleset")
        box.run("nft", "-f", box.write("rules.nft", text))
        says, row = refused(patient)
        if says == open_:
            wrong.append("%s / %s: the doctor says %s" % (before, rules, row["found"]))
        if outside.gets_in(8090) != open_:
            wrong.append("%s / %s: the kernel says %s" % (before, rules, not open_))
    patient.check(not wrong, "\n".join(wrong))


@case("firewall-nft-says")
def firewall_nft_says(patient):
    box = patient.box
    patient.configure(bind="['*:8090', '127.0.0.1:8091', 'unix@/run/haproxy/web.sock']")
    box.run("nft", "-f", box.write("rules.nft", "flush ruleset\n" + CLOSED % ("", "")))
    rows = patient.finds("firewall", "warning", "'*:8090' of frontend 'web'", "refuses port 8090", "tcp dport 8090 accept")
    patient.check_equal(len(rows), 1, "what nobody outside can get to anyway is not told")
    box.run("nft", "-f", box.write("rules.nft", "flush ruleset\ntable inet firewalld {\nchain filter_INPUT {\ntype filter hook "
                                   "input priority filter\nreject\n}\n}\n"))
    patient.finds("firewall", "warning", "firewall-cmd --permanent --add-port=8090/tcp")


@case("firewall-by-family", "veth")
def firewall_by_family(patient):
    patient.configure(bind="'[::]:8080 v4v6'")
    patient.box.run("nft", "-f", patient.box.write("rules.nft", CLOSED % ("", "ip protocol tcp accept")))
    patient.well()                                          # over IPv4 it is reached
    patient.configure(bind="'[::]:8080 v6only'")
    patient.finds("firewall", "warning", "refuses port 8080")
    patient.box.run("nft", "-f", patient.box.write("rules.nft", "flush ruleset\n" + CLOSED % ("", "ip6 nexthdr tcp accept")))
    patient.well()
    patient.configure(bind="'0.0.0.0:8080'")
    patient.finds("firewall", "warning", "refuses port 8080")


SAVED = """# Generated by iptables-save
*nat
:PREROUTING DROP [0:0]
-A PREROUTING -p tcp -j DROP
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:WEB - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -m conntrack --ctstate INVALID -j DROP
-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "ssh -j ACCEPT it's \\"ours\\"" -j ACCEPT
%s
-A INPUT -m limit --limit 3/min -j LOG --log-prefix "dropped -j ACCEPT "
COMMIT
"""

SAVED_RULES = [
    ("", False),
    ("-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT", True),
    ("-A INPUT -p udp -m udp --dport 8080 -j ACCEPT", False),
    ("-A INPUT -p tcp -m multiport --dports 80,8070:8090 -j ACCEPT", True),
    ("-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT", False),
    ("-A INPUT -p tcp -m tcp --dport 8000: -m state --state NEW -j ACCEPT", True),
    ("-A INPUT -p tcp -m tcp ! --dport 22 -j ACCEPT", True),
    ("-A INPUT ! -p udp -j ACCEPT", True),
    ("-A INPUT -p tcp -j WEB\n-A WEB -p tcp -m tcp --dport 8080 -j ACCEPT", True),
    ("-A INPUT -p tcp -g WEB\n-A INPUT -j ACCEPT\n-A WEB -p tcp -m tcp --dport 80 -j ACCEPT", False),
    ("-A INPUT -p tcp -j WEB\n-A WEB -j RETURN\n-A WEB -j ACCEPT", False),
    ("-A INPUT -m addrtype --dst-type BROADCAST -j ACCEPT", False),
    ("-A INPUT -m addrtype ! --dst-type LOCAL -j DROP\n-A INPUT -j ACCEPT", True),
    ("-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcp --dport 8080 -j REJECT --reject-with tcp-reset", False),
    ("-A INPUT -s 10.0.0.0/8 -j ACCEPT", True),
    ("-A INPUT -m comment --comment \"\" -p tcp -m tcp --dport 8080 -j ACCEPT", True),
]


@case("firewall-iptables")
def firewall_iptables(patient):
    """Tables that nft cannot say: iptables-save is asked. (A stand-in prints; that Debian's prints so is known.)"""
    box = patient.box
    folder = box.directory("bin")
    for name in ("iptables-save", "ip6tables-save"):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\ncat %s/saved\n" % folder)
        os.chmod(path, 0o755)
    # nft is there, and says that it does not see all
    with open(os.path.join(folder, "nft"), "w", encoding="ascii") as file:
        file.write("""#!/bin/sh
echo '{"nftables": [{"table": {"family": "ip", "name": "filter"}}, {"chain": {"family": "ip", "table": "filter",
"name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}, {"rule": {"family": "ip",
"table": "filter", "chain": "INPUT", "expr": [{"xt": {"type": "match", "name": "multiport"}}, {"accept": null}]}}]}'
""")
    os.chmod(os.path.join(folder, "nft"), 0o755)
    under = ("env", "PATH=%s:%s" % (folder, os.environ["PATH"]))
    wrong = []
    for rules, open_ in SAVED_RULES:
        box.write("bin/saved", SAVED % rules)
        says, row = refused(patient, under)
        if says == open_:
            wrong.append("%s: the doctor says %s" % (rules, row["found"]))
    patient.check(not wrong, "\n".join(wrong))
    box.write("bin/saved", SAVED % "")
    patient.finds("firewall", "warning", "iptables -I INPUT -p tcp --dport 8080 -j ACCEPT", under=under)
    os.unlink(os.path.join(folder, "iptables-save"))
    if not shutil.which("iptables-save"):
        patient.finds("firewall", "unknown", "they are of iptables", under=under)


# As ufw lays its files out. It calls user-input at the end of before-input when it loads them. (That it is so, and what
# it makes of them, was seen with Debian's ufw 0.36.2.)
UFW_BEFORE = """# comments
*filter
:ufw%(v)s-before-input - [0:0]
:ufw%(v)s-before-output - [0:0]
:ufw%(v)s-not-local - [0:0]
-A ufw%(v)s-before-input -i lo -j ACCEPT
-A ufw%(v)s-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A ufw%(v)s-before-input -m conntrack --ctstate INVALID -j ufw%(v)s-logging-deny
-A ufw%(v)s-before-input -m conntrack --ctstate INVALID -j DROP
-A ufw%(v)s-before-input -p udp --dport 5353 -d 224.0.0.251 -j ACCEPT
-A ufw%(v)s-before-input -j ufw%(v)s-not-local
-A ufw%(v)s-not-local -m addrtype --dst-type LOCAL -j RETURN
-A ufw%(v)s-not-local -m limit --limit 3/min --limit-burst 10 -j ufw%(v)s-logging-deny
-A ufw%(v)s-not-local -j DROP
COMMIT
"""
UFW_USER = """*filter
:ufw%(v)s-user-input - [0:0]
:ufw%(v)s-user-limit - [0:0]
:ufw%(v)s-user-limit-accept - [0:0]
### RULES ###

### tuple ### limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw%(v)s-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --set
-A ufw%(v)s-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j ufw%(v)s-user-limit
-A ufw%(v)s-user-input -p tcp --dport 22 -j ufw%(v)s-user-limit-accept

### tuple ### allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw%(v)s-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT

### tuple ### allow tcp 8440:8450 0.0.0.0/0 any 0.0.0.0/0 in
-A ufw%(v)s-user-input -p tcp -m multiport --dports 8440:8450 -j ACCEPT
-A ufw%(v)s-user-limit -m limit --limit 3/minute -j LOG --log-prefix "[UFW LIMIT BLOCK] "
-A ufw%(v)s-user-limit -j REJECT
-A ufw%(v)s-user-limit-accept -j ACCEPT
COMMIT
"""
UFW_AFTER = """*filter
:ufw%(v)s-after-input - [0:0]
-A ufw%(v)s-after-input -p udp --dport 137 -j ufw%(v)s-skip-to-policy-input
COMMIT
"""
UFW = {"ufw.conf": "ENABLED=yes\nLOGLEVEL=low\n"}
for version in ("", "6"):
    UFW["before%s.rules" % version] = UFW_BEFORE % {"v": version}
    UFW["user%s.rules" % version] = UFW_USER % {"v": version}
    UFW["after%s.rules" % version] = UFW_AFTER % {"v": version}


@case("firewall-ufw", "overlay")
def firewall_ufw(patient):
    """ufw's files, where the rules of the kernel cannot be read; as ufw itself saves them."""
    box = patient.box
    box.overlay("/etc")
    folder = box.directory("bin")
    for name in ("nft", "iptables-save", "ip6tables-save"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho 'Operation not permitted' >&2\nexit 1\n")
        os.chmod(os.path.join(folder, name), 0o755)
    under = ("env", "PATH=%s:%s" % (folder, os.environ["PATH"]))
    patient.finds("firewall", "unknown", "'nft' does not list them", under=under)
    os.makedirs("/etc/ufw", exist_ok=True)
    for name, text in UFW.items():
        with open("/etc/ufw/" + name, "w", encoding="ascii") as file:
            file.write(text)
    with open("/etc/default/ufw", "w", encoding="ascii") as file:
        file.write('IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\n')
    patient.configure(bind="':8080'")
    patient.finds("firewall", "warning", "refuses port 8080", "ufw allow 8080/tcp", under=under)
    for port in (22, 443, 8443, 8450):
        patient.configure(bind="'*:%d'" % port)
        patient.well(under=under)
    patient.configure(bind="'*:8451'")
    patient.finds("firewall", "warning", "ufw allow 8451/tcp", under=under)
    with open("/etc/default/ufw", "w", encoding="ascii") as file:
        file.write('DEFAULT_INPUT_POLICY="ACCEPT"\n')
    patient.well(under=under)
    with open("/etc/ufw/ufw.conf", "w", encoding="ascii") as file:
        file.write("ENABLED=no\n")
    patient.finds("firewall", "unknown", under=under)
