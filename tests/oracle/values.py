"""Values of each type of the table: good ones, and ones at or beyond the edge. HAProxy alone says which are which."""

# what the generated sections can refer to: see sections.py
NAMES = {"backend": ["aux_b"], "frontend": ["aux_f"], "table": ["aux_t"], "peers": ["aux_p"], "resolvers": ["aux_r"],
         "mailers": ["aux_m"], "userlist": ["aux_u"], "cache": ["aux_c"], "ring": ["aux_ring"], "http-errors": ["aux_e"],
         "fcgi-app": ["aux_app"], "log-profile": ["aux_lp"], "acme": ["aux_acme"], "acl": ["a1"],
         "server": ["aux_b/s1"], "filter": ["aux_bw"], "defaults": ["aux_d"], "user": ["u1"], "group": ["g1"],
         "spoe-engine": ["aux_spoe"], "ot-filter": ["aux_ot"],
         "log-forward": ["aux_lf"], "program": ["aux_prog"], "crt-store": ["aux_cs"]}

FILES = [(("map_reg_key",), "a.map"), (("map_int_int",), "int-int.map"), (("map_int_ip",), "int-ip.map"), (("map_int",), "int-str.map"), (("map_ip_int",), "ip-int.map"), (("map_ip_ip",), "ip-ip.map"), (("map_ip",), "ip-str.map"), (("_int",), "int.map"), (("_ip",), "ip.map"), (("backing-file",), "ring.file"), (("crt-list",), "list.txt"), (("account-key",), "k"), (("crl",), "crl.pem"), (("crt", "ca-", "cafile", "cert", "pem", "key"), "c.pem"), (("errorfile", "errorfiles"), "400.http"),
         (("lua-load", "lua-load-per-thread"), "a.lua"), (("map",), "a.map"), (("dir", "base"), ".")]

# what single keywords want: by keyword, and by keyword and name of the value
SPECIAL = {
    "ca-ignore-err": ["all", "10,20"], "crt-ignore-err": ["all", "10,20"], "nbthread": ["1", "2"], "thread-group": ["1"], "thread-groups": ["1"], "ssl-propquery": ["provider=default"],
    "ssl-provider": ["default"], "ssl-engine": ["dynamic", "rdrand"], "tune.bufsize": ["16384", "20000"], "distcc_body token": ["ARGC", "DOTI"], "distcc_param token": ["ARGC", "DOTI"], "sctl": ["sctl"], "external-check command": ["/bin/true"], "ocsp-update.maxdelay": ["4000"], "tune.ssl.ocsp-update.maxdelay": ["4000"],
    "enabled option": ["POLL", "SPLICE"], "curves": ["P-256", "X25519:P-256"], "ecdhe": ["prime256v1"], "trace source": ["h1", "stream", "all"], "event": ["any", "none", "+any"], "start": ["now"], "stop": ["now"], "pause": ["now", "any"], "follow": ["session"],
    "lock": ["backend", "listener", "nothing"], "sink": ["buf0", "stdout", "none"], "verbosity": ["quiet", "minimal"], "group group": ["daemon", "root"], "user user": ["daemon", "root"],
    "hmac algorithm": ["sha256"], "digest algorithm": ["sha256", "md5"], "hmac key": ["YWJj"], "issuer": ["c.pem"], "tls-ticket-keys": ["keys"], "h1-case-adjust-file": ["case.map"], "ssl-dh-param-file": ["dh.pem"],
    "send-spoe-group engine": ["abc"], "send-spoe-group group": ["g"], "spoe engine": ["abc"], "config": ["spoe.conf"], "engine": ["abc"], "map map": ["virt@acme"], "ciphers": ["AES128-SHA", "HIGH:!aNULL"],
    "crt-base": ["."], "ca-base": ["."], "ciphersuites": ["TLS_AES_128_GCM_SHA256"], "sigalgs": ["RSA+SHA256"], "client-sigalgs": ["RSA+SHA256"],
}

