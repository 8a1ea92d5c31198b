"""The twenty cases that an apply must survive: who is told to do what, with which exit status, and that nobody is refused
where it says so. Each is a function `case_NAME(bed)`; its doc is what it shows."""
import errno
import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import requests
from bed import ADMIN, MASTER, PIDFILE, PORT, STATE, TARGET, WORK, Failure, Poller, check, check_equal, poll

NOBODY = 65534
VERSIONS = "2.2 2.6 3.0 3.2"


def runs(**modes):
    """The versions that a case is run with, by mode; without it: all, as a daemon."""
    def mark(function):
        function.modes = {mode: versions.split() for mode, versions in modes.items()}
        return function
    return mark



def begin(bed, **changes):
    """A HAProxy that hacc has started."""
    bed.apply(**{"says": "one", **changes})
    bed.serves_one("one")
    return bed.untouched()


def refused(bed, status, *more, words="", **changes):
    """An apply that must end with STATUS, change nothing, and refuse nobody."""
    before, poller = bed.untouched(), Poller()
    result = bed.apply(*more, status=status, **changes)
    time.sleep(0.05)
    poller.end()
    check_equal(bed.untouched(), before, "file, process and folder after status %d" % status)
    check(words in result.stdout, "no word of '%s': %s" % (words, result.stdout))
    check(not os.path.exists(STATE + "/journal.yaml"), "the journal is left")
    return result


def holder(bed, port, reuse=False, user=None):
    """Another program that listens on PORT."""
    code = ("import socket,time,os\n%s\ns=socket.socket()\n%s\ns.bind(('127.0.0.1',%d))\ns.listen()\n"
            "open('%s/held','w').close()\ntime.sleep(60)" % (
                "os.setgid(%d);os.setuid(%d)" % (user, user) if user else "",
                "s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEPORT,1)" if reuse else "", port, WORK))
    os.chmod(WORK, 0o777)
    process = bed.box.start([sys.executable, "-c", code])
    poll("the holder of port %d" % port, lambda: os.path.exists(WORK + "/held"))
    os.chmod(WORK, 0o755)
    return process


@runs(daemon=VERSIONS, master="2.6 3.0 3.2", systemd="2.6 3.2")
def case_00_plain(bed):
    """Applies of new and old texts, and of the same one; the second time there is nothing to do."""
    begin(bed)
    for turn in range(3):
        result = bed.apply(says="turn%d" % turn)
        check_equal(bed.pid() if bed.mode == "daemon" else bed.info()[0], bed.serves_one("turn%d" % turn), "pids")
        before = bed.untouched()
        result = bed.apply()
        check("nothing to do" in result.stdout, result.stdout)
        check_equal(bed.untouched(), before, "an apply of what is live")
    bed.apply("--reload", "always")
    check(bed.info()[0] != before[2][0], "no new process")


@runs(daemon=VERSIONS, master="2.6 3.0 3.2", systemd="2.6 3.2")
def case_01_errors(bed):
    """A syntax error of the YAML is 1, one that only haproxy sees 3; file and process stay."""
    begin(bed)
    bed.write(bed.text().replace("frontends:", "frontends: ["))
    refused(bed, 1)
    refused(bed, 1, more="backends: {b: {server: {a: 'x y z'}}}")
    refused(bed, 3, words="haproxy:", binds=[PORT, "127.0.0.1:8443 ssl crt /nowhere/site.pem"])


def case_02_missing_map(bed):
    """A map that is not there is refused before anything is touched."""
    begin(bed)
    refused(bed, 3, more="    use_backend: '%[path,map(/nowhere.map)]'")


@runs(daemon=VERSIONS, master="2.6 3.0 3.2", systemd="2.6 3.2")
def case_03_port_held(bed):
    """A port that another program holds is 4, with its name, and no connection is refused."""
    begin(bed)
    other = holder(bed, 8081)
    refused(bed, 4, words="8081", binds=[PORT, 8081])
    bed.box.stop(other)
    bed.apply(binds=[PORT, 8081])
    bed.serves_one("one")


def case_04_port_taken_late(bed):
    """A port that is taken between preflight and start is 6: the start fails at once, and nobody is refused."""
    begin(bed)
    bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_WAIT": "write:1:%s/staging" % WORK}
    before, poller, results = bed.untouched(), Poller(), []
    bed.write(binds=[PORT, 8081])
    thread = threading.Thread(target=lambda: results.append(bed.apply(status=None)))
    thread.start()
    poll("the staging", lambda: os.path.exists(WORK + "/staging"))
    holder(bed, 8081, user=NOBODY)
    open(WORK + "/staging.go", "w", encoding="ascii").close()
    thread.join(30)
    bed.env = {}
    poller.end()
    check_equal(results[0].returncode, 6, "exit status (%s)" % results[0].stdout)
    check_equal(bed.untouched(), before, "file, process and folder")


