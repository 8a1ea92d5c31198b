"""What the tests of hacc doctor share.

A test is a function with @case("name"): it gets a Patient, a machine on which all is well, and makes its fault.
"""
import importlib
import json
import os
import sys
import time

MODULES = "ports folders process kernel firewall dist".split()
CONFIGURATION = """
global:
  chroot: /var/lib/haproxy
  user: haproxy
  group: haproxy
  maxconn: 200
  pidfile: /run/haproxy.pid
  stats socket: /run/haproxy/admin.sock level admin
  log: /dev/log local0
sysctl: {net.core.somaxconn: 1024}
frontends:
  web:
    mode: http
    bind: %(bind)s
    timeout client: 5s
    http-request: return status 200
"""

cases = {}


class Case:
    def __init__(self, function, needs):
        self.function, self.needs = function, needs


def case(name, *needs):
    def take(function):
        cases[name] = Case(function, list(needs))
        return function
    return take


def load():
    """All tests, by name."""
    for module in MODULES:
        importlib.import_module(module)
    return cases


class Patient:
    """The machine, and the configuration that the doctor is shown."""

    def __init__(self, box):
        from box import Failure, check, check_equal, poll
        self.Failure, self.check, self.check_equal, self.poll = Failure, check, check_equal, poll
        self.box = box
        self.nginx = box.write("nginx.conf", "")
        box.run("sysctl", "-qw", "net.core.somaxconn=1024")
        if not os.path.exists("/var/lib/haproxy/dev/log"):
            self.mount_log()
        self.configure()

    def mount_log(self):
        """As the service does it (BindReadOnlyPaths)."""
        os.makedirs("/var/lib/haproxy/dev", exist_ok=True)
        with open("/var/lib/haproxy/dev/log", "w", encoding="ascii"):
            pass
        self.box.run("mount", "--bind", "/dev/log", "/var/lib/haproxy/dev/log")

    def configure(self, old="", new="", bind="':8080'"):
        """The usual configuration with one change."""
        text = CONFIGURATION % {"bind": bind}
        self.check(old in text, "the configuration has no %r" % old)
        self.path = self.box.write("lb.yaml", text.replace(old, new, 1) if old else text)

    def configure_whole(self, text):
        self.path = self.box.write("lb.yaml", text)

    def ask(self, *more, under=(), status=None):
        """The doctor's rows; its exit status must be what they make it."""
        done = self.box.run(*under, self.box.hacc, "doctor", "--format", "json", "--haproxy-bin", self.box.haproxy,
                            "--nginx", self.nginx, *more, self.path, ok=False)
        try:
            said = json.loads(done.stdout)
        except ValueError:
            raise self.Failure("the doctor says %r, status %d" % (done.stdout[-400:], done.returncode)) from None
        rows = said["checks"]
        counts = [sum(row["state"] == state for row in rows) for state in ("failure", "warning", "unknown", "ok")]
        self.check_equal([said["failures"], said["warnings"], said["unknown"], said["ok"]], counts, "the counts")
        self.check_equal(done.returncode, 4 if said["failures"] else 0, "the exit status")
        return rows

    def well(self, *more, under=(), has=()):
        """All is well, and each check of HAS was made."""
        rows = self.ask(*more, under=under)
        bad = [row for row in rows if row["state"] != "ok"]
        self.check(not bad, "something is wrong on a good machine: %s" % bad)
        for check in has:
            self.check(any(row["check"] == check for row in rows), "nothing is said of %s" % check)
        return rows

    def finds(self, check, state, *words, under=(), also=(), more=()):
        """The doctor tells of that one thing, with these words, and of nothing else but checks of ALSO."""
        rows = [row for row in self.ask(*more, under=under) if row["state"] != "ok"]
        mine = [row for row in rows if row["check"] == check and row["state"] == state]
        other = [row for row in rows if row not in mine and row["check"] not in also]
        self.check(mine, "no %s of %s: %s" % (state, check, rows))
        self.check(not other, "beside the %s it finds %s" % (check, other))
        text = " | ".join("%s fix: %s" % (row["found"], row["fix"]) for row in mine)
        for word in words:
            self.check(word in text, "%r is not said: %s" % (word, text))
        return mine

    @staticmethod
    def listens(pid, port):
        """Whether the process itself has a socket that listens on the port."""
        try:
            own = {os.readlink("/proc/%d/fd/%s" % (pid, fd)) for fd in os.listdir("/proc/%d/fd" % pid)}
        except OSError:
            return False
        for table in ("tcp", "tcp6"):
            with open("/proc/net/" + table, encoding="ascii") as file:
                for line in file:
                    words = line.split()
                    if words[3] == "0A" and words[1].endswith(":%04X" % port) and "socket:[%s]" % words[9] in own:
                        return True
        return False

    def serves(self, port=8080, under=(), args=("-db",), seconds=2.0):
        """Whether HAProxy starts with the configuration, and listens; and what it says."""
        box = self.box
        box.build(self.path)
        process = box.start([*under, box.haproxy, *args, "-f", "/etc/haproxy/haproxy.cfg"], log="haproxy-try")
        end = time.monotonic() + seconds
        listens = False
        while process.poll() is None and time.monotonic() < end and not listens:
            listens = self.listens(process.pid, port)
            time.sleep(0.02)
        time.sleep(0.1 if listens else 0)       # up to 2.6 the chroot comes behind the sockets
        listens = listens and process.poll() is None
        box.stop(process)
        with open(process.log, encoding="utf-8", errors="replace") as file:
            return listens, file.read()

    def starts(self, **more):
        good, log = self.serves(**more)
        self.check(good, "HAProxy does not start: %s" % log[-300:])

    def fails(self, *words, **more):
        good, log = self.serves(**more)
        self.check(not good, "HAProxy starts all the same")
        for word in words:
            self.check(word.lower() in log.lower(), "HAProxy does not say %r: %s" % (word, log[-300:]))


def test(box, name):
    patient = Patient(box)
    load()[name].function(patient)


sys.modules.setdefault("doctor", sys.modules[__name__])
