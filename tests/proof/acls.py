"""Proofs of rules/acls.yaml."""
from proof import proof


@proof(bad=403, good=200)
def acl_unused(lb):
    """The office is let in nowhere, though an ACL knows it."""
    return lb.status("/admin", source="192.0.2.7")


@proof(bad=200, good=403)
def acl_same_name_or(lb):
    """Not from the office, and at /admin."""
    return lb.status("/admin/", source="198.51.100.7")


@proof(bad=200, good=403, change=[
    ('"path_beg /admin || path_beg /internal"', '"path_beg /admin || hdr(host) intra.example.com"'),
    ("acl: {is_private: path_beg /admin /internal}",
     "acl: [is_private path_beg /admin, is_private hdr(host) intra.example.com]")], beside=["path-no-leading-slash"])
def acl_operator_in_pattern(lb):
    """The second test, of another fetch, is a pattern of the first."""
    return lb.status("/", host="intra.example.com")


@proof(bad=200, good=403)
def acl_empty_pattern(lb):
    return lb.status("/", headers={"X-Debug": "yes"})


@proof(bad="site1", good="api1")
def acl_http_in_tcp(lb):
    """A client whose request comes a little after its connection."""
    with lb.connect() as client:
        lb.settle()
        client.sendall(b"GET /api/x HTTP/1.0\r\n\r\n")
        return client.makefile().read().split("\n\n")[-1].split()[0]


@proof(bad="site1", good="api1")
def host_case(lb):
    return lb.server("/", host="shop.example.com")


@proof(bad="site1", good="api1")
def host_port(lb):
    return lb.server("/", host="shop.example.com")


@proof(bad=200, good=403)
def host_suffix_spoof(lb):
    return lb.status("/", host="evilexample.com")


@proof(bad=200, good=403)
def host_dom_substring(lb):
    return lb.status("/", host="example.com.evil.net")


@proof(bad=200, good=403)
def regex_unescaped_dot(lb):
    return lb.status("/", host="wwwxexample.com")


@proof(bad="slow", good="quick")
def regex_redos(lb):
    """HAProxy's time for ten paths (it remembers what it has matched): milliseconds each, or next to nothing."""
    before = lb.cpu_seconds()
    for number in range(10):
        lb.get("/users/%s!%d" % ("a" * 30, number))
    return "slow" if lb.cpu_seconds() - before > 0.1 else "quick"


@proof(bad=200, good=403)
def path_no_leading_slash(lb):
    return lb.status("/admin")


@proof(bad=200, good=403)
def path_contains_query(lb):
    return lb.status("/index.php?debug=1")


@proof(bad=[200, 200], good=[403, 403])
def cond_contradiction(lb):
    return [lb.status("/admin"), lb.status("/internal")]
