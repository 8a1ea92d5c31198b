"""Changes that a running HAProxy takes by its Runtime API: each case is a function `case_NAME(bed)`; its doc is what it
shows. What runs is read from HAProxy itself and held against the file, which is read here once more, by other means."""
import os
import random
import re
import socket
import ssl
import subprocess
import threading
import time

import bed as beds
from bed import ADMIN, MASTER, STATE, TARGET, Failure, check, check_equal, poll

VERSIONS = "2.2 2.6 3.0 3.2"
CHANGES_AN_APPLY = 20
ADDS = (2, 6)  # the first version whose servers come and go


def runs(**modes):
    """The versions that a case is run with, by mode; without it: all, as a daemon."""
    def mark(function):
        function.modes = {mode: versions.split() for mode, versions in modes.items()}
        return function
    return mark


class Server:
    """What the file says of a server."""

    def __init__(self, rng):
        self.address, self.weight, self.disabled = draw_address(rng), rng.randint(0, 256), rng.random() < 0.2
        self.maxconn, self.checked = rng.choice([0, 1, 50, 1000]), rng.random() < 0.3

    def line(self):
        words = [self.address, "weight %d" % self.weight]
        words += ["maxconn %d" % self.maxconn] if self.maxconn else []
        words += ["check inter 1h"] if self.checked else []
        return " ".join(words + (["disabled"] if self.disabled else []))

    def facts(self):
        return self.address, self.weight, self.disabled, self.maxconn


def draw_address(rng):
    host = rng.choice(["192.0.2.%d" % rng.randint(1, 254), "[2001:db8::%x]" % rng.randint(1, 65535)])
    return "%s:%d" % (host, rng.choice([1, 80, 443, 65535, rng.randint(2, 65534)]))


def text_of(bed, backends, **more):
    lines = ["backends:"]
    for name, servers in backends.items():
        lines += ["  %s:" % name, "    balance: roundrobin", "    server:"]
        lines += ["      %s: \"%s\"" % (key, server if isinstance(server, str) else server.line())
                  for key, server in servers.items()]
    return bed.text(more="\n".join(lines), **more)


