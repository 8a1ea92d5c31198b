"""Proofs of rules/servers.yaml."""
import socket
import ssl
import threading
import time

from balancer import answer, hello, read_request
from box import check, poll
from proof import proof



def sick(connection, _):
    """A server that takes connections, and answers each request with 500."""
    while read_request(connection):
        connection.sendall(answer("sick", "500 Internal Server Error"))


def hold(lb, clients):
    """How many of so many clients' requests a server at 10.0.0.11:8080 that never answers gets at a time."""
    server = lb.serve("10.0.0.11", 8080, lambda connection, _: connection.recv(1) and time.sleep(5))
    lb.start()
    sockets = [lb.connect() for _ in range(clients)]
    for client in sockets:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    lb.settle(clients)
    for client in sockets:
        client.close()
    return server.connections


@proof(bad="DOWN", good="UP", without=["site1"], start=False,
       change=[("  site:\n", "  site:\n    option: httpchk\n")])
def timeout_no_unit(lb):
    """A server that takes 50 milliseconds for an answer."""
    def talk(connection, _):
        read_request(connection)
        time.sleep(0.05)
        connection.sendall(answer("ok"))
    lb.serve("10.0.0.11", 8080, talk)
    lb.start()
    return lb.checked("site1")


@proof(bad="UP", good="DOWN", without=["site1"], start=False)
def check_unused(lb):
    lb.serve("10.0.0.11", 8080, sick)
    lb.start()
    return lb.checked("site1")


@proof(bad="still waits", good=408,
       change=[("client: 50s", "client: 600ms"), ("http-request: 10s", "http-request: 1s")])
def timeout_http_request_missing(lb):
    """A client that sends a byte now and then."""
    with lb.connect() as client:
        client.setblocking(False)
        for byte in b"GET / HTTP/1.1":
            client.send(bytes([byte]))
            time.sleep(0.15)
            try:
                return int(client.recv(4096).split()[1])
            except BlockingIOError:
                pass
    return "still waits"


@proof(bad="cut", good="stands", start=False, without=["shop1"],
       change=[("client: 50s, server: 50s", "client: 500ms, server: 500ms")])
def tunnel_timeout_missing(lb):
    """A WebSocket on which nobody says anything for a while."""
    def talk(connection, _):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                           b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
        connection.recv(1)
    lb.serve("10.0.0.21", 8080, talk)
    lb.start()
    with lb.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        check(client.recv(4096).startswith(b"HTTP/1.1 101 "), "no WebSocket")
        client.settimeout(1.5)
        try:
            return "cut" if client.recv(1) == b"" else "speaks"
        except TimeoutError:
            return "stands"


@proof(bad="site", good="shop", start=False)
def sni_no_inspect_delay(lb):
    """A client whose TLS hello comes a little after its connection."""
    reached = []
    for name, address in (("site", "10.0.0.11"), ("shop", "10.0.0.21")):
        lb.serve(address, 443, lambda connection, _, name=name: connection.recv(1) and reached.append(name))
    lb.start()
    with lb.connect(443) as client:
        lb.settle()
        client.sendall(hello("shop.example.com"))
        return poll("a server gets the hello", lambda: reached)[0]


