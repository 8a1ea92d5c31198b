"""Chooses the cases of a version: first each row of each context in an accepted and in a refused line, then any."""
import collections
import random

from cases import Case, Maker
import mutants

ROUNDS = 12      # in which a row is tried that has not been accepted, or not been refused
TRIES = 2        # lines for each such row and round
ENOUGH = 3       # cases for each row; with less the rows are not made sure of
KINDS = ["", "value", "value", "mutant", "mutant", "mutant", "quoting", "negation"]


def targets_of(table, version, rng):
    """[(row, context)] of the version, and some rows that it does not have."""
    own = [(row, context) for row in table.rows for context in row.contexts if context != "dot" and row.is_in(version)]
    others = [(row, context) for row in table.rows for context in row.contexts if context != "dot" and not row.is_in(version) and rng.random() < 0.2
              and not any(other.kw == row.kw and other.is_in(version) for other in table.by_context[context])]
    return own, others


class Chooser:
    """Makes the cases of one share of the rows, asking haproxy as it goes; .cases holds them all, each with haproxy's
    verdict. `ask` takes a list of cases; `wants` says which are to be made (--only)."""

    def __init__(self, table, version, features, targets, others, rng, ask, wants):
        self.table, self.version, self.features, self.rng, self.ask, self.wants = table, version, features, rng, ask, wants
        self.targets, self.others = targets, others
        self.maker, self.cases, self.base = Maker(table, version, rng), [], {}
        self.accepted, self.refused = collections.Counter(), collections.Counter()

    def add(self, made):
        """Numbers the cases and asks haproxy."""
        made = [case for case in made if case is not None and self.wants(case)]
        for case in made:
            case.number = len(self.cases)
            self.cases.append(case)
        self.ask(made)
        for case in made:
            key = case.target.number, case.context
            if case.refused:
                self.refused[key] += bool(case.fault)
            else:
                self.accepted[key] += 1
                if not case.fault:
                    self.base.setdefault(key, case)

    def lacking(self, counter):
        return [(row, context) for row, context in self.targets if not counter[row.number, context] and (not row.build or row.build in self.features)]

    def faulty(self, row, context, kind):
        """A line with a fault, made from one that haproxy accepts where there is one."""
        if kind == "negation":
            return mutants.negated(row, context, self.rng, Case) if self.table.is_section(context) else None
        if kind == "value":
            return self.maker.make(row, context, "value")
        base = self.base.get((row.number, context)) if self.rng.random() < 0.7 else None
        base = base or self.maker.make(row, context, "")
        return mutants.mutate(base, self.rng, self.table, self.version, None if kind == "mutant" else kind) if base else None

    def cover(self, limit):
        self.cover_accepted(limit)
        self.cover_refused(limit)

    def cover_accepted(self, limit):
        """Each row in a line that haproxy accepts: .base."""
        for turn in range(ROUNDS):
            lacking = self.lacking(self.accepted)
            if not lacking or len(self.cases) >= limit:
                break
            self.add([self.maker.make(row, context, "") for row, context in lacking for _ in range(TRIES if turn else 1)])

    def cover_refused(self, limit):
        """Each row in a line with a fault that haproxy refuses."""
        for turn in range(ROUNDS):
            lacking = self.lacking(self.refused)
            if not lacking or len(self.cases) >= limit:
                break
            kinds = ["value"] if turn == 0 else ["mutant"] * TRIES if turn < 3 else ["misspelt", "extra", "section"]
            self.add([self.faulty(row, context, kind) for row, context in lacking for kind in kinds])

    def fill(self, limit):
        """Any cases, up to the limit: each row in turn."""
        order, empty = [], 0
        while len(self.cases) < limit and empty < 20:
            made = []
            while len(made) < min(500, limit - len(self.cases)) and empty < 20:
                if not order:
                    order = self.targets + self.others
                    self.rng.shuffle(order)
                    empty += 1
                row, context = order.pop()
                case = self.any(row, context)
                if case is not None and self.wants(case):
                    made.append(case)
                    empty = 0
            self.add(made)

    def any(self, row, context):
        if not row.is_in(self.version):
            case = self.maker.make(row, context, "")
            if case:
                case.fault = "version"
            return case
        kind = self.rng.choice(KINDS)
        return self.faulty(row, context, kind) if kind else self.maker.make(row, context, "")


def choose(table, version, features, share, shares, seed, ask, wants, limit):
    """The cases of one share of the rows of a version. Same seed, same cases, as long as haproxy says the same."""
    own, others = targets_of(table, version, random.Random("%d %s" % (seed, version)))
    rng = random.Random("%d %s %d" % (seed, version, share))
    chooser = Chooser(table, version, features, own[share::shares], others[share::shares], rng, ask, wants)
    chooser.is_covering = limit * shares >= ENOUGH * len(own)
    if chooser.is_covering:
        chooser.cover(limit)
    chooser.fill(limit)
    return chooser
