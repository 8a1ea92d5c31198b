"""The version, users, open files, capabilities, and memory."""
import os

from doctor import case

LOSES_RESOURCE = ("setpriv", "--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource")


def stand_in(patient, version):
    """A program that gives itself out for HAProxy of that version."""
    path = patient.box.write("haproxy-" + version, "#!/bin/sh\necho 'HAProxy version %s.9-1 2025/01/01'\n" % version)
    os.chmod(path, 0o755)
    return path


@case("version")
def version(patient):
    known = ["2.2", "2.4", "2.6", "2.8", "3.0", "3.2"]
    target = patient.box.target
    with open(patient.path, encoding="utf-8") as file:
        text = file.read()
    # the configuration names none: it is for the binary's
    for one in known:
        patient.well("--haproxy-bin", stand_in(patient, one), has=["version"])
    patient.configure_whole("haproxy: '2.8'\n" + text)
    for one in known[:3]:
        patient.finds("version", "failure", "HAProxy " + one, "the configuration is for 2.8",
                      more=("--haproxy-bin", stand_in(patient, one)))
    patient.well("--haproxy-bin", stand_in(patient, "2.8"))
    for one in known[4:]:
        patient.finds("version", "warning", "HAProxy " + one, "write 'haproxy: \"%s\"'" % one,
                      more=("--haproxy-bin", stand_in(patient, one)))
    patient.finds("version", "unknown", "cannot be read", more=("--haproxy-bin", "/bin/false"))
    patient.configure_whole("haproxy: '%s'\n%s" % (target, text))
    patient.well(has=["version"])


@case("user-missing")
def user_missing(patient):
    patient.configure("user: haproxy", "user: nosuch")
    patient.finds("user", "failure", "no user 'nosuch'", "useradd --system nosuch")
    patient.fails("cannot find user id")
    patient.configure("group: haproxy", "group: nosuch")
    patient.finds("user", "failure", "no group 'nosuch'", "groupadd --system nosuch")
    patient.fails("cannot find group id")
    patient.configure("level admin", "level admin user nosuch")
    patient.finds("user", "failure", "no user 'nosuch'")
    patient.fails("nosuch")
    patient.configure("  maxconn: 200", "  maxconn: 200\n  unix-bind: group nosuch")
    patient.finds("user", "failure", "no group 'nosuch'")
    patient.fails("nosuch")


@case("files-too-few")
def files_too_few(patient):
    under = LOSES_RESOURCE + ("prlimit", "--nofile=500:500")
    patient.configure("maxconn: 200", "maxconn: 1000")
    strict = patient.box.version >= (2, 3)
    patient.finds("files", "failure" if strict else "warning", "no more than 500", "LimitNOFILE=", under=under)
    if strict:
        patient.fails("cannot raise FD limit", under=under)
    patient.configure("maxconn: 200", "maxconn: 1000\n  strict-limits: false")
    patient.finds("files", "warning", "no more than 500", under=under)
    patient.starts(under=under)
    patient.configure("maxconn: 200", "ulimit-n: 600")
    patient.finds("files", "failure" if strict else "warning", "600 are needed", under=under)
    patient.configure("maxconn: 200", "maxconn: 220")
    patient.well(under=under)
    patient.starts(under=under)
    # without maxconn HAProxy takes what there is, and a hundred connections at least
    patient.configure("  maxconn: 200\n", "")
    patient.well(under=under)
    patient.starts(under=under)
    under = LOSES_RESOURCE + ("prlimit", "--nofile=150:150")
    patient.finds("files", "failure" if strict else "warning", "set maxconn", under=under)
    if strict:
        patient.fails("cannot raise FD limit", under=under)


@case("files-edge")
def files_edge(patient):
    """Where the doctor sees a failure HAProxy fails; where it sees none HAProxy starts."""
    under = LOSES_RESOURCE + ("prlimit", "--nofile=500:500")
    if patient.box.version < (2, 3):
        return
    seen = set()
    for maxconn in (230, 234, 236, 237, 238, 239, 240, 245, 250):
        patient.configure("maxconn: 200", "maxconn: %d\n  nbthread: 1" % maxconn)
        state = [row["state"] for row in patient.ask(under=under) if row["check"] == "files"][0]
        good, log = patient.serves(under=under)
        seen.add((state, good))
        patient.check(state == "warning" or good == (state == "ok"), "maxconn %d: %s, but HAProxy: %s" % (maxconn, state, log))
    patient.check({("ok", True), ("failure", False)} <= seen, "not both were seen: %s" % seen)


