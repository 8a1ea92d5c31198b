"""Whole configurations: several sections of lines that haproxy accepts one by one, made one that it accepts as a whole;
and the same with one fault.

    for config in configs.valid(chooser, haproxy, rng, count): print(config.text())

gives configurations of 20 to 200 lines, each accepted by haproxy -c in the folder where sections.FILES are."""
import os

from forms import cfg_line
import mutants
import sections

KINDS = ["frontend", "backend", "listen"] * 4 + ["defaults"] * 2 + ["peers", "resolvers", "mailers", "userlist", "cache", "ring", "http-errors", "fcgi-app", "log-forward", "log-profile", "crt-store"]
ATTEMPTS = 12    # runs of haproxy that may be needed until a configuration has lost what it refuses


class Section:
    """kind, name ("" for none), body: lines of text, indented."""

    def __init__(self, kind, name, body):
        self.header, self.kind, self.name, self.body = (kind + " " + name).strip(), kind, name, body


class Config:
    """`fault`: what was done to it; `at`: the line of that, counted from 1, None where it is no line."""

    def __init__(self, parts, fault="", at=None):
        self.parts, self.fault, self.at = parts, fault, at

    def lines(self):
        return [line for part in self.parts for line in [part.header] + part.body]

    def text(self):
        return "\n".join(self.lines()) + "\n"

    def copy(self, fault):
        made = Config([Section(part.kind, part.name, list(part.body)) for part in self.parts], fault)
        for part, old in zip(made.parts, self.parts):
            part.header = old.header
        return made

    def line_of(self, part, number):
        """The line in the file of a line of a section's body; -1 is its header."""
        before = self.parts[:self.parts.index(part)]
        return sum(1 + len(other.body) for other in before) + 2 + number

    def header_line(self, line):
        """The line of the header of the section that a line of the file belongs to."""
        return max(self.line_of(part, -1) for part in self.parts if self.line_of(part, -1) <= line)

    def place(self, line):
        """The kind of section that a line of the file belongs to, and its text."""
        for part in self.parts:
            first = self.line_of(part, 0)
            if line is not None and first - 1 <= line < first + len(part.body):
                return part.kind, ([part.header] + part.body)[line - first + 1].strip()
        return "", ""


def draft(chooser, rng):
    """Sections of lines that are right where they stand alone."""
    layout_opening, pool = sections.opening(chooser.version), {}
    for (_, _), case in sorted(chooser.base.items()):
        pool.setdefault(case.section, []).append(case)
    config = Config([Section(kind, name, [cfg_line(words) for words in body]) for kind, name, body in layout_opening])
    kinds = [kind for kind in KINDS if kind in pool]
    for number in range(rng.randint(3, 8)):
        kind = rng.choice(kinds)
        chosen = [case for case in rng.sample(pool[kind], min(len(pool[kind]), rng.randint(2, 20)))]
        above, body = [], []
        for case in chosen:
            above += [line for line in sections.beside(kind, chooser.version, case.words) if line not in above]
        for case in chosen:
            body += [case.words] if case.words not in above else []
        has_name = chooser.table.contexts[kind].get("names") == "required" or kind == "defaults" and chooser.version != "2.2"
        config.parts.append(Section(kind, "w%d" % number if has_name else "", [cfg_line(words) for words in above + body]))
    return config


class Asker:
    """haproxy -c on whole configurations."""

    def __init__(self, haproxy):
        self.haproxy = haproxy

    def alerts(self, config):
        """Whether haproxy accepts it, and the alerts: [(line or None, text)]."""
        with open(os.path.join(self.haproxy.folder, "w.cfg"), "w", encoding="utf-8") as file:
            file.write(config.text())
        status, messages = self.haproxy.check("w.cfg")
        return status in (0, 2), [(line, text) for kind, line, text in messages if kind == "ALERT"]

    def repair(self, config):
        """Takes out what haproxy refuses; gives the configuration, or None."""
        for _ in range(ATTEMPTS):
            accepted, alerts = self.alerts(config)
            if accepted:
                return config
            wrong = {line for line, _ in alerts if line}
            removed = False
            for part in config.parts:
                first = config.line_of(part, 0)
                kept = [line for number, line in enumerate(part.body) if first + number not in wrong]
                removed |= len(kept) != len(part.body)
                part.next = kept
            for part in config.parts:
                part.body = part.next
            if not removed:
                named = [part for part in config.parts if any(part.name and "'%s'" % part.name in text for _, text in alerts)]
                config.parts.remove(named[0] if named else config.parts[-1])
        return None


