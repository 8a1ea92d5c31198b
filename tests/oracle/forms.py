"""The three forms of a line: haproxy.cfg, the text form of YAML, and its map form; and the reading of what hacc printed."""


def cfg_quote(word):
    """A word as HAProxy reads it."""
    if word and not any(c in word for c in " \t\\#'\"$"):
        return word
    if "'" not in word:
        return "'" + word + "'"
    return "".join("\\" + c if c in " \\#'\"$" else c for c in word)


def cfg_line(words):
    return "    " + " ".join(cfg_quote(w) for w in words)


def yaml_scalar(text):
    return "'" + text.replace("'", "''") + "'"


def yaml_flow(value):
    if value is True:
        return "true"
    if isinstance(value, dict):
        return "{" + ", ".join("%s: %s" % (yaml_scalar(k), yaml_flow(v)) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(yaml_flow(v) for v in value) + "]"
    return yaml_scalar(value)


def takes_one_word(row):
    return len(row.tree) == 1 and row.tree[0][0] == "param" and row.tree[0][2] not in ("cond", "acl", "sample") if row else False


def text_form(words, row, kw_words):
    """The YAML line of the text form; None where the language has no text form for these words."""
    negation = words[0] if words[0] in ("no", "default") else None
    if negation:
        names = words[1:]
        if len(words) > kw_words or takes_one_word(row):
            return None
        value = "false" if negation == "no" else "default"
        for name in reversed(names[1:]):
            value = "{%s: %s}" % (yaml_scalar(name), value)
        return "%s: %s" % (yaml_scalar(names[0]), value)
    rest = words[1:]
    if not rest:
        return None if takes_one_word(row) else "%s: true" % yaml_scalar(words[0])
    if row and takes_one_word(row) and kw_words == 1:
        if len(rest) != 1:
            return None
        return "%s: %s" % (yaml_scalar(words[0]), yaml_scalar(rest[0]))
    return "%s: %s" % (yaml_scalar(words[0]), yaml_scalar(" ".join(cfg_quote(w) for w in rest)))


def map_form(case):
    value = yaml_flow(case.map)
    names = case.row.kw.split(" ")
    for name in reversed(names[1:]):
        value = "{%s: %s}" % (yaml_scalar(name), value)
    return "%s: %s" % (yaml_scalar(names[0]), value)


def lex(line):
    """The words of a cfg line, without quotes and escapes."""
    words, word, i, quote = [], None, 0, ""
    while i < len(line):
        c = line[i]
        if quote == "'":
            quote, word = ("", word) if c == "'" else (quote, word + c)
        elif c == "\\" and i + 1 < len(line) and (line[i + 1] in (" \\#'\"nrt$" if not quote else '\\"$')):
            i += 1
            word = (word or "") + {"n": "\n", "r": "\r", "t": "\t"}.get(line[i], line[i])
        elif c == '"':
            quote, word = ("", word) if quote else ('"', word or "")
        elif c == "'" and not quote:
            quote, word = "'", word or ""
        elif c in " \t" and not quote:
            words += [word] if word is not None else []
            word = None
        elif c == "#" and not quote:
            break
        else:
            word = (word or "") + c
        i += 1
    return words + ([word] if word is not None else [])
