"""dist/systemd: systemd takes the files, and what they start does what it is for.

No systemd runs in the box: a stand-in starts what the files say, in their order. That systemd starts it so is its own.
"""
import os
import re
import shlex
import shutil

from doctor import case

DIST = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "dist", "systemd")
DROP_INS = os.path.join(DIST, "haproxy.service.d")


def lines_of(path, key):
    with open(path, encoding="utf-8") as file:
        return re.findall(r"^%s=(.*)$" % key, file.read(), re.M)


def run(patient, line):
    """One command of a unit, as systemd.service(5) has it: '-' before it, a failure does not count."""
    prefix, command = re.fullmatch(r"([-+@:!]*)(.*)", line).groups()
    done = patient.box.run(*shlex.split(command.replace("$$", "$")), ok=False)
    return 0 if "-" in prefix else done.returncode, done.stdout


def install(patient):
    """hacc where the units have it, and what hacc build writes where they load it from."""
    box = patient.box
    box.overlay("/etc/sysctl.d")
    box.overlay("/usr/local/bin")
    shutil.copy(box.hacc, "/usr/local/bin/hacc")
    with open("/usr/local/bin/haproxy", "w", encoding="ascii") as file:
        file.write('#!/bin/sh\nexec %s "$@"\n' % box.haproxy)
    os.chmod("/usr/local/bin/haproxy", 0o755)
    out = box.build(patient.path)
    if os.path.exists(out + "/90-hacc.conf"):
        shutil.copy(out + "/90-hacc.conf", "/etc/sysctl.d/90-hacc.conf")


@case("dist-units", "systemd-analyze", "overlay")
def dist_units(patient):
    """systemd understands the service of Debian's package with these drop-ins, and the service beside it."""
    box = patient.box
    units = box.directory("units")
    shutil.copytree(DIST, units, dirs_exist_ok=True)
    with open(units + "/haproxy.service", "w", encoding="ascii") as file:
        file.write("[Unit]\nDescription=HAProxy\n[Service]\nType=notify\nExecStart=%s -Ws -f /etc/haproxy/haproxy.cfg\n"
                   % box.haproxy)
    install(patient)
    with open("/etc/haproxy/tproxy-routes.sh", "w", encoding="ascii") as file:
        file.write("#!/bin/sh\n")
    os.chmod("/etc/haproxy/tproxy-routes.sh", 0o755)

    def verify(unit):
        return box.run("env", "SYSTEMD_UNIT_PATH=%s:" % units, "systemd-analyze", "verify", "--man=no", units + "/" + unit,
                       ok=False)

    def complaints(unit):
        return [line for line in verify(unit).stdout.splitlines() if units in line or "hacc" in line]

    for unit in ("haproxy.service", "hacc-tproxy.service"):
        done = verify(unit)
        patient.check_equal((complaints(unit), done.returncode), ([], 0), "what systemd says of " + unit)
    for name in os.listdir(DROP_INS):       # it does look at each of them
        path = os.path.join(units, "haproxy.service.d", name)
        with open(path, "a", encoding="ascii") as file:
            file.write("[Service]\nNoSuchKey=1\n")
        patient.check(any(name in line for line in complaints("haproxy.service")), "%s is not read" % name)


@case("dist-start", "overlay", "tproxy")
def dist_start(patient):
    from kernel import TRANSPARENT
    box = patient.box
    patient.configure_whole(TRANSPARENT + "sysctl: {net.core.somaxconn: 3000}\n")
    install(patient)
    rows = [row["check"] for row in patient.ask() if row["state"] != "ok"]
    patient.check({"sysctl", "tproxy"} == set(rows), "what is missing before: %s" % rows)
    for line in lines_of(DIST + "/hacc-tproxy.service", "ExecStart"):
        patient.check_equal(run(patient, line), (0, ""), line)
    drop_ins = sorted(os.listdir(DROP_INS))
    commands = [line for name in drop_ins for line in lines_of(os.path.join(DROP_INS, name), "ExecStartPre")]
    patient.check_equal(len(commands), 2, "commands before the start")
    for line in commands:
        status, said = run(patient, line)
        patient.check(status == 0, "%s: %s" % (line, said))
    patient.well(has=["sysctl", "tproxy"])
    stranger = box.start(["python3", "-c", "import socket, time; s = socket.create_server(('', 8080)); time.sleep(60)"])
    box.wait_listen(stranger, 8080)
    status, said = run(patient, commands[-1])
    patient.check(status == 1 and "failure  ports" in said and "'python3'" in said, "the last one: %d %s" % (status, said))
    box.stop(stranger)
    with open("/etc/haproxy/haproxy.cfg", "a", encoding="ascii") as file:
        file.write("frontend new\n    keyword-of-3.4\n")
    status, said = run(patient, commands[-1])
    patient.check(status == 0 and "unknown-keyword" in said, "what hacc does not understand: %d %s" % (status, said))
    for line in lines_of(DIST + "/hacc-tproxy.service", "ExecStop"):
        patient.check_equal(run(patient, line)[0], 0, line)
    patient.finds("tproxy", "warning", "0x1", "IPv4", "IPv6")


@case("dist-log")
def dist_log(patient):
    """What is mounted into the chroot is what the doctor misses there."""
    box = patient.box
    (mount,) = lines_of(DROP_INS + "/10-hacc-log.conf", "BindReadOnlyPaths")
    source, target = mount.split(":")
    box.run("umount", target)
    os.makedirs("/run/systemd/system/haproxy.service.d")
    with open("/run/systemd/system/haproxy.service", "w", encoding="ascii") as file:
        file.write("[Service]\n")
    patient.finds("log", "warning", target)
    box.run("mount", "--bind", source, target)
    patient.well(has=["log"])
    box.run("umount", target)
    shutil.copy(DROP_INS + "/10-hacc-log.conf", "/run/systemd/system/haproxy.service.d/")
    patient.well(has=["log"])