def valid(chooser, haproxy, rng, count):
    """Up to `count` configurations that haproxy accepts."""
    asker = Asker(haproxy)
    for _ in range(count):
        config = asker.repair(draft(chooser, rng))
        if config is not None:
            yield config


# -- one fault

def pick_line(config, rng):
    part = rng.choice([part for part in config.parts if part.body])
    return part, rng.randrange(len(part.body))


def without_section(config, rng):
    made = config.copy("section gone")
    made.parts.remove(rng.choice(made.parts[1:]))
    return made


def section_twice(config, rng):
    made = config.copy("section twice")
    part = rng.choice(made.parts[1:])
    again = Section(part.kind, part.name, list(part.body))
    again.header = part.header
    made.parts.insert(rng.randint(made.parts.index(part) + 1, len(made.parts)), again)
    made.at = made.line_of(again, -1)
    return made


def other_name(config, rng):
    made = config.copy("section renamed")
    part = rng.choice([part for part in made.parts if part.name])
    part.header = part.kind + " " + rng.choice(["other", "a/b", "", "x y", "x extra"])
    made.at = made.line_of(part, -1)
    return made


def other_kind(config, rng):
    made = config.copy("section misspelt")
    part = rng.choice(made.parts)
    part.header = (rng.choice([part.kind + "s", part.kind[:-1], part.kind.upper(), part.kind[1:]]) + " " + part.name).strip()
    made.at = made.line_of(part, -1)
    return made


def line_moved(config, rng):
    made = config.copy("line moved")
    part, number = pick_line(made, rng)
    line = part.body.pop(number)
    to = rng.choice([other for other in made.parts if other is not part])
    at = rng.randint(0, len(to.body))
    to.body.insert(at, line)
    made.at = made.line_of(to, at)
    return made


def line_last(config, rng):
    """An acl, filter or default-server below what it is for."""
    made = config.copy("line last")
    part, number = pick_line(made, rng)
    for _ in range(20):
        if part.body[number].split()[0] in ("acl", "filter", "default-server", "stick-table", "declare"):
            break
        part, number = pick_line(made, rng)
    part.body.append(part.body.pop(number))
    made.at = made.line_of(part, len(part.body) - 1)
    return made


def line_twice(config, rng):
    made = config.copy("line twice")
    part, number = pick_line(made, rng)
    part.body.insert(number, part.body[number])
    made.at = made.line_of(part, number + 1)
    return made


def line_gone(config, rng):
    made = config.copy("line gone")
    part, number = pick_line(made, rng)
    part.body.pop(number)
    return made


def word_changed(config, rng):
    made = config.copy("word changed")
    part, number = pick_line(made, rng)
    words = part.body[number].split(" ")
    at = rng.randrange(4, len(words))
    kind = rng.choice(["gone", "junk", "twice", "quote"])
    words[at:at + 1] = {"gone": [], "junk": [rng.choice([word for word in mutants.JUNK if word and " " not in word])], "twice": words[at:at + 1] * 2,
                        "quote": [words[at] + rng.choice(['"', "'"])]}[kind]
    part.body[number] = " ".join(words)
    made.fault, made.at = "word " + kind, made.line_of(part, number)
    return made


FAULTS = [without_section, section_twice, other_name, other_kind, line_moved, line_last, line_twice, line_gone, word_changed, word_changed]


def faulty(config, rng):
    return rng.choice(FAULTS)(config, rng)
