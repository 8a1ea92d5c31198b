#!/usr/bin/env python3
"""extract.py manual configuration.txt | extract.py registered [LISTING]: the names that a HAProxy of one version knows,
class by class, from its manual or from what `haproxy -dKall -q -c -f /dev/null` prints. See data/README.md.

Prints lines "[class]", and under each its names, one a line, sorted; behind a tab, what else the source tells of a
name. Names alone: no sentence of the manual comes along."""
import re
import sys

WORD = re.compile(r"[a-z0-9.][\w.+/-]*$", re.I)
PROXIES = ("defaults", "frontend", "listen", "backend")
RULESETS = ("quic-initial", "tcp-request connection", "tcp-request session", "tcp-request content", "tcp-response content",
            "http-request", "http-response", "http-after-response")

# the chapters that describe a section, or the options of a keyword: by title, since numbers change
CHAPTERS = [
    ("global", r"Process management and security|Performance tuning|Debugging|HTTPClient tuning"),
    ("bind", r"Bind options"),
    ("server", r"Server and default-server options"),
    ("userlist", r"Userlists"), ("peers", r"Peers|Peers declaration"), ("mailers", r"Mailers"),
    ("program", r"Programs.*"), ("http-errors", r"HTTP-errors"), ("ring", r"Rings"),
    ("log-forward", r"Log forwarding"), ("resolvers", r"The resolvers section"), ("cache", r"Cache section"),
    ("fcgi-app", r"Fcgi-app section"), ("crt-store", r"Certificate Storage"), ("crt-load", r"Load options"),
    ("traces", r"Traces"), ("acme", r"ACME"), ("log-profile", r"Log profiles"),
]
NOT_SECTIONS = ("global", "bind", "server", "crt-load")


class Names:
    def __init__(self):
        self.classes = {}

    def add(self, kind, name, detail=""):
        known = self.classes.setdefault(kind, {})
        known[name] = known.get(name) or detail

    def write(self, out):
        for kind in sorted(self.classes):
            out.write("[%s]\n" % kind)
            for name, detail in sorted(self.classes[kind].items()):
                out.write("%s\t%s\n" % (name, detail) if detail else name + "\n")


def read(text):
    """What Names.write wrote: {class: {name: detail}}."""
    classes, names = {}, None
    for line in text.splitlines():
        if line.startswith("["):
            names = classes.setdefault(line[1:-1], {})
        elif line:
            name, _, detail = line.partition("\t")
            names[name] = detail
    return classes


def chapters(text):
    """The chapters behind the summary: (title, lines)."""
    found, lines = [], text.splitlines()
    for number, line in enumerate(lines):
        title = re.match(r"\d+(?:\.\d+)*\. +(\S.*)$", line)
        if title and number + 1 < len(lines) and re.match(r"-{4,}$", lines[number + 1]):
            found.append((title[1].strip(), []))
        elif found:
            found[-1][1].append(line)
    return found


def chapter(found, pattern):
    """The lines of all chapters whose title fits."""
    return [line for title, lines in found if re.fullmatch(pattern, title, re.I) for line in lines + [""]]


SYNOPSIS = re.compile(r"[a-z0-9][\w.-]*(?: [a-z][\w-]*)*(?:\(\S*\))? ?[<\[{].*$")


def headings(lines):
    """The synopses: lines at the margin, behind an empty line and directly above an indented one; or, where they cannot
    be taken for prose, with an empty line between. One entry may have several, one below the other; what a synopsis
    continues with is indented by more than a description is."""
    found, run, above, blank = [], [], True, False
    for line in lines:
        if not line.strip():
            blank = bool(run)
            run = [line for line in run if SYNOPSIS.match(line)]
            above = True
        elif line[0] != " ":
            run = [] if blank else run
            if above or run:
                run.append(line)
            above = blank = False
        elif run and not re.match(r" {5,}[\[{<|.]", line):
            found += [heading for heading in run if re.match(r"[a-z0-9.]", heading)]
            run, above = [], False
        else:
            above = False
    return found


def phrase(synopsis):
    """The fixed words that a synopsis begins with: "timeout client", "http-request add-acl"."""
    words = []
    for word in synopsis.split():
        name = re.split(r"[(<\[{]", word)[0]
        if word.startswith("(") or not WORD.match(name) or (words and name == "if"):
            break
        words.append(name)
        if name != word:
            break
    return " ".join(words[1:] if words[:1] == ["no"] else words)


def proxy_matrix(names, lines):
    for line in lines:
        row = re.match(r"([a-z][\w. -]*?)\s+((?:\((?:\*|deprecated)\)\s+)*)((?:[X-](?: *\(!\))?\s*){4})$", line)
        if not row:
            continue
        marks = re.findall(r"([X-])( *\(!\))?", row[3])
        where = [section + ("!" if named else "") for section, (mark, named) in zip(PROXIES, marks) if mark == "X"]
        names.add("matrix", row[1], " ".join(where) + (" *" if "(*)" in row[2] else ""))


