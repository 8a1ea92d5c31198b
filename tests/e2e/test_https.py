"""A TLS site: redirect, protocol version, host and path routing, and a rate limit that counts."""
import http.client
import os
import ssl

from box import check, check_equal, get

NEEDS = "namespaces veth"
SERVERS = {"site1": "192.168.4.11:80", "site2": "192.168.4.12:80", "shop1": "192.168.4.21:80",
           "shop2": "192.168.4.22:80", "api1": "192.168.4.31:8000", "api2": "192.168.4.32:8000"}


def make_certificate(box):
    os.mkdir("/etc/haproxy/certs")
    box.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=example.com", "-addext",
            "subjectAltName=DNS:www.example.com,DNS:shop.example.com",
            "-keyout", "/etc/haproxy/certs/site.key", "-out", "/etc/haproxy/certs/site.crt")
    with open("/etc/haproxy/certs/site.pem", "w", encoding="ascii") as pem:
        for part in ("crt", "key"):
            with open("/etc/haproxy/certs/site." + part, encoding="ascii") as f:
                pem.write(f.read())
            if part == "key":
                os.unlink("/etc/haproxy/certs/site.key")


def check_tls(context):
    answer = get("/", port=443, tls=context, server_name="www.example.com", headers={"Host": "www.example.com"})
    check_equal(answer.status, 200, "https")
    old = ssl.create_default_context(cafile="/etc/haproxy/certs/site.crt")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        get("/", port=443, tls=old, server_name="www.example.com")
        check(False, "TLS 1.2 was accepted")
    except ssl.SSLError:
        pass
    context.set_alpn_protocols(["h2", "http/1.1"])
    connection = http.client.HTTPConnection("127.0.0.1", 443, timeout=5)
    connection.connect()
    with context.wrap_socket(connection.sock, server_hostname="www.example.com") as tls:
        check_equal((tls.version(), tls.selected_alpn_protocol()), ("TLSv1.3", "h2"), "what TLS agreed on")
    context.set_alpn_protocols(["http/1.1"])


def check_routes(context):
    def ask(host, path, **headers):
        return get(path, port=443, tls=context, server_name="www.example.com", headers={"Host": host, **headers})
    for host, path, pool in (("www.example.com", "/", "site"), ("www.example.com", "/apiary", "site"),
                             ("shop.example.com", "/", "shop"), ("Shop.Example.com", "/x", "shop"),
                             ("www.example.com", "/api/orders", "api"), ("shop.example.com", "/api/x", "shop")):
        answer = ask(host, path)
        check_equal(answer.body.split()[0][:-1], pool, "pool of %s%s" % (host, path))
    answer = ask("www.example.com", "/", **{"X-Forwarded-Proto": "gopher"})
    check_equal(answer.body.split()[1:], ["https", "127.0.0.1"], "what the server is told of the client")
    answer = ask("shop.example.com", "/")
    cookie = answer.headers.get("set-cookie", "")
    check("secure" in cookie.lower(), "the cookie is not kept to https: %r" % cookie)
    home = answer.cookie("SHOP")
    for _ in range(4):
        check_equal(ask("shop.example.com", "/", Cookie="SHOP=" + home).body.split()[0], home, "server of the cookie")


def check_rate(context):
    """One client's requests, as fast as it can: the limit is 100 in ten seconds."""
    connection = http.client.HTTPSConnection("127.0.0.1", timeout=8, context=context, source_address=("127.0.0.2", 0))
    connection.connect = lambda: None           # connected below, since the certificate is not for an address
    statuses = []
    for _ in range(115):
        if connection.sock is None:
            plain = http.client.HTTPConnection("127.0.0.1", 443, timeout=8, source_address=("127.0.0.2", 0))
            plain.connect()
            connection.sock = context.wrap_socket(plain.sock, server_hostname="www.example.com")
        connection.request("GET", "/", headers={"Host": "www.example.com"})
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()
    first = statuses.index(429) if 429 in statuses else len(statuses)
    # exactly 100 pass, or a few more where HAProxy's ten-second period ends meanwhile
    check(100 <= first <= 110, "the first 429 was request %d" % (first + 1))
    check_equal(set(statuses[:first]), {200}, "answers below the limit")
    check_equal(set(statuses[first + 5:]), {429}, "answers above the limit")
    answer = get("/", port=443, tls=context, server_name="www.example.com", source="127.0.0.3")
    check_equal(answer.status, 200, "another client meanwhile")


def test(box):
    space = box.servers("192.168.4.1/24", [address.split(":")[0] for address in SERVERS.values()])
    make_certificate(box)
    blocks = "".join('server { listen %s; location / { return 200 "%s $http_x_forwarded_proto $http_x_forwarded_for"; } }'
                     % (address, name) for name, address in SERVERS.items())
    box.start_nginx("all", blocks, 8000, space)
    directory = box.build("https")
    box.run("sysctl", "-p", directory + "/90-hacc.conf")
    box.start_haproxy([80, 443])

    answer = get("/a/b?c=d", headers={"Host": "www.example.com"})
    check_equal((answer.status, answer.headers.get("location")), (301, "https://www.example.com/a/b?c=d"), "http")
    context = ssl.create_default_context(cafile="/etc/haproxy/certs/site.crt")
    check_tls(context)
    check_routes(context)
    check_rate(context)
