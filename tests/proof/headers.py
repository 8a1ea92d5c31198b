"""Proofs of rules/headers.yaml."""
from balancer import answer, header, read_request
from proof import proof

ANYWHERE = "198.51.100.7"


@proof(bad="10.0.0.1", good="127.0.0.1", without=["site1"], start=False)
def xff_append(lb):
    """The address that a server finds first."""
    return lb.got("x-forwarded-for", {"X-Forwarded-For": "10.0.0.1"})


@proof(bad="https", good="http", without=["site1"], start=False)
def forwarded_proto_append(lb):
    """What a server is told of a connection without TLS."""
    return lb.got("x-forwarded-proto", {"X-Forwarded-Proto": "https"})


@proof(bad=200, good=403)
def xff_trusted(lb):
    return lb.status("/", headers={"X-Forwarded-For": "10.0.0.1"}, source=ANYWHERE)


@proof(bad=["GET /", "GET /admin"], good=["GET /"], without=["site1"], start=False)
def h2c_upgrade(lb):
    """What a server that agrees to the upgrade gets to see: the tunnel has a request that is denied."""
    seen = []

    def talk(connection, _):
        request = read_request(connection)
        seen.append(request.split(" HTTP")[0])
        if not header(request, "upgrade"):
            connection.sendall(answer("ok"))
            return
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        seen.append(read_request(connection).split(" HTTP")[0])
        connection.sendall(b"seen")
    lb.serve("10.0.0.11", 8080, talk)
    lb.start()
    with lb.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                       b"HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n")
        client.recv(4096)
        client.sendall(b"GET /admin HTTP/1.1\r\nHost: a\r\n\r\n")
        client.recv(4096)
    return seen


@proof(bad=200, good=400, since="3.2")  # since when the option has this name
def accept_invalid_http(lb):
    """A header whose name has a blank in it."""
    with lb.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX Y: 1\r\nConnection: close\r\n\r\n")
        return int(client.recv(4096).split()[1])


@proof(bad="gzip", good="", without=["site1"], start=False)
def compression_no_type(lb):
    """A picture."""
    lb.record(reply=answer("x" * 4000, headers="Content-Type: image/png\r\n"))
    lb.start()
    return lb.get("/logo.png", headers={"Accept-Encoding": "gzip"}).headers.get("content-encoding", "")