def proxy_keywords(names, lines):
    """Keywords; up to 2.8 the actions stand among them, each behind its rule set."""
    for heading in headings(lines):
        name = phrase(heading)
        ruleset = next((r for r in RULESETS if name.startswith(r + " ")), None)
        if ruleset:
            names.add("actions " + ruleset, name[len(ruleset) + 1:].split()[0])
        elif name:
            names.add("proxy", name)
    # a rule set's actions as a list in its text
    ruleset = None
    for line in lines:
        if line and line[0] != " ":
            ruleset = next((r for r in RULESETS if line.startswith(r + " <action>")), None)
        item = re.match(r" {4}- (?:\{ )?([a-z][\w-]*(?: \| [a-z][\w-]*)*)(?= ?[:(<]| \}| \[| layer4| http |$)(.*)", line)
        if ruleset and item:
            for name in item[1].split(" | ") + re.findall(r"\| ([a-z]+-[\w-]+) <", item[2]):
                names.add("actions " + ruleset, name)


def action_matrix(names, lines):
    columns = []
    for line in lines:
        if line.startswith(" keyword "):
            columns = RULESETS if "QUIC" in line else RULESETS[1:]
        row = re.match(r"([a-z][\w -]*?)(?: +\(deprecated\))?\s+((?:[X-]\s*){%d})$" % len(columns), line) if columns else None
        for ruleset, mark in zip(columns, re.findall(r"[X-]", row[2]) if row else ()):
            if mark == "X":
                names.add("actions " + ruleset, row[1].split()[0])


def converters(names, lines):
    for line in lines:
        row = re.match(r"([a-z0-9][\w.-]*)(?:\(.*\))?\s{2,}(\w+)\s+(\w+)\s*$", line)
        if row and not row[1].startswith("map"):
            names.add("converters", row[1], "%s %s" % (row[2], row[3]))
    for heading in headings(lines):
        name = re.match(r"([a-z0-9][\w.-]*)(?:\(.*)?(?: \(deprecated\))?$", heading)
        if name and not name[1].startswith("map"):
            names.add("converters", name[1])
    for name in re.findall(r"\b(map(?:_[a-z]+){0,2})\b(?![>_*(-])", "\n".join(l for l in lines if re.match(r" +\w+ +\| +map_", l) or re.match(r" +\w+ *\| +\w+ *\| map_", l))):
        names.add("converters", name)


def fetches(names, lines):
    for line in lines:
        row = re.match(r"([a-z0-9][\w.+-]*)(?:\([^ ]*\))?\s{2,}(\w+)\s*$", line) or re.match(r"([a-z0-9][\w.+]*)(?:\(.*\))? ?: ?(\w+)(?: .*)?$", line)
        if row:
            names.add("fetches", row[1], row[2])
    derived = False
    for line in lines:
        if re.match(r" +ACL derivatives", line):
            derived = True
        elif derived:
            name = re.match(r" {4}([a-z][\w.]*)(?:\(.*?\))? *:", line)
            derived = bool(name)
            if name:
                names.add("acl-keyword", name[1])


def logging(names, lines):
    for line in lines:
        row = re.match(r" +\|[ A-Z]+\| %(\w+) *\|", line)
        if row:
            names.add("log-variable", row[1])


def stick_tables(names, lines):
    """The words of the synopsis, the types and what can be stored."""
    text = "\n".join(lines)
    for synopsis in re.findall(r"^stick-table .*(?:\n +\[?.*)*", text, re.M):
        head = synopsis.split("\n\n")[0].split("\n  Configure")[0].split("\n  May")[0]
        for word in re.findall(r"(?:^|[\[ ])([a-z][a-z-]*)(?= <| \{|\])", head):
            if word not in ("stick-table", "len"):
                names.add("stick-table", word)
    for name in re.findall(r"^ +- ([a-z0-9_]+)(?:\([^)]*\))? *(?::|\[\d)", text[text.index("data types that can be"):], re.M):
        names.add("table-data", name)


def conditions(names, lines):
    text = "\n".join(lines)
    for name in re.findall(r"^  +- (\w+)\((?:<\w+>,?)+\)", text, re.M):
        names.add("predicates", name)
    for name in re.findall(r"^  +- (\.\w+)\b", text, re.M):
        names.add("dot", name)


