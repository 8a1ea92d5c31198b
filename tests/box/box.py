"""What the tests in a box share: a machine of their own, and the programs they run in it.

suite.py starts this file inside fresh namespaces; it makes them look like a host on which HAProxy is installed, and
calls the test's `test(box)`.  Everything a test starts is ended by its process id when the test ends.
"""
import http.client
import importlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback

WORK = "/run/e2e"                       # on a tmpfs of this test's own
ADMIN = "/run/haproxy/admin.sock"
JOURNAL = "/run/systemd/journal/dev-log"
TEST_SECONDS = int(os.environ.get("BOX_SECONDS", "45"))
KNOWN_VERSIONS = ("2.2", "2.4", "2.6", "2.8", "3.0", "3.2")


class Failure(Exception):
    """What a test found wrong; the text becomes the reason on its line."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def check_equal(got, wanted, what):
    if got != wanted:
        raise Failure("%s: wanted %r, got %r" % (what, wanted, got))


def poll(what, question, seconds=10.0):
    """The first true answer of question(); a Failure naming WHAT if there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure("waited %g s in vain: %s" % (seconds, what))
        time.sleep(0.02)


class Space:
    """A further network namespace, held open by a sleeping process."""

    def __init__(self, box, name):
        self.box, self.name = box, name
        self.holder = box.start(["unshare", "--net", "sleep", "infinity"])
        own = os.readlink("/proc/self/ns/net")
        poll("namespace " + name, lambda: self._link() not in (None, own))
        self.run("ip", "link", "set", "lo", "up")

    def _link(self):
        try:
            return os.readlink("/proc/%d/ns/net" % self.holder.pid)
        except OSError:
            return None

    def enter(self, *argv):
        """ARGV as a command line that runs inside."""
        return ["nsenter", "-t", str(self.holder.pid), "-n", *argv]

    def run(self, *argv, **more):
        return self.box.run(*self.enter(*argv), **more)

    def start(self, argv, **more):
        return self.box.start(self.enter(*argv), **more)


