"""Proofs of rules/routing.yaml."""
import ssl
import time
import urllib.parse

from balancer import hello
from proof import proof


@proof(bad=403, good=200)
def acl_blank(lb):
    """The host that was to be let in."""
    return lb.status("/", host="api.example.com")


@proof(bad=200, good=502)
def acl_fetch_phase(lb):
    """The servers' responses say 'X-Cache: miss'."""
    return lb.status("/")


@proof(bad=0, good=1, start=False)
def inspect_delay_missing(lb):
    """A client whose TLS hello comes a little after its connection: the names that are counted."""
    lb.serve("10.0.0.11", 443, lambda connection, _: connection.recv(1))
    lb.start()
    with lb.connect(443) as client:
        lb.settle()
        client.sendall(hello("www.example.com"))
        time.sleep(0.3)
        return lb.admin("show table names").count("key=")


@proof(bad="site1", good="api1")
def rule_shadowed(lb):
    return lb.server("/api/v2")


@proof(bad=200, good=403)
def rule_unreachable(lb):
    return lb.status("/admin")


@proof(bad=503, good=200)
def no_default_backend(lb):
    return lb.status("/")


@proof(bad="shop1", good="site1",
       change=[("backends:\n", "backends:\n  admin:\n    server: {shop1: 10.0.0.21:8080}\n")])
def dynamic_backend_unbounded(lb):
    """A host that is the name of a backend which was never meant for hosts."""
    return lb.server("/", host="admin")


@proof(bad="shop1", good="site1", files=["hosts.map"], change=[
    ("default_backend: site", "default_backend: rest"),
    ("backends:\n", "backends:\n  rest:\n    server: {shop1: 10.0.0.21:8080}\n")])
def map_target_missing(lb):
    """A host that the map does not have: it goes past the missing backend, to the default one."""
    return lb.server("/", host="blog.example.com")


@proof(bad="site1", good="api1")
def backend_unused(lb):
    return lb.server("/api/")


@proof(bad=503, good=200)
def backend_empty(lb):
    return lb.status("/api/")


@proof(bad=[301] * 5, good=[301, 200])
def redirect_loop(lb):
    """A browser that follows redirects, five times at most."""
    context = ssl.create_default_context(cafile="/etc/haproxy/certs/ca.pem")
    url, statuses = urllib.parse.urlsplit("http://www.example.com/"), []
    for _ in range(5):
        tls = {"port": 443, "tls": context, "server_name": url.hostname} if url.scheme == "https" else {}
        answer = lb.get(url.path, host=url.hostname, **tls)
        statuses.append(answer.status)
        if answer.status != 301:
            break
        url = urllib.parse.urlsplit(answer.headers["location"])
    return statuses


@proof(bad="", good="alice", without=["site1"], start=False)
def var_never_set(lb):
    """The header that the server gets."""
    return lb.got("x-from", {"X-Client": "alice"})


@proof(bad="", good="/path")
def var_scope(lb):
    return lb.get("/path").headers.get("x-path", "")
