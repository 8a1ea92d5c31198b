"""Documents of all the examples of the table: what they refer to, and what must stand beside them."""
import re

VERSIONS = ["2.2", "2.4", "2.6", "2.8", "3.0", "3.2"]

# what examples refer to: the kind of name with a 1 behind it
NAMES = """
- peers peers1: {peer: {peer1: 10.0.0.3:1024}}
- resolvers resolvers1: {nameserver: {ns1: 10.0.0.4:53}}
- mailers mailers1: {mailer: {mailer1: 10.0.0.5:25}}
- userlist userlist1: {group: {group1: {users: user1}, "00": {}}, user: {user1: {insecure-password: s3cret}}}
- cache cache1: {total-max-size: 4}
- ring ring1: {size: 32768}
- http-errors http-errors1: {errorfile: 503 /etc/haproxy/503.http}
- fcgi-app fcgi-app1: {docroot: /var/www}
- frontend frontend1: {bind: ":8080"}
- backend backend1: {mode: http, server: {server1: 10.0.0.11:80 check}}
- backend table1: {stick-table: "type ip size 1k store gpc0,bytes_in_rate(1s),bytes_out_rate(1s)"}
"""
FIRST = [("2.2", "- global: {external-check: true}\n"), ("2.4", "- global: {expose-experimental-directives: true}\n"), ("3.0", "- global: {expose-deprecated-directives: true}\n")]
SINCE = [("2.4", "- log-forward log-forward1: {bind: \":514\"}\n"), ("3.2", "- log-profile log-profile1: {log-tag: text}\n- acme acme1: {directory: \"https://example.com/\"}\n")]

# what must stand beside the example in its section
BESIDE = {"cache": ["total-max-size: 4"], "fcgi-app": ["docroot: /var/www", "acl: {acl1: src 10.0.0.0/8}"], "program": ["command: /bin/true"],
          "acme": ["directory: https://example.com/"], "userlist": ["group: {group1: {}}", "user: {user1: {insecure-password: s3cret}}"]}
NEEDS = [(r"agent-check", "default-server: agent-port 9000"), (r"option.*external-check", "external-check: {command: /bin/true}"), (r"^server.*[ {]proto.*fcgi", "use-fcgi-app: fcgi-app1"),
         (r"fcgi-app1", "server: server2 10.0.0.12:9000 proto fcgi"), (r"set-bandwidth-limit", "filter: bwlim-in filter1 default-limit 1k default-period 1s"), (r"spoe-engine1", "filter: spoe engine spoe-engine1 config /etc/haproxy/spoe.cfg"),
         (r"ot-filter1", "filter: opentracing id ot-filter1 config /etc/haproxy/ot.cfg"), (r"-response.*capture", "declare capture: response len 10"),
         (r"http-request.*capture.*id", "declare capture: request len 10"), (r"use-server.*server1|track.*server1", "server: {server1: 10.0.0.11:80}"),
         (r"option.*max-reqs", "option mpxs-conns: true")]
PROXY = ["mode: http", "acl: {acl1: src 10.0.0.0/8}", "stick-table: type string size 1k store gpc0,bytes_in_rate(1s),bytes_out_rate(1s)"]

# where the words of HAProxy's small languages stand: context, a column of a fetch's matrix that must be Y, section and line
PLACES = [("fetch", 3, "listen", "http-request: {set-header: {name: X, fmt: '%%[%s]'}}"), ("fetch", 16, "listen", "http-response: {set-header: {name: X, fmt: '%%[%s]'}}"),
          ("fetch", 18, "listen", "log-format: '%%[%s]'"), ("fetch", 19, "backend", "http-check set-var(check.x): '%s'"), ("fetch", 0, "listen", "tcp-request connection: {set-var: {name: sess.x, expr: '%s'}}"),
          ("fetch", 6, "backend", "tcp-request content: {set-var: {name: sess.x, expr: '%s'}}"), ("fetch", 11, "backend", "tcp-response content: {set-var: {name: sess.x, expr: '%s'}}"),
          ("acl-keyword", None, "frontend", "acl: {a: '%s 00'}"), ("acl-flag", None, "frontend", "acl: {a: 'path %s 00'}"), ("match-method", None, "frontend", "acl: {a: 'path -m %s 00'}"),
          ("log-variable", None, "frontend", "log-format: '%%%s'"), ("predefined-acl", None, "frontend", "http-request: {deny: {if: '%s'}}"), ("cond", None, "frontend", "http-request: 'deny %s'"),
          ("predicate", None, "frontend", "{.if: '%s', .then: {maxconn: 10}}")]
