"""Puts many cases into one file, each in a section of its own, and knows which line is whose."""
import re

from forms import cfg_line, map_form, text_form, yaml_scalar
import sections


def user_of(case):
    """The section that takes its defaults from the case: rules are checked where they are used."""
    return "frontend" if case.words[0] == "quic-initial" or case.words[:2] in (["tcp-request", "connection"], ["tcp-request", "session"]) else "backend"


class Layout:
    """The files for one version. write_cfg and write_yaml give {line: (case, number of the line in the section's body,
    -1 for the header)}; what stands in front of the cases has no entry."""

    def __init__(self, table, version):
        self.table, self.version, self.opening = table, version, sections.opening(version)

    def named(self, case):
        kind = self.table.contexts[case.section].get("names")
        if not kind or kind == "none" or kind == "optional" and self.version == "2.2":
            return ""
        return "c%d" % case.number

    def front(self, cases):
        """How many sections of the opening stand before the cases: lines of global come before all other sections, as some
        have to."""
        return 1 if cases and all(case.section == "global" for case in cases) else len(self.opening)

    def around_cases(self, cases):
        """The sections before the cases and behind them. What warns may not stand beside zero-warning."""
        front = self.front(cases)
        return self.opening[:front], [] if any(case.words[0] == "zero-warning" for case in cases) else self.opening[front:]

    def is_used(self, case):
        return case.section == "defaults" and self.named(case)

    def around(self, case):
        """The lines above and below the case's own."""
        return sections.beside(case.section, self.version, case.words) + case.above, case.below

    def own_line(self, case):
        """The number of the case's own line in the body."""
        return len(self.around(case)[0])

    # -- haproxy.cfg

    def write_cfg(self, cases, path):
        def aux(parts):
            return [line for kind, name, body in parts for line in [(kind + " " + name).strip()] + [cfg_line(words) for words in body]]

        before, behind = self.around_cases(cases)
        lines, place = aux(before), {}
        for case in cases:
            above, below = self.around(case)
            body = [(case.section + " " + self.named(case)).strip()] + [cfg_line(words) for words in above]
            body += [case.raw if case.raw is not None else cfg_line(case.words)] + [cfg_line(words) for words in below]
            for number, line in enumerate(body):
                for part in line.split("\n"):
                    lines.append(part)
                    place[len(lines)] = case, number - 1
            if self.is_used(case):
                lines.append("%s u%d from c%d" % (user_of(case), case.number, case.number))
                place[len(lines)] = case, -1
        lines += aux(behind)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return place

    # -- YAML

    def find(self, section, words):
        """The row of a line, as HAProxy looks it up: the longest keyword."""
        best = None
        for row in self.table.of(section, self.version):
            names = row.kw.split(" ")
            if words[:len(names)] == names and (best is None or len(names) > len(best.kw.split(" "))):
                best = row
        return best

    def text(self, section, words, row=None, kw_words=None):
        """The YAML of a line in text form, None where it has none; in YAML, what .if is for is in its key."""
        if words[0].startswith("."):
            return None
        found = self.find(section, words)
        if kw_words is None:
            kw_words = len(found.kw.split(" ")) if found else 1
        return text_form(words, found or row, kw_words)

    def case_text(self, case):
        return None if case.raw is not None else self.text(case.section, case.words, case.row, case.kw_words)

    def case_map(self, case):
        """None where a word is a name with (): a map has no arguments there or leaves them out."""
        return None if case.map is None or any(re.match(r"[\w-]+\(\)$", word) for word in case.words) else map_form(case)

    def is_writable(self, case):
        """Whether the lines around the case have a text form."""
        above, below = self.around(case)
        return all(self.text(case.section, words) is not None for words in above + below)

    def yaml_header(self, kind, name):
        key = self.table.contexts[kind].get("key", kind)
        if self.table.contexts[kind].get("names") == "required":
            return ["- %s:" % key, "    %s:" % yaml_scalar(name)]
        return ["- %s:" % (yaml_scalar(kind + " " + name) if name else key)]

    def write_yaml(self, cases, form, path):
        def aux(parts):
            return [line for kind, name, body in parts for line in self.yaml_header(kind, name) + ["      - " + self.text(kind, words) for words in body]]

        before, behind = self.around_cases(cases)
        lines, place = aux(before), {}
        for case in cases:
            above, below = self.around(case)
            for line in self.yaml_header(case.section, self.named(case)):
                lines.append(line)
                place[len(lines)] = case, -1
            body = [self.text(case.section, words) for words in above] + [form(case)] + [self.text(case.section, words) for words in below]
            for number, line in enumerate(body):
                lines.append("      - " + line)
                place[len(lines)] = case, number
            if self.is_used(case):
                for line in self.yaml_header(user_of(case), "u%d" % case.number) + ["      - from: c%d" % case.number]:
                    lines.append(line)
                    place[len(lines)] = case, -1
        lines += aux(behind)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return place
