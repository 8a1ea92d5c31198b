"""Compares the verdicts of a share of the cases: the work of one process."""
import collections
import ctypes
import os
import random
import re
import shutil
import subprocess

from coverage import choose
from forms import lex, map_form
from hacc import Hacc
from haproxy import HAProxy, MACHINE, NOT_HERE
from layout import Layout
from rows import Table
import configs
import known
import sections

# of a section that haproxy refuses, up to 2.x without a word, it refuses the lines
NO_PROXY = re.compile(r"'listen' or 'defaults' expected")
# the other one of two names: peers are told of from the last one up
OTHER_LINE = re.compile(r"was already defined at line w\.cfg:(\d+)")
GLOBAL_BATCH = 25
LINES = 100      # cases for each whole configuration
MUTANTS = 4      # of each whole configuration


class Share:
    """What to ask: a version, and which of `shares` parts of its rows."""

    def __init__(self, version, share, shares, options, folder):
        self.version, self.share, self.shares, self.options, self.folder = version, share, shares, options, folder


class Result:
    """What came of it. tally: counts by name. faults: [(kind, forms, case as a dictionary)]. rows: {(row, context):
    Counter of "accepted" and the faults that were refused}. why: {(row, context): (line, what haproxy said)} where a line
    without a fault was refused."""

    def __init__(self, version):
        self.version, self.tally, self.faults, self.rows = version, collections.Counter(), [], collections.defaultdict(collections.Counter)
        self.why, self.is_covering = {}, False


def words_of(words):
    """Words to compare: () behind a name is the same as none, and an empty word ends what haproxy reads of a line."""
    words = list(words)
    return [re.sub(r"\(\)$", "", word) for word in words[:words.index("") if "" in words else None]]


def lines_of(text, table=None, version=None):
    """Every line of a haproxy.cfg as words; with a table without those behind a section's name that haproxy ignores and hacc
    warns of."""
    lines = [words for words in (words_of(lex(line)) for line in text.split("\n")) if words]
    for words in lines if table else []:
        since = table.contexts.get(words[0], {}).get("ignores")
        if since and sections.is_from(version, since):
            del words[2:]
    return lines


