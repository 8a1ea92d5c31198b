"""What the tests of `hacc apply` share: a HAProxy that hacc keeps, files for it, and who watches it from outside."""
import os
import re
import resource
import signal
import socket
import subprocess
import threading
import time

from box import ADMIN, Failure, WORK, check, check_equal, poll  # noqa: F401

TARGET = "/etc/haproxy/haproxy.cfg"
STATE = WORK + "/state"
PIDFILE = "/run/haproxy.pid"
MASTER = WORK + "/master.sock"
PORT = 8080

# What the unit of Debian's package does, for a machine without systemd. ExecReload= checks the file, and signals the
# master; systemd has waited by then for nothing that proves anything.
SYSTEMCTL = """#!/bin/sh
echo "$*" >>{work}/systemctl.log
[ "$2" = haproxy.service ] || {{ echo "Unit $2 not found." >&2; exit 5; }}
case $1 in
reload)
    {haproxy} -Ws -f {target} -c -q || {{ echo "Job for $2 failed." >&2; exit 1; }}
    kill -USR2 "$(cat {pidfile})"
    ;;
restart|start)
    if [ -s {pidfile} ]; then kill -TERM "$(cat {pidfile})" 2>/dev/null; fi
    {haproxy} -W -D -f {target} -p {pidfile} -S {master}
    ;;
*)
    exit 1
    ;;
esac
"""

BASE = """haproxy: "{version}"
apply: {{mode: {mode}, state-dir: {state}, pidfile: {pidfile}, master-socket: {master}, sysctl: false, wait: 3s}}
global:
  maxconn: {maxconn}
  hard-stop-after: {hard_stop}
  stats socket: {socket}
{more_global}
defaults:
  mode: http
  timeout: {{connect: 1s, client: 30s, server: 30s, http-request: 5s}}
  option: {{{options}}}
frontends:
  web:
    bind: {binds}
    http-request: return status 200 content-type text/plain string "{says}"
{more}
"""


class Poller:
    """Connects to a port of this machine every millisecond, and counts what is refused or gets no answer."""

    def __init__(self, port=PORT, address="127.0.0.1"):
        self.peer, self.tries, self.failed, self.stopped = (address, port), 0, [], threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopped.is_set():
            self.tries += 1
            try:
                with socket.create_connection(self.peer, timeout=2):
                    pass
            except OSError as error:
                self.failed.append(str(error))
            time.sleep(0.001)

    def end(self):
        """Fails the test where a connection has failed."""
        self.stopped.set()
        self.thread.join(5)
        check(self.tries > 3, "the poller hardly ran: %d tries" % self.tries)
        check(not self.failed, "%d of %d connections failed: %s" % (len(self.failed), self.tries, self.failed[:1]))


class Bed:
    """`version` is that of the HAProxy under test, as text; `mode` as --mode takes it."""

    def __init__(self, box, version, haproxy, mode="daemon"):
        self.box, self.version, self.mode = box, version, mode
        self.haproxy = haproxy
        self.source = WORK + "/lb.yaml"
        self.env = {}
        self.limits = None
        if mode == "systemd":
            os.mkdir(WORK + "/bin")
            script = SYSTEMCTL.format(work=WORK, haproxy=haproxy, target=TARGET, pidfile=PIDFILE, master=MASTER)
            os.chmod(box.write("bin/systemctl", script), 0o755)
            os.environ["PATH"] = WORK + "/bin:" + os.environ["PATH"]

    # files

    def text(self, binds=(PORT,), maxconn=200, says="one", socket=ADMIN + " mode 600 level admin expose-fd listeners",
             more="", more_global="", hard_stop="30s", bind_more=""):
        lines = ["127.0.0.1:%s%s" % (b, bind_more) if isinstance(b, int) else b for b in binds]
        return BASE.format(version=self.version, mode=self.mode, state=STATE, pidfile=PIDFILE, master=MASTER,
                           maxconn=maxconn, socket=socket, says=says, more=more, more_global=more_global,
                           hard_stop=hard_stop, options="" if self.version == "2.2" else "idle-close-on-response: true",
                           binds="[%s]" % ", ".join('"%s"' % line for line in lines))

    def write(self, text=None, **more):
        with open(self.source, "w", encoding="utf-8") as file:
            file.write(text if text is not None else self.text(**more))

    def target(self):
        with open(TARGET, encoding="utf-8") as file:
            return file.read()

    # hacc

    def hacc(self, *argv, status=0, seconds=40):
        """Runs hacc; its result, with the output of both streams."""
        def limit():
            if self.limits:
                resource.setrlimit(resource.RLIMIT_NOFILE, self.limits)
        result = subprocess.run([self.box.hacc, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, timeout=seconds, preexec_fn=limit,
                                env={**os.environ, **self.env})
        if status is not None and result.returncode != status:
            raise Failure("hacc %s: status %d, wanted %d: %s" % (" ".join(argv[:1]), result.returncode, status,
                                                                 result.stdout.strip()))
        return result

    def apply(self, *more, status=0, **changes):
        """Writes the file with CHANGES, and applies it."""
        if changes:
            self.write(**changes)
        return self.hacc("apply", *([] if "--haproxy-bin" in more else ["--haproxy-bin", self.haproxy]), *more,
                         self.source, status=status)

    # haproxy

    def info(self, path=ADMIN):
        """(pid, generation) of who answers the admin socket; None where nobody does."""
        try:
            text = self.box.admin("show info;show env HACC_GEN", path)
        except OSError:
            return None
        pid, generation = re.search(r"^Pid: (\d+)", text, re.M), re.search(r"^HACC_GEN=(\w+)", text, re.M)
        return int(pid.group(1)) if pid else 0, generation.group(1) if generation else ""

    def pid(self):
        with open(PIDFILE, encoding="ascii") as file:
            return int(file.read().split()[0])

    def haproxies(self):
        """Pids of the processes that serve or end: no zombies."""
        pids = []
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open("/proc/%s/cmdline" % name, "rb") as file:
                    words = file.read().split(b"\0")
                with open("/proc/%s/stat" % name, encoding="utf-8", errors="replace") as file:
                    state = file.read().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state not in "ZX" and any(word.endswith(b"/haproxy") or b"/haproxy-" in word for word in words[:6]) and \
                    b"-f" in words:
                pids.append(int(name))
        return pids

    def alive(self, pid):
        try:
            with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
                return file.read().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False

    def get(self, port=PORT):
        """The body of one answer."""
        with socket.create_connection(("127.0.0.1", port), timeout=3) as s:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while True:
                data = s.recv(65536)
                if not data:
                    return answer.partition(b"\r\n\r\n")[2].decode().strip()
                answer += data

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        poll("end of %d" % pid, lambda: not self.alive(pid))

    # between two looks

    def untouched(self):
        """What must be the same after an apply that does nothing."""
        with open(TARGET, "rb") as file:
            return file.read(), os.stat(TARGET).st_ino, self.info(), sorted(self.haproxies()), sorted(os.listdir("/etc/haproxy"))

    def serves_one(self, says, generation=None):
        """Whether exactly one generation serves, and it is what is on the disk."""
        check_equal(self.get(), says, "the answer")
        pid, live = self.info()
        check_equal(re.search(r"setenv HACC_GEN (\w+)", self.target()).group(1), live, "generation on disk and live")
        if generation:
            check_equal(live, generation, "the live generation")
        check_equal(sorted(os.listdir("/etc/haproxy")), ["haproxy.cfg"], "what is left beside the target")
        check(not os.path.exists(STATE + "/journal.yaml"), "the journal is left")
        return pid
