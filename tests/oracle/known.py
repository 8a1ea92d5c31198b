"""The differences that grammar/KNOWN.md lists: its numbers, and by what each is told.

An entry: number, "strict" (haproxy accepts) or "lax" (hacc accepts), a pattern of the line ("SECTION: LINE") and one of what was
said by the one that refuses. What no entry fits is a disagreement.

Each entry of the list has lines that show it, in its third column: `SECTION: LINE`, or `X.Y SECTION: LINE` for one version.
A line that shows no difference any more is a failure."""
import collections
import os
import re

from cases import Case
from forms import lex

ENTRIES = [
    (1, "strict", r"''|\"\"|\(\)|\(,|,,|,\)|if$|unless$", r"unknown .* ''|empty value|is empty|<condition> is missing|lacks its argument"),
    (2, "strict", r"", r"^out-of-range: (sticky counter )?'?(-\d+|\d{10,})'? is"),
    (2, "strict", r"server.*[ -]port ", r"^out-of-range: '\d+' is out of range for 'port'"),
    (2, "strict", r"capture (request|response|cookie)", r"^out-of-range: '(0([xX][^']*)?|\D[^']*)' is"),
    (3, "strict", r"capture cookie|unset-var|setenv|persist rdp-cookie|bind-process|hash-type|balance url_param", r"extra-argument|where <max_wait> is expected|stands where 'len' is expected"),
    (3, "strict", r"bind-process all", r"is not a set of numbers that can stand here"),
    (3, "strict", r"sc-(set-gpt0|inc-gpc0|inc-gpc1)|sc-(set-gpt|add-gpc|inc-gpc)", r"extra-argument|follows the '\)' of"),
    (3, "strict", r"^\w+: trace", r"trace argument|extra-argument"),
    (3, "strict", r"^global: trace \S+ (start|stop|pause) \S+ ", r"^bad-value"),
    (4, "strict", r"", r"cannot stand in (a header name|a URI|an HTTP method)"),
    (4, "strict", r"option httpchk", r"^extra-argument"),
    (5, "strict", r"", r"has an empty item|where a server's address comes from|is not a set of CPUs"),
    (5, "strict", r"cpu-map .*,(,|\s|$)", r"where <cpus> is expected|^extra-argument: unexpected word '[^']*,,"),
    (5, "strict", r"^userlist: .* (users|groups) .*,", r"^bad-value: the name is empty"),
    (6, "strict", r"", r"exclude each other"),
    (6, "strict", r"redirect", r"^bad-(expression|format)|has no log-format variable|unknown log-format variable"),
    (6, "strict", r"(http|tcp)-check expect .*! *!", r"'!' stands where|argument '!!"),
    (7, "strict", r"^ring: timeout", r"^(unknown-keyword|wrong-(section|version))"),
    (7, "strict", r"^ring: server", r"^(mode|required-keyword|duplicate-name|reference-missing|missing-argument)"),
    (7, "strict", r"^resolvers: nameserver", r""),
    (7, "strict", r"^\w+: default-server|^peers: (peer|server)", r"^(bad-expression|bad-format|bad-value|reference-missing|missing-argument|wrong-version|unknown-keyword|required-keyword|bad-address|duplicate-name)"),
    (7, "strict", r"store \S*_rate\(.*_rate\(", r"does not accept microseconds"),
    (7, "strict", r"^[\w-]+: (option forwarded|log-format|log-format-sd|error-log-format|unique-id-format|set-param|pass-header|acl)", r"^(bad-(expression|format|condition|value)|wrong-version|reference-missing)"),
    (7, "strict", r"^fcgi-app: acl|^defaults: .*regsub\(", r"^bad-regex"),
    (7, "strict", r"^\w+: default-server .*(sni|pool-conn-name)", r"^(bad-value|bad-condition|out-of-range): "),
    (7, "strict", r"^global: stats socket rhttp@", r"cannot be said of a reverse connection"),
    (7, "strict", r"stats http-request set-bandwidth-limit", r"^bad-expression"),
    (7, "strict", r"^\w+: (log-steps|balance log-hash)", r""),
    (8, "strict", r"email-alert mailers|: stats http-request|^(global|traces): trace|: log (.* profile |ring@)|^fcgi-app: acl|^defaults: (?!(http|tcp)-(request|response|after))", r"^reference-missing"),
    (8, "strict", r"^defaults: http-re\w+ cache-(use|store)", r"^reference-missing: no cache"),
    (8, "strict", r"set-bandwidth-limit", r"^reference-missing: no filter"),
    (8, "strict", r"^defaults: default_backend", r"^bad-(expression|format)"),
    (8, "strict", r"^peers: (peer|server) \S+( \S+')?$", r"not permitted in peer name"),
    (8, "strict", r"send-spoe-group|ot-group|peers: table|filter bwlim|peers: peer", r"not permitted in (the|table|filter) name"),
    (8, "strict", r"^peers: (default-)?bind .*guid-prefix", r"guid-prefix (name )?'"),
    (8, "strict", r"^peers: server", r"not permitted in peer name"),
    (9, "strict", r"do-resolve", r"variable"),
    (11, "strict", r"init-addr|resolvers", r"^wrong-version: '\w+@' exists since"),
    (11, "strict", r"quic[46]@", r"of a kind that cannot stand here"),
    (10, "strict", r"", r"is missing from"),
    (10, "strict", r"-u$", r"'-u' needs a number behind it"),
    (12, "lax", r"sc-set-gpt0", r"(only accepts|expects either) 'if' or 'unless'"),
    (13, "strict", r"(del-acl|del-map|add-acl|set-map|track-sc|do-resolve)", r"unknown \S*( content| connection| session)? ?action '(del-|add-|set-map|track-sc|do-resolve)|the '\(' of '(del-|add-|set-map)"),
    (13, "strict", r"balance random", r"unknown balance algorithm 'random|follows the '\)' of 'random'"),
    (14, "strict", r"be2hex\(,0", r"'0' is out of range for 'chunk_size'"),
    (14, "strict", r"rdp-cookie\(", r"^bad-value: '[^']*' follows the '\)' of 'rdp-cookie'"),
    (14, "strict", r"(rdp-cookie|(add|del|set)-(acl|map))\(.*\).*\)", r"follows the '\)' of"),
    (14, "strict", r"balance|persist|store|(add|del|set)-(acl|map)|unset-var", r"takes no more than \d+ argument"),
    (14, "strict", r"[( ,]when\(", r"'when' takes no more than 2 arguments"),
    (15, "strict", r"server-template", r"is not a count"),
    (15, "strict", r"mode", r"is not a file mode"),
    (15, "strict", r"status|errorloc|errorfile", r"is not a (status code|list of status codes)|where <code> is expected"),
    (15, "strict", r"", r"^bad-value: '( ?\d+|0[xX]\w+|\d+\.\d+)' is not a whole number"),
    (15, "strict", r"errorfiles", r"^extra-argument: unexpected word .\d+[^\d'][^']*' behind"),
    (15, "strict", r"map_\w+_ip", r"bad-address: '\d+\.\d+\.\d+\.\d+[^']+' is not an IP address"),
    (15, "strict", r"ungrpc|protobuf", r"is not the number of a field"),
    (15, "strict", r"[(' ]' \d", r"a sample expression begins with the name of a sample fetch"),
    (15, "strict", r"", r"has a port above 65535"),
    (15, "strict", r"", r"has a port( offset)? that is not a number"),
    (15, "strict", r"protobuf", r"is not the number of a field"),
    (15, "strict", r"server.* (resolvers|init-addr) ", r"^bad-address: .* (is neither an IP address nor a host name|takes what follows the last ':' for the port)"),
    (15, "strict", r"socks4", r"has a range of ports where one port is meant"),
    (15, "strict", r"^global: cpu-map \S+ \S+/", r"stands where <cpus> is expected"),
    (16, "strict", r"ocsp-update|strict-mode|process-vary|harden", r"is not on or off"),
    (15, "strict", r"^peers: (peer|server|default-server)", r"^out-of-range: '\d+' is out of range for 'port'"),
    (17, "strict", r"^[\w-]+: (.*bind|.*server|peer|nameserver|stats socket|filter)", r"takes no arguments in parentheses|option '[\w-]+' is not in"),
    (17, "strict", r" source .*[\w-]\(", r"unknown source argument"),
    (18, "lax", r"^(global|traces): trace", r"No such (trace event|verbosity level)|Unsupported lock-on criterion"),
    (19, "lax", r"thread-group", r"assigned sparse threads"),
    (19, "lax", r"payload_lv", r"payload offset2 too negative"),
    (19, "lax", r"set-status \S+ reason (if|unless)", r"followed by a condition but found 'reason'"),
    (20, "lax", r"^fcgi-app: log-stderr (tcp|stream)", r"unknown ring named 'ring#"),
    (20, "lax", r"quic-cc-algo \w+\(\)", r"could not parse congestion window"),
    (20, "lax", r"^log-forward: bind .*process ", r"^status 1"),
    (20, "lax", r"^(backend|defaults): mode health", r"cannot be in health mode"),
]

