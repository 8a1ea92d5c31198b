"""Proofs of rules/listeners.yaml."""
import os
import pwd
import select
import socket
import time

from balancer import tls_status
from proof import proof

PROXY = b"PROXY TCP4 192.0.2.10 127.0.0.1 4000 80\r\nGET / HTTP/1.0\r\n\r\n"


@proof(bad=False, good=True, start=False)
def chroot_log_socket(lb):
    """Whether a connection is logged: in the journal, or on the output of the service."""
    os.makedirs("/srv/haproxy", exist_ok=True)
    lb.start()
    lb.get("/")
    time.sleep(0.5)
    with open(lb.process.log, encoding="utf-8", errors="replace") as f:
        text = f.read()
    try:
        text += lb.box.journal.recv(65536, socket.MSG_DONTWAIT).decode()
    except BlockingIOError:
        pass
    return "127.0.0.1:" in text


@proof(bad="DOWN", good="UP", change=[("{external-check: true", "{user: haproxy, external-check: true")])
def external_check_fork(lb):
    return lb.checked("site1")


@proof(bad="no TLS", good=200)
def bind_crt_no_ssl(lb):
    return tls_status()


@proof(bad="no TLS", good=200)
def bind_443_plain(lb):
    return tls_status()


@proof(bad="answered", good="turned away")
def accept_proxy_open(lb):
    """Somebody, who says to be 192.0.2.10."""
    try:
        with lb.connect(source="198.51.100.7") as client:
            client.sendall(PROXY)
            return "answered" if client.recv(4096) else "turned away"
    except ConnectionResetError:
        return "turned away"


@proof(bad="another", good="the same", start=False, change=[("20000", "400")])
def no_global_maxconn(lb):
    """The limit of the process where its user may open 1024 files, and where 4096."""
    limits = set()
    for files in (1024, 4096):
        lb.start(under=["prlimit", "--nofile=%d:%d" % (files, files)])
        limits.update(line for line in lb.admin("show info").splitlines() if line.startswith("Maxconn: "))
        lb.box.stop(lb.process)
    return "the same" if len(limits) == 1 else "another"


@proof(bad=5, good=10, change=[("20000", "20"), ("2000", "5")])
def frontend_maxconn_gt_global(lb):
    """Of ten clients at once, how many are served."""
    clients = [lb.connect() for _ in range(10)]
    for client in clients:
        client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    answered, end = set(), time.monotonic() + 1.5
    while len(answered) < len(clients) and time.monotonic() < end:
        answered.update(select.select([client for client in clients if client not in answered], [], [], 0.1)[0])
    for client in clients:
        client.close()
    return len(answered)


@proof(bad=False, good=True, start=False, change=[("50000", "5000"), ("60000", "6000"), ("120000", "12000")])
def fd_budget(lb):
    return lb.starts("Cannot raise FD limit to 10028, limit is 6000")


@proof(bad=False, good=True, start=False, since="3.0")    # before it there is no setcap
def usesrc_needs_root(lb):
    return lb.starts("require full privileges, so global.uid cannot be changed")


@proof(bad=503, good=200, since="3.0")    # before it there is no setcap
def privileged_port(lb):
    return lb.get("/").status


@proof(bad="root", good="haproxy")
def user_root(lb):
    return pwd.getpwuid(os.stat("/proc/%d" % lb.process.pid).st_uid).pw_name


@proof(bad=True, good=False)
def socket_mode_666(lb):
    """Whether any user can have a server taken out."""
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        lb.box.admin("disable server site/site1")
    except PermissionError:
        pass
    finally:
        os.seteuid(0)
    return lb.stat("site1")["status"] == "MAINT"


@proof(bad=True, good=False)
def admin_socket_tcp(lb):
    """Whether another machine can have a server taken out."""
    try:
        with lb.connect(9999, "10.0.0.1", source="198.51.100.7") as client:
            client.sendall(b"disable server site/site1\n")
            client.recv(4096)
    except ConnectionRefusedError:
        pass
    return lb.stat("site1")["status"] == "MAINT"
