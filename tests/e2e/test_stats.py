"""The statistics page wants its password; the Runtime API answers, and hands its listeners to a successor."""
import base64

from box import ADMIN, check, check_equal, get, poll

NEEDS = "namespaces"


def authorization(user, password):
    return {"Authorization": "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()}


def test(box):
    box.build("stats")
    haproxy = box.start_haproxy([8404])

    check_equal(get("/stats", port=8404).status, 401, "without a password")
    check_equal(get("/stats", port=8404, headers=authorization("admin", "guess")).status, 401, "with a wrong one")
    page = get("/stats", port=8404, headers=authorization("admin", "change-me"))
    check_equal(page.status, 200, "with the right one")
    check("Statistics Report" in page.body, "this is not the statistics page")
    check("version %d.%d" % box.version not in page.body, "the page tells the version")

    info = box.admin("show info")
    check("Name: HAProxy" in info and "Pid: %d" % haproxy.pid in info, "show info says %r" % info[:80])

    heir = box.start(([box.haproxy, "-db", "-f", "/etc/haproxy/haproxy.cfg", "-x", ADMIN, "-sf", str(haproxy.pid)]),
                     log="haproxy-heir")
    poll("the first HAProxy leaves", lambda: haproxy.poll() is not None)
    check_equal(get("/stats", port=8404).status, 401, "after a reload with -x")
    with open(heir.log, encoding="utf-8", errors="replace") as f:
        log = f.read()
    check("Failed to get the number of sockets" not in log and "ALERT" not in log, "the heir says " + log[-200:])
    check("Pid: %d" % heir.pid in box.admin("show info"), "the socket is not the heir's")
