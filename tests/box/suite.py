"""What the suites that run tests in a box share (tests/e2e/run, tests/proof/run): the arguments, the probes, the
box, the report.

Each test is run on its own inside fresh mount, network, process and host-name namespaces: it may use the very
addresses, ports and paths that configurations name, and when it ends, however it ends, the kernel ends every process
it started and removes every namespace, address and mount it made.

One line a test: "ok NAME", "not ok NAME: reason" or "SKIP NAME: reason".  A skip is decided here alone, by the
probes a test needs; a test whose probes succeed can only pass or fail.
"""
import argparse
import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
UNSHARE = ["unshare", "--mount", "--net", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc",
           "--propagation", "private"]
PROGRAMS = "unshare nsenter mount ip nft sysctl nginx openssl python3".split()

NFT_PROBE = """
nft -f - <<END || exit 1
table inet probe {
    chain c {
        type filter hook prerouting priority mangle
        meta l4proto tcp socket transparent 1 socket wildcard 0 meta mark set 1
    }
}
END
ip link set lo up && ip rule add fwmark 1 table 100 && ip route add local 0.0.0.0/0 dev lo table 100
"""


def probe_namespaces():
    return UNSHARE + ["true"]


def probe_tproxy():
    return UNSHARE + ["sh", "-c", NFT_PROBE]


def probe_veth():
    return UNSHARE + ["ip", "link", "add", "e2e0", "type", "veth", "peer", "name", "e2e1"]


def probe_bridge():
    return UNSHARE + ["ip", "link", "add", "e2e0", "type", "bridge"]


def probe_overlay():
    return UNSHARE + ["sh", "-c", "mount -t tmpfs probe /run && mkdir /run/upper /run/work && mount -t overlay probe -o "
                      "lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc"]


def probe_systemd_analyze():
    return UNSHARE + ["systemd-analyze", "--version"]


# name: (the command that tells, what its failure means)
PROBES = {
    "namespaces": (probe_namespaces, "no namespaces here (is this root?)"),
    "veth": (probe_veth, "the kernel has no veth links"),
    "bridge": (probe_bridge, "the kernel has no bridges"),
    "overlay": (probe_overlay, "no overlay file systems here"),
    "systemd-analyze": (probe_systemd_analyze, "no systemd-analyze here"),
    "tproxy": (probe_tproxy, "the kernel or nft cannot match transparent sockets, or route by mark"),
}


def run_probe(name, cache):
    """The reason why the machine lacks NAME, or None."""
    if name not in cache:
        command, meaning = PROBES[name]
        result = subprocess.run(command(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        detail = (result.stderr.strip().splitlines() or [""])[-1]
        cache[name] = None if result.returncode == 0 else meaning + (": " + detail if detail else "")
    return cache[name]


class Test:
    """One test: the function `test(box, ARGUMENTS...)` of MODULE, a file in FOLDER; NEEDS are names of probes."""

    seconds = 45    # that it may take

    def __init__(self, name, needs, folder, module, *arguments):
        self.name, self.needs, self.folder, self.module, self.arguments = name, needs, folder, module, arguments

    def run(self, options):
        """("ok", "not ok" or "SKIP"; seconds or reason; log)."""
        lacks = [reason for reason in (run_probe(need, options.probed) for need in self.needs) if reason]
        if lacks:
            return "SKIP", lacks[0], ""
        begin = time.monotonic()
        log = tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace")
        environment = {**os.environ, "BOX_SECONDS": str(self.seconds)}
        argv = UNSHARE + [sys.executable, "-B", os.path.join(HERE, "box.py"), options.hacc, options.haproxy, ROOT,
                          self.folder, self.module, *self.arguments]
        try:
            rc = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                env=environment, timeout=self.seconds + 15).returncode
        except subprocess.TimeoutExpired:
            rc = "no end after %d s" % (self.seconds + 15)
        log.seek(0)
        text = log.read()
        if rc == 0:
            return "ok", "%.1f s" % (time.monotonic() - begin), text if options.v else ""
        lines = [line for line in text.splitlines() if line.startswith("FAIL: ")]
        return "not ok", lines[-1][len("FAIL: "):] if lines else "ended with %s" % rc, text


def end(signum, frame):
    sys.exit(1)         # the tests that run already end by themselves; no other one is begun


def parser_of(description):
    """The arguments that every suite takes; DESCRIPTION is its doc."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hacc", default=os.path.join(ROOT, "build", "hacc"))
    parser.add_argument("--haproxy", default=shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    parser.add_argument("-v", action="store_true", help="print the log of passed tests too")
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser


def check_options(parser, options, programs):
    """Ends with a message where something to run is missing; makes the paths absolute."""
    os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    if not options.haproxy or not os.access(options.haproxy, os.X_OK):
        parser.error("no haproxy to run (tests/install-deps, or --haproxy BIN)")
    if not os.access(options.hacc, os.X_OK):
        parser.error("no hacc at %s (make, or --hacc PATH)" % options.hacc)
    missing = [program for program in PROGRAMS + programs if not shutil.which(program)]
    if missing:
        parser.error("no %s here (tests/install-deps)" % ", ".join(missing))
    options.hacc, options.haproxy = os.path.abspath(options.hacc), os.path.abspath(options.haproxy)


def chosen(parser, options, tests):
    """Those of TESTS that are named in the arguments; all where none is."""
    known = {test.name: test for test in tests}
    for name in options.names:
        if name not in known:
            parser.error("no test '%s'; there are: %s" % (name, " ".join(sorted(known))))
    return [known[name] for name in options.names or sorted(known)]


def run(tests, options, workers=1):
    """Runs TESTS, WORKERS at a time, and reports; the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    options.probed = {}
    counts = dict.fromkeys(("ok", "not ok", "SKIP"), 0)
    pool = concurrent.futures.ThreadPoolExecutor(workers)
    try:
        for test, (verdict, detail, log) in zip(tests, pool.map(lambda test: test.run(options), tests)):
            counts[verdict] += 1
            print("%s %s" % (verdict, test.name) + (" (%s)" if verdict == "ok" else ": %s") % detail, flush=True)
            for line in log.splitlines():
                print("    " + line, flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
    print("%d passed, %d failed, %d skipped" % (counts["ok"], counts["not ok"], counts["SKIP"]))
    return 1 if counts["not ok"] else 0
