"""One fault in a right line: words dropped, added, doubled, swapped, replaced, misspelt, badly quoted; another section, a
condition above its ACL, a keyword twice."""
from forms import cfg_line

JUNK = ["foo", "-1", "0", "", "x y", "99999999999", "1x", "if", "#", "unless", ",", "a,b", "(", "%["]
SECTIONS = ["global", "defaults", "frontend", "listen", "backend", "peers", "resolvers", "mailers", "userlist", "cache", "ring"]
QUOTING = ['"', "'", " \"a", " 'a b", "\\", ' "a\\', " a\"b c", " \\x4", " \\xzz", ' "${X"', ' "${', ' "$"', ' "$1"', " '\\'", ' "a\'b"', " a\\ b", ' "\\x41"', " '", " #x", "#x", ' "${HOME}"', " $HOME", ' "a" "b', " \\q", ' "a\\"', " ''", ' ""', " \\#", "\t "]
FAULTS = ["drop", "extra", "twice", "swap", "junk", "junk", "case", "section", "cut", "misspelt", "misspelt", "arguments", "quoting", "again", "order"]


def target_word(case):
    """The word that the target is in: the keyword, or the option, fetch or converter that the line was made for."""
    if case.target is case.row:
        return case.kw_words - 1
    last = case.target.kw.split(" ")[-1]
    for number in range(case.kw_words, len(case.words)):
        if last and (case.words[number] == last or case.words[number].startswith(last + "(")):
            return number
    for number in range(case.kw_words, len(case.words)):
        if last and last in case.words[number]:
            return number
    return case.kw_words - 1


def misspelt(case, rng):
    """The target's keyword with a letter more, less or changed."""
    at, last = target_word(case), case.target.kw.split(" ")[-1]
    word = case.words[at]
    begin = word.find(last)
    if begin < 0 or not last:
        return None
    letter = rng.randrange(len(last))
    wrong = rng.choice([last + "x", last[:letter] + last[letter + 1:], last[:letter] + "q" + last[letter + 1:], last[:letter] + last[letter] + last[letter:]])
    words = list(case.words)
    words[at] = word[:begin] + wrong + word[begin + len(last):]
    return case.copy("misspelt", words) if words[at] and wrong != last else None


def arguments(case, rng):
    """Parentheses behind the target that do not belong there, or too many arguments, or none."""
    at, last = target_word(case), case.target.kw.split(" ")[-1]
    words = list(case.words)
    begin = words[at].find(last) + len(last)
    rest = words[at][begin:]
    if rest.startswith("(") and ")" in rest:
        end = rest.index(")")
        inner = rng.choice(["", rest[1:end] + ",none,1,2,3,4,5", "none_such," + rest[1:end], rest[1:end] + ",", None])
        rest = (rest[:end] if inner is None else "(" + inner + ")") + rest[end + 1:]
    else:
        rest = rng.choice(["(none_such)", "(1,2,3,4,5,6)", "(", "()x", "(x"]) + rest
    words[at] = words[at][:begin] + rest
    return case.copy("arguments", words)


def quoting(case, rng):
    made = case.copy("quoting")
    made.map, line = None, cfg_line(case.words)
    at = len(line) if rng.random() < 0.7 else rng.choice([i for i, c in enumerate(line) if c == " " and i >= 4] or [len(line)])
    made.raw = line[:at] + rng.choice(QUOTING) + line[at:]
    if made.raw.endswith("\\"):
        made.raw += "\n"  # what follows belongs to the line: let it be an empty one
    return made


def in_other_section(case, rng, table, version):
    others = [name for name in SECTIONS if name not in case.row.contexts and name in table.contexts]
    if not others or case.row.kw.startswith("."):  # which is of any section
        return None
    made = case.copy("section")
    made.map = None  # the other section may call its arguments otherwise
    made.section = rng.choice(others)
    if any(row.kw == case.row.kw and row.sig != case.row.sig for row in table.by_context[made.section]):
        made.map = None  # its keys are those of the other signature
    return made


def again(case):
    """The same line twice; a second .if would want an .endif of its own."""
    if case.row.kw.startswith("."):
        return None
    made = case.copy("again")
    made.above = case.above + [list(case.words)]
    return made


def order(case):
    """A condition with an ACL that is declared below."""
    if "@cond" not in case.row.mentions or case.section not in ("frontend", "backend", "listen") or set(case.words) & {"if", "unless", "{"}:
        return None
    made = case.copy("order", case.words + ["if", "below"])
    made.below = [["acl", "below", "always_true"]]
    return made


def mutate(case, rng, table, version, fault=None):
    """The case with one fault, None where this one cannot be made."""
    words, kw, kind = list(case.words), case.kw_words, fault or rng.choice(FAULTS)
    if kind in ("misspelt", "arguments", "quoting"):
        return {"misspelt": misspelt, "arguments": arguments, "quoting": quoting}[kind](case, rng)
    if kind == "section":
        return in_other_section(case, rng, table, version)
    if kind == "again":
        return again(case)
    if kind == "order":
        return order(case)
    behind = list(range(kw, len(words)))
    near = target_word(case)
    if near >= kw and rng.random() < 0.6:
        behind = [number for number in behind if near <= number <= near + 1]
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
    return case.copy(kind, words)


def negated(row, context, rng, make_case):
    """no KEYWORD or default KEYWORD, whether or not there is such a form."""
    kw = row.kw.split(" ")
    word = rng.choice(["no", "no", "default"])
    made = make_case(context, row, row, context, [word] + kw, len(kw) + 1, set())
    made.fault = "negation " + word
    return made
