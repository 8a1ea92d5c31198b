"""Proofs of rules/effect.yaml."""
from proof import proof


@proof(bad="", good="127.0.0.1", without=["site1"], start=False)
def http_option_in_tcp(lb):
    """The client's address, as the server is told it."""
    return lb.got("x-forwarded-for", {})