COMPANIONS = {"ssl": ["crt"], "preserve": ["insert"], "agent-check": ["agent-port"], "lf-string": ["content-type"], "limit": ["key", "table"], "key": ["limit", "table"]}  # options that need others
PREFERRED = {"write-to": ["string"]}  # words of their choices that options need beside them
ADDRESS_FOR = {"nbconn": "rhttp@aux_b/s1"}  # bind options that want an address of one kind


def special(row, name):
    return SPECIAL.get(row.kw + " " + name) or (SPECIAL.get(row.kw) if name not in ("address", "host") else None)


ADDRESSES = {
    "bind": ["127.0.0.1:8000", ":8001", "*:8002", "[::1]:8003", "127.0.0.1:8000-8010", "ipv4@127.0.0.1:80", "ipv6@[::1]:80",
             "unix@/tmp/x.sock", "abns@name", "fd@3", ":80,:81", "/tmp/x.sock", "::1:8004", "0.0.0.0:80", "sockpair@3", "quic4@:443",
             "rhttp@aux_b/s1", "[::]:80", "udp@127.0.0.1:80", "ipv4@*:80", "mptcp@:80", "abnsz@x", "tcp4@:80", "uxst@/tmp/x"],
    "server": ["127.0.0.1:80", "127.0.0.1", "[::1]:80", "/tmp/x.sock", "unix@/tmp/x", "abns@x", "127.0.0.1:+10", "ipv4@127.0.0.1:80", "0.0.0.0:0",
               "::1", "*:80", "[::1]", "127.0.0.1:-10", "rhttp@", "rhttp@x", "fd@3", "sockpair@3", "quic4@1.2.3.4:80", "127.0.0.1:0", "0.0.0.0"],
    "source": ["127.0.0.1", "127.0.0.1:1000", "0.0.0.0", "*", "[::1]:80", "::1", "127.0.0.1:1000-2000", "0.0.0.0:1000-1010", ":80", "ipv4@127.0.0.1", "*:0"],
    "log": ["127.0.0.1:514", "127.0.0.1", "/dev/log", "stdout", "stderr", "fd@2", "ring@aux_ring", "[::1]:514", "ipv4@127.0.0.1", "udp@127.0.0.1:514",
            "backend@aux_b", "tcp@127.0.0.1:514", "unix@/dev/log", "abns@x", "uxdg@/dev/log", "::1"],
    "peer": ["127.0.0.1:1024", "[::1]:1024", "ipv4@127.0.0.1:10000", "127.0.0.1", "/tmp/x.sock", "*:1024", "tcp4@127.0.0.1:80"],
    "mailer": ["127.0.0.1:25", "[::1]:25", "ipv4@127.0.0.1:25", "127.0.0.1", "/tmp/x.sock", "tcp4@127.0.0.1:25"],
    "nameserver": ["127.0.0.1:53", "[::1]:53", "udp@127.0.0.1:53", "tcp@127.0.0.1:53", "127.0.0.1", "::1:53", "tcp4@127.0.0.1:53"],
    "check": ["127.0.0.1", "127.0.0.1:80", "[::1]:80", "::1", "/tmp/x", "ipv4@127.0.0.1", "*", "*:80"],
    "socket": ["/tmp/x.sock", "unix@/tmp/x", "ipv4@127.0.0.1:80", "127.0.0.1:80", "fd@3", ":80", "abns@x", "*:80", "sockpair@3"],
    "host": ["127.0.0.1", "::1", "localhost"],
    "dispatch": ["127.0.0.1:80", "[::1]:80", ":80", "127.0.0.1", "127.0.0.1:+10", "127.0.0.1:0", "unix@/tmp/x"],
    "single": ["127.0.0.1:8000", ":8001", "127.0.0.1:8002-8002", ":8003,", "/tmp/x.sock", "127.0.0.1:8000-8010", ":80,:81"],
    "dgram": ["127.0.0.1:514", ":514", "[::1]:514", "/tmp/x", "unix@/tmp/x", "udp@:514", "tcp@:514", "uxdg@/tmp/x", "abns@x"],
}
BAD_ADDRESSES = ["127.0.0.1:99999", "127.0.0.1:x", "1.2.3.4.5:80", "[::1:80", "foo@1.2.3.4:80", "256.1.1.1:80", "127.0.0.1:80-70", ":", "127.0.0.1:80:90", "fd@x",
                 "127.0.0.1:", "ipv6@127.0.0.1:80", "ipv4@[::1]:80", "ring@none", "127.0.0.1:+70000", "abns@", "unix@", "127.0.0.1:80,", "127.0.0.1:65536", "::", "1.2.3:80", "4294967296:80", "4294967295:80"]