@proof(bad="shop1", good="site1", since="2.6")      # before it there is no host_only
def ssl_fc_sni_routing(lb):
    """A request for one host on a connection for another."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return lb.server("/", host="www.example.com", port=443, tls=context, server_name="shop.example.com")


@proof(bad={"site1", 500}, good={"site1"}, without=["site2"], start=False)
def httpchk_no_check(lb):
    lb.serve("10.0.0.12", 8080, sick)
    lb.start()
    lb.checked("site2")
    return lb.servers("/")


@proof(bad="no check", good="DOWN", without=["site1"])
def check_params_no_check(lb):
    """A server that is not there."""
    return lb.checked("site1")


@proof(bad={"site1"}, good={"site1", "site2"}, change_good=[("8080 check backup", "8080 check")])
def all_backup(lb):
    return lb.servers("/")


@proof(bad=503, good="site2")
def weight_zero_all(lb):
    return lb.server("/")


@proof(bad=503, good="site2", without=["site1"])
def dup_server_address(lb):
    """The machine at 10.0.0.11 has failed."""
    lb.checked("site1")
    lb.checked("site2")
    return lb.server("/")


def homes(lb):
    """How many servers a client with cookies sees."""
    first = lb.get("/")
    cookie = first.headers.get("set-cookie", "").split(";")[0]
    return len(lb.servers("/", headers={"Cookie": cookie}) | {first.body.split()[0]})


@proof(bad=2, good=1)
def cookie_no_server_cookie(lb):
    return homes(lb)


@proof(bad=2, good=1)
def server_cookie_no_cookie(lb):
    return homes(lb)


@proof(bad=[1, 2], good=[1, 1])
def dup_server_cookie(lb):
    """A client of each server."""
    return sorted([homes(lb), homes(lb)])


@proof(bad=2, good=8, without=["site1"], start=False,
       change=[("minconn 10", "minconn 2"), ("maxconn 100", "maxconn 8"), ("  site:\n", "  site:\n    fullconn: 4\n")])
def minconn_no_maxconn(lb):
    return hold(lb, 12)


@proof(bad=6, good=2, without=["site1"], start=False, change=[("maxconn 100", "maxconn 2")])
def maxconn_zero_means_unlimited(lb):
    return hold(lb, 6)


@proof(bad=2, good=1)
def hash_type_unused(lb):
    return len(lb.servers("/"))


@proof(bad=2, good=1)
def l7_balance_in_tcp(lb):
    return len(lb.servers("/picture"))


class NameServer:
    """A name server at 10.0.0.53, by whom every name has one address."""

    def __init__(self, address):
        self.address, self.ends = address, False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("10.0.0.53", 53))
        self.socket.settimeout(0.1)
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while not self.ends:
            try:
                query, client = self.socket.recvfrom(4096)
            except TimeoutError:
                continue
            end = query.index(b"\0", 12) + 5       # of the question
            wanted = query[end - 3] == 1            # an A record
            record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(self.address) if wanted else b""
            self.socket.sendto(query[:2] + b"\x81\x80\0\1\0%c\0\0\0\0" % wanted + query[12:end] + record, client)

    def close(self):
        self.ends = True
        self.thread.join()
        self.socket.close()


@proof(bad="site1", good="site2", start=False)
def hostname_no_resolvers(lb):
    """The name has moved to 10.0.0.12."""
    lb.listeners.append(NameServer("10.0.0.12"))
    lb.start()
    for _ in range(20):
        if lb.server("/") == "site2":
            return "site2"
        time.sleep(0.1)
    return lb.server("/")


@proof(bad=4, good=1, without=["site1"], start=False)
def retry_nonidempotent(lb):
    """How often a server that fails behind a POST has got it."""
    requests = []
    lb.serve("10.0.0.11", 8080, lambda connection, _: requests.append(read_request(connection)))
    lb.start()
    with lb.connect() as client:
        client.sendall(b"POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        client.makefile("rb").read()
    return len(requests)


@proof(bad=503, good="site1", without=["site2"], start=False,
       change=[("check cookie", "check inter 60s cookie"), ("  mode: http\n", "  mode: http\n  retries: 1\n")])
def no_redispatch(lb):
    """A client whose server has just gone, which no check has seen yet."""
    server = lb.serve("10.0.0.12", 8080, lambda connection, _: None)
    lb.start()
    server.close()
    return lb.server("/", headers={"Cookie": "SRV=s2"})


@proof(bad="stands", good="ended", without=["site1", "site2"], start=False,
       change=[("check on-marked-down", "check inter 100ms on-marked-down")])
def on_marked_down_no_check(lb):
    """A connection to a server that answers no more."""
    servers = [lb.serve(address, 8080, lambda connection, _: connection.recv(65536) and time.sleep(8))
               for address in ("10.0.0.11", "10.0.0.12")]
    lb.start()
    lb.checked("site1")
    with lb.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        lb.settle()
        for server in servers:
            server.refuse()
        client.settimeout(3)
        try:
            client.recv(4096)
            return "ended"
        except TimeoutError:
            return "stands"