def case_05_reuseport_squatter(bed):
    """A program of the same user that shares ports by SO_REUSEPORT gets connections: 4."""
    begin(bed)
    holder(bed, 8081, reuse=True)
    refused(bed, 4, words="8081", binds=[PORT, 8081])


@runs(daemon=VERSIONS, master="2.6 3.0 3.2")
def case_06_address_not_local(bed):
    """An address that is not this machine's: 4."""
    begin(bed)
    refused(bed, 4, words="192.0.2.77", binds=[PORT, "192.0.2.77:8081"])


@runs(daemon="2.6 3.0 3.2")
def case_07_fd_limit(bed):
    """More connections than the limit of open files lets in: 4."""
    begin(bed)
    bed.limits = (1000, 1000)
    refused(bed, 4, words="can have no more than 1000", maxconn=20000)


@runs(daemon=VERSIONS, master="2.6 3.0 3.2")
def case_08_chroot_missing(bed):
    """A chroot that is not there: 4 (HAProxy 2.6 would start, and serve nobody)."""
    begin(bed)
    refused(bed, 4, words="/nowhere/chroot", more_global="  chroot: /nowhere/chroot")


def case_09_socket_folder_missing(bed):
    """A folder for the admin socket that is not there: 4."""
    begin(bed)
    refused(bed, 4, words="/nowhere", socket="/nowhere/admin.sock level admin expose-fd listeners")


def case_10_no_expose_fd(bed):
    """A running HAProxy that does not hand over its sockets: 4, unless losses are agreed to."""
    begin(bed, socket=ADMIN + " mode 600 level admin")
    refused(bed, 4, words="expose-fd", says="two")
    bed.apply("--lossy", says="two")
    bed.serves_one("two")


@runs(daemon=VERSIONS, master="2.6 3.0 3.2", systemd="2.6 3.2")
def case_11_stale_socket(bed):
    """HAProxy is dead, its socket file is left: a start without it."""
    begin(bed)
    bed.kill(bed.pid())
    check(os.path.exists(ADMIN), "the socket is gone")
    bed.apply(says="two")
    bed.serves_one("two")


def case_12_pid_file(bed):
    """A pid file that is empty, or names a dead process, a zombie, a stranger: no signal to a stranger."""
    begin(bed)
    stranger = bed.box.start(["sleep", "60"])
    dead = subprocess.Popen(["true"])
    dead.wait()
    zombie = subprocess.Popen(["true"])
    poll("the zombie", lambda: not bed.alive(zombie.pid))
    for number, text in enumerate(["", "%d\n" % stranger.pid, "%d\n" % dead.pid, "%d\n" % zombie.pid, "1\n", "rubbish\n"]):
        old = bed.info()[0]
        with open(PIDFILE, "w", encoding="ascii") as file:
            file.write(text)
        poller = Poller()
        bed.apply(says="turn%d" % number)
        poller.end()
        check(stranger.poll() is None, "the stranger got a signal")
        check(not bed.alive(old), "the old process still runs")
        check_equal(bed.pid(), bed.serves_one("turn%d" % number), "the pid file")
    os.unlink(PIDFILE)
    bed.apply(says="last")
    bed.serves_one("last")


def case_13_outside_the_pid_file(bed):
    """A process serves outside of the pid file, which names the one that was started last: 9; it gets no signal."""
    begin(bed)
    stray = bed.pid()
    bed.box.run(bed.haproxy, "-D", "-f", TARGET, "-p", PIDFILE)
    check(bed.pid() != stray, "the pid file is the old one")
    result = bed.apply(says="two", status=9)
    check(str(stray) in result.stdout, "nothing is said of process %d: %s" % (stray, result.stdout))
    check(bed.alive(stray), "process %d got a signal" % stray)
    check_equal(len(bed.haproxies()), 2, "processes")


@runs(daemon="3.2", master="2.6")
def case_14_kill_1(bed):
    """SIGKILL of hacc before each call by which it changes the machine or asks it: the file is whole and one of the two
    generations, a HAProxy serves, and the next apply converges. This one: calls 1, 4, 7 …"""
    kill_at_each(bed, 1)


@runs(daemon="3.2", master="2.6")
def case_14_kill_2(bed):
    """Calls 2, 5, 8 …"""
    kill_at_each(bed, 2)


@runs(daemon="3.2", master="2.6")
def case_14_kill_3(bed):
    """Calls 3, 6, 9 …"""
    kill_at_each(bed, 3)


