"""Every health intent: the right kind of server is up; another kind, or one that refuses, is down.

nginx, smtp-sink and the TLS are real; the databases are played by their recorded answers (played_servers.py).
"""
import csv
import os

from box import Failure, check_equal, poll

NEEDS = "namespaces"
HERE = os.path.dirname(os.path.abspath(__file__))

WEB = """
server { listen 127.0.0.1:8080; location / { return 200; } }
server { listen 127.0.0.1:8404; location / { return 404; } }
server { listen 127.0.0.1:8204; server_name www.example.com; location / { return 204; } }
server { listen 127.0.0.1:8204 default_server; location / { return 200; } }
server { listen 127.0.0.1:8443 ssl; ssl_certificate %s; ssl_certificate_key %s; ssl_protocols TLSv1.3; }
"""


def start_servers(box):
    crt, key = "/run/e2e/site.crt", "/run/e2e/site.key"
    box.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=site.example", "-keyout", key, "-out", crt)
    box.start_nginx("web", WEB % (crt, key), 8443)
    sink = box.start(["smtp-sink", "-u", "nobody", "127.0.0.1:25", "20"])
    played = box.start(["python3", "-B", os.path.join(HERE, "played_servers.py")], log="played")
    box.wait_listen(sink, 25)
    box.wait_listen(played, 7002)


def test(box):
    start_servers(box)
    box.build(os.path.join(HERE, "health.yaml"))
    box.start_haproxy([9999])

    def states():
        rows = csv.DictReader(line for line in box.admin("show stat").splitlines() if line)
        return {(row["# pxname"], row["svname"]): row for row in rows if row["svname"] in ("good", "bad")}

    def settled():
        return all(row["status"] == ("UP" if server == "good" else "DOWN") or row["status"] == "DOWN (agent)"
                   for (_, server), row in states().items())
    try:
        poll("every server is up or down as it should be", settled, 10)
    except Failure:
        pass                                            # say below which is not
    now = states()
    kinds = {backend for backend, _ in now}
    check_equal(len(kinds), 13, "backends")
    wrong = ["%s/%s %s (%s %s)" % (key + (row["status"], row["check_status"], row["last_chk"]))
             for key, row in sorted(now.items()) if row["status"].split()[0] != {"good": "UP", "bad": "DOWN"}[key[1]]]
    check_equal(wrong, [], "servers in the wrong state")
    poll("the agent halves the weight", lambda: states()["agent", "good"]["weight"] == "50")
