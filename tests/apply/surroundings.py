"""Cases of what is around an apply: HAProxies of others, the operator's terminal and what he does meanwhile. As in
cases.py, each is a function `case_NAME(bed)`."""
import fnmatch
import os
import signal
import subprocess
import time

from bed import ADMIN, PIDFILE, PORT, STATE, TARGET, WORK, Poller, check, check_equal, poll
from cases import begin, cases_of, refused, runs, tests_of


def hold(bed, step, *more):
    """Starts an apply and stops it (SIGSTOP) where it tells of STEP."""
    process = subprocess.Popen([bed.box.hacc, "apply", "--debug", "--haproxy-bin", bed.haproxy, *more, bed.source],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if fnmatch.fnmatch(line, "*] %s\n" % step):
            process.send_signal(signal.SIGSTOP)
            return process
    raise AssertionError("the apply never came to step " + step)


@runs(daemon="2.6 3.2", master="3.2")
def case_40_container(bed):
    """A HAProxy of a container runs with a file of the same name: it is not ours, and gets no signal."""
    bed.write(bed.text(binds=[8099], socket=WORK + "/other.sock mode 600 level admin expose-fd listeners"))
    bed.hacc("build", bed.source, "-o", "/etc/haproxy")
    other = bed.box.start(["unshare", "--pid", "--fork", "--mount-proc", bed.haproxy, "-db", "-f", TARGET])
    poll("the other one", lambda: os.path.exists(WORK + "/other.sock"))
    before = sorted(bed.haproxies())
    bed.apply(says="one")
    bed.apply(says="two")
    check(other.poll() is None and all(map(bed.alive, before)), "a process of the container got a signal")
    check_equal(bed.get(), "two", "the answer")


@runs(master="2.6 3.2")
def case_41_edited_meanwhile(bed):
    """hacc is ended in the middle, and the operator mends the file by hand: his file is not overwritten unseen."""
    begin(bed)
    bed.write(says="two")
    hold(bed, "installed").kill()
    mine = bed.target() + "# mine\n"
    with open(TARGET + ".edit", "w", encoding="utf-8") as file:
        file.write(mine)
    os.rename(TARGET + ".edit", TARGET)
    bed.hacc("apply", "--haproxy-bin", bed.haproxy, "--reload", "never", bed.source, status=None)
    check_equal(bed.target(), mine, "the file that was mended by hand")
    bed.apply()
    bed.serves_one("two")


@runs(daemon="2.6")
def case_42_first_file_meanwhile(bed):
    """The same where there was no file before: his is not removed."""
    bed.write()
    hold(bed, "step: prepared").kill()
    with open(TARGET, "w", encoding="utf-8") as file:
        file.write("global\n    maxconn 77\n")
    bed.hacc("apply", "--haproxy-bin", bed.haproxy, "--reload", "never", bed.source, status=6)
    check_equal(bed.target(), "global\n    maxconn 77\n", "the file that was written by hand")


@runs(daemon="2.6")
def case_43_two_state_directories(bed):
    """Two applies of one target with a state directory each are two at once all the same."""
    begin(bed)
    bed.write(says="two")
    process = hold(bed, "step: prepared")
    bed.hacc("apply", "--haproxy-bin", bed.haproxy, "--state-dir", WORK + "/other", bed.source, status=5)
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=30)
    check_equal(process.returncode, 0, "status of the first")
    bed.serves_one("two")


@runs(daemon="2.6", master="3.2")
def case_44_proxy_of_the_terminal(bed):
    """http_proxy of the operator's terminal is not the probe's way to this machine."""
    begin(bed)
    bed.env = {"http_proxy": "http://127.0.0.1:1/"}
    bed.apply("--probe", "http://127.0.0.1:%d/" % PORT, says="two")
    bed.serves_one("two")


@runs(daemon="2.6", master="3.2")
def case_45_stray_and_nothing_to_do(bed):
    """What is live already with a stray beside it is 9 again, each time; the stray gets no signal."""
    begin(bed)
    text = bed.target().replace(ADMIN, WORK + "/stray.sock")
    os.rename(TARGET, TARGET + ".mine")
    with open(TARGET, "w", encoding="utf-8") as file:
        file.write(text)
    bed.box.run(bed.haproxy, "-D", "-f", TARGET, "-p", WORK + "/stray.pid")
    os.rename(TARGET + ".mine", TARGET)
    with open(WORK + "/stray.pid", encoding="ascii") as file:
        stray = int(file.read())
    for _ in range(2):
        result = bed.apply(says="two", status=9)
        check(str(stray) in result.stdout, "nothing is said of process %d: %s" % (stray, result.stdout))
    check(bed.alive(stray), "the stray got a signal")


@runs(master="2.6 3.2")
def case_48_daemon_beside_the_master(bed):
    """A HAProxy without a master has taken the master's admin socket: the master is the one that is told."""
    begin(bed)
    bed.box.run(bed.haproxy, "-D", "-f", TARGET, "-p", WORK + "/stray.pid")
    with open(WORK + "/stray.pid", encoding="ascii") as file:
        stray = int(file.read())
    result = bed.apply(says="two", status=9)
    check(str(stray) in result.stdout, "nothing is said of process %d: %s" % (stray, result.stdout))
    check(bed.alive(stray), "the stray got a signal")