@runs(daemon="2.6", master="3.2")
def case_14_kill_runtime(bed):
    """The same of an apply by the Runtime API: what runs may be between the two, and the next apply makes it whole."""
    farm = Farm(7, dynamic=True)
    begin(bed, more=farm.text())
    for turn in range(1, 1000, 3):
        for _ in range(4):
            farm.change()
        bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_KILL": str(turn)}
        poller = Poller()
        result = bed.apply(more=farm.text(), status=None)
        bed.env = {}
        check_equal(bed.get(), "one", "the answer after call %d" % turn)
        bed.apply()
        poller.end()
        compare_live(bed, farm)
        if result.returncode == 0:
            check(turn > 20, "only %d calls" % turn)
            return
        check_equal(result.returncode, -signal.SIGKILL, "call %d: %s" % (turn, result.stdout))
    raise Failure("it is ended for ever")


def compare_live(bed, farm):
    """The servers, and what hacc itself says of them."""
    compare_farm(bed, farm)
    bed.hacc("status", "--state-dir", STATE, "--haproxy-bin", bed.haproxy)


@runs(daemon="2.6", master="3.2")
def case_14_kill_random(bed):
    """The same at random moments, while hacc waits or computes."""
    draw = random.Random(int(os.environ.get("SEED", "1")))
    begin(bed)
    now = "one"
    for turn in range(int(os.environ.get("APPLIES", "20")) // 2):
        then = "two" if now == "one" else "one"
        bed.write(says=then)
        poller = Poller()
        process = subprocess.Popen([bed.box.hacc, "apply", "--haproxy-bin", bed.haproxy, bed.source],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0, 0.6))
        process.kill()
        process.wait()
        check(bed.get() in ("one", "two"), "nobody serves after turn %d" % turn)
        check(bed.target().count("setenv HACC_GEN") == 1, "the file is not whole after turn %d" % turn)
        bed.apply()
        poller.end()
        pid = bed.serves_one(then)
        check_equal(sorted(bed.haproxies()), sorted({pid, bed.pid()}), "processes after turn %d" % turn)
        now = then


def kill_at_each(bed, first, step=3):
    begin(bed)
    texts = {}
    for says in ("two", "one"):
        bed.apply(says=says)
        texts[says] = bed.target()
    now, then = "one", "two"
    for turn in range(first, 1000, step):
        bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_KILL": str(turn)}
        poller = Poller()
        result = bed.apply(says=then, status=None)
        bed.env = {}
        check(bed.target() in texts.values(), "the file is neither generation after call %d" % turn)
        check(bed.get() in ("one", "two"), "nobody serves after call %d" % turn)
        again = bed.apply(status=None)
        poller.end()
        check_equal(again.returncode, 0, "the next apply after call %d: %s" % (turn, again.stdout))
        pid = bed.serves_one(then)
        check_equal(bed.target(), texts[then], "the file after call %d" % turn)
        check_equal(sorted(bed.haproxies()), sorted({pid, bed.pid()}), "processes after call %d" % turn)
        now, then = then, now
        if result.returncode == 0:
            check(turn > 20, "only %d calls" % turn)
            return
        check_equal(result.returncode, -signal.SIGKILL, "call %d: %s" % (turn, result.stdout))
    raise Failure("it is ended for ever")


@runs(daemon="2.6")
def case_15_write_fails(bed):
    """A write of a new file that fails (disk full) leaves the old bytes, the old process, and no journal."""
    fail_each(bed, "write", errno.ENOSPC)


@runs(daemon="2.2 3.2")
def case_15_fsync_fails(bed):
    """The same for each fsync."""
    fail_each(bed, "fsync", errno.EIO)


@runs(daemon="2.6", master="2.6 3.2")
def case_15_rename_fails(bed):
    """The same for each rename and link."""
    fail_each(bed, "rename", errno.ENOSPC)
    fail_each(bed, "link", errno.EMLINK, begun=True)


def fail_each(bed, name, error, begun=False):
    if not begun:
        begin(bed)
    for turn in range(1, 40):
        before, poller = bed.untouched(), Poller()
        bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_FAIL": "%s:%d:%d" % (name, turn, error)}
        result = bed.apply(says="two", status=None)
        bed.env = {}
        poller.end()
        if result.returncode == 0:
            bed.serves_one("two")
            bed.apply(says="one")
            if turn > 1 and "|" not in result.stdout and "not in the history" not in result.stdout:
                return
            continue
        check(result.returncode in (4, 6), "status %d: %s" % (result.returncode, result.stdout))
        check_equal(bed.untouched(), before, "what is there after failure %d of %s" % (turn, name))
    raise Failure("%s fails for ever" % name)


