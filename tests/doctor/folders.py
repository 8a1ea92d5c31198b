"""Folders, logs and room."""
import os
import shutil

from doctor import case


@case("chroot-missing")
def chroot_missing(patient):
    patient.configure("chroot: /var/lib/haproxy", "chroot: /run/cage")
    patient.finds("chroot", "failure", "'/run/cage'", "install -d -m 0755 /run/cage", also=["log"])
    patient.fails("cannot chroot")
    patient.box.run("install", "-d", "-m", "0755", "/run/cage")
    patient.finds("log", "warning", "/run/cage/dev/log")
    patient.starts()


@case("socket-folder-missing")
def socket_folder_missing(patient):
    patient.configure("/run/haproxy/admin.sock", "/run/none/admin.sock")
    patient.finds("folders", "failure", "'/run/none'", "'/run/none/admin.sock'", "install -d -m 0755 /run/none")
    patient.fails("/run/none/admin.sock")
    patient.box.run("install", "-d", "-m", "0755", "/run/none")
    patient.well()
    patient.starts()


@case("socket-folder-with-prefix")
def socket_folder_with_prefix(patient):
    """`unix-bind prefix` stands before the sockets of proxies, and not before that of the Runtime API."""
    patient.configure("  maxconn: 200", "  maxconn: 200\n  unix-bind: prefix /run/some/", bind="[':8080', 'unix@/web.sock']")
    patient.finds("folders", "failure", "'/run/some'", "'/run/some//web.sock'")
    patient.fails("web.sock")
    os.mkdir("/run/some")
    patient.well()
    patient.starts()


@case("pid-file-folder-missing")
def pid_file_folder_missing(patient):
    patient.configure("pidfile: /run/haproxy.pid", "pidfile: /run/none/haproxy.pid")
    patient.finds("folders", "failure", "pid file '/run/none/haproxy.pid'")
    patient.box.build(patient.path)
    done = patient.box.run(patient.box.haproxy, "-D", "-f", "/etc/haproxy/haproxy.cfg", ok=False)
    patient.check(done.returncode == 1 and "pidfile" in done.stdout, "HAProxy starts: %s" % done.stdout)


@case("folder-closed")
def folder_closed(patient):
    """Somebody else than root starts HAProxy: whoever that is, one may not say that it fails."""
    patient.configure_whole("global: {stats socket: /run/closed/admin.sock}\n"
                            "frontends: {web: {mode: http, bind: ':8080', timeout client: 5s}}\n")
    os.mkdir("/run/closed", 0o700)
    under = ("setpriv", "--reuid", "nobody", "--clear-groups")
    os.chmod(os.path.dirname(patient.path), 0o755)
    rows = patient.ask(under=under)
    patient.check(not [row for row in rows if row["state"] == "failure"], "a failure that nobody knows of: %s" % rows)


@case("log-unreachable")
def log_unreachable(patient):
    box = patient.box
    box.run("umount", "/var/lib/haproxy/dev/log")
    os.unlink("/var/lib/haproxy/dev/log")
    os.makedirs("/run/systemd/system", exist_ok=True)
    unit = "/run/systemd/system/haproxy.service"   # in the place of the package's
    with open(unit, "w", encoding="ascii") as file:
        file.write("[Service]\nExecStart=/usr/sbin/haproxy\n")
    patient.finds("log", "warning", "nothing is logged", "'/var/lib/haproxy/dev/log'",
                  "BindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log")
    patient.starts()
    # what the service will mount is as good as mounted
    os.mkdir(unit + ".d")
    with open(unit + ".d/log.conf", "w", encoding="ascii") as file:
        file.write("[Service]\nBindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log\n")
    patient.well()
    with open(unit + ".d/log.conf", "w", encoding="ascii") as file:
        file.write("[Service]\nBindReadOnlyPaths=-/etc /dev/log:/var/lib/haproxy/dev/log:norbind\nBindPaths=\n")
    patient.finds("log", "warning", "there is no socket")
    shutil.rmtree(unit + ".d")
    patient.mount_log()
    patient.well()
    # without a chroot the path is what it is
    box.run("umount", "/var/lib/haproxy/dev/log")
    patient.configure("  chroot: /var/lib/haproxy\n", "")
    patient.well()


@case("log-dead")
def log_dead(patient):
    patient.box.journal.close()
    patient.finds("log", "warning", "no program reads from the socket", "nothing is logged")


@case("log-closed")
def log_closed(patient):
    os.chmod("/run/systemd/journal/dev-log", 0o600)
    patient.finds("log", "warning", "the user that HAProxy becomes may not write")
    patient.configure("  user: haproxy\n  group: haproxy\n", "")
    patient.well()


@case("log-no-socket")
def log_no_socket(patient):
    patient.box.run("umount", "/var/lib/haproxy/dev/log")
    with open("/var/lib/haproxy/dev/log", "w", encoding="ascii") as file:
        file.write("no socket")
    os.makedirs("/run/systemd/system", exist_ok=True)
    with open("/run/systemd/system/haproxy.service", "w", encoding="ascii") as file:
        file.write("[Service]\n")
    patient.finds("log", "warning", "something else than a datagram socket")


@case("log-link-leaves-the-chroot")
def log_link_leaves(patient):
    """A link leads to what is in the chroot, whatever stands at that path outside."""
    os.makedirs("/run/systemd/system", exist_ok=True)
    with open("/run/systemd/system/haproxy.service", "w", encoding="ascii") as file:
        file.write("[Service]\n")
    os.mkdir("/run/cage")
    os.mkdir("/run/cage/dev")
    os.symlink("/run/systemd/journal/dev-log", "/run/cage/dev/log")
    patient.configure("chroot: /var/lib/haproxy", "chroot: /run/cage")
    patient.finds("log", "warning", "there is no socket '/run/cage/dev/log'")


@case("disk-full")
def disk_full(patient):
    """/etc/haproxy on a file system of 64 KiB; of one without files left; of one that cannot be written to."""
    box = patient.box
    box.run("mount", "-t", "tmpfs", "-o", "size=64k", "small", "/etc/haproxy")
    patient.finds("disk", "failure", "64 KiB are free for '/etc/haproxy'", "make room")
    box.run("mount", "-o", "remount,size=4m,nr_inodes=1", "/etc/haproxy")
    patient.finds("disk", "failure", "no more files can be made")
    box.run("mount", "-o", "remount,size=4m,nr_inodes=100", "/etc/haproxy")
    patient.well(has=["disk"])
    box.run("mount", "-o", "remount,ro", "/etc/haproxy")
    patient.finds("disk", "failure", "read-only")
    box.run("umount", "/etc/haproxy")
    rows = patient.well(has=["disk"])
    patient.check(any("/var/lib/hacc" in row["found"] for row in rows), "nothing of hacc's own folder: %s" % rows)
