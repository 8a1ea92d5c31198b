"""Makes section lines from the signatures, each with the words of its text form and, where it follows from the
signature, its map form; then one-fault mutants of them."""
from rows import VERSIONS
import values


class Case:
    """One line: `section` it stands in, `row` of the keyword, `target` the row it was made for, `words` without
    quoting, `map` the YAML value of the map form (None: there is none), `fault` what was done to it."""

    def __init__(self, section, row, target, context, words, kw_words, map_value, fault):
        self.section, self.row, self.target, self.context = section, row, target, context
        self.words, self.kw_words, self.map, self.fault = words, kw_words, map_value, fault
        self.builds = set()


class NoMap(Exception):
    pass


FETCHES = {"str": ["path", "str(abc)", "hdr(host)", "url"], "sint": ["int(5)", "dst_port", "rand(10)"], "bool": ["bool(true)", "ssl_fc", "always_true"],
           "addr": ["src", "dst"], "ipv4": ["src"], "ipv6": ["src"], "bin": ["str(abc)", "path"], "any": ["path", "int(5)", "src"], "same": ["path"], "meth": ["method"], "": ["path"]}
PATTERNS = {"sint": ["5", "gt 5", "1:10"], "addr": ["127.0.0.1", "10.0.0.0/8"], "ipv4": ["127.0.0.1"], "ipv6": ["::1"], "bool": [""], "str": ["abc", "/a /b"], "meth": ["GET", "GET POST"], "bin": ["-m str x", "-m bin 0a"], "any": ["-m found"]}
METHODS = {"found": "", "bool": "", "int": "5", "ip": "127.0.0.1", "bin": "0a", "len": "3", "reg": "^a", "regm": "^a"}
CARRIED = {"fetch": ["sample", "acl"], "converter": ["sample", "acl"], "acl-keyword": ["acl", "cond"], "acl-flag": ["acl", "cond"], "match-method": ["acl", "cond"],
           "predefined-acl": ["cond"], "log-variable": ["fmt"]}


class Maker:
    def __init__(self, table, version, rng):
        self.table, self.version, self.rng = table, version, rng
        self.enum = {name: fields["enum"] for name, fields in table.types.items() if "enum" in fields}

    # -- which row carries which context

    def carrier(self, context):
        """A row, and one of its contexts, whose signature names this context."""
        names = CARRIED.get(context, ["@" + context])
        rows = [row for row in self.table.rows if row.is_in(self.version) and set(names) & row.mentions]
        if context in ("fetch", "converter") and self.rng.random() < 0.6:
            rows = [row for row in rows if row.kw in ("acl", "set-var", "set-dst-port", "stick on", "set-src")] or rows
        if not rows:
            return None
        row = self.rng.choice(rows)
        return row, self.rng.choice([c for c in row.contexts])

    def chain(self, row, context):
        """From a section row down to the target: {context: row}, and the section."""
        wanted = {}
        while not self.table.is_section(context):
            if context == "dot" or context in wanted:
                return None, None
            wanted[context] = row
            found = self.carrier(context)
            if not found:
                return None, None
            row, context = found
        wanted[context] = row
        return wanted, context

    # -- the walk

    def make(self, target, context, fault):
        self.fault = fault
        self.wanted, section = self.chain(target, context)
        if section is None:
            return None
        row = self.wanted.pop(section)
        self.params = 0
        self.no_map = False
        self.bad_at = self.rng.randrange(3) if fault == "value" else -1
        self.row = row
        frame = {}
        words = row.kw.split(" ")
        kw_words = len(words)
        self.builds = {r.build for r in self.wanted.values() if r.build} | ({row.build} if row.build else set())
        if row.prefix:
            words[-1] += "abc"
            self.no_map = True
        if row.paren is not None:
            words[-1] += self.arguments(row.paren, {})
            self.no_map = True
        words += self.walk(row.tree, frame)
        if fault == "value" and self.bad_at >= 0 and self.params <= self.bad_at:
            return None  # fewer values than that: nothing was made wrong
        case = Case(section, row, target, context, words, kw_words, None, fault)
        case.builds = self.builds
        if not self.no_map:
            case.map = self.named(row, frame)
        return case

    def named(self, row, frame):
        if row.named and frame:
            name = next(iter(frame))
            rest = {k: v for k, v in frame.items() if k != name}
            if not rest or isinstance(frame[name], (list, dict)) or frame[name] in ("true", "false", "default"):
                return None
            return {frame[name]: rest}
        return frame if frame else None

    def is_wanted(self, nodes):
        from rows import mentions
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
                frame[node[1]] = " ".join(values_quote(w) for w in value)
            return value
        if kind == "opt":
            if self.is_wanted(node[1]) or self.rng.random() < 0.35:
                return self.walk(node[1], frame)
            return []
        if kind == "choice":
            wanted = [c for c in node[1] if self.is_wanted(c)]
            return self.walk(self.rng.choice(wanted or node[1]), frame)
        if kind == "context":
            return self.option(node[1], frame, True)
        return self.repeat(node[1], frame)

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
            for _ in range(count):
                words += self.option(item[1], frame)
            return words
        for _ in range(count):
            words += self.one(item, frame)
        return words

    def pick(self, context):
        if context in self.wanted:
            return self.wanted.pop(context)
        rows = self.table.of(context, self.version)
        rows = [r for r in rows if not r.build or r.build in ("OPENSSL", "LUA", "ZLIB")] or rows
        return self.rng.choice(rows) if rows else None

    def option(self, context, frame, alone=False):
        """One row of a context. Where it is the only one, what follows may stand behind a scalar: that is text."""
        row = self.pick(context)
        if row is None:
            self.no_map = True
            return ["none_such"]
        if row.build:
            self.builds.add(row.build)
        outer, self.row = self.row, row
        inner, words = {}, row.kw.split(" ")
        self.no_map |= len(words) > 1 or row.prefix
        if row.prefix:
            words[-1] += "abc"
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
        return self.fault == "value" and self.params == self.bad_at + 1

    def value(self, node):
        name, kind, args = node[1:]
        bad = self.fault == "value" and self.params == self.bad_at
        wants_inside = kind in ("sample", "acl", "cond", "fmt") and any(kind in CARRIED.get(c, ()) for c in self.wanted)
        self.params += 1
        if bad and wants_inside:
            bad = False
            self.bad_at += 1
        if bad and kind in ("sample", "cond", "acl"):
            return [w for w in self.rng.choice(values.BAD[kind]).split(" ")]
        if bad and kind == "fmt":
            return [self.rng.choice(values.BAD["fmt"])]
        if kind == "sample":
            return [self.sample()]
        if kind == "cond":
            return self.condition()
        if kind == "acl":
            return self.acl()
        if kind == "fmt":
            return [self.fmt()]
        if kind == "list":
            return [self.list(args[0][1:])]
        return [values.plain(self.rng, self.row, name, kind, args, self.enum.get(kind), bad)]

    def named_row(self, row):
        outer, self.row = self.row, row
        text = row.kw + ("abc" if row.prefix else "")
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