def case_16_two_at_once(bed):
    """The second of two applies is 5, and does nothing."""
    begin(bed)
    with open(STATE + "/lock", "r+", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused(bed, 5, says="two")
    bed.apply(says="two")
    bed.serves_one("two")


@runs(master="3.0 3.2")
def case_17_master_busy(bed):
    """A master that is still at another reload is asked again, for a while."""
    begin(bed)
    asked = busy_master(WORK + "/busy.sock", times=3)
    result = bed.apply("--debug", "--master-socket", WORK + "/busy.sock", says="two", status=None)
    check_equal(result.returncode, 0, "status (asked: %s; %s)" % (asked, result.stdout))
    bed.serves_one("two")
    check_equal(asked.count("reload"), 4, "questions for a reload")


def busy_master(path, times):
    """A socket before the master's that says TIMES times that it is busy; gives the list of what it is asked."""
    asked, server = [], socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()

    def serve():
        while True:
            client = server.accept()[0]
            with client:
                command = b""
                while piece := client.recv(65536):      # what is left unread would take the answer with it
                    command += piece
                asked.append(command.decode().strip())
                if asked[-1] == "reload" and asked.count("reload") <= times:
                    client.sendall(b"Another reload is still in progress.\n\n")
                    continue
                with socket.socket(socket.AF_UNIX) as master:
                    master.connect(MASTER)
                    master.sendall(command)
                    master.shutdown(socket.SHUT_WR)
                    while data := master.recv(65536):
                        client.sendall(data)
    threading.Thread(target=serve, daemon=True).start()
    return asked


@runs(master="2.6 3.0 3.2", systemd="2.6 3.2")
def case_18_after_a_failed_reload(bed):
    """The master has failed to reload a broken file (3.1 and later ignore SIGUSR2 after that): its socket does it."""
    begin(bed)
    good, before = bed.target(), bed.info()
    with open(TARGET, "a", encoding="ascii") as file:
        file.write("rubbish\n")
    os.kill(bed.pid(), signal.SIGUSR2)
    time.sleep(1.5)
    check_equal(bed.info(), before, "who serves after a failed reload")
    with open(TARGET, "w", encoding="ascii") as file:
        file.write(good)
    poller = Poller()
    bed.apply(says="two")
    poller.end()
    bed.serves_one("two")


@runs(daemon=VERSIONS, master="2.6 3.0 3.2", systemd="2.6 3.2")
def case_19_long_connection(bed):
    """A connection that lasts keeps the old process: 9, until hard-stop-after; it is not cut before."""
    begin(bed, hard_stop="6s")
    old = bed.info()[0]
    with socket.create_connection(("127.0.0.1", PORT), timeout=10) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Begun: yes\r\n")
        time.sleep(0.2)
        result = bed.apply("--wait", "1s", says="two", hard_stop="6s", status=9)
        check("last connections" in result.stdout, result.stdout)
        check(bed.alive(old), "the old process is gone")
        bed.serves_one("two")
        s.sendall(b"\r\n")
        check(b" 200 " in s.recv(4096), "the connection was cut")
    poll("end of the old process", lambda: not bed.alive(old), 8)


def case_20_failing_source(bed):
    """What the file is made of cannot be read, or is empty: the last good generation stays."""
    begin(bed)
    for number, text in enumerate(("frontends: {web: {http-request: !file %s/nothing}}\n" % WORK, "", "[]\n")):
        path = "%s/part%d.yaml" % (WORK, number)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    before = bed.untouched()
    for argv in ((WORK + "/part0.yaml",), (WORK + "/part1.yaml",), (WORK + "/nowhere.yaml",)):
        result = bed.hacc("apply", "--haproxy-bin", bed.haproxy, "--state-dir", STATE, "--pidfile", PIDFILE, *argv,
                          status=None)
        check(result.returncode in (1, 2, 3, 4), "status %d of %s: %s" % (result.returncode, argv, result.stdout))
        check_equal(bed.untouched(), before, "file and process after %s" % (argv,))


class Farm:
    """A backend whose servers change at random: weight, address, drain, added, removed."""

    def __init__(self, seed, dynamic):
        self.draw, self.dynamic, self.next, self.changed = random.Random(seed), dynamic, 0, 0
        self.servers = {}
        for _ in range(12):
            self.add()

    def add(self):
        self.next += 1
        self.servers["s%d" % self.next] = {"address": self.address(), "weight": self.draw.randint(1, 200), "disabled": False}

    def address(self):
        return "127.0.0.%d:%d" % (self.draw.randint(2, 250), self.draw.randint(1024, 60000))

    def change(self):
        name, server = self.draw.choice(list(self.servers.items()))
        kind = self.draw.choice(["weight", "address", "disabled"] + ["add", "remove"] * self.dynamic)
        self.changed += 1
        if kind == "weight":
            server["weight"] = server["weight"] % 256 + 1
        elif kind == "address":
            server["address"] = self.address()
        elif kind == "disabled":
            server["disabled"] = not server["disabled"]
        elif kind == "add":
            self.add()
        elif len(self.servers) > 4:
            del self.servers[name]

    def text(self):
        return "    default_backend: farm\nbackends:\n  farm:\n    server:\n" + "".join(
            '      %s: "%s weight %d%s"\n' % (name, s["address"], s["weight"], " disabled" if s["disabled"] else "")
            for name, s in self.servers.items())


@runs(daemon=VERSIONS, master="2.6 3.2")
def case_runtime(bed):
    """Random changes of servers, many in each apply: no reload, the same worker at the end, and what runs is the file."""
    farm = Farm(int(os.environ.get("SEED", "1")), dynamic=bed.version != "2.2")
    applies = int(os.environ.get("APPLIES", "20"))
    begin(bed, more=farm.text())
    worker, poller = bed.info()[0], Poller()
    for turn in range(applies):
        for _ in range(50):
            farm.change()
        result = bed.apply(more=farm.text())
        check("without a reload" in result.stdout, "apply %d: %s" % (turn, result.stdout))
        compare_farm(bed, farm)
        check_equal(bed.hacc("status", "--state-dir", STATE, "--haproxy-bin", bed.haproxy).returncode, 0, "status")
    poller.end()
    check_equal(bed.info()[0], worker, "the worker")
    check(farm.changed >= 50 * applies, "too few changes")
    bed.box.admin("set server farm/%s weight 77" % next(iter(farm.servers)))
    check("at run time" in bed.hacc("status", "--state-dir", STATE, status=1).stdout, "what was changed by hand is not told")
    bed.apply("--reload", "never", says="two", more=farm.text(), status=6)
    bed.apply("--reload", "always", more=farm.text())
    check(bed.info()[0] != worker, "no new worker")


def compare_farm(bed, farm):
    """What HAProxy says of its servers, beside what the file has."""
    rows = [line.split() for line in bed.box.admin("show servers state farm").splitlines()[2:] if line.strip()]
    running = {row[3]: ("%s:%s" % (row[4], row[18]), int(row[7]), bool(int(row[6]) & 0xb)) for row in rows}
    wanted = {name: (s["address"], s["weight"], s["disabled"]) for name, s in farm.servers.items()}
    differ = [(name, running.get(name), wanted.get(name)) for name in {**running, **wanted}
              if running.get(name) != wanted.get(name)]
    check(not differ, "servers as they run, and as they are in the file: %s" % differ)


def calls(bed, **changes):
    """The calls of an apply, as (name, argument)."""
    bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_LOG": WORK + "/calls"}
    bed.apply(**changes)
    bed.env = {}
    with open(WORK + "/calls", encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split(" ", 1)) for line in file]


