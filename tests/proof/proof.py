"""Proofs: real HAProxy does wrong with a rule's `bad`, in the way that the rule says, and right with its `good`.

A proof is a function of a rule's id ('-' is '_' in it) in a file of the rule's family. It asks a HAProxy that runs,
and gives what it has seen; what that is with bad and with good stands above it:

    @proof(bad=200, good=403)
    def host_suffix_spoof(lb):
        return lb.get("/", host="evilexample.com").status

The texts are the row's own, as `hacc build` compiles them: the network of the box has all addresses that stand in
rows, WEB says which servers answer there, and /etc/haproxy/certs has the certificates. What the row's texts need to
be run within seconds is changed in both alike (`change`), or in good alone where the row's good mends the fault in
another way than one that shows (`change_good`). `hacc lint` must find the rule in bad, not in good, and no other rule
in bad alone.
"""
import importlib
import json
import os
import shutil

from balancer import Balancer
from box import Failure, check, check_equal

FAMILIES = ("acls", "effect", "headers", "listeners", "logs", "routing", "servers", "tables", "tls")
PROOFS = {}
NETWORKS = ("10.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24")   # all of them local
IPV6 = "2001:db8::1"
WEB = {"site1": "10.0.0.11:8080", "site2": "10.0.0.12:8080", "api1": "10.0.0.21:9000", "shop1": "10.0.0.21:8080"}


class Proof:
    def __init__(self, look, bad, good, change=(), change_good=(), start=True, without=(), files=(), beside=(),
                 since="2.2", until="99.0"):
        """`start`: HAProxy runs before LOOK is called; `without`: names of WEB that do not run; `files`: of the
        rule's folder in tests/lint, copied to where HAProxy is started; `beside`: rules that bad has too, and good
        not, because they are the same fault seen from another side."""
        self.look, self.bad, self.good = look, bad, good
        self.change, self.change_good = change, change_good
        self.start, self.without, self.files, self.beside = start, without, files, beside
        self.since, self.until = since, until

    def texts(self, row):
        """The row's bad and good, as they are run."""
        texts = {"bad": row["bad"], "good": row["good"]}
        for changes, those in ((self.change, ("bad", "good")), (self.change_good, ("good",))):
            for old, new in changes:
                check(any(old in texts[which] for which in those), "'%s' is not in the row's texts" % old)
                texts.update({which: texts[which].replace(old, new) for which in those})
        return texts


def proof(**more):
    """Makes a function the proof of the rule that it is named after."""
    def enter(look):
        rule = look.__name__.replace("_", "-")
        if rule in PROOFS:
            raise ValueError("two proofs of " + rule)
        PROOFS[rule] = Proof(look, **more)
        if PROOFS[rule].bad == PROOFS[rule].good:
            raise ValueError("no proof of " + rule)
        return look
    return enter


def load():
    for family in FAMILIES:
        importlib.import_module(family)
    return PROOFS


def row_of(box, rule):
    for row in json.loads(box.run(box.hacc, "rules", "--format", "json").stdout)["rules"]:
        if row["id"] == rule:
            return row
    raise Failure("no rule '%s'" % rule)


def start_web(box, without):
    """WEB, in one nginx: the body of a response is the server's name and the path."""
    running = {name: address for name, address in WEB.items() if name not in without}
    blocks = ["server { listen %s; add_header X-Cache miss; location / { return 200 \"%s $request_uri\"; } }"
              % (address, name) for name, address in running.items()]
    box.start_nginx("web", "\n".join(blocks), int(next(iter(running.values())).rpartition(":")[2]))


CERTIFICATES = """set -e
mkdir /etc/haproxy/certs
cd /etc/haproxy/certs
new="openssl req -x509 -nodes -days 2"
ec="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
$new $ec -subj /CN=ca -keyout ca.key -out ca.pem
cp ca.pem clients.pem
make() {
    $new $3 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" -CA ca.pem -CAkey ca.key -keyout "$1.key" -out "$1.crt"
    cat "$1.crt" "$1.key" >"$1.pem"
}
make site www.example.com "-newkey rsa:2048"
make app app.example.com "$ec"
make other other.example.com "$ec"
$new $ec -subj /CN=app.example.com -keyout forged.key -out forged.crt
"""


def make_certificates(box):
    """ca.pem; site.pem of www.example.com; app and other, servers that it has signed; forged, which it has not."""
    box.run("sh", "-c", CERTIFICATES)


def prepare(box, rule, texts):
    box.run("mount", "-t", "tmpfs", "-o", "mode=755", "proof", "/srv")
    for network in NETWORKS:
        box.run("ip", "route", "add", "local", network, "dev", "lo")
    box.run("ip", "addr", "add", IPV6 + "/128", "dev", "lo", "nodad")
    if any("/etc/haproxy/certs" in text for text in texts):
        make_certificates(box)
    folder = box.directory("here")
    for name in PROOFS[rule].files:
        shutil.copy(os.path.join(box.root, "tests", "lint", rule, name), folder)
    os.chdir(folder)
    start_web(box, PROOFS[rule].without)


def run_one(box, which, text, it):
    """What is seen with a text, and the rules that it breaks."""
    lb = Balancer(box, which, text)
    try:
        rules = lb.lint()
        lb.build()
        if it.start:
            lb.start()
        return it.look(lb), rules
    except Failure as failure:
        raise Failure("with %s: %s" % (which, failure)) from failure
    finally:
        lb.close()


def test(box, rule):
    it, row = load()[rule], row_of(box, rule)
    texts = it.texts(row)
    prepare(box, rule, texts.values())
    seen, broken = {}, {}
    for which, text in texts.items():
        seen[which], broken[which] = run_one(box, which, text, it)
        print("%s: %r" % (which, seen[which]))
    check_equal(seen, {"bad": it.bad, "good": it.good}, "what is seen")
    check_equal(broken["bad"] - broken["good"], {rule, *it.beside}, "rules that bad breaks, and good does not")