def facts_of_file():
    """{(backend, server): (address, weight, disabled, maxconn)} of the installed file."""
    found, backend = {}, None
    with open(TARGET, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if line[:1].strip() and words:
                backend = words[1] if words[0] in ("backend", "listen") else None
            if backend and words and words[0] == "server":
                options = words[3:]

                def value(name, default, options=options):
                    return int(options[options.index(name) + 1]) if name in options else default
                found[backend, words[1]] = (words[2], value("weight", 1), "disabled" in options, value("maxconn", 0))
    return found


def ask(command, path=ADMIN):
    """HAProxy's answer; a master ends it only where it is told that no more commands come."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(path)
        s.sendall(command.encode() + b"\n")
        s.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: s.recv(65536), b"")).decode("utf-8", "replace")


def facts_of_haproxy(path=ADMIN, prefix=""):
    """The same of the process that runs."""
    limits = {}
    lines = ask(prefix + "show stat -1 4 -1", path).splitlines()
    names = lines[0].lstrip("# ").split(",")
    for line in lines[1:]:
        row = dict(zip(names, line.split(",")))
        if row.get("svname"):
            limits[row["pxname"], row["svname"]] = int(row["slim"] or 0)
    found = {}
    lines = ask(prefix + "show servers state", path).splitlines()
    names = lines[1].lstrip("# ").split()
    for line in lines[2:]:
        row = dict(zip(names, line.split()))
        if not row or not row["be_name"].startswith("pool"):
            continue
        key, host = (row["be_name"], row["srv_name"]), row["srv_addr"]
        found[key] = ("%s:%s" % ("[%s]" % host if ":" in host else host, row["srv_port"]), int(row["srv_uweight"]),
                      bool(int(row["srv_admin_state"]) & 1), limits[key])
        check(not int(row["srv_admin_state"]) & 8, "%s is drained" % (key,))
    return found


def serving(bed):
    """The pid of the process that serves, as it says itself."""
    return bed.info()[0]


def change(rng, backends, version, fresh):
    """Makes one change, and says of which server; None where the one that was drawn cannot be."""
    kinds = ["weight", "weight", "address", "port", "drain", "state", "maxconn"]
    kinds += ["add", "remove"] if version >= ADDS else []
    kind, backend = rng.choice(kinds), rng.choice(sorted(backends))
    pool = backends[backend]
    if kind == "add":
        name = "new%d" % fresh
        pool[name] = Server(rng)
        return backend, name
    name = rng.choice(sorted(pool))
    server = pool[name]
    before = server.facts()
    if kind == "remove":
        if len(pool) < 5:
            return None
        del pool[name]
        return backend, name
    if kind == "weight":
        server.weight = rng.randint(1, 256)
    elif kind == "drain":
        server.weight = 0
    elif kind == "address":
        server.address = draw_address(rng)
    elif kind == "port":
        server.address = "%s:%d" % (server.address.rpartition(":")[0], rng.randint(1, 65535))
    elif kind == "state":
        server.disabled = not server.disabled
    else:
        server.maxconn = rng.choice([0, 1, 50, 1000])
    return (backend, name) if server.facts() != before else None


def differences(old, new):
    """How many of the facts are others, servers that came or went among them."""
    return sum(1 for key in old.keys() ^ new.keys()) + \
        sum(a != b for key in old.keys() & new.keys() for a, b in zip(old[key], new[key]))


@runs(daemon=VERSIONS, master="2.6 3.2")
def case_changes(bed):
    """Random changes of servers: no reload, what runs is what the file says after each apply, one process all along."""
    wanted, seed = int(os.environ.get("CHANGES", "1000")), int(os.environ.get("SEED", time.time_ns() % 1000000))
    rng, version = random.Random(seed), tuple(map(int, bed.version.split(".")))
    backends = {"pool%d" % i: {"s%d" % k: Server(rng) for k in range(10)} for i in range(3)}
    bed.write(text_of(bed, backends))
    bed.apply()
    pid, now, asked, done, fresh, reloads = serving(bed), facts_of_haproxy(), 0, 0, 0, []
    check_equal(now, facts_of_file(), "servers at the start (SEED=%d)" % seed)
    while asked < wanted:
        touched = set()
        while len(touched) < CHANGES_AN_APPLY:
            fresh += 1
            touched.add(change(rng, backends, version, fresh))
        bed.write(text_of(bed, backends))
        result = bed.apply("--debug", "--reload", "auto")
        before, now, file = now, facts_of_haproxy(), facts_of_file()
        check_equal(now, file, "servers after %d changes (SEED=%d)" % (asked, seed))
        count = differences(before, now)
        asked += count
        if serving(bed) == pid:
            done += count
            check("without a reload" in result.stdout, result.stdout)
        else:
            reloads += [line for line in result.stdout.splitlines() if "reload: " in line]
        pid = serving(bed)
    check(done >= 0.95 * asked, "%d of %d changes without a reload (SEED=%d): %s" % (done, asked, seed, reloads[:3]))
    history = bed.hacc("history", "--state-dir", STATE).stdout
    check(" runtime " in history, history)
    bed.apply()
    check_equal(serving(bed), pid, "the process after an apply that has nothing to do")
    bed.apply("--reload", "always")
    check(serving(bed) != pid, "no reload where there must be one")
    check_equal(facts_of_haproxy(), facts_of_file(), "servers after a reload (SEED=%d)" % seed)


POOL = {"pool": {"one": "192.0.2.1:80 weight 10", "two": "192.0.2.2:80 weight 20"}}


def begin(bed, backends=None, **more):
    bed.write(text_of(bed, backends or POOL, **more))
    bed.apply()
    return serving(bed)


def with_weight(weight):
    return {"pool": {**POOL["pool"], "one": "192.0.2.1:80 weight %d" % weight}}


@runs(daemon="2.2 3.2")
def case_never(bed):
    """--reload never: what commands can do is done; else 6, and nothing is touched."""
    pid = begin(bed)
    bed.write(text_of(bed, with_weight(11)))
    bed.apply("--reload", "never")
    check_equal(facts_of_haproxy()["pool", "one"][1], 11, "the weight")
    before = bed.untouched()
    bed.write(text_of(bed, with_weight(12), says="two"))
    result = bed.apply("--reload", "never", status=6)
    check("reload" in result.stdout, result.stdout)
    check_equal(bed.untouched(), before, "file and process")
    check_equal(facts_of_haproxy()["pool", "one"][1], 11, "the weight after an apply that was refused")
    bed.apply()
    check(serving(bed) != pid, "no reload for a change of a rule")
    check_equal(facts_of_haproxy(), facts_of_file(), "servers after a reload")


@runs(daemon="2.2 3.2")
def case_by_hand(bed):
    """What was changed past hacc is seen; an apply makes it what the file says."""
    pid = begin(bed)
    ask("set server pool/two weight 77")
    result = bed.hacc("status", "--state-dir", STATE, "--pidfile", beds.PIDFILE, "--target", TARGET, status=1)
    check("pool/two" in result.stdout, result.stdout)
    bed.write(text_of(bed, with_weight(11)))
    bed.apply()
    check_equal(facts_of_haproxy(), facts_of_file(), "servers")
    check(serving(bed) != pid, "the change by hand is gone without a reload?")


class Liar:
    """An admin socket in front of HAProxy's own that changes answers: lie(command, answer) gives what is said."""
    path = beds.WORK + "/liar.sock"

    def __init__(self):
        self.lie = lambda command, answer: answer
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            with client:
                command = b"".join(iter(lambda: client.recv(65536), b"")).decode()
                try:
                    client.sendall(self.lie(command, ask(command.rstrip("\n"))).encode())
                except OSError:
                    pass  # who asks does not wait for ever


@runs(master="2.6 3.2")
def case_hostile(bed):
    """Answers that are not known, whatever they are: a reload, after which all is as the file says."""
    begin(bed)
    liar, weight = Liar(), 30
    lies = {"set server": ["No such server.\n\n", "\n\nreally\n", "\x1b[2J\0\0", "Unknown command.", "x" * 100000,
                           "Permission denied\n"],
            "show servers state": ["", "1\n", "2\n# be_id be_name\n", "\0" * 1000,
                                   "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state "
                                   "srv_uweight srv_iweight srv_fqdn srv_port\n1 pool 1 one 192.0.2.1 2 0 -1 1 - 80\n"],
            "show stat": ["", "# pxname,svname,type,slim\npool,one,2,77\n"]}
    for start, answers in lies.items():
        for lie in answers:
            weight += 1
            pid = serving(bed)
            liar.lie = lambda command, answer, start=start, lie=lie: lie if command.startswith(start) else answer
            bed.write(text_of(bed, with_weight(weight)))
            result = bed.apply("--debug", "--socket", Liar.path)
            check("not at run time: " in result.stdout, result.stdout)
            check(serving(bed) != pid, "no reload after %r" % lie[:40])
            check_equal(facts_of_haproxy(), facts_of_file(), "servers after %r" % lie[:40])
    liar.lie = lambda command, answer: answer
    bed.write(text_of(bed, with_weight(99)))
    check("without a reload" in bed.apply("--socket", Liar.path).stdout, "a reload where all answers are good")


@runs(daemon="2.6 3.2")
def case_requests(bed):
    """A server that goes ends its requests first; one that does not end in time means a reload, and it is not cut."""
    answering = threading.Event()
    listener = socket.create_server(("127.0.0.1", 9001))

    def serve():
        while True:
            connection, _ = listener.accept()
            connection.recv(4096)
            answering.set()
            time.sleep(2)
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nslow")
            connection.close()
    threading.Thread(target=serve, daemon=True).start()

    pool = {"pool": {"slow": "127.0.0.1:9001 weight 256", "two": "192.0.2.2:80 weight 0"}}

    def text(backends):
        return text_of(bed, backends).replace(
            'http-request: return status 200 content-type text/plain string "one"', "default_backend: pool")

    for wait, stays in (("6s", True), ("500ms", False)):
        bed.write(text(pool))
        bed.apply("--reload", "always")
        pid, answer = serving(bed), []
        answering.clear()
        client = threading.Thread(target=lambda: answer.append(bed.get()), daemon=True)
        client.start()
        check(answering.wait(5), "the request does not arrive")
        bed.write(text({"pool": {"two": "192.0.2.2:80 weight 0"}}))
        bed.apply("--wait", wait, status=0 if stays else 9)
        client.join(10)
        check_equal(answer, ["slow"], "the answer")
        check_equal(serving(bed) == pid, stays, "the process stays, with --wait %s" % wait)
        poll("the end of the old process", lambda: stays or not bed.alive(pid))


def make_certificate(path, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name, "-keyout",
                    path + ".part", "-out", path + ".crt"], check=True, stderr=subprocess.DEVNULL)
    with open(path + ".new", "wb") as out:
        for part in (".crt", ".part"):
            with open(path + part, "rb") as file:
                out.write(file.read() + b"\n")
            os.unlink(path + part)
    os.rename(path + ".new", path)