def renames_are_safe(log):
    """Each file is on the disk before it gets its name, and the name before anything is done that relies on it."""
    synced = set()
    for at, (name, argument) in enumerate(log):
        if name == "fsync":
            synced.add(argument)
        if name != "rename":
            continue
        folder, _, base = argument.rpartition("/")
        new = {argument + ".new", "%s/.%s.hacc-new" % (folder, base)}
        check(new & synced, "%s gets its name before it is on the disk" % argument)
        check_equal(log[at + 1], ("fsync", folder), "the call behind the rename of %s" % argument)
        synced -= new


@runs(daemon="2.6", master="2.6")
def case_21_power_loss(bed):
    """What is relied on is on the disk by then: files before their names, the journal before a process is started or the
    target is replaced, the target before the old process is told to end."""
    begin(bed)
    log = calls(bed, says="two")
    renames_are_safe([call for call in log if not call[1].startswith("/run/haproxy.pid") and "/.haproxy.pid" not in call[1]])
    journal = [at for at, call in enumerate(log) if call == ("rename", STATE + "/journal.yaml")]
    target = log.index(("rename", TARGET))
    check_equal(len(journal), 3, "turns of the journal")
    check(journal[1] < target < journal[2], "the target is replaced between 'started' and 'proven'")
    if bed.mode == "daemon":
        start = max(at for at, call in enumerate(log) if call[0] == "fork")
        check(journal[1] < start < target, "the process is started between 'started' and the replacement")
        check(journal[2] < log.index(("signal", "10")), "SIGUSR1 comes after 'proven'")
    check(log.index(("rename", STATE + "/history.yaml")) < log.index(("unlink", STATE + "/journal.yaml")),
          "the history is written before the journal goes")


