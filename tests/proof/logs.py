"""Proofs of rules/logs.yaml."""
import socket

from proof import proof


def logged(lb, needle="/marker"):
    """Whether NEEDLE stands in what 127.0.0.1:514 gets of a request."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
        log.bind(("127.0.0.1", 514))
        lb.start()
        lb.get("/marker")
        log.settimeout(1)
        try:
            while needle not in log.recv(65536).decode("utf-8", "replace"):
                pass
            return True
        except TimeoutError:
            return False


@proof(bad=False, good=True, start=False)
def log_format_unused(lb):
    return logged(lb)
