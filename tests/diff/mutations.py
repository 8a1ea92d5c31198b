"""One line that is gone, another, or elsewhere is one change at its place."""
import collections
import json
import os
import random
import re

MISTAKES = ("gone", "another number", "below the next one")
ALTERNATIVES = {"http-mode", "log-format", "check", "disabled"}  # of the keywords of such a group the last one counts
SIDES = {"frontend": {"frontend"}, "backend": {"backend"}, "listen": {"frontend", "backend"}}


class Text:
    """A haproxy.cfg, line by line."""

    def __init__(self, table, version, lines):
        self.table, self.version, self.lines = table, version, lines
        self.words = [re.sub(r"\s#.*", "", line).split() for line in lines]
        self.section, at = [], -1
        for i, words in enumerate(self.words):
            if words and words[0] in table.contexts and table.is_section(words[0]) and not lines[i][0].isspace():
                at = i
            self.section.append(at)

    def kind(self, i):
        return self.words[self.section[i]][0]

    def is_line(self, i):
        return self.section[i] >= 0 and self.section[i] != i and bool(self.words[i]) and not self.words[i][0].startswith(("#", "."))

    def body(self, i):
        return [k for k in range(len(self.lines)) if self.is_line(k) and self.section[k] == self.section[i]]

    def row(self, i):
        """The row of a line's keyword; None: there is none."""
        words = self.words[i][1:] if self.words[i][0] in ("no", "default") else self.words[i]
        best = None
        for row in self.table.of(self.kind(i), self.version):
            parts = row.kw.split(" ")
            head = words[:len(parts)]
            if head and row.paren is not None:
                head = head[:-1] + [head[-1].split("(")[0]]
            if head == parts and (best is None or len(parts) > len(best.kw.split(" "))):
                best = row
        return best

    def is_list(self, row):
        return row.repeat == "many" or row.kw.startswith(".") or "certificate" in row.order

    def may_be_idle(self, i):
        """Whether HAProxy may have no use for a line: what it says is said elsewhere too, or to nobody."""
        row, kind = self.row(i), self.kind(i)
        if row is None or kind == "defaults" or row.kw == "default-server":
            return True
        if row.side and kind in SIDES and row.side not in SIDES[kind]:
            return True
        if self.words[i][0] in ("no", "default", "enabled"):
            return True
        groups = ALTERNATIVES & set(row.order)
        for k in range(len(self.lines)):
            other = self.row(k) if k != i and self.is_line(k) else None
            if other is None or self.is_list(other) or self.is_list(row):
                continue
            same = other.kw == row.kw or groups & set(other.order)
            if same and (self.section[k] == self.section[i] or self.kind(k) == "defaults" or self.kind(k) == kind == "global"):
                return True
        return False


def gone(text, i, _):
    return text.lines[:i] + text.lines[i + 1:]


def another_number(text, i, rng):
    # not of microseconds: one more of them is the same millisecond
    numbers = list(re.finditer(r"(?<=[ :=,])(\d+)(?=(?!us)[a-z]{0,2}(?: |$))", text.lines[i]))
    if not numbers:
        return None
    number = rng.choice(numbers)
    return text.lines[:i] + [text.lines[i][:number.start()] + str(int(number[1]) + 1) + text.lines[i][number.end():]] + text.lines[i + 1:]


def below_the_next(text, i, _):
    if i + 1 >= len(text.lines) or not text.is_line(i + 1) or text.section[i] != text.section[i + 1]:
        return None
    return text.lines[:i] + [text.lines[i + 1], text.lines[i]] + text.lines[i + 2:]


MAKERS = dict(zip(MISTAKES, (gone, another_number, below_the_next)))


def at_its_place(text, changes, i):
    """Of lines that say the same in one section, any is the one."""
    same = {k + 1 for k in text.body(i) if text.words[k] == text.words[i]}
    return all((change["old"] or change["new"])["line"] in same for change in changes)


def judge(text, i, mistake, changes):
    """Gives what is wrong with the changes; "": nothing."""
    row = text.row(i)
    if mistake == "below the next one":
        other = text.row(i + 1)
        if row is None or other is None or "default-server" in (row.kw, other.kw):
            return ""
        together = text.is_list(row) and (row.kw == other.kw or set(row.order) & set(other.order) and text.is_list(other))
        if together and text.kind(i) == "defaults":
            return ""
        wanted = together and text.words[i] != text.words[i + 1] and not (row.unordered and other.unordered)
        if not together and set(row.order) & set(other.order):
            return ""
        idle = row.side and text.kind(i) in SIDES and row.side not in SIDES[text.kind(i)]
        good = [change["kind"] for change in changes] == (["moved"] if wanted and not idle else [])
        return "" if good else "expected %s" % ("a move" if wanted else "no change")
    if not changes:
        return "" if text.may_be_idle(i) else "no change"
    if row is not None and row.kw == "default-server":
        return "" if at_its_place(text, changes, i) else "another place"
    if len(changes) > 1:
        return "%d changes" % len(changes)
    return "" if at_its_place(text, changes, i) or text.may_be_idle(i) else "another place"


def check(suite, folder, paths):
    rng, made, tally = random.Random(suite.options.seed), 0, collections.Counter()
    path = os.path.join(folder, "mutant.cfg")
    for _ in range(20 * suite.options.mutations):
        old, mistake = rng.choice(paths), rng.choice(MISTAKES)
        with open(old, encoding="utf-8", errors="surrogateescape") as file:
            text = Text(suite.table, suite.version, file.read().split("\n"))
        i = rng.choice([i for i in range(len(text.lines)) if text.is_line(i)])
        lines = MAKERS[mistake](text, i, rng)
        if lines is None:
            continue
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join(lines))
        status, said, errors = suite.hacc("diff", "--format", "json", "--haproxy", suite.version, old, path)
        if status == 2:
            continue
        changes = json.loads(said)["changes"]
        wrong = judge(text, i, mistake, changes)
        tally[mistake, bool(changes)] += 1
        suite.expect("%s:%d %s" % (os.path.basename(old), i + 1, mistake), not wrong,
                     "%s: %r\n%s" % (wrong, text.lines[i], "\n".join(json.dumps(change)[:400] for change in changes[:4])) + errors)
        made += 1
        if made == suite.options.mutations:
            break
    print("mutations: " + ", ".join("%d %s with %s" % (count, name, "a change" if any_ else "none") for (name, any_), count in sorted(tally.items())))
    for mistake in MISTAKES:
        suite.expect("mutations that change something: " + mistake, tally[mistake, True] > 0)