@runs(daemon="2.6", master="3.2")
def case_46_interrupted(bed):
    """Ctrl-C, or the end of the terminal, in the middle of an apply: it comes to its end, one generation serves."""
    begin(bed)
    for number, end in enumerate([signal.SIGINT, signal.SIGHUP, signal.SIGTERM]):
        bed.write(says="turn%d" % number)
        poller, process = Poller(), hold(bed, "step: started")
        process.send_signal(end)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=30)
        poller.end()
        check_equal(process.returncode, 0, "status")
        bed.serves_one("turn%d" % number)
        for pid in bed.haproxies():
            with open("/proc/%d/status" % pid, encoding="ascii") as file:
                masks = dict(line.split(":\t") for line in file.read().splitlines() if line.startswith("Sig"))
            check(not int(masks["SigBlk"], 16), "process %d began with signals blocked: %s" % (pid, masks["SigBlk"]))


@runs(daemon="2.6", master="3.2")
def case_47_closed_pipe(bed):
    """Nobody reads what --debug says any more: the apply comes to its end."""
    begin(bed)
    bed.write(says="two")
    process = hold(bed, "step: started")
    process.stdout.close()
    process.send_signal(signal.SIGCONT)
    process.wait(30)
    bed.serves_one("two")


@runs(daemon="2.6 3.2")
def case_49_old_one_gone(bed):
    """hacc is ended, and the old process with it: the new one, which alone serves, goes on until the next has taken over."""
    begin(bed)
    old = bed.pid()
    bed.write(says="two")
    hold(bed, "started: process *").kill()
    bed.kill(old)
    poller = Poller()
    bed.apply(says="three")
    poller.end()
    bed.serves_one("three")
    check_equal(len(bed.haproxies()), 1, "processes")


@runs(daemon="2.6", master="3.2")
def case_50_relative_paths(bed):
    """Paths that do not say where they are, are refused before anything is touched, by their name."""
    begin(bed)
    for option in ("target", "state-dir", "pidfile", "sysctl-target"):
        refused(bed, 2, "--" + option, "some/file", words="the %s 'some/file' is no absolute path" % option, says="two")


@runs(daemon="2.6")
def case_51_relative_pidfile(bed):
    """The same of the file's own pid file, which HAProxy takes from where it is started: it is left alone."""
    bed.write(bed.text(more_global="  pidfile: haproxy.pid").replace("pidfile: %s, " % PIDFILE, ""))
    bed.apply()
    bed.write(bed.text(more_global="  pidfile: haproxy.pid", says="two").replace("pidfile: %s, " % PIDFILE, ""))
    bed.apply()
    bed.serves_one("two")


@runs(daemon="2.6 3.2")
def case_52_kinds_of_sockets(bed):
    """Listening sockets go through a UNIX socket alone, however that is written; else it is 4, or --lossy."""
    for address, status in (("unix@" + ADMIN, 0), ("127.0.0.1:9999", 0), ("abns@hacc-test", 4)):
        bed.apply(socket=address + " level admin expose-fd listeners", says="one", status=status)
    refused(bed, 4, words="no UNIX socket", socket="abns@hacc-test level admin expose-fd listeners", says="two")


@runs(daemon="2.6")
def case_53_damaged_journal(bed):
    """A journal that cannot be read is 8, and it is said how to go on."""
    begin(bed)
    with open(STATE + "/journal.yaml", "w", encoding="ascii") as file:
        file.write("rubbish: [")
    check("remove the journal" in bed.apply(says="two", status=8).stdout, "no way out is told")
    os.unlink(STATE + "/journal.yaml")
    bed.apply()
    bed.serves_one("two")


@runs(daemon="3.0", master="2.6 3.2")
def case_54_folder(bed):
    """Relative paths in the file are those of the HAProxy that runs, from wherever hacc is called."""
    os.chdir("/etc/haproxy")
    with open("a.txt", "w", encoding="ascii") as file:
        file.write("one")
    bed.write(bed.text().replace('string "one"', "file a.txt"))
    bed.apply()
    os.chdir("/")
    for port in (8081, 8082):
        bed.write(bed.text(binds=[PORT, port]).replace('string "one"', "file a.txt"))
        bed.apply()
    check_equal(bed.get(8082), "one", "the answer")


@runs(daemon="2.6")
def case_55_pid_file_of_haproxy(bed):
    """The pid file may stand in the folder of HAProxy's own user; a link is left alone, and that is said."""
    path = "/run/haproxy/haproxy.pid"
    for says in ("one", "two"):
        bed.write(bed.text(says=says).replace(PIDFILE, path))
        check("pid file" not in bed.apply().stdout, "something about the pid file")
        with open(path, encoding="ascii") as file:
            check_equal(int(file.read()), bed.serves_one(says), "the pid file")
    os.rename(path, WORK + "/real.pid")
    os.symlink(WORK + "/real.pid", path)
    bed.write(bed.text(says="three").replace(PIDFILE, path))
    check("the pid file is not up to date" in bed.apply().stdout, "nothing is said of the link")
    check(os.path.islink(path), "the link is replaced")


@runs(daemon="2.6")
def case_56_linked_folder(bed):
    """A folder behind a symbolic link must be as safe as the link."""
    home = WORK + "/home"
    os.makedirs(home + "/real")
    os.symlink(home + "/real", "/etc/haproxy/link")
    bed.write(bed.text().replace("sysctl: false", "sysctl: false, target: /etc/haproxy/link/haproxy.cfg"))
    os.chown(home, 65534, 65534)
    check("belongs to another user" in bed.apply(status=4).stdout, "the folder above the real one is not looked at")
    os.chown(home, 0, 0)
    bed.apply()
    check_equal(os.listdir(home + "/real"), ["haproxy.cfg"], "the folder")


CASES = cases_of(globals())
TESTS = tests_of(CASES)
