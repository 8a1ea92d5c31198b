"""Makes section lines from the signatures, each with its words and, where it follows from the signature, its map form."""
from forms import cfg_quote
from rows import mentions
import values


class Case:
    """A line in a section, made for one row of one context: `target`.

    section, row      where it stands, and the row of its keyword
    words, kw_words   the line without quoting, and how many words of it are the keyword
    above, below      other lines of its section, as lists of words; sections.beside adds what the keyword needs
    map               the value of its map form, None if there is none
    raw               the line with its quoting, if that is the point; there is no YAML then
    fault             what was done to it, "" if nothing
    builds            the features that a haproxy needs for it
    """

    def __init__(self, section, row, target, context, words, kw_words, builds):
        self.section, self.row, self.target, self.context = section, row, target, context
        self.words, self.kw_words, self.builds = words, kw_words, builds
        self.above, self.below, self.map, self.raw, self.fault = [], [], None, None, ""
        self.number, self.refused, self.said, self.said_at, self.crash, self.verdicts = 0, None, "", None, False, {}
        self.warnings, self.linted = [], []

    def copy(self, fault, words=None):
        """The same line, or the same with other words, with this fault."""
        made = Case(self.section, self.row, self.target, self.context, list(self.words if words is None else words), self.kw_words, self.builds)
        made.fault, made.above, made.below = fault, list(self.above), list(self.below)
        if words is None:
            made.map = self.map
        return made

    def has_plain_map(self):
        return self.map is not None and not self.above and not self.below

    def line(self):
        """For people."""
        text = self.raw.strip() if self.raw is not None else " ".join(cfg_quote(w) for w in self.words)
        around = ["%s: %s" % (name, "; ".join(" ".join(words) for words in lines)) for name, lines in (("above", self.above), ("below", self.below)) if lines]
        return text + ("   (%s)" % ", ".join(around) if around else "")


FETCHES = {"str": ["path", "str(abc)", "hdr(host)", "url"], "sint": ["int(5)", "dst_port", "rand(10)"], "bool": ["bool(true)", "ssl_fc", "always_true"],
           "addr": ["src", "dst"], "ipv4": ["src"], "ipv6": ["src"], "bin": ["str(abc)", "path"], "any": ["path", "int(5)", "src"], "same": ["path"], "meth": ["method"], "": ["path"]}
PATTERNS = {"sint": ["5", "gt 5", "1:10"], "addr": ["127.0.0.1", "10.0.0.0/8"], "ipv4": ["127.0.0.1"], "ipv6": ["::1"], "bool": [""], "str": ["abc", "/a /b"], "meth": ["GET", "GET POST"], "bin": ["-m str x", "-m bin 0a"], "any": ["-m found"]}
METHODS = {"found": "", "bool": "", "int": "5", "ip": "127.0.0.1", "bin": "0a", "len": "3", "reg": "^a", "regm": "^a"}
CARRIED = {"fetch": ["sample", "acl"], "converter": ["sample", "acl"], "acl-keyword": ["acl", "cond"], "acl-flag": ["acl", "cond"], "match-method": ["acl", "cond"],
           "predefined-acl": ["cond"], "log-variable": ["fmt"], "predicate": ["block-cond"]}


REFERENCES = ("ref", "refs", "server-name")
# where a fetch can be asked for: columns of its matrix (from 0), and the context of the set-var that asks
PLACES = [((0,), "tcp-request-connection"), ((1,), "tcp-request-session"), ((2, 6), "tcp-request-content"), ((3, 7), "http-request"),
          ((11, 15), "tcp-response-content"), ((12, 16), "http-response")]


def flat(nodes):
    """All nodes of a signature that are no groups."""
    found = []
    for node in nodes or []:
        if node[0] == "word":
            found += [node] + flat(node[2])
        elif node[0] == "opt":
            found += flat(node[1])
        elif node[0] == "choice":
            found += [inner for choice in node[1] for inner in flat(choice)]
        elif node[0] == "repeat":
            found += flat([node[1]])
        else:
            found.append(node)
    return found