def values_quote(word):
    """A word as HAProxy reads it."""
    if word and not any(c in word for c in " \t\\#'\"$"):
        return word
    if "'" not in word:
        return "'" + word + "'"
    return "".join("\\" + c if c in " \\#'\"$" else c for c in word)


JUNK = ["foo", "-1", "0", "", "x y", "99999999999", "1x", "if", "#", "unless", ",", "a,b", "(", "%["]


def mutate(case, rng, table):
    """One fault of the words: dropped, extra, twice, swapped, replaced, misspelt; or another section."""
    words, kw = list(case.words), case.kw_words
    kind = rng.choice(["drop", "extra", "twice", "swap", "junk", "junk", "case", "section", "cut"])
    behind = list(range(kw, len(words)))
    if kind == "section":
        others = [name for name in SECTION_CHOICE if name not in case.row.contexts and name in table.contexts]
        section = rng.choice(others) if others else case.section
        made = Case(section, case.row, case.target, case.context, words, kw, case.map, kind)
        made.builds = case.builds
        return made
    if kind == "extra" or not behind:
        words.insert(rng.randint(kw, len(words)), rng.choice(JUNK[:2] + ["extra"]))
        kind = "extra"
    elif kind == "drop":
        words.pop(rng.choice(behind))
    elif kind == "twice":
        at = rng.choice(behind)
        words.insert(at, words[at])
    elif kind == "swap" and len(behind) > 1:
        at = rng.choice(behind[:-1])
        words[at], words[at + 1] = words[at + 1], words[at]
    elif kind == "case":
        at = rng.choice(behind)
        words[at] = words[at].swapcase()
    elif kind == "cut":
        del words[rng.choice(behind):]
    else:
        words[rng.choice(behind)] = rng.choice(JUNK)
        kind = "junk"
    made = Case(case.section, case.row, case.target, case.context, words, kw, None, kind)
    made.builds = case.builds
    return made


SECTION_CHOICE = ["global", "defaults", "frontend", "listen", "backend", "peers", "resolvers", "mailers", "userlist", "cache", "ring"]


def generate(table, version, rng, limit):
    """At most `limit` cases for this version: rounds over all rows, valid ones and mutants in turn."""
    targets = [(row, context) for row in table.rows for context in row.contexts
               if context != "dot" and (row.is_in(version) or rng.random() < 0.1)]
    targets = [t for t in targets if t[0].is_in(version) or not any(o.kw == t[0].kw and o.is_in(version) for o in table.by_context[t[1]])]
    maker, cases, turn = Maker(table, version, rng), [], 0
    while len(cases) < limit:
        rng.shuffle(targets)
        for row, context in targets:
            fault = ["", "value", "mutant", "negation"][turn % 4] if turn else ""
            made = None
            if fault == "negation":
                if not table.is_section(context):
                    fault = rng.choice(["", "value", "mutant"])
                else:
                    kw = row.kw.split(" ")
                    word = rng.choice(["no", "no", "default"])
                    made = Case(context, row, row, context, [word] + kw, len(kw) + 1, None, "negation " + word)
            if not made:
                made = maker.make(row, context, "value" if fault == "value" else "")
                if made and not row.is_in(version):
                    made.fault = "version"
                if made and fault == "mutant":
                    made = mutate(made, rng, table)
            if made:
                cases.append(made)
            if len(cases) >= limit:
                break
        turn += 1
    return cases
