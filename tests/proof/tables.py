"""Proofs of rules/tables.yaml."""
import time

from proof import IPV6, proof

FEW = [("gt 100", "gt 5")]


def entries(lb):
    return lb.admin("show table rates").count("key=")


@proof(bad=0, good=1)
def track_in_content(lb):
    """Whether somebody is counted who only connects."""
    with lb.connect():
        lb.settle()
        return entries(lb)


@proof(bad=False, good=True)
def peer_local_missing(lb):
    """Whether other peers can connect."""
    try:
        with lb.connect(1024, "10.0.0.1"):
            return True
    except ConnectionRefusedError:
        return False


@proof(bad=[200] * 8, good=[200] * 5 + [429] * 3, change=FEW)
def table_missing_store(lb):
    return [lb.status("/") for _ in range(8)]


@proof(bad=[200] * 8, good=[200] * 5 + [429] * 3, change=FEW)
def rate_never_tracked(lb):
    return [lb.status("/") for _ in range(8)]


@proof(bad=0, good=2)
def table_type_mismatch(lb):
    for path in ("/a", "/b", "/a"):
        lb.get(path)
    return entries(lb)


@proof(bad=1, good=0, change=[("expire 10m", "expire 300ms")])
def table_no_expire(lb):
    lb.get("/")
    time.sleep(1)
    return entries(lb)


@proof(bad=1, good=2)
def table_ip_drops_ipv6(lb):
    """A client of each family."""
    for address in ("127.0.0.1", IPV6):
        lb.get("/", address=address, source=address)
    return entries(lb)
