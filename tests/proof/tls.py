"""Proofs of rules/tls.yaml."""
import ssl

from balancer import tls_status
from box import poll
from proof import proof

SERVER = """%(before)s server {
    listen 10.0.0.11:%(port)d ssl; %(more)s
    ssl_certificate /etc/haproxy/certs/%(name)s.crt; ssl_certificate_key /etc/haproxy/certs/%(name)s.key;
    location / { return 200 %(name)s; }
}
"""
ONCE = ("  mode: http\n", "  mode: http\n  retries: 0\n")


def tls_server(lb, name, port, more="", before=""):
    lb.nginx(name, SERVER % {"name": name, "port": port, "more": more, "before": before}, port)


@proof(bad="forged", good=503, start=False, change=[ONCE])
def server_verify_none(lb):
    """A machine in the server's place, with a certificate that it has made itself."""
    tls_server(lb, "forged", 8443)
    lb.start()
    return lb.server("/")


@proof(bad="other", good=503, start=False, change=[ONCE])
def server_verify_no_host(lb):
    """Another machine, with a certificate of the same CA."""
    tls_server(lb, "other", 8443)
    lb.start()
    return lb.server("/")


@proof(bad="DOWN", good="UP", start=False)
def check_sni_missing(lb):
    """A server that turns away who does not say which host is wanted."""
    tls_server(lb, "app", 8443, "server_name app.example.com;",
               "server { listen 10.0.0.11:8443 ssl default_server; ssl_reject_handshake on; }")
    lb.start()
    return lb.checked("site1")


@proof(bad=400, good="app", start=False)
def server_443_plain(lb):
    tls_server(lb, "app", 443)
    lb.start()
    return lb.server("/")


def first_bytes(lb):
    """What the server gets first."""
    seen = []
    lb.serve("10.0.0.11", 8443, lambda connection, _: seen.append(connection.recv(3)))
    lb.start()
    with lb.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        return poll("a connection", lambda: seen)[0]


@proof(bad=b"GET", good=b"\x16\x03\x01", start=False, change=[ONCE])
def sni_no_ssl(lb):
    return first_bytes(lb)


@proof(bad=b"GET", good=b"\x16\x03\x01", start=False, change=[ONCE])
def server_tls_no_ssl(lb):
    return first_bytes(lb)


def old_client(**settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(settings.pop("ciphers"))
    for name, value in settings.items():
        setattr(context, name, value)
    return context


@proof(bad=200, good="no TLS",
       change=[("crt /etc/haproxy/certs/site.pem", "crt /etc/haproxy/certs/site.pem ciphers DEFAULT:@SECLEVEL=0")])
def tls_min_version(lb):
    """A client of TLS 1.0 (which OpenSSL 3 lets in at security level 0 alone)."""
    return tls_status(context=old_client(ciphers="DEFAULT:@SECLEVEL=0", minimum_version=ssl.TLSVersion.TLSv1,
                                         maximum_version=ssl.TLSVersion.TLSv1))


@proof(bad=200, good="no TLS")
def weak_ciphers(lb):
    """A client that has no key exchange with forward secrecy."""
    return tls_status(context=old_client(ciphers="AES128-GCM-SHA256", maximum_version=ssl.TLSVersion.TLSv1_2))


@proof(bad=200, good="no TLS")
def ca_file_no_verify(lb):
    """A client without a certificate."""
    return tls_status()


@proof(bad=False, good=True)
def h2_proto_mismatch(lb):
    """Whether a browser, which speaks what ALPN has agreed on, is understood."""
    context = ssl.create_default_context(cafile="/etc/haproxy/certs/ca.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with lb.connect(443) as plain, context.wrap_socket(plain, server_hostname="www.example.com") as client:
        if client.selected_alpn_protocol() == "h2":
            client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
            return client.recv(9)[3:4] == b"\4"         # SETTINGS
        client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        return client.recv(8) == b"HTTP/1.1"