class Comparison:
    def __init__(self, share):
        options = share.options
        self.folder = os.path.join(share.folder, "%s-%d" % (share.version, share.share))
        shutil.copytree(os.path.join(share.folder, "files"), self.folder)
        self.table = Table(os.path.join(options.root, "grammar"))
        self.layout = Layout(self.table, share.version)
        self.haproxy = HAProxy(os.path.join(options.haproxy, "haproxy-" + share.version), self.layout, self.folder)
        self.hacc = Hacc(options.hacc, self.layout, share.version, self.folder)

    def groups(self, cases):
        """Those that may share a file: a defaults is for the proxies behind it, so that proxies have files without."""
        groups = collections.defaultdict(list)
        for case in cases:
            groups[case.section if case.section in ("global", "defaults") else "others"].append(case)
        return groups

    def ask_haproxy(self, cases):
        """A line of global changes what follows, as one of an unnamed defaults does: each gets a file of its own."""
        for name, group in self.groups(cases).items():
            if name == "global" or name == "defaults" and not self.layout.named(group[0]):
                for case in group:
                    self.haproxy.ask_alone(case)
            else:
                self.haproxy.ask(group)

    def ask_hacc(self, cases):
        for name, group in self.groups(cases).items():
            size = GLOBAL_BATCH if name == "global" else len(group)
            for i in range(0, len(group), size):
                self.hacc.ask(group[i:i + size])

    def kind(self, case, verdict):
        """What a verdict is: "agree", "too lax", "too strict", "elsewhere" or "other words"."""
        if verdict.accepted and case.refused:
            return "too lax"
        if not verdict.accepted and not case.refused:
            return "too strict"
        if not verdict.accepted:
            return "agree" if case.said_at is None or {case.said_at, self.layout.own_line(case)} & verdict.at else "elsewhere"
        if case.raw is None and verdict.printed is not None and words_of(lex(verdict.printed)) != words_of(case.words):
            return "other words"
        return "agree"

    def known(self, case, verdict):
        """The number of the entry of grammar/KNOWN.md that a disagreement belongs to, None if there is none."""
        said = case.said if verdict.accepted else verdict.said
        return known.entry(self.kind(case, verdict).replace("too ", ""), case.section + ": " + case.line(), said)

    def confirm(self, cases):
        """Where the two differ, each is asked about the case alone: neighbours may have changed a verdict."""
        for case in cases:
            if not self.haproxy.is_machine(case) and any(self.kind(case, verdict) != "agree" and self.known(case, verdict) is None for verdict in case.verdicts.values()):
                self.haproxy.ask_alone(case)
                self.hacc.ask([case])

    def compare(self, cases, result):
        tally = result.tally
        for case in cases:
            machine, kinds = self.haproxy.is_machine(case), collections.defaultdict(list)
            tally["cases"] += 1
            tally["accepted" if not case.refused else "refused"] += 1
            for form, verdict in case.verdicts.items():
                kind = self.kind(case, verdict)
                if machine:
                    tally["machine"] += 1
                    continue
                tally["verdicts"] += 1
                said = case.said if verdict.accepted else verdict.said
                number = self.known(case, verdict)
                if number is not None:
                    tally["known"] += 1
                    tally["known %d" % number] += 1
                elif kind == "agree":
                    tally["agree accepted" if verdict.accepted else "agree refused"] += 1
                else:
                    tally[kind] += 1
                    kinds[kind].append((form, said if kind != "other words" else verdict.printed))
            for kind, found in kinds.items():
                result.faults.append((kind, "+".join(form for form, _ in found), describe(case, found[0][1], any(form == "map" for form, _ in found))))

    def lacking(self, case):
        """The warnings of haproxy that hacc lint has none for."""
        found = {number for number, _, _ in case.linted}
        return [text for number, text in case.warnings if not (found if number is None else {number, self.layout.own_line(case)} & found)]

    def compare_warnings(self, cases, result):
        """What haproxy warns of, hacc lint warns of: at that line, or in the section where haproxy names no line."""
        cases = [case for case in cases if not case.refused and case.verdicts["cfg"].accepted]
        for name, group in self.groups(cases).items():
            size = 1 if name == "global" else len(group)
            for i in range(0, len(group), size):
                self.hacc.lint(group[i:i + size])
        for case in cases:
            if self.lacking(case):
                self.haproxy.ask_alone(case)  # a neighbour may have been meant
            missing = self.lacking(case)
            alone = [said for _, said, own in case.linted if not own and not case.warnings]
            strange = [said for said in alone if not known.is_ours(case.section + ": " + case.line(), said)]
            result.tally["warned"] += bool(case.warnings)
            result.tally["warned alone"] += bool(alone)
            if strange:
                result.tally["strange warning"] += 1
                result.faults.append(("strange warning", "cfg", describe(case, strange[0], False)))
            if missing:
                result.tally["no warning"] += 1
                result.faults.append(("no warning", "cfg", describe(case, missing[0], False)))

    # -- whole configurations

    def compare_configs(self, chooser, count, rng, result):
        """`count` configurations that haproxy accepts, and MUTANTS of each."""
        asker = configs.Asker(self.haproxy)
        for config in configs.valid(chooser, self.haproxy, rng, count):
            self.compare_config(config, True, [], result)
            for _ in range(MUTANTS):
                made = configs.faulty(config, rng)
                self.compare_config(made, *asker.alerts(made), result)

    def compare_config(self, config, accepted, alerts, result):
        text = config.text()
        with open(os.path.join(self.folder, "w.cfg"), "w", encoding="utf-8") as file:
            file.write(text)
        status, errors, output = self.hacc.check("w.cfg")
        if status not in (0, 1) or bool(status) != bool(errors):
            raise RuntimeError("hacc, status %d\n%s" % (status, text))
        if not accepted and (not alerts or any(MACHINE.search(said) or NOT_HERE.search(said) for _, said in alerts)):
            result.tally["config machine"] += 1
            return
        lines, kind, line, said = {config.header_line(line) if NO_PROXY.search(text) else line for line, text in alerts if line}, "agree", config.at, ""
        # haproxy may name a section where hacc names the line in it
        lines |= {int(other) for _, text in alerts for other in OTHER_LINE.findall(text)}
        if accepted and errors:
            kind, line, said = "too strict", errors[0][0], "%s: %s" % errors[0][1:]
        elif not accepted and not errors:
            kind, line, said = "too lax", alerts[0][0], alerts[0][1]
        elif not accepted and lines and not lines & {number for error in errors for number in (error[0], config.header_line(error[0]))}:
            kind, line, said = "elsewhere", errors[0][0], "%s: %s (haproxy: %s)" % (errors[0][1:] + alerts[0][1:])
        elif accepted and lines_of(output) != lines_of(text, self.table, self.layout.version):
            kind, said = "other words", "the file that is written has other words"
        where = config.place(line)
        # what hacc alone refuses may keep it from what haproxy refuses elsewhere
        number = known.entry("strict" if kind == "elsewhere" else kind.replace("too ", ""), "%s: %s" % where, said)
        result.tally["config " + ("known" if number is not None else kind if kind != "agree" else "agree accepted" if accepted else "agree refused")] += 1
        if kind != "agree" and number is None:
            result.faults.append((kind, "config", {"fault": config.fault or "valid", "section": where[0], "line": where[1], "said": said, "map": "", "text": text}))

    def count_rows(self, chooser, result):
        result.is_covering = chooser.is_covering
        for row, context in chooser.targets:
            result.rows[row.number, context]["targets"] = 1
        for case in chooser.cases:
            if case.target.is_in(self.layout.version):
                key = case.target.number, case.context
                if not case.refused:
                    result.rows[key]["accepted"] += 1
                elif case.fault:
                    result.rows[key][case.fault] += 1
                else:
                    result.why[key] = case.section + ": " + case.line(), case.said