@runs(daemon="2.6 3.2", master="2.6")
def case_22_secrets(bed):
    """A secret is in the file alone, which is its owner's: not in output, journal, history or a command line."""
    secret = "sEcReT-%d" % os.getpid()
    os.environ["SITE_SECRET"] = secret
    users = "userlists: {staff: {user: {ann: {insecure-password: !env SITE_SECRET}}}}"
    out = bed.apply("--debug", says="one", more=users).stdout
    bed.write(says="two", more=users)
    bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_WAIT": "rename:5:%s/waits" % WORK}
    results = []
    thread = threading.Thread(target=lambda: results.append(bed.apply("--debug", status=None)))
    thread.start()
    poll("the journal", lambda: os.path.exists(WORK + "/waits"))
    seen = [out]
    for folder, _, names in os.walk(STATE):
        for name in names:
            path = os.path.join(folder, name)
            check("/run" in folder[len(STATE):] or os.stat(path).st_mode & 0o077 == 0, "others may read %s" % path)
            if "/generations" not in folder:
                with open(path, encoding="utf-8") as file:
                    seen.append(file.read())
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                seen.append(file.read().decode("utf-8", "replace"))
        except OSError:
            pass
    open(WORK + "/waits.go", "w", encoding="ascii").close()
    thread.join(30)
    bed.env = {}
    check_equal(results[0].returncode, 0, "status (%s)" % results[0].stdout)
    bed.serves_one("two")
    for name in ("history.yaml", "lock"):
        with open(STATE + "/" + name, encoding="utf-8") as file:
            seen.append(file.read())
    check(secret in bed.target(), "the file lacks the secret")
    check_equal(os.stat(TARGET).st_mode & 0o777, 0o600, "mode of the file")
    seen += [results[0].stdout, bed.apply("--dry-run", "--debug", says="three", more=users.replace("staff", "crew")).stdout]
    check(not any(secret in text for text in seen), "the secret was seen")


@runs(daemon="2.6")
def case_23_unsafe_target(bed):
    """A symbolic link at the target, or a folder that others may write to, is refused."""
    begin(bed)
    os.chmod("/etc/haproxy", 0o777)
    refused(bed, 4, words="anybody may write", says="two")
    os.chmod("/etc/haproxy", 0o755)
    os.mkdir("/etc/haproxy/real")
    os.rename(TARGET, "/etc/haproxy/real/real.cfg")
    os.symlink("/etc/haproxy/real/real.cfg", TARGET)
    refused(bed, 4, words="symbolic link", says="two")
    os.unlink(TARGET)
    os.rename("/etc/haproxy/real/real.cfg", TARGET)
    os.rmdir("/etc/haproxy/real")
    bed.apply(says="two")
    bed.serves_one("two")


@runs(daemon="2.6")
def case_24_sysctl(bed):
    """Settings of the kernel are made, written down, and put back where the new process does not start."""
    key = "/proc/sys/net/ipv4/ip_local_port_range"
    begin(bed)

    def value():
        with open(key, encoding="ascii") as file:
            return file.read().split()
    before, fragment = value(), WORK + "/sysctl/90-hacc.conf"
    os.mkdir(WORK + "/sysctl")
    head = bed.text(says="two", binds=[PORT, 8081]).replace("sysctl: false", "sysctl: true, sysctl-target: %s" % fragment)
    bed.write(head + "sysctl: {net.ipv4.ip_local_port_range: 12000 61000}\n")
    bed.env = {"LD_PRELOAD": os.environ["STOP_SO"], "STOP_WAIT": "write:1:%s/staging" % WORK}
    results = []
    thread = threading.Thread(target=lambda: results.append(bed.apply(status=None)))
    thread.start()
    poll("the staging", lambda: os.path.exists(WORK + "/staging"))
    other = holder(bed, 8081, user=NOBODY)
    open(WORK + "/staging.go", "w", encoding="ascii").close()
    thread.join(30)
    bed.env = {}
    check_equal(results[0].returncode, 6, "exit status (%s)" % results[0].stdout)
    check_equal(value(), before, "the setting after an apply that was taken back")
    check(not os.path.exists(fragment), "the fragment is left")
    bed.box.stop(other)
    bed.apply()
    bed.serves_one("two")
    check_equal(value(), ["12000", "61000"], "the setting")
    with open(fragment, encoding="utf-8") as file:
        check("net.ipv4.ip_local_port_range = 12000 61000" in file.read(), "the fragment")
    check("nothing to do" in bed.apply().stdout, "the second apply does something")
    with open(key, "w", encoding="ascii") as file:
        file.write("13000 61000")
    bed.apply()
    check_equal(value(), ["12000", "61000"], "the setting that was changed by hand")