# what hacc lint warns of and haproxy does not: why, the line, what is said
OURS = [
    ("an empty word ends what haproxy reads of a line, which it does not say where nothing follows", r"", r"^ignored-text"),
    ("haproxy knows no quotes that a variable lacks", r"\$", r"^unquoted-variable"),
    ("haproxy says of these once in a file, or of their negation alone", r"option (http-use-htx|forceclose|http-tunnel)", r"^deprecated-keyword"),
    ("haproxy looks for the pages of a defaults section where a proxy starts from it", r"^defaults: errorfiles", r"^error-page-missing"),
    ("haproxy looks at replies of http-request and http-response rules alone", r"stats http-request", r"^error-page-missing"),
    ("haproxy names no place where it says so", r"stats auth", r"^duplicate-ignored"),
    ("haproxy looks for raw contents in some formats only, and there are none in any", r"set-var-fmt|lf-string|lf-file|redirect", r"^content-in-http"),
]


def is_ours(case_line, said):
    """Whether a warning of hacc lint is one that haproxy does not make."""
    return any(re.search(line, case_line) and re.search(message, said) for _, line, message in OURS)


def entry(kind, case_line, said):
    """Gives the number of the entry that a difference belongs to, None if there is none."""
    for number, which, line, message in ENTRIES:
        if which == kind and re.search(line, case_line) and re.search(message, said):
            return number
    return None


