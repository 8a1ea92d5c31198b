"""A request's log line reaches journald's socket from a HAProxy that lives in a chroot.

Debian's package leads journald's socket into the chroot since HAProxy 2.4 (Box.make_journal lays the host out the
same way); before it, the journal has the service's standard output alone.
"""
import os
import pwd
import socket

from box import check, check_equal, get, poll

NEEDS = "namespaces"


def lines_of(journal, haproxy):
    """What has arrived since the last call."""
    if journal is None:
        with open(haproxy.log, encoding="utf-8", errors="replace") as f:
            return f.read().splitlines()
    lines = []
    while True:
        try:
            lines.append(journal.recv(65536, socket.MSG_DONTWAIT).decode("utf-8", "replace"))
        except BlockingIOError:
            return lines


def test(box):
    box.build("stats")
    haproxy = box.start_haproxy([8404])
    check_equal(os.readlink("/proc/%d/root" % haproxy.pid), "/var/lib/haproxy", "where HAProxy lives")
    check_equal(os.stat("/proc/%d" % haproxy.pid).st_uid, pwd.getpwnam("haproxy").pw_uid, "as whom HAProxy runs")

    get("/marker", port=8404)
    seen = []

    def arrived():
        seen.extend(lines_of(box.journal if box.version >= (2, 4) else None, haproxy))
        return [line for line in seen if "GET /marker" in line]
    line = poll("the request's line in the journal", arrived, 5)[0]
    check(line.startswith("<134>") or line.startswith("<6>"), "no priority of local0.info: " + line)
    check(" 503 " in line, "the line tells nothing of the answer: " + line)
    print(line)