class Maker:
    def __init__(self, table, version, rng):
        self.table, self.version, self.rng = table, version, rng
        self.enum = {name: fields["enum"] for name, fields in table.types.items() if "enum" in fields}

    # -- which row carries which context

    def carrier(self, context, row):
        """A row, and one of its contexts, whose signature names this context, for this row of it."""
        if context == "fetch" and self.rng.random() < 0.5:
            places = [name for columns, name in PLACES if row.matrix and any(row.matrix[c] == "Y" for c in columns)]
            rows = [r for r in self.table.rows if r.is_in(self.version) and r.kw == "set-var" and set(places) & set(r.contexts)]
            if rows:
                found = self.rng.choice(rows)
                return found, self.rng.choice([c for c in found.contexts if c in places])
        names = CARRIED.get(context, ["@" + context])
        rows = [row for row in self.table.rows if row.is_in(self.version) and set(names) & row.mentions]
        if context in ("fetch", "converter") and self.rng.random() < 0.6:
            rows = [row for row in rows if row.kw in ("acl", "set-var", "set-dst-port", "stick on", "set-src")] or rows
        if not rows:
            return None
        row = self.rng.choice(rows)
        return row, self.rng.choice([c for c in row.contexts])

    def chain(self, row, context):
        """From a section row, or that of .if, down to the target: {context: row}, and the section."""
        wanted = {}
        while not self.table.is_section(context):
            if context == "dot":
                break
            if context in wanted:
                return None, None
            wanted[context] = row
            found = self.carrier(context, row)
            if not found:
                return None, None
            row, context = found
        wanted[context] = row
        return wanted, context

    # -- the walk

    def make(self, target, context, fault):
        self.fault, self.target, self.fault_name = fault, target, ""
        self.own = any(node[0] == "param" for node in flat(target.paren) + flat(target.tree))
        self.wanted, section = self.chain(target, context)
        if section is None:
            return None
        row = self.wanted.pop(section)
        self.params = 0
        self.no_map = False
        self.preferred = set()
        self.bad_at = self.rng.randrange(3) if fault == "value" else -1
        self.row = row
        frame = {}
        words = row.kw.split(" ")
        kw_words = len(words)
        self.builds = {r.build for r in self.wanted.values() if r.build} | ({row.build} if row.build else set())
        if row.prefix:
            words[-1] += self.suffix()
            self.no_map = True
        if row.paren is not None:
            words[-1] += self.arguments(row.paren, {})
            self.no_map = True
        words += self.walk(row.tree, frame)
        if fault == "value" and not self.fault_name:
            return None  # fewer values than that: nothing was made wrong
        case = Case("backend" if section == "dot" else section, row, target, context, words, kw_words, self.builds)
        case.fault = self.fault_name if fault else ""
        if section == "dot":
            case.above, case.below = [[".if", "0"]] if row.kw == ".elif" else [], [[".endif"]]
        elif not self.no_map:
            case.map = self.named(row, frame)
        return case

    def suffix(self, context=None):
        """What follows a prefix: a name that a.lua registers."""
        return "abct" if context == "tcp-service" else "abc"

    def named(self, row, frame):
        if row.named and frame:
            name = next(iter(frame))
            rest = {k: v for k, v in frame.items() if k != name}
            if not rest or isinstance(frame[name], (list, dict)) or frame[name] in ("true", "false", "default"):
                return None
            return {frame[name]: rest}
        return frame if frame else None

    def is_wanted(self, nodes):
        names = mentions(nodes)
        for context in self.wanted:
            if set(CARRIED.get(context, ["@" + context])) & names:
                return True
        return False

    def put(self, frame, key, value):
        if key in frame:
            self.no_map = True
        frame[key] = value

    def walk(self, nodes, frame):
        words = []
        for i, node in enumerate(nodes):
            kind = node[0]
            if kind == "word":
                text, inner = node[1], {}
                if node[2] is not None:
                    text += self.arguments(node[2], {})
                    self.no_map = True
                words.append(text)
                rest = self.walk(nodes[i + 1:], inner)
                single = len(nodes) == i + 2 and nodes[i + 1][0] == "param" and len(inner) == 1
                self.put(frame, node[1], True if not rest else next(iter(inner.values())) if single else inner)
                return words + rest
            words += self.one(node, frame)
        return words

    def one(self, node, frame):
        kind = node[0]
        if kind == "param":
            value = self.value(node)
            self.put(frame, node[1], value if len(value) > 1 else value[0])
            if len(value) > 1 or node[2] in ("sample", "cond", "acl"):  # these are HAProxy's text
                frame[node[1]] = " ".join(cfg_quote(w) for w in value)
            return value
        if kind == "opt":
            if self.is_wanted(node[1]) or self.rng.random() < 0.35:
                return self.walk(node[1], frame)
            return []
        if kind == "choice":
            return self.choice(node[1], frame)
        if kind == "context":
            return self.option(node[1], frame, True)
        return self.repeat(node[1], frame)

    def choice(self, alternatives, frame):
        wanted = [c for c in alternatives if self.is_wanted(c)] or [c for c in alternatives if c and c[0][:2] in self.preferred]
        chosen = self.rng.choice(wanted or alternatives)
        words = self.walk(chosen, frame)
        if chosen and chosen[0][0] == "param" and any(c and c[0][:2] == ("word", words[0]) for c in alternatives):
            self.no_map = True  # a value that is another alternative's word: in a map that is its key
        return words

    def repeat(self, item, frame):
        count = self.rng.choice([1, 1, 2, 3])
        words = []
        if item[0] == "param":
            found = []
            for _ in range(count):
                found += self.value(item)
            self.put(frame, item[1], found)
            return found
        if item[0] == "context":
            return self.options(item[1], frame, count)
        for _ in range(count):
            words += self.one(item, frame)
        return words

    def options(self, context, frame, count):
        """Rows of a context: the one that is wanted, those that the keyword requires, and others; one of a group."""
        rows = [r for r in self.table.of(context, self.version) if r.build in (None, "OPENSSL", "LUA", "ZLIB")]
        chosen = [self.wanted.pop(context)] if context in self.wanted else []
        chosen += [r for r in rows if r not in chosen and any(r.kw in values.COMPANIONS.get(other.kw, ()) for other in chosen)]
        for need in self.row.require:
            fitting = [r for r in rows if r.kw in need or r.group in need]
            if not any(r in fitting for r in chosen) and fitting:
                chosen.append(self.rng.choice(fitting))
        for row in self.rng.sample(rows, min(count, len(rows))) if len(chosen) < count else []:
            if row not in chosen and not (row.group and any(row.group == r.group for r in chosen)) and len(chosen) < count:
                chosen.append(row)
        self.rng.shuffle(chosen)
        self.preferred = {("word", word) for row in chosen for word in values.PREFERRED.get(row.kw, ())}
        words = []
        for row in chosen:
            words += self.option(context, frame, row=row)
        return words

    def pick(self, context):
        if context in self.wanted:
            return self.wanted.pop(context)
        rows = self.table.of(context, self.version)
        rows = [r for r in rows if not r.build or r.build in ("OPENSSL", "LUA", "ZLIB")] or rows
        return self.rng.choice(rows) if rows else None

    def option(self, context, frame, alone=False, row=None):
        """One row of a context. Where it is the only one, what follows may stand behind a scalar: that is text."""
        row = row or self.pick(context)
        if row is None:
            self.no_map = True
            return ["none_such"]
        if row.build:
            self.builds.add(row.build)
        outer, self.row = self.row, row
        inner, words = {}, row.kw.split(" ")
        self.no_map |= len(words) > 1 or row.prefix
        if row.prefix:
            words[-1] += self.suffix(context)
        key = row.kw
        if row.paren is not None:
            arguments = self.arguments(row.paren, inner)
            words[-1] += arguments
            if self.rng.random() < 0.5:
                key, inner = words[-1], {}
        rest = self.walk(row.tree, inner)
        self.row = outer
        single = not alone and len(inner) == 1 and len(row.tree) == 1 and row.tree[0][0] == "param"
        self.put(frame, key, next(iter(inner.values())) if single else inner if inner else True)
        return words + rest

    # -- what stands in parentheses

    def arguments(self, nodes, frame):
        parts = self.parts(nodes, frame)
        if not parts and self.rng.random() < 0.5:
            return ""
        return "(" + ",".join(parts) + ")"

    def parts(self, nodes, frame):
        found = []
        for node in nodes:
            if node[0] == "param":
                value = " ".join(self.value(node))
                if any(c in value for c in "(),' \"\\") and not self.is_bad():
                    value = "abc"
                if " " in value or "," in value:
                    self.no_map = True
                found.append(value)
                self.put(frame, node[1], value)
            elif node[0] == "word":
                found.append(node[1])
                self.no_map = True
            elif node[0] == "opt":
                if self.rng.random() < 0.5:
                    found += self.parts(node[1], frame)
            elif node[0] == "choice":
                found += self.parts(self.rng.choice(node[1]), frame)
                self.no_map = True
            elif node[0] == "repeat":
                for _ in range(self.rng.choice([1, 1, 2])):
                    found += self.parts([node[1]], frame)
        return found

    # -- values

    def is_bad(self):
        """Whether the value made last is the wrong one."""
        return self.fault == "value" and self.params == self.bad_at + 1

    def value(self, node):
        name, kind, args = node[1:]
        mine = self.row is self.target or not self.own
        bad = self.fault == "value" and mine and self.params == self.bad_at
        wants_inside = kind in ("sample", "acl", "cond", "fmt", "block-cond") and any(kind in CARRIED.get(c, ()) for c in self.wanted)
        if mine:
            self.params += 1
        if bad and wants_inside:
            bad = False
            self.bad_at += 1
        if bad:
            self.fault_name = "reference" if kind in REFERENCES else "range" if any(".." in a for a in args) else "type"
        if bad and kind in ("sample", "cond", "acl"):
            return [w for w in self.rng.choice(values.BAD[kind]).split(" ")]
        if bad and kind == "fmt":
            return [self.rng.choice(values.BAD["fmt"])]
        if kind == "addr" and args[0] == "bind" and any(row.kw in values.ADDRESS_FOR for row in self.wanted.values()):
            return [values.ADDRESS_FOR[next(row.kw for row in self.wanted.values() if row.kw in values.ADDRESS_FOR)]]
        if kind == "sample":
            return [self.sample()]
        if kind == "cond":
            return self.condition()
        if kind == "acl":
            return self.acl()
        if kind == "block-cond":
            return [self.named_row(self.wanted.pop("predicate"))]
        if kind == "fmt":
            return [self.fmt()]
        if kind == "list":
            return [self.list(args[0][1:])]
        return [values.plain(self.rng, self.row, name, kind, args, self.enum.get(kind), bad)]

    def named_row(self, row):
        outer, self.row = self.row, row
        text = row.kw + (self.suffix() if row.prefix else "")
        if row.paren is not None:
            text += self.arguments(row.paren, {})
        self.row = outer
        return text

    def list(self, context):
        rows = [self.pick(context) for _ in range(self.rng.choice([1, 1, 2]))]
        return ",".join(self.named_row(row) for row in rows if row)

    def sample(self):
        if "converter" in self.wanted:
            row = self.wanted.pop("converter")
            return self.rng.choice(FETCHES[row.takes or ""]) + "," + self.named_row(row)
        if "fetch" in self.wanted:
            text = self.named_row(self.wanted.pop("fetch"))
            return text
        kind = self.rng.choice(["str", "str", "sint", "addr", "any"])
        text = self.rng.choice(FETCHES[kind])
        if kind == "str" and self.rng.random() < 0.3:
            text += ",lower"
        return text

    def patterns(self, kind):
        return [w for w in self.rng.choice(PATTERNS.get(kind, PATTERNS["any"])).split(" ") if w]

    def acl(self):
        if "acl-keyword" in self.wanted:
            row = self.wanted.pop("acl-keyword")
            method = row.alias.split(" ")[-1]
            return [self.named_row(row), METHODS.get(method, "GET" if "method" in row.kw else "abc") or "x"]
        if "acl-flag" in self.wanted:
            row = self.wanted.pop("acl-flag")
            return ["path", row.kw] + {"-f": ["a.map"], "-m": ["beg"], "-u": ["7"]}.get(row.kw, []) + ["/x"]
        if "match-method" in self.wanted:
            row = self.wanted.pop("match-method")
            return [self.rng.choice(["path", "src", "int(5)", "path,lower"]), "-m", row.kw] + [w for w in [METHODS.get(row.kw, "abc")] if w]
        if "fetch" in self.wanted:
            row = self.wanted["fetch"]
            return [self.sample()] + self.patterns(row.to)
        if "converter" in self.wanted:
            row = self.wanted["converter"]
            return [self.sample()] + (self.patterns(row.to) if row.to != "same" else ["-m", "found"])
        kind = self.rng.choice(["str", "sint", "addr"])
        return [self.rng.choice(FETCHES[kind])] + self.patterns(kind)

    def condition(self):
        if "predefined-acl" in self.wanted:
            return [self.wanted.pop("predefined-acl").kw]
        if self.wanted.keys() & {"acl-keyword", "acl-flag", "match-method"} or self.rng.random() < 0.4:
            return ["{"] + self.acl() + ["}"]
        return self.rng.choice([["TRUE"], ["!FALSE"], ["METH_GET", "or", "TRUE"], ["TRUE", "!METH_GET"], ["LOCALHOST", "||", "TRUE"]])

    def fmt(self):
        if "log-variable" in self.wanted:
            row = self.wanted.pop("log-variable")
            return self.rng.choice(["%", "a%", "%{+Q}"]) + row.kw
        return self.rng.choice(["abc", "a b", "%[src]", "%ci:%cp", "x-%[path,lower]", "/%[hdr(host)]", "100%%", "%{+Q}o %t %s"])