@runs(daemon="2.6")
def case_25_history(bed):
    """hacc history, status and rollback, and what was changed past hacc."""
    begin(bed)
    bed.apply(says="two")
    state = ("--state-dir", STATE)
    rows = json.loads(bed.hacc("history", "--format", "json", *state).stdout)["applies"]
    check_equal([(row["way"], row["status"]) for row in rows], [("start", 0), ("reload", 0)], "the history")
    status = json.loads(bed.hacc("status", "--format", "json", *state).stdout)
    check_equal((status["live"], status["disk"], status["edited"]), (rows[1]["generation"], rows[1]["generation"], False),
                "the status")
    poller = Poller()
    bed.hacc("rollback", "--haproxy-bin", bed.haproxy, *state)
    poller.end()
    bed.serves_one("one", rows[0]["generation"])
    bed.hacc("rollback", "--haproxy-bin", bed.haproxy, *state, rows[1]["generation"][:6])
    bed.serves_one("two", rows[1]["generation"])
    bed.hacc("rollback", *state, "0123456789abcdef", status=2)
    with open(TARGET, "a", encoding="ascii") as file:
        file.write("# by hand\n")
    check("changed by hand" in bed.hacc("status", *state, status=1).stdout, "the change is not told")
    bed.apply()
    bed.serves_one("two")
    bed.kill(bed.pid())
    check("nothing" in bed.hacc("status", *state, status=8).stdout, "a dead haproxy is not told")


@runs(daemon="2.6", master="2.6")
def case_29_takes_over(bed):
    """A HAProxy that was started by hand, with a file of its own, is taken over without a lost connection, and its file
    comes back by a rollback."""
    bed.write()
    bed.hacc("build", bed.source, "-o", "/etc/haproxy")
    mine = bed.target() + "# mine\n"
    with open(TARGET, "w", encoding="ascii") as file:
        file.write(mine)
    bed.box.run(bed.haproxy, *(["-W", "-S", MASTER] if bed.mode == "master" else []), "-D", "-f", TARGET, "-p", PIDFILE)
    poll("the first answer", lambda: bed.info())
    old, poller, state = bed.info()[0], Poller(), ("--state-dir", STATE)
    bed.apply(says="two")
    bed.serves_one("two")
    check(not bed.alive(old), "the old process still runs")
    check("found" in bed.hacc("history", *state).stdout, "the old file is not in the history")
    bed.hacc("rollback", "--haproxy-bin", bed.haproxy, *state)
    check_equal((bed.target(), bed.get()), (mine, "one"), "file and answer")
    bed.hacc("status", *state)
    bed.apply()
    bed.serves_one("two")
    poller.end()


@runs(master="2.6 3.0 3.2")
def case_32_no_admin_socket(bed):
    """A master without any socket is told by a signal, and what its worker listens on is the proof."""
    def text(port):
        lines = bed.text(binds=[PORT, port]).splitlines(keepends=True)
        return "".join(line for line in lines if "stats socket" not in line).replace("master-socket: %s, " % MASTER, "")
    bed.write(text(8081))
    bed.apply()
    poller = Poller()
    for port in (8082, 8083):
        bed.write(text(port))
        bed.apply()
        check_equal(bed.get(port), "one", "the answer at port %d" % port)
    poller.end()


@runs(daemon="2.2")
def case_31_nbproc(bed):
    """Several processes, each with an admin socket of its own: all are driven, replaced, and proven."""
    sockets = ["/run/haproxy/admin%d.sock" % number for number in (1, 2)]
    lines = "[%s]" % ", ".join('"%s mode 600 level admin expose-fd listeners process %d"' % (path, number)
                               for number, path in enumerate(sockets, 1))
    farm = "    default_backend: farm\nbackends: {farm: {server: {a: 127.0.0.1:9 weight %d}}}"

    def pids():
        return sorted(bed.info(path)[0] for path in sockets)
    bed.apply(socket=lines, more_global="  nbproc: 2", more=farm % 5)
    first, poller = pids(), Poller()
    check_equal(len(set(first)), 2, "processes that answer")
    result = bed.apply(socket=lines, more_global="  nbproc: 2", more=farm % 7)
    check("without a reload" in result.stdout, result.stdout)
    for path in sockets:
        check("7 (initial 5)" in bed.box.admin("get weight farm/a", path), "the weight by " + path)
    bed.apply(socket=lines, more_global="  nbproc: 2", more=farm % 7, says="two")
    check(not set(first) & set(pids()), "an old process answers")
    poll("end of the old ones", lambda: not any(map(bed.alive, first)))
    poller.end()
    check_equal(bed.get(), "two", "the answer")