INPUT = {"any": "src", "same": "src", "str": "path", "bin": "req.payload(0,10)", "sint": "int(5)", "bool": "bool(true)", "addr": "src", "ipv4": "src", "ipv6": "src", "meth": "method"}


# options whose example is complete only with what no field of their rows says: by context and keyword and form, what is put in place of what
COMPLETE = {("bind", "ssl", "cfg"): (" ssl", " ssl strict-sni"), ("bind", "ssl", "text"): (" ssl", " ssl strict-sni"), ("bind", "ssl", "map"): ("ssl: true", "ssl: true, strict-sni: true"),
            **{("global", name, form): (" 10", " 4000") for name in ("ocsp-update.maxdelay", "tune.ssl.ocsp-update.maxdelay") for form in ("cfg", "text", "map")},
            ("bind", "nbconn", "cfg"): (":80", "rhttp@backend1/server1"), ("bind", "nbconn", "text"): (":80", "rhttp@backend1/server1"), ("bind", "nbconn", "map"): (":80", "rhttp@backend1/server1")}


def complete(row):
    for form in ("cfg", "text", "map"):
        if (row["context"], row["keyword"], form) in COMPLETE:
            row["example"][form] = row["example"][form].replace(*COMPLETE[row["context"], row["keyword"], form])


def place(row):
    """(section, line) of a word that is part of an expression; None where there is no place for it here."""
    words = row["example"]["cfg"].replace("'", "''")
    if row["context"] == "converter":
        return "frontend", "http-request: {set-header: {name: X, fmt: '%%[%s,%s]'}}" % (INPUT[row["from"]], words)
    for context, column, section, line in PLACES:
        if context == row["context"] and (column is None or row["matrix"][column:column + 1] == "Y"):
            return section, line % words
    return None


def since(parts, version):
    return "".join(part for first, part in parts if VERSIONS.index(version) >= VERSIONS.index(first))


def document(rows, version, form):
    """One document of all examples, and the row of each of its lines. Globals come first, where all of them may stand."""
    lines, of = ("- haproxy: \"%s\"\n" % version + since(FIRST, version)).splitlines(), {}
    rows = sorted(rows, key=lambda row: row["example"].get("section") != "global")
    named = False
    for number, row in enumerate(rows):
        section, line = (row["example"]["section"], row["example"][form]) if "section" in row["example"] else place(row)
        if section != "global" and not named:
            lines += (NAMES + since(SINCE, version)).strip().splitlines()
            named = True
        lines.append("- %s:" % (section if section in ("global", "traces") else "%s x%d" % (section, number)))
        beside = PROXY if section in ("frontend", "backend", "listen") else BESIDE.get(section, [])
        beside = beside + [other for word, other in NEEDS if re.search(word, line)]
        lines += ["    - " + other for other in beside if not line.startswith(other.split(":")[0])]
        lines.append("    - " + line.replace("guid1", "guid%d" % number))  # no two things may share one
        of[len(lines)] = row
    return "\n".join(lines) + "\n", of


def placed(rows):
    """The rows that a document can show, and the others."""
    for row in rows:
        complete(row)
    shown = [row for row in rows if row["context"] != "dot" and ("section" in row["example"] or place(row))]
    return shown, [row for row in rows if row["context"] != "dot" and row not in shown]