# -- the lines that show the entries

class Reproducer:
    def __init__(self, number, which, version, section, line):
        self.number, self.which, self.version, self.section, self.line = number, which, version, section, line

    def case(self, table):
        """The line as a case: its keyword tells what has to stand beside it."""
        words = lex(self.line)
        row = next((row for row in table.by_context[self.section] if row.kw.split(" ") == words[:len(row.kw.split(" "))]), table.rows[0])
        made = Case(self.section, row, row, self.section, words, 1, set())
        made.raw = "    " + self.line
        return made


def reproducers(root):
    """Those of grammar/KNOWN.md."""
    found = []
    with open(os.path.join(root, "grammar/KNOWN.md"), encoding="utf-8") as file:
        for row in re.findall(r"^\| (\d+) \| (\w+) \| (.*?) \| .* \|$", file.read(), re.M):
            for text in re.findall(r"`([^`]+)`", row[2]):
                version, section, line = re.match(r"(?:(\d\.\d) )?([\w-]+): (.*)", text).groups()
                found.append(Reproducer(int(row[0]), row[1], version, section, line))
    return found


def still_differs(reproducer, comparison):
    """Whether haproxy and hacc still differ about it, and what each says."""
    case = reproducer.case(comparison.table)
    comparison.haproxy.ask_alone(case)
    comparison.hacc.ask([case])
    verdict = case.verdicts["cfg"]
    differs = not case.refused and not verdict.accepted if reproducer.which == "strict" else case.refused and verdict.accepted
    return differs, "haproxy: %s; hacc: %s" % (case.said or "accepted", verdict.said or "accepted")


def stale(root, comparisons):
    """Prints the reproducers that show no difference in any version asked, and entries without one; gives how many."""
    count, shown = 0, collections.Counter()
    for reproducer in reproducers(root):
        asked = [c for c in comparisons if reproducer.version in (None, c.layout.version) and reproducer.section in c.table.by_context]
        answers = [still_differs(reproducer, comparison) for comparison in asked]
        shown[reproducer.number] += 1
        if asked and not any(differs for differs, _ in answers):
            print("KNOWN.md, %d: no difference any more: %s: %s (%s)" % (reproducer.number, reproducer.section, reproducer.line, answers[-1][1]))
            count += 1
    for number in sorted({entry[0] for entry in ENTRIES} ^ set(shown)):
        print("KNOWN.md, %d: it has no line that shows it, or tests/oracle/known.py does not know it" % number)
        count += 1
    return count