@runs(daemon="2.6", master="3.2")
def case_30_environment(bed):
    """Variables of the environment are those of the process that runs, not those of whoever calls hacc."""
    bed.env = {"SAYS": "one"}
    bed.apply(says="${SAYS}")
    bed.env = {"SAYS": "wrong"}
    bed.serves_one("one")
    bed.apply("--reload", "always")
    bed.serves_one("one")
    bed.apply(says="${SAYS}", binds=[PORT, 8081])
    bed.serves_one("one")


@runs(daemon="2.6")
def case_26_without_root(bed):
    """Who is not root applies what is his: no right is asked for that is not needed."""
    home = WORK + "/home"
    os.mkdir(home)
    os.chown(home, NOBODY, NOBODY)
    bed.write(bed.text(socket=home + "/admin.sock mode 600 level admin expose-fd listeners").replace(
        STATE, home + "/state").replace(PIDFILE, home + "/haproxy.pid").replace(
            "sysctl: false", "sysctl: false, target: %s/haproxy.cfg" % home))
    for says in ("one", "two"):
        with open(bed.source, encoding="utf-8") as file:
            text = file.read()
        bed.write(text.replace('"one"', '"%s"' % says))
        result = bed.box.run("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", bed.box.hacc,
                             "apply", "--haproxy-bin", bed.haproxy, bed.source, ok=False)
        check_equal(result.returncode, 0, "status: %s" % result.stdout)
        check_equal(bed.get(), says, "the answer")


@runs(daemon="2.6")
def case_27_keepalive_warning(bed):
    """Keep-alive clients that a reload would cut are told of."""
    begin(bed)
    bed.write(bed.text(says="two").replace("idle-close-on-response: true", "httplog: true"))
    result = bed.apply()
    check("idle-close-on-response" in result.stdout, "no warning: %s" % result.stdout)
    check("idle-close-on-response" not in bed.apply(says="one").stdout, "a warning without a cause")


def cold_start_without_answer(bed):
    """What is started where nothing ran, and does not answer the probe, goes again: 8."""
    bed.write(bed.text().replace("return status 200", "return status 500"))
    bed.apply("--probe", "http://127.0.0.1:%d/" % PORT, status=8)
    poll("the end of what was started", lambda: not bed.haproxies())
    check(not os.path.exists(TARGET) and not os.path.exists(STATE + "/journal.yaml"), "something is left")


@runs(daemon=VERSIONS)
def case_28_probe_of_a_start(bed):
    """A probe that what was started does not answer. (Beside an old process, a daemon's new one may not get to answer.)"""
    cold_start_without_answer(bed)
    bed.apply("--probe", "http://127.0.0.1:%d/" % PORT, says="one")
    bed.apply("--probe", "http://127.0.0.1:%d/" % PORT, says="two")
    bed.serves_one("two")


@runs(master="2.6 3.0 3.2")
def case_28_probe(bed):
    """A probe that the new worker does not answer takes it back: 7 or 6, and nobody is refused."""
    cold_start_without_answer(bed)
    begin(bed)
    url = "http://127.0.0.1:%d/" % PORT
    before, poller = bed.info(), Poller()
    bed.write(bed.text(says="two").replace("return status 200", "return status 500"))
    bed.apply("--probe", url, status=7)
    poller.end()
    check_equal(bed.get(), "one", "the answer")
    check_equal(bed.info()[1], before[1], "the generation")
    bed.apply("--probe", url, says="three")
    bed.serves_one("three")


@runs(daemon=VERSIONS, master="2.6 3.2")
def case_requests_close(bed):
    """No request is lost and no stream is cut while reload follows reload: Connection: close."""
    requests.nothing_is_lost(bed, close=True)


@runs(daemon=VERSIONS, master="2.6 3.2")
def case_requests_keepalive(bed):
    """The same with keep-alive."""
    requests.nothing_is_lost(bed, close=False)


def cases_of(names):
    """The cases among the names of a module."""
    return {name[len("case_"):]: function for name, function in sorted(names.items()) if name.startswith("case_")}


def tests_of(found):
    """A case with each version and mode that it is for."""
    return [(name, version, mode) for name, function in found.items()
            for mode, versions in getattr(function, "modes", {"daemon": VERSIONS.split()}).items() for version in versions]


CASES = cases_of(globals())
TESTS = tests_of(CASES)
