"""The sections around the cases: what they may refer to, and what must stand beside a line."""
from rows import VERSIONS

FILES = {
    "a.map": "/a b\n10.0.0.1 c\n5 6\n",
    "list.txt": "c.pem\n",
    "400.http": "HTTP/1.0 400 Bad request\r\nContent-Length: 4\r\n\r\nbad\n",
    "a.lua": 'core.register_action("abc", {"tcp-req", "tcp-res", "http-req", "http-res"}, function() end, 0)\n'
             'core.register_fetches("abc", function() return "x" end)\n'
             'core.register_converters("abc", function(x) return x end)\n',
}


def is_from(version, since):
    return VERSIONS.index(version) >= VERSIONS.index(since)


def opening(version):
    """Sections (kind, name, lines as lists of words) in front of every batch."""
    host = "localpeer"
    top = [["external-check"], ["insecure-fork-wanted"], ["lua-load", "a.lua"]]
    if is_from(version, "2.6"):
        top.insert(0, ["expose-experimental-directives"])
    if is_from(version, "3.2"):
        top.insert(0, ["expose-deprecated-directives"])
    if is_from(version, "2.4"):
        top.insert(0, ["localpeer", host])
    if is_from(version, "2.8"):
        top.insert(0, ["tune.stick-counters", "100"])
    sections = [("global", "", top)]
    sections += [
        ("defaults", "aux_d" if is_from(version, "2.4") else "", [["mode", "http"], ["timeout", "client", "5s"], ["timeout", "connect", "5s"], ["timeout", "server", "5s"]]),
        ("resolvers", "aux_r", [["nameserver", "n1", "127.0.0.1:53"]]),
        ("mailers", "aux_m", [["mailer", "m1", "127.0.0.1:25"]]),
        ("peers", "aux_p", [["peer", host, "127.0.0.1:10000"]]),
        ("userlist", "aux_u", [["group", "g1"], ["user", "u1", "insecure-password", "x", "groups", "g1"]]),
        ("cache", "aux_c", [["total-max-size", "4"]]),
        ("ring", "aux_ring", [["size", "32768"]]),
        ("http-errors", "aux_e", [["errorfile", code, "400.http"] for code in ("400", "403", "404", "500", "503")]),
        ("fcgi-app", "aux_app", [["docroot", "/var/www"]]),
        ("listen", "aux_f", [["bind", "127.0.0.1:65000"], ["server", "s1", "127.0.0.1:80"]]),
        ("backend", "aux_b", [["server", "s1", "127.0.0.1:80"]]),
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
        if section != "frontend" and words[0] != "use-fcgi-app":
            lines.append(["server", "s1", "127.0.0.1:80"])
        if "aux_bw" in text:
            lines.append(["filter", "bwlim-in", "aux_bw", "default-limit", "1k", "default-period", "1s"])
        if words[0] != "stick-table" and ("_gpc" in text or "stick" in text or "src_" in text or "sc" in text or "track" in text):
            lines.append(["stick-table", "type", "string", "size", "1k", "store", "gpc0,gpc1,gpt0,conn_cnt,conn_rate(1s),http_req_rate(1s)"])
        if words[0:1] == ["option"] and "external-check" in words:
            lines.append(["external-check", "command", "/bin/true"])
        return lines
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
    if section == "peers" and words[0] in ("table", "shards", "default-bind", "default-server", "log"):
        return []
    if section == "log-forward" and words[0] not in ("bind", "dgram-bind"):
        return [["bind", "127.0.0.1:5140"]]
    return []
