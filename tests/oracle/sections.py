"""The sections around the cases: what they may refer to, and what must stand beside a line."""
import base64
import os
import subprocess

from rows import VERSIONS

FILES = {
    "a.map": "/a b\n10.0.0.1 c\n5 6\n",
    "list.txt": "c.pem\n",
    "400.http": "HTTP/1.0 400 Bad request\r\nContent-Length: 4\r\n\r\nbad\n",
    "int.map": "/a 1\n5 6\n", "ip.map": "/a 10.0.0.1\n5 10.0.0.2\n",
    "int-int.map": "5 6\n", "int-ip.map": "5 10.0.0.2\n", "int-str.map": "5 a\n",
    "ip-int.map": "10.0.0.1 6\n", "ip-ip.map": "10.0.0.1 10.0.0.2\n", "ip-str.map": "10.0.0.1 a\n",
    "index": "", "ca.cnf": "[ca]\ndefault_ca = x\n[x]\ndatabase = index\ndefault_md = sha256\ndefault_crl_days = 30\n",
    "sctl": "\x00\x06\x00\x04abcd",
    "case.map": "host Host\n",
    "keys": "".join(base64.b64encode(bytes([n] * 48)).decode() + "\n" for n in (1, 2, 3)),
    "spoe.conf": "[abc]\nspoe-agent a\n    messages m\n    groups g\n    timeout hello 1s\n    timeout idle 1s\n    timeout processing 1s\n    use-backend aux_spoe\n"
                 "spoe-message m\n    args src\nspoe-group g\n    messages m\n",
    "dh.pem": "-----BEGIN DH PARAMETERS-----\nMIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz\n+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a\n"
              "87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7\nYdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi\n"
              "7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD\nssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==\n-----END DH PARAMETERS-----\n",
    "a.lua": 'core.register_action("abc", {"tcp-req", "tcp-res", "http-req", "http-res"}, function() end, 0)\n'
             'core.register_service("abc", "http", function() end)\ncore.register_service("abct", "tcp", function() end)\n'
             'pcall(core.register_action, "abc", {"http-after-res"}, function() end, 0)\n'
             'core.register_fetches("abc", function() return "x" end)\n'
             'core.register_converters("abc", function(x) return x end)\n',
}

LOCAL = "localpeer"  # the name of this machine among peers


def make_files(folder):
    """Makes the folder, with the files that the cases name."""
    os.mkdir(folder)
    for name, text in FILES.items():
        with open(os.path.join(folder, name), "w", newline="") as file:
            file.write(text)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=test", "-keyout", "k", "-out", "c"],
                   cwd=folder, check=True, stderr=subprocess.DEVNULL)
    with open(os.path.join(folder, "c.pem"), "w") as file:
        file.write(open(os.path.join(folder, "c")).read() + open(os.path.join(folder, "k")).read())
    subprocess.run(["openssl", "ca", "-gencrl", "-config", "ca.cnf", "-keyfile", "k", "-cert", "c", "-out", "crl.pem"], cwd=folder, check=True, stderr=subprocess.DEVNULL)


def is_from(version, since):
    return VERSIONS.index(version) >= VERSIONS.index(since)


