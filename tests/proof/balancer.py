"""A HAProxy that runs a text of a rule: what starts it, what it serves, and what asks it."""
import csv
import json
import os
import re
import socket
import ssl
import threading
import time

from box import WORK, Failure, check, get, poll

ADMIN = WORK + "/admin.sock"
ADMIN_CFG = "global\n    stats socket %s level admin\n" % ADMIN      # beside the text, as a file of its own


class Listener:
    """A server of this process: TALK(connection, number) serves each connection in a thread of its own.

    Its port may be one that HAProxy binds on all addresses: the kernel prefers the one address."""

    def __init__(self, address, port, talk):
        self.talk, self.connections, self.open = talk, 0, set()
        self.socket = socket.create_server((address, port), backlog=64, reuse_port=True)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.one, args=(connection, self.connections), daemon=True).start()

    def one(self, connection, number):
        self.open.add(connection)
        try:
            with connection:
                connection.settimeout(10)
                self.talk(connection, number)
        except OSError:
            pass
        self.open.discard(connection)

    def refuse(self):
        """No connection is taken any more; those that stand stay."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()

    def close(self):
        self.refuse()
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def read_request(connection):
    """The next request's head, or what came before the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data.decode("latin-1")


def answer(text="", status="200 OK", headers=""):
    return ("HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(text), headers, text)).encode()


def header(request, name):
    """The first line of that name in the text of a request; "" where there is none."""
    match = re.search(r"^%s: *(.*?)\r$" % re.escape(name), request, re.M | re.I)
    return match.group(1) if match else ""


def tls_status(server_name="www.example.com", port=443, context=None, **more):
    """The status that a browser gets over TLS; "no TLS" where the handshake fails."""
    context = context or ssl.create_default_context(cafile="/etc/haproxy/certs/ca.pem")
    try:
        return get("/", port=port, tls=context, server_name=server_name, headers={"Host": server_name}, **more).status
    except (ssl.SSLError, ConnectionResetError):
        return "no TLS"


def hello(server_name):
    """The first bytes of a TLS client."""
    out = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname=server_name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


class Balancer:
    """One text, compiled, and the HAProxy that runs it."""

    def __init__(self, box, which, text):
        self.box, self.which = box, which
        self.process, self.listeners, self.nginxes = None, [], []
        self.path = box.write(which + ".yaml", text)

    def lint(self):
        """The rules that `hacc lint` finds broken."""
        out = self.box.run(self.box.hacc, "lint", "--haproxy", self.box.target, "--no-nginx", "--no-config", "--format",
                           "json", "--fail-on", "never", self.path).stdout
        return {finding["rule"] for finding in json.loads(out)["findings"]}

    def build(self):
        self.box.build(self.path)

    # running it

    def start(self, under=()):
        """Starts HAProxy, and waits until it serves."""
        self.process = self.box.start_haproxy([], "-f", self.box.write("admin.cfg", ADMIN_CFG), under=under)
        poll("HAProxy serves", lambda: self.serves() or self.process.poll() is not None)
        check(self.process.poll() is None, "HAProxy ended as it started")

    def serves(self):
        try:
            return "Uptime" in self.admin("show info")
        except OSError:
            return False

    def starts(self, reason):
        """Whether HAProxy serves, or ends as it starts and gives the REASON."""
        try:
            self.start()
        except Failure:
            with open(self.process.log, encoding="utf-8", errors="replace") as f:
                if self.process.poll() is None or reason not in f.read():
                    raise
            return False
        return True

    def close(self):
        if self.process:
            self.box.stop(self.process)
        for listener in self.listeners:
            listener.close()
        for nginx in self.nginxes:
            self.box.stop(nginx)

    def serve(self, address, port, talk):
        listener = Listener(address, port, talk)
        self.listeners.append(listener)
        return listener

    def record(self, address="10.0.0.11", port=8080, reply=None):
        """A server that answers each request; the list gets their heads."""
        requests = []

        def talk(connection, _):
            while True:
                request = read_request(connection)
                if not request:
                    return
                requests.append(request)
                connection.sendall(reply or answer("ok"))
        self.serve(address, port, talk)
        return requests

    def got(self, name, headers):
        """The header NAME that such a server in site1's place gets, once HAProxy has started, of one with HEADERS."""
        requests = self.record()
        self.start()
        self.get("/", headers=headers)
        return header(requests[-1], name)

    def nginx(self, name, body, port):
        """An nginx of this text's own."""
        self.nginxes.append(self.box.start_nginx(self.which + "-" + name, body, port))

    # asking it

    def get(self, path, host="www.example.com", headers=None, **more):
        return get(path, headers={"Host": host, **(headers or {})}, **more)

    def status(self, path, **more):
        return self.get(path, **more).status

    def server(self, path, **more):
        """The name of the server that answers, or the status where none does."""
        got = self.get(path, **more)
        return got.body.split()[0] if got.status == 200 else got.status

    def servers(self, path, times=6, **more):
        return {self.server(path, **more) for _ in range(times)}

    def cpu_seconds(self):
        """What HAProxy has used of the processors' time."""
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as f:
            return sum(map(int, f.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def connect(self, port=80, address="127.0.0.1", source=None):
        """A connection whose client says nothing yet."""
        return socket.create_connection((address, port), 5, source_address=source and (source, 0))

    def admin(self, command):
        return self.box.admin(command, ADMIN)

    def stat(self, server):
        """The row of a server in `show stat`; of several that of the first."""
        for row in csv.DictReader(line for line in self.admin("show stat").lstrip("# ").splitlines() if line):
            if row["svname"] == server:
                return row
        raise Failure("no server " + server)

    def settle(self, clients=1):
        """Until HAProxy has so many clients, and has done with them what can be done so far."""
        poll("%d clients" % clients, lambda: int(self.stat("FRONTEND")["scur"]) == clients)
        time.sleep(0.3)

    def checked(self, server):
        """The state of a server, "UP" or "DOWN", once its first check has ended; "no check" where it has none."""
        def ended():
            row = self.stat(server)
            said = row["check_status"]
            over = row["status"] == "no check" or said not in ("", "INI") and not said.startswith("*")
            return over and row["status"]
        return poll("a check of " + server, ended).split()[0].replace("no", "no check")