class Box:
    """The test's machine.  `version` is that of the HAProxy under test, as a pair: (2, 6); `target` the newest that
    hacc compiles for and that is not above it, as text: "2.6"."""

    def __init__(self, hacc, haproxy, root):
        self.hacc, self.haproxy, self.root = hacc, haproxy, root
        self.processes, self.links = [], 0
        text = subprocess.run([haproxy, "-v"], capture_output=True, text=True, check=True).stdout
        self.version = tuple(map(int, re.search(r"version (\d+)\.(\d+)", text).groups()))
        self.target = [v for v in KNOWN_VERSIONS if tuple(map(int, v.split("."))) <= self.version][-1]

    # the machine

    def prepare(self):
        """Mounts a tmpfs wherever HAProxy, nginx or a test writes, so that the host's own files stay as they are."""
        os.umask(0o022)
        for path in ("/run", "/etc/haproxy", "/var/lib/haproxy", "/var/lib/nginx", "/var/log/nginx"):
            check(os.path.isdir(path), "no %s here (tests/install-deps)" % path)
            self.run("mount", "-t", "tmpfs", "-o", "mode=755", "e2e", path)
        user = pwd.getpwnam("haproxy")
        for path, mode in ((WORK, 0o755), ("/run/haproxy", 0o2775), ("/run/lock", 0o1777)):
            os.mkdir(path)
            os.chmod(path, mode)
        os.chown("/run/haproxy", user.pw_uid, user.pw_gid)
        # names are looked up nowhere: a query is refused at once
        self.run("mount", "--bind", self.write("resolv.conf", "nameserver 127.0.0.1\n"), "/etc/resolv.conf")
        self.run("hostname", "e2e")
        self.run("ip", "link", "set", "lo", "up")
        self.make_journal()

    def make_journal(self):
        """The journal as Debian has it: journald's socket (`journal`), and /dev/log as a link to it.

        Since 2.4 the package's haproxy.service also mounts it into the chroot, and so it is done here:
        BindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log
        """
        os.makedirs(os.path.dirname(JOURNAL))
        self.journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.journal.bind(JOURNAL)
        os.chmod(JOURNAL, 0o666)
        dev, inside = WORK + "/dev", "/var/lib/haproxy/dev"
        for directory in (dev, inside):
            os.mkdir(directory)
        self.run("mount", "-t", "tmpfs", "-o", "mode=755", "dev", dev)
        for node in ("null", "zero", "random", "urandom"):
            self.write("dev/" + node, "")
            self.run("mount", "--bind", "/dev/" + node, dev + "/" + node)
        os.symlink(JOURNAL, dev + "/log")
        os.symlink("/proc/self/fd/0", dev + "/stdin")
        self.run("mount", "--move", dev, "/dev")
        if self.version >= (2, 4):
            with open(inside + "/log", "w", encoding="ascii"):
                pass
            self.run("mount", "--bind", "/dev/log", inside + "/log")
            self.run("mount", "-o", "remount,bind,ro", inside + "/log")

    def overlay(self, path):
        """Lets the test change what stands below PATH, for itself alone."""
        folder = self.directory("overlay" + path.replace("/", "-"))
        for part in ("upper", "work"):
            os.mkdir(os.path.join(folder, part))
        self.run("mount", "-t", "overlay", "overlay", "-o",
                 "lowerdir=%s,upperdir=%s/upper,workdir=%s/work" % (path, folder, folder), path)

    def run(self, *argv, ok=True, seconds=20, **more):
        """Runs ARGV to its end; its output is text.  Where `ok`, a status other than 0 fails the test."""
        more.setdefault("stdin", subprocess.DEVNULL)
        if "input" in more:
            del more["stdin"]
        result = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                errors="replace", timeout=seconds, **more)
        if ok and result.returncode != 0:
            raise Failure("%s ended with %d: %s" % (" ".join(argv), result.returncode, result.stdout.strip()))
        return result

    def start(self, argv, log=None, **more):
        """Starts ARGV in the background; its output goes to a file whose name is `process.log`."""
        path = "%s/%02d-%s.log" % (WORK, len(self.processes), log or os.path.basename(argv[0]))
        with open(path, "wb") as f:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT, **more)
        process.log = path
        self.processes.append(process)
        return process

    def stop(self, process):
        """Ends one process, and waits until it is gone."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(3)

    def release(self):
        for process in reversed(self.processes):
            self.stop(process)

    def show_logs(self):
        for process in self.processes:
            with open(process.log, encoding="utf-8", errors="replace") as f:
                text = f.read().strip()
            if text:
                print("--- %s\n%s" % (os.path.basename(process.log), text[-3000:]))

    def write(self, name, text):
        path = os.path.join(WORK, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def directory(self, name):
        """A new directory of this test's own."""
        path = os.path.join(WORK, name)
        os.mkdir(path)
        return path

    # networks

    def space(self, name):
        return Space(self, name)

    def link(self, space, inside, outside, gateway=None):
        """A veth pair: OUTSIDE (address/prefix) here, the list INSIDE in `space`; GATEWAY is its default route."""
        self.links += 1
        here, there = "e2e%da" % self.links, "e2e%db" % self.links
        self.run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", str(space.holder.pid))
        self.run("ip", "addr", "add", outside, "dev", here)
        self.run("ip", "link", "set", here, "up")
        for address in inside:
            space.run("ip", "addr", "add", address, "dev", there)
        space.run("ip", "link", "set", there, "up")
        if gateway:
            space.run("ip", "route", "add", "default", "via", gateway)

    def servers(self, outside, addresses):
        """A namespace for servers, at ADDRESSES, reached over OUTSIDE; it routes back through this machine."""
        space = self.space("servers")
        prefix = outside.partition("/")[2]
        self.link(space, ["%s/%s" % (a, prefix) for a in addresses], outside, outside.partition("/")[0])
        return space

    def wait_listen(self, process, port, seconds=5.0):
        """Until something listens on PORT in the network namespace of PROCESS (no connection is made)."""
        needle = re.compile(r":%04X [0-9A-F]+:0000 0A " % port)

        def listens():
            if process.poll() is not None:
                with open(process.log, encoding="utf-8", errors="replace") as f:
                    raise Failure("%s ended with %d: %s" % (os.path.basename(process.log), process.returncode,
                                                            f.read().strip()[-400:]))
            for table in ("tcp", "tcp6"):
                try:
                    with open("/proc/%d/net/%s" % (process.pid, table), encoding="ascii") as f:
                        if needle.search(f.read()):
                            return True
                except OSError:
                    pass
            return False
        poll("port %d of %s" % (port, os.path.basename(process.log)), listens, seconds)

    # the programs

    def build(self, source, directory="/etc/haproxy"):
        """`hacc build` of a sample (its bare name) or of a file; returns the directory of the output."""
        path = source if "/" in source else os.path.join(self.root, "samples", source + ".yaml")
        os.makedirs(directory, exist_ok=True)
        self.run(self.hacc, "build", path, "-o", directory, "--haproxy", self.target)
        return directory

    def start_haproxy(self, ports, *more, space=None, run=None, under=()):
        """Starts HAProxy in the foreground, and waits for its PORTS; the directory RUN is its /run/haproxy, UNDER the
        words of a program that starts it."""
        argv = [*under, self.haproxy, "-db", "-f", "/etc/haproxy/haproxy.cfg", *more]
        if run:
            argv = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /run/haproxy && exec "$@"', run, *argv]
        process = (space or self).start(argv, log="haproxy")
        for port in ports:
            self.wait_listen(process, port)
        return process

    def start_nginx(self, name, body, port, space=None):
        """An nginx of its own with the `server` blocks of BODY; one process, ended by its id."""
        config = self.write(name + ".nginx", "daemon off;\nmaster_process off;\npid %s/%s.pid;\n"
                            "error_log stderr;\nevents {}\nhttp {\naccess_log off;\n%s\n}\n" % (WORK, name, body))
        process = (space or self).start(["nginx", "-c", config], log="nginx-" + name)
        self.wait_listen(process, port)
        return process

    def start_web(self, name, address, space, says="$request_uri", more=""):
        """An nginx at ADDRESS (address:port) that answers every request with "NAME SAYS"; MORE are further directives."""
        body = 'server { listen %s; %s location / { return 200 "%s %s"; } }' % (address, more, name, says)
        return self.start_nginx(name, body, int(address.rpartition(":")[2]), space)

    def start_sink(self, name, address, space):
        """A smtp-sink at ADDRESS:25; the process, and the directory for `mails` to read."""
        directory = self.directory(name)
        shutil.chown(directory, "nobody")
        process = space.start(["smtp-sink", "-u", "nobody", "-h", name + ".example", "-d", directory + "/%M.",
                               address + ":25", "20"], log="smtp-sink-" + name)
        return process, directory

    def mails(self, directory):
        """The client address of each mail that a smtp-sink has accepted."""
        clients = []
        for name in sorted(os.listdir(directory)):
            try:
                with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as f:
                    text = f.read()
            except FileNotFoundError:   # a health check: its file goes when it leaves without a mail
                continue
            match = re.search(r"^X-Client-Addr: (\S+)", text, re.M)
            if match and re.search(r"^X-Rcpt-Args: ", text, re.M):
                clients.append(match.group(1))
        return clients

    def send_mail(self, address, space=None, seconds=10, ok=True):
        """One mail to ADDRESS by swaks; what swaks printed."""
        argv = ["swaks", "--server", address, "--port", "25", "--from", "a@client.example", "--to", "b@site.example",
                "--helo", "client.example", "--timeout", str(seconds), "--body", "hello"]
        result = (space or self).run(*argv, ok=ok, seconds=seconds + 10)
        return result.stdout

    def admin(self, command, path=ADMIN):
        """The answer of the Runtime API to COMMAND."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(path)
            s.sendall(command.encode() + b"\n")
            answer = b""
            while True:
                data = s.recv(65536)
                if not data:
                    return answer.decode("utf-8", "replace")
                answer += data


class Answer:
    """A response: status, headers (by lower-case name; several of one name joined by commas), body as text."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {}
        for name, value in response.getheaders():
            name = name.lower()
            self.headers[name] = self.headers[name] + ", " + value if name in self.headers else value
        self.body = response.read().decode("utf-8", "replace").strip()

    def cookie(self, name):
        match = re.search(r"\b%s=([^;]*)" % re.escape(name), self.headers.get("set-cookie", ""))
        return match and match.group(1)


