"""What needs no reload is done by the Runtime API of a HAProxy that runs; what needs one for the way to balance is
refused by it."""
import json
import os
import random
import socket
import subprocess
import time

SECONDS = 10
ALGORITHMS = {"dynamic": ["roundrobin", "leastconn", "random", "first", "source\n    hash-type consistent"], "static": ["static-rr", "source"]}
TOP = """global
    stats socket unix@admin.sock level admin
    maxconn %d
    maxsessrate %d
defaults
    mode http
    timeout client 5s
    timeout connect 5s
    timeout server 5s
frontend web
    bind unix@web.sock
    maxconn %d
    default_backend b0
"""


class Model:
    """What a configuration says; `change` makes it another one."""

    def __init__(self, version, rng):
        self.rng, self.dynamic = rng, version not in ("2.2", "2.4")
        self.maxconn, self.rate, self.front = 2000, 100, 500
        self.balance = [rng.choice(ALGORITHMS["dynamic"]) for _ in range(3)] + [rng.choice(ALGORITHMS["static"])]
        self.servers = [{"s%d" % i: self.server(i) for i in range(4)} for _ in self.balance]
        self.named = 4

    def server(self, i):
        return {"address": "10.0.0.%d:%d" % (i + 1, 8000 + i), "weight": self.rng.choice([None, 10, 100]), "maxconn": self.rng.choice([None, 50]),
                "disabled": self.rng.random() < 0.2}

    def text(self):
        found = TOP % (self.maxconn, self.rate, self.front)
        for k, balance in enumerate(self.balance):
            found += "backend b%d\n    balance %s\n%s" % (k, balance, "    default-server weight 7 maxconn 9\n" if k == 1 else "")
            for name, server in self.servers[k].items():
                found += "    server %s %s%s%s%s\n" % (name, server["address"], "" if server["weight"] is None else " weight %d" % server["weight"],
                                                     "" if server["maxconn"] is None else " maxconn %d" % server["maxconn"], " disabled" if server["disabled"] else "")
        return found

    def change(self):
        rng, k = self.rng, self.rng.randrange(3)
        kinds = ["weight", "address", "disabled", "maxconn", "front", "maxconns", "rate"] + ["add", "remove"] * self.dynamic
        kind = rng.choice(kinds)
        server = rng.choice(list(self.servers[k].values())) if self.servers[k] else None
        if kind == "add":
            self.servers[k]["n%d" % self.named] = self.server(self.named % 200)
            self.named += 1
        elif kind == "front":
            self.front += 1
        elif kind == "maxconns":
            self.maxconn -= 1
        elif kind == "rate":
            self.rate = rng.randrange(1, 1000)
        elif server is None:
            return
        elif kind == "remove" and len(self.servers[k]) > 1:
            del self.servers[k][rng.choice(list(self.servers[k]))]
        elif kind == "weight":
            server["weight"] = rng.choice([None, 0, 5, 256])
        elif kind == "address":
            server["address"] = "10.1.%d.%d:%d" % (rng.randrange(256), rng.randrange(1, 255), rng.randrange(1, 65536))
        elif kind == "disabled":
            server["disabled"] = not server["disabled"]
        elif kind == "maxconn":
            server["maxconn"] = rng.choice([1, 7, 1000])


class Haproxy:
    """A HAProxy that runs in a folder of its own."""

    def __init__(self, binary, folder, text):
        self.folder = folder
        os.makedirs(folder)
        with open(os.path.join(folder, "h.cfg"), "w", encoding="ascii") as file:
            file.write(text)
        self.process = subprocess.Popen([binary, "-db", "-f", "h.cfg"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.monotonic() + SECONDS
        while not self.answers() and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.02)

    def answers(self):
        try:
            return bool(self.ask("show info"))
        except OSError:
            return False

    def ask(self, command):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(SECONDS)
            here = os.open(self.folder, os.O_PATH)  # the name of a socket is short
            try:
                link.connect("/proc/self/fd/%d/admin.sock" % here)
            finally:
                os.close(here)
            link.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: link.recv(65536), b"")).decode().strip()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def state(self):
        """What can be changed while it runs."""
        found = {}
        for line in self.ask("show servers state").split("\n"):
            words = line.split()
            if len(words) > 18 and words[0].isdigit():
                found[words[1], words[3]] = (words[4], words[18], int(words[6]) & 1, words[7])
        for line in self.ask("show stat").split("\n"):
            cells = line.split(",")
            if len(cells) > 6 and not line.startswith("#") and cells[1] != "BACKEND":
                found["limit", cells[0], cells[1]] = cells[6]
        for line in self.ask("show info").split("\n"):
            name, _, value = line.partition(":")
            if name in ("Maxconn", "SessRateLimit"):
                found[name] = value.strip()
        return found


