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
    (1, "strict", r"''|\"\"|\(\)|\(,|,\)|if$|unless$", r"unknown .* ''|empty value|is empty|<condition> is missing|lacks its argument"),
    (2, "strict", r"", r"bad-value: '[-+ ]*\d[^']*' (is not (a whole number|a time|a size|a port|a status code|a count|a file mode|the number|a list of)|stands where '[\w-]+' or <\w+> is expected)"),
    (2, "strict", r"", r"bad-value: '[^']*' is not (a whole number|a port|a file mode|on or off|a count|a size|a list of status codes)"),
    (2, "strict", r"map_\w+_ip", r"bad-address: '\d+\.\d+\.\d+\.\d+[^']+' is not an IP address"),
    (2, "strict", r"hash-balance-factor", r"stands where '0' or <factor>"),
    (2, "strict", r"[(' ]' \d", r"a sample expression begins with the name of a sample fetch"),
    (2, "strict", r"option redispatch", r"stands where <interval> is expected"),
    (2, "strict", r"", r"out-of-range|bad-address: address '[^']*' has a port (above|that is not)"),
    (3, "strict", r"", r"extra-argument|follows the '\)' of"),
    (3, "strict", r"capture cookie", r"stands where 'len' is expected"),
    (4, "strict", r"", r"cannot stand in (a header name|a URI|an HTTP method)"),
    (5, "strict", r"", r"has an empty item|where a server's address comes from|is not a set of CPUs"),
    (6, "strict", r"", r"exclude each other"),
    (6, "strict", r"redirect", r"unknown sample fetch|unknown log-format variable|has no log-format variable|has no value in rules on responses|the '%\[' has no"),
    (6, "strict", r"http-check expect .*! *!|tcp-check expect .*! *!", r"'!' stands where|argument '!!"),
    (7, "strict", r"^(frontend: stick|\w+: option forwarded|\w+: log-format|\w+: error-log-format|\w+: unique-id-format|ring: timeout)", r""),
    (7, "strict", r"^(peers: default-server|peers: (peer|server)|resolvers: nameserver|ring: server|\w+: default-server)", r""),
    (7, "strict", r"^backend: log-steps", r""),
    (7, "strict", r"balance log-hash", r""),
    (7, "strict", r"^fcgi-app: (acl|set-param|pass-header)", r""),
    (8, "strict", r"", r"reference-missing"),
    (8, "strict", r"send-spoe-group|ot-group|peers: table", r"not permitted in (the|table) name"),
    (9, "strict", r"do-resolve", r"variable"),
    (11, "strict", r"quic[46]@", r"of a kind that cannot stand here"),
    (10, "strict", r"", r"is missing from"),
    (12, "lax", r"sc-set-gpt0", r"(only accepts|expects either) 'if' or 'unless'"),
    (13, "strict", r"(del-acl|del-map|add-acl|set-map|track-sc)", r"unknown \S*( content| connection| session)? ?action '(del-|add-|set-map|track-sc)|the '\(' of '(del-|add-|set-map)"),
    (14, "strict", r"balance|persist|store|unset-var\(|(add|del|set)-(acl|map)\(", r"takes no more than \d+ argument"),
]


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