def get(path, address="127.0.0.1", port=80, headers=None, source=None, tls=None, server_name=None):
    """One GET over a connection of its own; SOURCE is the client's address, TLS an ssl.SSLContext."""
    connection = http.client.HTTPConnection(address, port, timeout=8, source_address=source and (source, 0))
    try:
        connection.connect()
        if tls:
            connection.sock = tls.wrap_socket(connection.sock, server_hostname=server_name)
        connection.request("GET", path, headers=headers or {})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def ends(signum, frame):
    raise Failure("no end after %d s" % TEST_SECONDS)


def main():
    hacc, haproxy, root, folder, module, *arguments = sys.argv[1:]
    # this process is the first of its process namespace: without a handler the kernel would not deliver these
    signal.signal(signal.SIGALRM, ends)
    signal.signal(signal.SIGTERM, ends)
    signal.alarm(TEST_SECONDS)
    box = Box(hacc, haproxy, root)
    status = 1
    try:
        box.prepare()
        sys.path.insert(0, folder)
        importlib.import_module(module).test(box, *arguments)
        status = 0
    except Failure as failure:
        box.show_logs()
        print("FAIL: " + " ".join(str(failure).split()))
    except Exception as error:          # a broken test is a failed test
        traceback.print_exc(file=sys.stdout)
        box.show_logs()
        print("FAIL: %s: %s" % (type(error).__name__, " ".join(str(error).split())))
    finally:
        signal.alarm(0)
        box.release()
    sys.stdout.flush()
    return status


if __name__ == "__main__":
    # the tests import this file by its name: let them have this very module
    sys.modules["box"] = sys.modules["__main__"]
    sys.exit(main())
