"""Proofs of rules/tables.yaml."""
from proof import proof


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