def describe(case, said, in_map):
    return {"fault": case.fault or "valid", "section": case.section, "line": case.line(), "said": said.replace("\n", " "), "map": map_form(case) if in_map else ""}


def leave_network():
    """Host names are to fail at once, and not after seconds: a network of one's own, of lo alone, has no name server. Who is
    not root waits."""
    new_net = 0x40000000
    if os.geteuid() == 0 and ctypes.CDLL(None).unshare(new_net) == 0:
        for command in ("link set lo up", "route add default dev lo"):
            subprocess.run(["ip"] + command.split(" "), check=True)
    os.environ["RES_OPTIONS"] = "attempts:1 timeout:1"


def work(share):
    """Everything about one share. Gives a Result."""
    options, result, comparison = share.options, Result(share.version), Comparison(share)

    def wants(case):
        return not options.only or re.search(options.only, case.section + " " + case.line())

    limit = options.cases // share.shares + (share.share < options.cases % share.shares)
    chooser = choose(comparison.table, share.version, comparison.haproxy.features, share.share, share.shares, options.seed, comparison.ask_haproxy, wants, limit)
    comparison.ask_hacc(chooser.cases)
    comparison.confirm(chooser.cases)
    comparison.compare(chooser.cases, result)
    comparison.compare_warnings(chooser.cases, result)
    comparison.count_rows(chooser, result)
    if not options.only:
        comparison.compare_configs(chooser, limit // LINES, random.Random("%d %s %d configs" % (options.seed, share.version, share.share)), result)
    result.tally["haproxy runs"] = comparison.haproxy.runs
    shutil.rmtree(comparison.folder)
    return result