def manual(text):
    names, found = Names(), chapters(text)
    proxy_matrix(names, chapter(found, "Proxy keywords matrix"))
    reference = chapter(found, "Alphabetically sorted keywords reference")
    proxy_keywords(names, reference)
    action_matrix(names, chapter(found, "Actions keywords matrix"))
    for line in chapter(found, "Global (parameters|section)"):
        item = re.match(r"   - (\S.*?)(?: \(deprecated\))?\s*$", line)
        if item:
            names.add("global", item[1])
    for kind, title in CHAPTERS:
        for heading in headings(chapter(found, title)):
            name = phrase(heading)
            if name.split(" ")[0] == kind and kind not in NOT_SECTIONS:
                names.add("sections", kind)
            elif name:
                names.add(kind, name)
        if kind in ("crt-store", "acme") and chapter(found, title):  # no synopsis of the section itself
            names.add("sections", kind)
    for section in ("global",) + PROXIES:
        names.add("sections", section)
    converters(names, chapter(found, "Converters"))
    fetches(names, chapter(found, r"Fetching .*(samples|contents).*"))
    for line in chapter(found, r"Trace|HTTP compression|Stream Processing Offload Engine.*|Cache|Fcgi-app|OpenTracing|Bandwidth limitation"):
        name = re.match(r"filter ([a-z-]+)(?: +[\[<].*)?$", line)
        if name:
            names.add("filter", name[1])
    logging(names, chapter(found, "Custom log format"))
    stick_tables(names, chapter(found, "stick-table declaration") or entry(reference, "stick-table type"))
    conditions(names, chapter(found, "Conditional blocks"))
    basics = "\n".join(chapter(found, "ACL basics"))
    for flag in re.findall(r"^ +(-[\w-]) : ", basics, re.M):
        names.add("acl-flag", flag)
    for method in re.findall(r'^ +- "(\w+)" +: ', basics, re.M):
        names.add("match-method", method)
    for line in chapter(found, "Pre-defined ACLs"):
        name = re.match(r"(?!ACL name)([A-Z][A-Z0-9_.]+)\s+[a-z].*  ", line)
        if name:
            names.add("predefined-acl", name[1])
    codes = re.search(r"capable of generating codes([\d\s,and]*)\.", "\n".join(reference))
    for code in re.findall(r"\d+", codes[1]):
        names.add("error-status", code)
    return names


def entry(lines, start):
    """One entry of a reference: from the line that starts so to the next synopsis."""
    begin = next(i for i, line in enumerate(lines) if line.startswith(start))
    end = next((i for i in range(begin + 1, len(lines)) if lines[i] and lines[i][0] != " " and not lines[i - 1]), len(lines))
    return lines[begin:end]


def registered_keyword(names, section, line):
    """A line below "List of registered configuration keywords"."""
    if section != "listen":
        names.add(section, *re.match(r"(\S+) *(.*)", line).groups())
        return
    for kind, start in (("bind", "bind <addr> "), ("server", "server <name> <addr> ")):
        if line.startswith(start):
            words = line[len(start):].split()
            words = words[1:] if len(words) > 1 and words[0] == "ssl" and not words[1].startswith("+") else words
            names.add(kind, words[0], words[1] if len(words) > 1 else "")
            return
    ruleset = next((r for r in RULESETS if line.startswith(r + " ")), None)
    if ruleset:
        names.add("actions " + ruleset, line[len(ruleset) + 1:])
    elif line.startswith("option "):
        names.add("proxy", *re.match(r"(option \S+) *\[? ?(.*?) ?\]?$", line).groups())
    else:
        names.add("proxy", line)


def registered(text):
    names, listing, section = Names(), "", ""
    for line in text.splitlines():
        title = re.match(r"# List of registered (.*):", line)
        if title:
            listing = title[1]
        elif line.startswith("#") or not line.strip():
            continue
        elif listing == "configuration keywords":
            if line[0] != "\t":
                section = line.strip()
                if section != "crt-list":
                    names.add("sections", section)
            else:
                registered_keyword(names, section, line.strip())
        elif listing == "ACL keywords":
            names.add("acl-keyword", *line.split(" = "))
        elif listing == "sample converter functions":
            name, args, to, takes = re.match(r"([^(:]+)(?:\((.*)\))?: (\S+) => (\S+)", line).groups()
            names.add("converters", name, "%s %s (%s)" % (takes, to, args or ""))
        elif listing == "filter names":
            names.add("filter", line.split()[0])
        elif listing == "sample fetch functions":
            matrix, name, args, to = re.match(r"\[ ([Y. ]+) \] ([^(:]+)(?:\((.*)\))?: (\S+)", line).groups()
            names.add("fetches", name, "%s %s (%s)" % (to, matrix.replace(" ", ""), args or ""))
        elif listing == "service names":
            names.add("services", line.strip())
    return names


def main():
    source = open(sys.argv[2], encoding="utf-8", errors="replace").read() if len(sys.argv) > 2 else sys.stdin.read()
    {"manual": manual, "registered": registered}[sys.argv[1]](source).write(sys.stdout)


if __name__ == "__main__":
    main()
