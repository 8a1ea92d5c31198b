"""Proofs of rules/listeners.yaml."""
import os
import socket
import time

from proof import proof


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
