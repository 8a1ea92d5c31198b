"""HAProxy takes port 80 over from nginx, which moves to 8080 of this machine alone and still logs the visitors."""
from box import check, check_equal, get

NEEDS = "namespaces"

MOVED = """server {
    listen 127.0.0.1:8080;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
    location / { return 200 "$remote_addr $http_x_forwarded_for $http_x_forwarded_proto"; }
}"""


def test(box):
    box.build("web-nginx")
    squatter = box.start_nginx("before", 'server { listen 80; location / { return 200 "nginx"; } }', 80)
    clash = box.run(box.haproxy, "-db", "-f", "/etc/haproxy/haproxy.cfg", ok=False)
    check(clash.returncode != 0, "HAProxy started although nginx has port 80")
    box.stop(squatter)

    box.start_nginx("moved", MOVED, 8080)
    box.start_haproxy([80])
    for visitor in ("127.0.0.9", "127.0.0.10"):
        answer = get("/", source=visitor, headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"})
        check_equal((answer.status, answer.body), (200, "%s %s http" % (visitor, visitor)), "what nginx knows of %s" % visitor)
