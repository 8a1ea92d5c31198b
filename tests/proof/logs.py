"""Proofs of rules/logs.yaml."""
import os
import socket
import urllib.parse

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
def no_log(lb):
    return logged(lb)


@proof(bad=False, good=True, start=False)
def log_format_unused(lb):
    return logged(lb)


@proof(bad=False, good=True, start=False)
def log_global_empty(lb):
    return logged(lb)


@proof(bad=False, good=True, start=False)
def log_no_format(lb):
    return logged(lb, " 200 ")


@proof(bad=False, good=True, start=False)
def log_format_wrong_mode(lb):
    return logged(lb, "GET /marker")


@proof(bad=200, good="refused")
def stats_no_auth(lb):
    """Somebody on the network."""
    try:
        return lb.status("/stats", port=8404, address="10.0.0.1", source="198.51.100.7")
    except ConnectionRefusedError:
        return "refused"


@proof(bad="MAINT", good="no check", start=False)
def stats_admin_true(lb):
    """What becomes of a server that somebody wants out; nobody has told them the password."""
    os.environ["STATS_PASSWORD"] = "sesame"
    lb.start()
    body = urllib.parse.urlencode({"s": "site1", "action": "maint", "b": "site"}).encode()
    with lb.connect(8404) as client:
        client.sendall(b"POST /stats HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n"
                       b"Content-Type: application/x-www-form-urlencoded\r\n\r\n%s" % (len(body), body))
        client.makefile("rb").read()
    return lb.stat("site1")["status"]