def opening(version):
    """Sections (kind, name, lines as lists of words) in front of every batch."""
    top = [["localpeer", LOCAL], ["external-check"], ["insecure-fork-wanted"], ["lua-load", "a.lua"]]
    if is_from(version, "2.6"):
        top.insert(0, ["expose-experimental-directives"])
        top.append(["httpclient.ssl.verify", "none"])  # else haproxy reads the machine's CA certificates: three times as slow
    if is_from(version, "3.2"):
        top.insert(0, ["expose-deprecated-directives"])
        top.insert(0, ["tune.lua.bool-sample-conversion", "normal"])
    if is_from(version, "2.8"):
        top.insert(0, ["tune.stick-counters", "100"])
    sections = [("global", "", top)]
    sections += [
        ("defaults", "aux_d" if is_from(version, "2.4") else "", [["mode", "http"], ["timeout", "client", "5s"], ["timeout", "connect", "5s"], ["timeout", "server", "5s"]]),
        ("resolvers", "aux_r", [["nameserver", "n1", "127.0.0.1:53"]]),
        ("mailers", "aux_m", [["mailer", "m1", "127.0.0.1:25"]]),
        ("peers", "aux_p", [["peer", LOCAL, "127.0.0.1:10000"]]),
        ("userlist", "aux_u", [["group", "g1"], ["user", "u1", "insecure-password", "x", "groups", "g1"]]),
        ("cache", "aux_c", [["total-max-size", "4"]]),
        ("ring", "aux_ring", [["size", "32768"]]),
        ("http-errors", "aux_e", [["errorfile", code, "400.http"] for code in ("400", "403", "404", "500", "503")]),
        ("fcgi-app", "aux_app", [["docroot", "/var/www"]]),
        ("listen", "aux_f", [["bind", "127.0.0.1:65000"], ["server", "s1", "127.0.0.1:80"]]),
        ("backend", "aux_b", [["server", "s1", "127.0.0.1:80"], ["email-alert", "mailers", "aux_m"], ["email-alert", "from", "a@b"], ["email-alert", "to", "c@d"]]
         + ([["http-request", "set-var(txn.m)", "path,map(virt@acme)"]] if is_from(version, "3.2") else [])),
        ("backend", "aux_spoe", [["mode", "tcp"], ["server", "s1", "127.0.0.1:80"]]),
        ("backend", "aux_bytes", [["stick-table", "type", "string", "size", "1k", "store", "bytes_in_rate(1s),bytes_out_rate(1s)"]]),
        ("backend", "aux_t", [["stick-table", "type", "string", "size", "1k", "store",
                               "conn_cnt,conn_cur,conn_rate(1s),sess_cnt,sess_rate(1s),http_req_cnt,http_req_rate(1s),http_err_cnt,http_err_rate(1s),gpc0,gpc0_rate(1s),gpc1,gpc1_rate(1s),gpt0,bytes_in_cnt,bytes_in_rate(1s),bytes_out_cnt,bytes_out_rate(1s),server_id"]]),
    ]
    if is_from(version, "3.2"):
        sections += [("log-profile", "aux_lp", [["log-tag", "x"]]), ("acme", "aux_acme", [["directory", "https://example.com/"], ["account-key", "k"]])]
    return sections


def beside(section, version, words):
    """The lines in front of the case's own line, in the same section."""
    text = " ".join(words)
    if section in ("frontend", "listen", "backend"):
        lines = [["acl", "a1", "always_true"]]
        if section != "frontend":
            lines.append(["server", "s1", "127.0.0.1:80"] + (["proto", "fcgi"] if "fcgi-app" in words or "use-fcgi-app" in words else []))
        if "send-spoe-group" in words:
            lines.append(["filter", "spoe", "engine", "abc", "config", "spoe.conf"])
        if words[0] == "tcp-request" and "use-service" in words:
            lines.append(["mode", "tcp"])
        if "attach-srv" in words:
            lines.append(["mode", "http"])
        if "aux_bw" in text:
            lines.append(["filter", "bwlim-in", "aux_bw", "default-limit", "1k", "default-period", "1s"])
        if words[0] != "stick-table" and ("_gpc" in text or "stick" in text or "src_" in text or "sc" in text or "track" in text):
            lines.append(["stick-table", "type", "string", "size", "1k", "store", "gpc0,gpc1,gpt0,conn_cnt,conn_rate(1s),http_req_rate(1s)"])
        if words[0:1] == ["option"] and "external-check" in words:
            lines.append(["external-check", "command", "/bin/true"])
        return lines
    if section == "defaults" and "external-check" in words:
        return [["mode", "http"], ["external-check", "command", "/bin/true"]][:1 if words[0] != "option" else 2]
    if section == "defaults":
        return [["mode", "http"]] if words[0] != "mode" else []
    if section == "cache" and words[0] != "total-max-size":
        return [["total-max-size", "4"]]
    if section == "fcgi-app" and words[0] != "docroot":
        return [["docroot", "/var/www"]]
    if section == "userlist":
        return [["group", "g1"], ["user", "u1", "insecure-password", "x"]] if words[0] in ("user", "group") else []
    if section == "program" and words[0] != "command":
        return [["command", "true"]]
    if section == "acme":  # haproxy makes a key where there is none, which takes seconds
        return [line for line in (["directory", "https://example.com/"], ["account-key", "k"]) if line[0] != words[0]]
    if section == "peers" and words[0] == "bind":
        return [["server", LOCAL]]
    if section == "peers":
        return [["peer", LOCAL, "127.0.0.1:10001"]]
    if section == "log-forward" and words[0] not in ("bind", "dgram-bind"):
        return [["bind", "127.0.0.1:5140"]]
    return []