GOOD = {
    "str": ["abc", "a-b.c", "GET", "x y", "a1", "Ünï", "user@example.com"],
    "name": ["abc", "a-b", "a_1", "a.b", "X:y"],
    "secret": ["s3cret", "joe:s3cret", "$5$abc$def"],
    "header": ["x-foo", "Host", "X_Y", "x-1"],
    "var": ["txn.x", "sess.y", "proc.z", "req.a", "res.b", "check.c"],
    "envvar": ["FOO", "foo_BAR", "HOME", "A1"],
    "uri": ["/", "/index.html", "/a?b=c", "http://example.com/x", "https://x/%[path]"],
    "float": ["1.5", "2", "0.1"], "percent": ["5", "50%", "100%"],
    "status": ["200", "404", "503"], "port": ["80", "443", "65535", "1"],
    "cpu-set": ["0", "0-1", "all", "odd", "even", "1,3"], "number-set": ["1", "1-2", "all", "odd", "even", "1,2"],
    "mode-bits": ["600", "0660", "777"],
    "net": ["10.0.0.0/8", "192.168.1.1", "::1", "2001:db8::/32", "10", "10.1/16", "127.0.0.0/255.0.0.0"],
    "regex": ["^/a", "(.*)", "a.b", "[0-9]+", "^(/.+)$", "a{2,3}"],
    "csv": ["a", "a,b", "h2,http/1.1"],
    "thread-set": ["1", "all", "odd", "1-2", "1/1", "1/all", "1,2", "1/1-2", "2-"],
    "tlv-id": ["0xE0", "200", "0x01", "224"], "init-addr": ["last", "libc", "none", "last,libc,none", "127.0.0.1", "last,127.0.0.1"],
    "http-method": ["GET", "OPTIONS", "HEAD", "POST"], "sample-ranges": ["1:2", "1,2-3:4", "1-5:8"], "server-count": ["3", "1-10", "1", "5-5"],
    "thread-map": ["1", "1/all", "auto:1/1", "all", "odd/1", "1-2/1", "auto:1/1-4", "1/1-4"], "hexstring": ["0a0d", "00", "deadBEEF"],
    "var-or-int": ["5", "txn.x", "-3", "proc.y"], "var-or-base64": ["YWJj", "YWI=", "txn.x"], "verify-errors": ["all", "10", "10,20"], "var-or-str": ["abc", "txn.x"],
    "openssl-version": ["3.0.2", "1.1.1f", "3.0.0-alpha1"], "ip": ["127.0.0.1", "::1", "10.0.0.1"], "mask": ["24", "255.255.255.0", "64", "ffff::", "0", "32"], "field-number": ["1", "48.59.1", "2.3"],
}
BAD = {
    "str": ["", " ", "#", "\\", "a'b", 'a"b', "a,b", "a(b", "a)b", "-", "{", "if"],
    "name": ["", "a b", "a/b", "a@b", "-", "a!"], "secret": ["", "a b"], "header": ["", "x y", "x:y", "x\ty", "%[src]"],
    "var": ["x", "foo.x", "txn", "txn.", "txn.a b", "txn.a-b", "", "TXN.x", "txn.a.b", ".x", "txn.ä"],
    "envvar": ["1A", "A-B", "A B", "", "ä", "A.B"], "uri": ["", "a b", "x", "a#b", "%"],
    "int": ["abc", "1x", "", "-1", "0", "1.5", "+5", " 5", "99999999999999999999", "2147483648", "4294967296", "0x10", "010", "1k"],
    "time": ["abc", "5x", "", "-1", "0", "1.5s", "10 s", "s", "99999999999", "2147483648", "4294967296s", "30d", "5us", "25d", "24d", "49710d", "1h30m", "1s", "5ms", "100us", "1m", "1h"],
    "size": ["abc", "5x", "", "-1", "0", "1.5k", "k", "99999999999", "4G", "4294967295", "4294967296", "1t", "10kb", "1K", "1M", "1g", "2047m", "1kk"],
    "percent": ["", "abc", "-1", "101%", "1.5%", "%", "256", "300%", "50%x"], "float": ["", "abc", "1.", ".5", "-1.0", "1.5x", "1,5"],
    "status": ["99", "1000", "abc", "2xx", "", "200x", "200-100", "200,", "600", "100", "199"], "port": ["0", "65536", "abc", "", "-1", "80x"],
    "cpu-set": ["", "x", "1-", "5-1", "100000", "-1", "1,,2"], "number-set": ["0", "65", "x", "1-", "2-1", "", "1-65", "64"],
    "mode-bits": ["", "abc", "888", "0x1", "77777", "6"], "net": ["", "abc", "10.0.0.0/33", "10.0.0.0/8/8", "::/129", "1.2.3.4.5", "300.1.1.1", "localhost", "10.0.0.0/", "0.0.0.0/0", "10.0.0.0/255.0.255.0"],
    "regex": ["(", "[", "*a", "a{1", "\\", "(?<n>a)", "(?i)a", "a{3,2}", "(?:", ")", "\\d+", "(?P<x", "[[:alpha:]]", "[[:foo:]]"],
    "csv": ["", ",", "a,", ",a", "a,,b"], "thread-set": ["0", "65", "x", "1/", "0/1", "65/1", "5-1", "", "1/65", "all/1", "1/1/1", "64", "1-64", "1-65"],
    "tlv-id": ["256", "0x100", "x", "", "-1", "0xGG"], "init-addr": ["", "foo", "last,", "last,foo", ",", "::1", "none,last"],
    "http-method": ["", "G T", "get", "GET/", "G:T", "1"], "sample-ranges": ["1", "0:1", "3:2", "1-5:4", "x:1", "1:0", "", "2-1:3", "1,1:2", "1:", "1:2:3"],
    "server-count": ["0", "x", "", "5-3", "1-", "-1", "0-3", "1x", "1-3-5"], "thread-map": ["0", "x", "", "1/0", "65", "1/65", "5-1", "auto:", "auto:1", "1/1/1", "auto:x", "process", "1-64"],
    "hexstring": ["", "0", "0g", "0x10", "abc", "0a 0b"], "var-or-int": ["x", "", "1x", "foo.x"], "var-or-base64": ["a", "foo.x", "YW=="], "verify-errors": ["0", "a", "all,10", "1000", "x509_v_err_cert_has_expired"], "var-or-str": ["", "foo.x", "txn."],
    "openssl-version": ["", "x", "3", "3.0", "3.0.2x", "1.1.1fg", "3.0.2-beta", "-1.0.0"], "ip": ["", "x", "1.2.3", "10.0.0.0/8", "localhost", ":::"], "mask": ["33", "129", "x", "", "255.0.255.0", "-1", "ffff"], "field-number": ["0", "x", "", "1.", "1..2", "-1", "536870912", "1.0"],
    "server-name": ["none", "aux_b/s1", "%[foo]"],
    "path": [""], "ref": ["none_such", ""], "own": ["none_such", ""], "refs": ["none_such", "u1,none", ""], "def": ["", "a b", "a/b"],
    "sample": ["", "foo", "src,", "src,foo", "hdr(", "hdr(a", "hdr(a))", "src(x)", "hdr(a,b)", "hdr(a,-11)", ",lower", "src lower", "path,lower,", "src,lower", "path,ipmask(24)",
               "int(x)", "path,add(1", "hdr(a)b", "bool(maybe)", "var(x)", "var(txn.x)", "src,,lower", "path,field(1,)", "path,field(1,/)", "str('a,b')", "str(\"a b\")", "path,regsub(a,b)", "rand(x)",
               "table_http_req_rate(x)", "src,table_http_req_rate(aux_t)", "hdr(host),map(a.map)", "env(X)", "path,word(1,/),upper", "nbproc(1)", "queue", "queue(none)", "date(1,x)", "int(5),add(txn.x)", "path -m beg", "req.hdr(a,1,2)"],
    "cond": ["", "none", "{ }", "{ path", "path /a", "a1 or", "or a1", "! a1", "!!a1", "a1 a1", "{ path /a }", "!{ path /a }", "! { path /a }", "{path /a}", "{ path /a } or a1", "a1 || TRUE", "a1 | TRUE", "a1 && TRUE", "if a1",
             "{ src 10.0.0.0/8 }", "{ src abc/8 }", "{ path -m reg ( }", "{ foo }", "{ hdr_cnt(a) gt 1 }", "{ hdr_cnt(a) gt x }", "{ src -m str 1.1.1.1 }", "TRUE FALSE or METH_GET", "false", "{ method GET }", "{ a1 }", "{ ssl_fc }", "{ always_true }", "( a1 )", "a1 and a1"],
    "acl": ["", "foo", "path", "path /a /b", "path -i /a", "path -m foo x", "path -m beg /a -i", "src 10.0.0.0/8 1.1.1.1", "src x.y", "src 300.1.1.1", "path -f none.lst", "path -f a.map", "path -i -f a.map -- -x", "path -x", "path -- -x",
            "path -m reg ^a", "path -m reg (", "path_beg -m end a", "hdr(a) -m int 5", "hdr(a) -m int ge 5", "hdr(a) -m int 5:3", "hdr(a) -m int x", "dst_port 80:90", "dst_port 80-90", "dst_port gt 80", "dst_port ge 80 lt 90", "src_conn_rate gt 5",
            "path -m found", "path -m found x", "path -m bool", "src -m ip 1.1.1.1", "path -m ip 1.1.1.1", "path -m bin 0a", "path -m bin 0", "path -m len 5", "path,lower -m beg /a", "path,length gt 5", "hdr(host),lower,foo -m str a", "path -n /a", "path -u 5 /a", "path -u x /a",
            "path -M -f a.map", "ssl_c_used", "req.ssl_ver 3.1", "req.ssl_ver 3.1-3.3", "method GET", "method foo", "always_true", "nbsrv(aux_b) lt 1", "http_auth(aux_u)", "http_auth(none)", "http_auth_group(aux_u) g1", "int(5) 5", "bool(true)", "rand(5) 1:3", "str(a)", "bin(0a)", "src,ipmask(24) 1.1.1.1",
            "base_reg a(b", "hdr_reg(a) (", "url_dom x", "var(txn.x) a", "var(txn.x) -m str a", "env(HOME) -m found", "wait_end", "dst 1.1.1.1", "hdr_ip(x) 1.1.1.1", "path -m sub -i a", "path -m", "path -f", "path -u", "path -i", "path --", "src 10.0.0.0/8/8", "src 10.0.0.1-10.0.0.5"],
    "fmt": ["", "%", "%%", "%x", "%[", "%[src", "%[src]", "%[foo]", "%[src,lower]", "%{+Q}o %ci", "%{+Q", "%{+X}ci", "%{Q}ci", "%ci%cp", "%ci:%cp", "%[src]%[dst]", "a%b c", "%(n)ci", "%(n:int)[src]", "%(n:str)[src]", "%[hdr(a),lower]", "%[hdr(a)", "%[hdr(a)]]",
            "%[src ]", "%[ src]", "%[str(a]b)]", "%T%", "%1", "% ", "%]", "%[]", "%[,]", "%{-Q,+E}o%ci", "%{+json}o", "%Tr", "%TR", "%hrl", "%[path,field(1,/)]", "%[str('a b')]", "%[var(txn.x)]", "%ID", "%rt", "%sslv", "\\r\\n", "%[path,]", "%[path] %{+X}[src]", "%(a b)ci", "%()ci", "%*", "%\"", "100%"],
}