def name_shown(port):
    """The name in the certificate that the listener shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=5) as s, context.wrap_socket(s) as tls:
        return re.search(rb"[a-z]+\.example", tls.getpeercert(True)).group().decode()


@runs(daemon=VERSIONS, master="3.2")
def case_files(bed):
    """Maps, lists and certificates that have changed: HAProxy gets them whole, without a reload where it has
    transactions; what others told it stays while the file is not touched."""
    def put(name, text):
        with open(beds.WORK + "/" + name, "w", encoding="ascii") as file:
            file.write(text)

    def says():
        return bed.get()

    put("a.map", "# keys\n\n  /   one  two \n/x three\n")
    put("a.acl", "192.0.2.1\n  198.51.100.0/24\n")
    make_certificate(beds.WORK + "/a.pem", "first.example")
    bed.write(text_of(bed, POOL, binds=(8080, "127.0.0.1:8443 ssl crt %s/a.pem" % beds.WORK)).replace(
        'http-request: return status 200 content-type text/plain string "one"',
        "http-request:\n      - deny deny_status 403 if { src -f %s/a.acl }\n"
        "      - return status 200 content-type text/plain lf-string %%[path,map(%s/a.map,none)]" %
        (beds.WORK, beds.WORK)))
    time.sleep(4)  # the files are older than the process, whatever the clock's grain
    bed.apply()
    pid = serving(bed)
    check_equal((says(), name_shown(8443)), ("one  two", "first.example"), "what the files say")
    ask("add map %s/a.map /told by-hand" % beds.WORK)
    check("nothing to do" in bed.apply().stdout, "files that nobody has changed are changed")
    check("/told by-hand" in ask("show map %s/a.map" % beds.WORK), "what was told to HAProxy is gone")

    make_certificate(beds.WORK + "/a.pem", "second.example")
    bed.apply()
    check_equal(name_shown(8443), "second.example", "the certificate")
    check_equal(serving(bed), pid, "the process, after a certificate")
    put("a.map", "".join("/%d %s\n" % (i, "x" * 100) for i in range(1000)) + "/ four;five\n")
    put("a.acl", "203.0.113.7\n")
    bed.apply()
    check_equal(says(), "four;five", "the map")
    check_equal(serving(bed) == pid, bed.version != "2.2", "the process stays, after a map and a list")
    check_equal([line.split()[1] for line in ask("show acl %s/a.acl" % beds.WORK).split("\n") if line], ["203.0.113.7"],
                "the list")
    check("nothing to do" in bed.apply().stdout, "it is done again")

    put("a.acl", "nonsense\n")
    pid = serving(bed)
    bed.apply(status=3)
    put("a.acl", "127.0.0.1\n")
    bed.apply("--reload", "never" if bed.version != "2.2" else "auto")
    with socket.create_connection(("127.0.0.1", 8080), timeout=5) as s:
        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
        check(b" 403 " in s.recv(4096), "the list is not in force")


@runs(daemon="2.2")
def case_nbproc(bed):
    """Several processes: each is driven by its own socket; one that no socket leads to alone means a reload."""
    def text(weight, sockets):
        own = "\n".join("      - \"%s.%d mode 600 level admin process %d\"" % (ADMIN, n, n) for n in sockets)
        return text_of(bed, with_weight(weight), more_global="  nbproc: 2\n  nbthread: 1").replace(
            "  stats socket: " + ADMIN + " mode 600 level admin expose-fd listeners",
            "  stats socket:\n      - \"%s mode 600 level admin expose-fd listeners process 1\"\n%s" % (ADMIN, own))
    bed.write(text(10, (2,)))
    bed.apply()
    pid = serving(bed)
    bed.write(text(11, (2,)))
    bed.apply("--reload", "never")
    for path in (ADMIN, ADMIN + ".2"):
        check_equal(facts_of_haproxy(path)["pool", "one"][1], 11, "the weight behind %s" % path)
    check_equal(serving(bed), pid, "the process")
    bed.write(text(12, ()))
    bed.apply("--reload", "always")
    bed.write(text(13, ()))
    check("process" in bed.apply("--reload", "never", status=6).stdout, "why not")


@runs(master="2.2 2.6 3.2")
def case_master_socket(bed):
    """Without an admin socket of its own the worker is driven by its master's."""
    def write(weight):
        bed.write(re.sub(r"\n  stats socket: .*", "", text_of(bed, with_weight(weight))))
    write(10)
    bed.apply()
    write(11)
    result = bed.apply("--reload", "never")
    check("without a reload" in result.stdout, result.stdout)
    check_equal(facts_of_haproxy(MASTER, "@1 ")["pool", "one"][1], 11, "the weight")


CASES = {name[len("case_"):]: function for name, function in sorted(globals().items()) if name.startswith("case_")}
TESTS = [(name, version, mode) for name, function in CASES.items()
         for mode, versions in getattr(function, "modes", {"daemon": VERSIONS.split()}).items() for version in versions]


def test(box, name, version, haproxy, mode):
    """One test of tests/apply/runtime, inside its box."""
    try:
        CASES[name](beds.Bed(box, version, haproxy, mode))
    except KeyError as error:
        raise Failure("no %s there" % error) from error