@case("capabilities-missing")
def capabilities_missing(patient):
    def lacks(name):
        return ("setpriv", "--bounding-set", "-" + name, "--inh-caps", "-" + name)

    patient.finds("capabilities", "failure", "cap_sys_chroot", "'/var/lib/haproxy'", under=lacks("sys_chroot"))
    patient.fails("cannot chroot", under=lacks("sys_chroot"))
    patient.finds("capabilities", "failure", "cap_setuid", under=lacks("setuid"))
    patient.fails("cannot set uid", under=lacks("setuid"))
    patient.finds("capabilities", "failure", "cap_setgid", under=lacks("setgid"))
    patient.fails("cannot set gid", under=lacks("setgid"))
    patient.configure(bind="':808'")
    patient.finds("capabilities", "failure", "cap_net_bind_service", "a port below 1024", under=lacks("net_bind_service"))
    patient.fails("cannot bind", under=lacks("net_bind_service"), port=808)
    patient.box.run("sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=808")
    patient.well(under=lacks("net_bind_service"))
    patient.starts(under=lacks("net_bind_service"), port=808)


FOREIGN = """
global: {%s}
frontends: {web: {mode: http, bind: ':8080', timeout client: 5s, default_backend: app}}
backends:
  app: {mode: http, timeout connect: 1s, timeout server: 1s, source: 0.0.0.0 usesrc clientip, server: {a: '127.0.0.1:9'}}
"""


@case("capability-net-raw")
def capability_net_raw(patient):
    """Connections from foreign addresses: usesrc."""
    new = patient.box.version >= (3, 0)
    lacking = ("setpriv", "--bounding-set", "-net_raw,-net_admin", "--inh-caps", "-net_raw,-net_admin")
    patient.configure_whole(FOREIGN % "maxconn: 200")
    patient.well()
    patient.starts()
    patient.finds("capabilities", "warning", "cap_net_raw", "foreign addresses (usesrc) fail", under=lacking,
                  also=["firewall"])
    patient.configure_whole(FOREIGN % "maxconn: 200, user: haproxy")
    patient.finds("capabilities", "failure", "setcap" if new else "remove 'user' and 'group'")
    patient.fails("require full privileges")
    if new:
        patient.configure_whole(FOREIGN % "maxconn: 200, user: haproxy, setcap: cap_net_raw")
        patient.well()
        patient.starts()
        patient.finds("capabilities", "failure", "cap_net_raw", under=lacking, also=["firewall"])
        patient.fails("capset", under=lacking)


@case("another-user")
def another_user(patient):
    """To somebody who is not root much is hidden; nothing of it is called a failure."""
    under = ("setpriv", "--reuid", "nobody", "--clear-groups")
    stranger = patient.box.start(["python3", "-c", "import socket, time; s = socket.create_server(('', 8080)); time.sleep(60)"])
    patient.box.wait_listen(stranger, 8080)
    rows = patient.ask(under=under)
    patient.check(not any(row["state"] == "failure" for row in rows), "failures: %s" % rows)
    hidden = [row for row in rows if row["check"] == "ports" and row["state"] == "unknown"]
    patient.check(hidden and "hidden from this user" in hidden[0]["found"], "ports: %s" % rows)
    patient.check([row for row in rows if row["check"] == "capabilities" and row["state"] == "unknown"], "%s" % rows)
    os.makedirs("/run/mine/cage", 0o755)
    os.chmod("/run/mine", 0o700)
    patient.configure("chroot: /var/lib/haproxy", "chroot: /run/mine/cage")
    rows = [row for row in patient.ask(under=under) if row["check"] == "chroot"]
    patient.check_equal([row["state"] for row in rows], ["unknown"], "the chroot")


@case("no-configuration")
def no_configuration(patient):
    """Errors of the file come first; without an argument it is the installed one; formats and options."""
    box = patient.box
    broken = box.write("broken.yaml", "frontends: {web: {bnd: ':80'}}\n")
    done = box.run(box.hacc, "doctor", broken, ok=False)
    patient.check(done.returncode == 1 and "unknown-keyword" in done.stdout, done.stdout)
    done = box.run(box.hacc, "doctor", "/none.yaml", ok=False)
    patient.check_equal(done.returncode, 2, "status of a file that is not there")
    box.build(patient.path)
    patient.path = "/etc/haproxy/haproxy.cfg"
    done = box.run(box.hacc, "doctor", "--haproxy-bin", box.haproxy, "--nginx", patient.nginx)
    patient.check("ok       ports" in done.stdout and "0 failures, 0 warnings, 0 unknown" in done.stdout, done.stdout)
    done = box.run(box.hacc, "doctor", "-q", "--haproxy-bin", box.haproxy, "--nginx", patient.nginx)
    patient.check_equal(len(done.stdout.splitlines()), 1, "lines of --quiet on a good machine")
    for arguments in (["--format", "xml"], ["--nothing"], ["a", "-", "-"]):
        done = box.run(box.hacc, "doctor", *arguments, ok=False)
        patient.check_equal(done.returncode, 2, "status of %s" % arguments)


@case("memory-short")
def memory_short(patient):
    """A machine that has no room for the process a second time (its /proc/meminfo says so)."""
    box = patient.box
    box.build(patient.path)
    haproxy = box.start_haproxy([8080])
    patient.well(has=["memory"])
    box.run("mount", "--bind", box.write("meminfo", "MemTotal: 99 kB\nMemAvailable:     900 kB\n"), "/proc/meminfo")
    patient.finds("memory", "warning", "only 0 MiB are free", "hard-stop-after")
    box.stop(haproxy)
    patient.well()