def number_range(args):
    for arg in args:
        low, dots, high = arg.partition("..")
        if dots:
            return low, high
    return "", ""


def integer(text):
    scale = {"ms": 1, "s": 1000, "m": 60000, "h": 3600000, "d": 86400000, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    digits = text.rstrip("msdhkMG")
    return int(digits) * scale.get(text[len(digits):], 1)


def number(rng, kind, args, bad):
    low, high = (integer(t) if t else None for t in number_range(args))
    edges = [e for e in (low, high) if e is not None]
    if bad and edges and rng.random() < 0.7:
        return str(rng.choice([(low if low is not None else 0) - 1, (high if high is not None else 2147483646) + 1] + edges))
    if bad:
        return rng.choice(BAD[kind])
    a = low if low is not None else 1
    b = high if high is not None else max(a, 100)
    value = rng.choice([a, b, min(max(a, 10), b), rng.randint(a, min(b, a + 1000))])
    if kind == "int" and "hex" in args and value >= 0 and rng.random() < 0.5:
        return hex(value)
    if kind == "time" and not edges:
        return rng.choice(["5s", "100", "10ms", "1m", "2h", "1d", "30000", "500us"])
    if kind == "size" and not edges:
        return rng.choice(["100", "16k", "1m", "20000", "4096"])
    return str(value)


def path(row, name):
    for parts, file in FILES:
        if any(part in row.kw or part in name for part in parts):
            return file
    return "a.map"


def plain(rng, row, name, kind, args, enum, bad):
    """A value of a type that is one word and no expression."""
    if not bad and special(row, name):
        return rng.choice(special(row, name))
    if enum:
        return rng.choice(enum) if not bad else rng.choice(["", "foo", rng.choice(enum) + "x", rng.choice(enum).upper(), rng.choice(enum).lower(), "0"])
    if kind == "explicit-time":
        return rng.choice(["100", "5s", "10ms", "0"] if not bad else ["99", "1", "5", "x", "-1", "99ms"])
    if kind == "id" and not bad:
        return str(rng.randrange(1, 2147483648))
    if kind in ("int", "time", "size"):
        return number(rng, kind, args, bad)
    if kind == "str" and args and not bad:
        low, high = number_range(args)
        return "abcdefgh"[:int(high or low)]
    if kind == "addr":
        if bad:
            return rng.choice(BAD_ADDRESSES + sum(ADDRESSES.values(), []))
        choices = ADDRESSES[args[0]]
        return choices[0] if rng.random() < 0.4 else rng.choice(choices)
    if bad:
        return rng.choice(BAD["int" if kind == "id" else kind])
    if kind == "path":
        return path(row, name)
    if kind in ("ref", "own", "refs"):
        return rng.choice(NAMES[args[0]])
    if kind == "def":
        return "d%d" % rng.randrange(10000)
    if kind == "ip" and args:
        return {"v4": "127.0.0.1", "v6": "::1"}[args[0]]
    if kind == "mask" and args:
        return {"v4": rng.choice(["24", "255.255.0.0"]), "v6": rng.choice(["64", "ffff::"])}[args[0]]
    if kind == "server-name":
        return rng.choice(["s1", "s1", "%[path]"])
    if kind == "var" and args:
        return rng.choice(["proc.x", "proc.y"])
    if kind == "name" and args:
        return rng.choice(["abc", "a-b", "a_1", "a.b"])
    if kind == "status" and args:
        low, high = number_range(args)
        if high:
            return rng.choice([low, high, "200"])
        if args[0] == "changes":
            return rng.choice(["+404", "-404", "400-499", "-500-599", "200"])
        if args[0] in ("list", "ranges"):
            return rng.choice(["200", "200-399", "200,404", "200-299,404"] if args[0] == "ranges" else ["200", "200,404"])
    return rng.choice(GOOD[kind])
