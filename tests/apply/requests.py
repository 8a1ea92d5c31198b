"""Requests that are lost while HAProxy is reloaded again and again under load: by hacc, and by what people do without it.

Each reload adds a bind, and changes a backend and a rule. Clients: wrk with keep-alive or with Connection: close, and
connections through a TCP frontend that send a line now and then, over the whole time.
"""
import os
import re
import socket
import subprocess
import sys
import threading
import time

from bed import MASTER, PIDFILE, PORT, TARGET, check, check_equal, poll

APPLIES = int(os.environ.get("APPLIES", "20"))
ECHO = 9100
TCP = 9200
SERVER = 9000

MORE = """
  tcp: {{mode: tcp, bind: "127.0.0.1:{tcp}", default_backend: echo}}
  site:
    bind: "127.0.0.1:8081"
    http-request: {{set-header: {{name: X-Turn, fmt: "{turn}"}}}}
    default_backend: site
backends:
  site: {{server: {{a: "127.0.0.1:{server} maxconn {maxconn}"}}}}
  echo: {{mode: tcp, timeout: {{server: 60s}}, server: {{e: "127.0.0.1:{echo}"}}}}
"""

ECHO_SERVER = """
import socketserver
class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
Server(("127.0.0.1", %d), Echo).serve_forever()
"""


class Stream:
    """A connection through the TCP frontend that lasts; `lost` is why it broke, or None."""

    def __init__(self):
        self.lost, self.lines, self.stopped = None, 0, threading.Event()
        self.socket = socket.create_connection(("127.0.0.1", TCP), timeout=5)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            with self.socket as s, s.makefile("rwb") as file:
                while not self.stopped.is_set():
                    file.write(b"line %d\n" % self.lines)
                    file.flush()
                    if file.readline() != b"line %d\n" % self.lines:
                        raise OSError("cut after %d lines" % self.lines)
                    self.lines += 1
                    time.sleep(0.05)
        except OSError as error:
            self.lost = str(error)

    def end(self):
        self.stopped.set()
        self.thread.join(5)


def text(bed, turn):
    """The file of a turn: another bind, another backend, another rule."""
    more = MORE.format(echo=ECHO, tcp=TCP, server=SERVER, turn=turn, maxconn=1000 + turn)
    return bed.text(binds=[PORT, *[8100 + n for n in range(turn % 10 + 1)]], says="turn%d" % turn, more=more, maxconn=1000,
                    hard_stop="5m")


def wrk(bed, seconds, close):
    argv = ["wrk", "-t1", "-c16", "-d%ds" % seconds, "--timeout", "5s", "http://127.0.0.1:8081/"]
    if close:
        argv[1:1] = ["-H", "Connection: close"]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def errors_of(output):
    """(requests, errors) of what wrk has printed."""
    requests = int(re.search(r"(\d+) requests in", output).group(1))
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return requests, sum(map(int, sockets.groups() if sockets else ())) + (int(bad.group(1)) if bad else 0)


def by_hacc(bed, turn):
    bed.write(text(bed, turn))
    bed.apply("--wait", "50ms", status=None if turn else 0)


def rendered(bed, turn):
    """The target as an operator without hacc apply writes it."""
    bed.write(text(bed, turn))
    bed.hacc("build", bed.source, "-o", os.path.dirname(TARGET))


def by_command(*words):
    """Starts another haproxy in the way of scripts."""
    def act(bed, turn):
        rendered(bed, turn)
        pids = open(PIDFILE, encoding="ascii").read().split() if turn else []
        argv = [bed.haproxy, "-D", "-f", TARGET, "-p", PIDFILE]
        if pids and "-x" in words:
            argv += ["-x", "/run/haproxy/admin.sock"]
        if pids and "-sf" in words:
            argv += ["-sf", *pids]
        if pids and "restart" in words:
            for pid in map(int, pids):
                os.kill(pid, 15)
                poll("end", lambda: not bed.alive(pid))
        bed.box.run(*argv)
    return act


def by_usr2(bed, turn):
    """The signal to the master, and nothing else."""
    rendered(bed, turn)
    if not turn:
        bed.box.run(bed.haproxy, "-W", "-D", "-f", TARGET, "-p", PIDFILE, "-S", MASTER)
        return
    before = bed.info()
    os.kill(bed.pid(), 12)
    poll("the new worker", lambda: (bed.info() or before)[0] != before[0])
    time.sleep(0.5)     # a signal to a master that is not ready yet is lost


METHODS = {"hacc apply": by_hacc, "-sf": by_command("-sf"), "-x -sf": by_command("-x", "-sf"),
           "restart": by_command("restart"), "USR2": by_usr2}


def measure(bed, method, close, applies=APPLIES):
    """(requests, errors, streams that were cut)."""
    bed.box.start_nginx("site", "server { listen 127.0.0.1:%d; keepalive_requests 100000; location / { return 200 ok; } }"
                        % SERVER, SERVER)
    bed.box.wait_listen(bed.box.start([sys.executable, "-c", ECHO_SERVER % ECHO], log="echo"), ECHO)
    act = METHODS[method]
    act(bed, 0)
    poll("the site", lambda: bed.get(8081) == "ok")
    load = wrk(bed, 1000, close)
    streams = [Stream()]
    try:
        time.sleep(0.5)
        for turn in range(1, applies + 1):
            act(bed, turn)
            if turn % 5 == 0:
                streams.append(Stream())
            check(load.poll() is None, "wrk has ended")
        time.sleep(0.5)
    finally:
        load.send_signal(2)
        output = load.communicate(timeout=10)[0]
        for stream in streams:
            stream.end()
    requests, errors = errors_of(output)
    check(requests > 10 * applies, "hardly any requests: %s" % output)
    check(all(stream.lost or stream.lines for stream in streams), "a stream without a line")
    return requests, errors, sum(stream.lost is not None for stream in streams)


def nothing_is_lost(bed, close):
    requests, errors, cut = measure(bed, "hacc apply", close)
    check_equal((errors, cut), (0, 0), "(lost requests, cut streams) in %d applies and %d requests" % (APPLIES, requests))
    check("turn%d" % APPLIES in bed.get(), "the last apply is not live")


def test(box, name, version, haproxy, mode, close):
    """One line of the table, for tests/apply/compare."""
    import bed
    requests, errors, cut = measure(bed.Bed(box, version, haproxy, mode), name, close == "close")
    print("RESULT %d %d %d" % (requests, errors, cut))