def value(side, otherwise):
    return side["text"].split()[-1] if side else otherwise


def commands(change):
    """How a change is made; each with what the answer may be."""
    new, old, way = change["new"], change["old"], change["way"]
    if way == "global-maxconn":
        return ["set maxconn global " + value(new, None)]
    if way == "rate":
        return ["set rate-limit sessions global " + value(new, "0")]
    if way == "frontend-maxconn":
        return ["set maxconn frontend web " + value(new, None)]
    target = change["targets"][0]
    server = "%s/%s" % (target["name"], target["server"])
    if way == "weight":
        return ["set server %s weight %s" % (server, value(new, "1"))]
    if way == "server-maxconn":
        return ["set maxconn server %s %s" % (server, value(new, "0"))]
    if way == "state":
        return ["set server %s state %s" % (server, "maint" if new else "ready")]
    if way == "address":
        return ["set server %s addr %s port %s" % (server, *new["text"].rsplit(":", 1))]
    if way == "server-add":
        address = new["text"].split()[2]
        return ["add server %s %s %s" % (server, address, change["options"])] + \
            ([] if "disabled" in change["options"].split() else ["set server %s state ready" % server])
    assert way == "server-remove" and old, way
    return ["set server %s state maint" % server, "del server %s" % server]


GOOD = ("", "New server registered.", "Server deleted.")


def make_changes(suite, haproxy, said, name):
    for change in json.loads(said)["changes"]:
        if not suite.expect("%s: no reload" % name, not change["reload"], json.dumps(change)):
            continue
        for command in commands(change):
            answer = haproxy.ask(command)
            suite.expect("%s: %s" % (name, command), answer in GOOD or "changed from" in answer or "no need to change" in answer, answer)


def refuse(suite, haproxy, model, folder, version):
    """A static way to balance: HAProxy takes no other weights and no other servers."""
    changed = model.text()
    first = list(model.servers[3])[0]
    model.servers[3][first]["weight"] = 77
    model.servers[3]["another"] = model.server(9)
    said = difference(suite, folder, changed, model.text(), version)
    changes = json.loads(said)["changes"]
    suite.expect("%s: a static way to balance needs a reload" % version, len(changes) == 2 and all(c["reload"] for c in changes), said.decode())
    answers = [haproxy.ask("set server b3/%s weight 77" % first)] + ([haproxy.ask("add server b3/another 10.0.0.9:80")] if model.dynamic else [])
    suite.expect("%s: HAProxy refuses both" % version, all(answer not in GOOD for answer in answers), repr(answers))
    del model.servers[3]["another"]


def difference(suite, folder, old, new, version):
    paths = [os.path.join(folder, name) for name in ("old.cfg", "new.cfg")]
    for path, text in zip(paths, (old, new)):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    return suite.hacc("diff", "--format", "json", "--haproxy", version, *paths)[1]


def check_version(suite, folder, version, binary):
    model = Model(version, random.Random("%d %s" % (suite.options.seed, version)))
    haproxy = Haproxy(binary, os.path.join(folder, "old"), model.text())
    try:
        if not suite.expect("%s: it runs" % version, haproxy.answers()):
            return
        for turn in range(suite.options.rounds):
            before = model.text()
            for _ in range(6):
                model.change()
            make_changes(suite, haproxy, difference(suite, folder, before, model.text(), version), version)
            other = Haproxy(binary, os.path.join(folder, "new-%d" % turn), model.text())
            have, want = haproxy.state(), other.state()
            other.end()
            suite.expect("%s: as started with the new configuration" % version, have == want,
                         repr({key: (have.get(key), want.get(key)) for key in set(have) | set(want) if have.get(key) != want.get(key)}))
        refuse(suite, haproxy, model, folder, version)
    finally:
        haproxy.end()


def check(suite, folder):
    asked = 0
    for version in suite.options.versions.split(","):
        binary = os.path.join(suite.options.haproxy, "haproxy-" + version)
        if not os.access(binary, os.X_OK):
            print("NOT ASKED: there is no haproxy-%s" % version)
            continue
        asked += 1
        top = os.path.join(folder, "runtime-" + version)
        os.makedirs(top)
        check_version(suite, top, version, binary)
    suite.expect("a HAProxy was asked", asked > 0)
