"""Whether two haproxy.cfg say the same: the same sections in the same order, in each the same lines, word for word, and
those in the same order whose order matters (`order:` of grammar/*.yaml, and what stands in language.md)."""
import collections
import difflib
import re


def byte(code):
    return chr(code) if code < 0x80 else chr(0xdc00 + code)


def rejoin(word):
    """Bytes that make a character together are that character."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def words_of(line):
    """The words of a line as HAProxy reads them, variables as ${X}; and its comment."""
    words, word, i, quote = [], None, 0, ""
    plain = {"n": "\n", "r": "\r", "t": "\t", " ": " ", "#": "#", "\\": "\\", "'": "'", '"': '"'}
    while i < len(line):
        c = line[i]
        escape = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([nrt #\\'\"]))").match(line, i) if quote != "'" else None
        variable = re.compile(r"\$(?:\{([^}]*)\}|(\w+))").match(line, i) if quote == '"' else None
        if escape:
            word = (word or "") + (byte(int(escape[1], 16)) if escape[1] else plain[escape[2]])
            i = escape.end() - 1
        elif variable:
            word = (word or "") + "\0{" + (variable[1] or variable[2]) + "}"
            i = variable.end() - 1
        elif quote == '"' and line.startswith("\\$", i):
            word, i = word + "$", i + 1
        elif c == quote:
            quote = ""
        elif c in "'\"" and not quote:
            quote, word = c, word or ""
        elif c in " \t" and not quote:
            words += [word] if word is not None else []
            word = None
        elif c == "#" and not quote:
            return words_of(line[:i])[0], line[i:].strip()
        else:
            word = (word or "") + c
        i += 1
    words += [word] if word is not None else []
    return [re.sub(r"\(\)$", "", rejoin(word)) for word in words], None  # () says nothing


Line = collections.namedtuple("Line", "words kw named order condition acl")


def understand(table, version, section, words):
    """What the table says of a line."""
    names = words[1:] if words[0] in ("no", "default") else words
    best = None
    for row in table.of(section, version):
        parts = row.kw.split(" ")
        head = names[:len(parts)]
        if head and row.paren is not None:
            head = head[:-1] + [head[-1].split("(")[0]]
        if head == parts and (best is None or len(parts) > len(best.kw.split(" "))):
            best = row
    kw = best.kw if best else words[0]
    order = set(best.order) if best else set()
    for row in table.rows:  # actions keep an order too
        if row.order and words[1:] and best and "@" + row.contexts[0] in best.mentions and row.kw in words[1:3]:
            order |= set(row.order)
    acl = bool(best and best.kw == "acl")
    return Line(tuple(words), kw, bool(best and best.named) and words[0] == kw and len(words) > 1, order,
                bool({"if", "unless"} & set(words)), acl)


def read(table, version, text):
    """[(header words, [segments])]: a segment is the lines between two conditions, which are segments themselves. And
    the comments."""
    found, comments = [(("",), [[]])], collections.Counter()
    for line in text.split("\n"):
        words, comment = words_of(line)
        if comment:
            comments[comment] += 1
        if not words:
            continue
        if words[0] in table.contexts and table.is_section(words[0]) and not words[0].startswith("."):
            found.append((tuple(words), [[]]))
        elif words[0].startswith("."):
            found[-1][1].extend([tuple(words), []])
        else:
            found[-1][1][-1].append(understand(table, version, found[-1][0][0], words))
    return found, comments


def sequences(lines):
    """By what must keep it: the lines in their order."""
    kept = collections.defaultdict(list)
    for line in lines:
        kept[("keyword", line.kw) + (line.words[1:2] if line.named else ())].append(line.words)
        for group in line.order:
            kept[("order", group)].append(line.words)
        if "environment" in line.order or any("\0{" in word for word in line.words):
            kept[("environment", "" if "environment" in line.order else line.kw)].append(line.words)
    return kept


def acls_above(lines):
    """For each rule in turn, the ACLs that it can use."""
    above, rules = collections.Counter(), []
    for line in lines:
        if line.acl:
            above[line.words] += 1
        elif line.condition:
            rules.append((line.words, above.copy()))
    return rules


def differences(table, version, before, after):
    (first, first_comments), (second, second_comments) = read(table, version, before), read(table, version, after)
    found = []
    if [header for header, _ in first] != [header for header, _ in second]:
        return ["other sections:\n" + unified("\n".join(" ".join(h) for h, _ in first), "\n".join(" ".join(h) for h, _ in second))]
    if first_comments != second_comments:
        found.append("other comments: %s, %s" % (first_comments - second_comments, second_comments - first_comments))
    for (header, a), (_, b) in zip(first, second):
        a, b = without_empty(a), without_empty(b)
        if len(a) != len(b) or [s for s in a if isinstance(s, tuple)] != [s for s in b if isinstance(s, tuple)]:
            found.append("%s: other conditions" % (header,))
            continue
        for x, y in zip(a, b):
            if isinstance(x, list):
                found += ["%s: %s" % (" ".join(header), what) for what in segment_differences(x, y)]
    return found


def without_empty(segments):
    return [segment for segment in segments if segment]


def segment_differences(a, b):
    lost = collections.Counter(line.words for line in a)
    lost.subtract(collections.Counter(line.words for line in b))
    for words, count in lost.items():
        if count:
            yield "%s line %r" % ("lost" if count > 0 else "new", words)
    if any(lost.values()):
        return
    first, second = sequences(a), sequences(b)
    for key in first:
        if first[key] != second[key]:
            yield "another order of %s: %s is now %s" % (key, first[key], second[key])
    late = collections.defaultdict(list)
    for words, above in acls_above(b):
        late[words].append(above)
    for words, above in acls_above(a):
        if above - late[words].pop(0):
            yield "an ACL is now below %r" % (words,)


def unified(before, after):
    return "\n".join(list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=3))[:40])
