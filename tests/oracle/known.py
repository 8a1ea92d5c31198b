"""The differences that grammar/KNOWN.md lists: its numbers, and by what each is told.

An entry: number, "strict" (haproxy accepts) or "lax" (hacc accepts), a pattern of the line ("SECTION: LINE") and one of what was
said by the one that refuses. What no entry fits is a disagreement."""
import re

ENTRIES = [
    (1, "strict", r"''|\(\)|\(,|if$|unless$", r"empty value|is empty|<condition> is missing|lacks its argument"),
    (2, "strict", r"", r"bad-value: '[-+ ]*\d[^']*' (is not (a whole number|a time|a size|a port|a status code|a count|a file mode|the number|a list of)|stands where '[\w-]+' or <\w+> is expected)"),
    (2, "strict", r"", r"bad-value: '[^']*' is not (a whole number|a port|a file mode|on or off|a count|a size|a list of status codes)"),
    (2, "strict", r"", r"out-of-range|bad-address: address '[^']*' has a port (above|that is not)"),
    (3, "strict", r"", r"extra-argument"),
    (4, "strict", r"", r"cannot stand in (a header name|a URI|an HTTP method)"),
    (5, "strict", r"", r"has an empty item|where a server's address comes from|is not a set of CPUs"),
    (6, "strict", r"", r"exclude each other"),
    (7, "strict", r"^(frontend: stick|\w+: option forwarded|\w+: log-format|\w+: error-log-format|ring: timeout)", r""),
    (7, "strict", r"^(peers: default-server|peers: (peer|server)|resolvers: nameserver|ring: server|\w+: default-server)", r""),
    (7, "strict", r"^fcgi-app: (acl|set-param|pass-header)", r""),
    (8, "strict", r"", r"reference-missing"),
    (8, "strict", r"send-spoe-group|ot-group|peers: table", r"not permitted in (the|table) name"),
    (9, "strict", r"do-resolve", r"variable"),
    (11, "strict", r"quic[46]@", r"of a kind that cannot stand here"),
    (10, "strict", r"", r"is missing from"),
]


def entry(kind, case_line, said):
    """Gives the number of the entry that a difference belongs to, None if there is none."""
    for number, which, line, message in ENTRIES:
        if which == kind and re.search(line, case_line) and re.search(message, said):
            return number
    return None
