"""Asks hacc about many cases at once, in the three forms."""
import json
import os
import re
import subprocess

BATCH = 300      # cases in one file for hacc, which stops at 1000 findings
LINTED = 60      # the same where each may have several findings
SECONDS = 60     # that one run may take
FORMS = ("cfg", "text", "map")


class Verdict:
    """accepted; else .said, the first error, and .at, the numbers of the lines in the case's body that have one. printed: the
    line it compiled to, None if that could not be told."""

    def __init__(self, accepted, said="", printed=None):
        self.accepted, self.said, self.at, self.printed = accepted, said, set(), printed


class Hacc:
    def __init__(self, binary, layout, version, folder):
        self.binary, self.layout, self.version, self.folder = binary, layout, version, folder
        done = subprocess.run([binary, "rules", "--format", "json"], stdout=subprocess.PIPE, timeout=SECONDS, check=True, text=True)
        self.own = {rule["id"] for rule in json.loads(done.stdout)["rules"] if rule["haproxy"] in ("silent", "unseen")}

    def form_of(self, case, form):
        """The YAML of a case in one form, None if it has none; True for haproxy.cfg."""
        if form == "cfg":
            return True
        if not self.layout.is_writable(case):
            return None
        if form == "map":
            return self.layout.case_map(case) if case.has_plain_map() else None
        return self.layout.case_text(case)

    def check(self, name):
        """Compiles a file of the folder. Gives the exit status, the errors [(line, rule, message)], and what was printed."""
        done = subprocess.run([self.binary, "build", "--haproxy", self.version, name], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=SECONDS, text=True, errors="replace")
        found = re.findall(r"^%s:(\d+):\d+: error\[([\w-]+)\]: (.*)" % re.escape(name), done.stderr, re.M)
        return done.returncode, [(int(line), rule, text) for line, rule, text in found], done.stdout

    def run(self, cases, form):
        """Gives {case: Verdict} of those that are refused, and what was printed."""
        name = "q.cfg" if form == "cfg" else "q.yaml"
        path = os.path.join(self.folder, name)
        if form == "cfg":
            place = self.layout.write_cfg(cases, path)
        else:
            place = self.layout.write_yaml(cases, lambda case: self.form_of(case, form), path)
        status, errors, output = self.check(name)
        refused, strange = {}, []
        for line, rule, text in errors:
            case, number = place.get(line, (None, None))
            if case is None:
                strange.append((line, rule, text))
            else:
                refused.setdefault(case, Verdict(False, rule + ": " + text)).at.add(number)
        if status not in (0, 1) or strange or status and not refused:
            raise RuntimeError("hacc, status %d: %s\n%s" % (status, strange[:5], open(path).read()[-3000:]))
        return refused, output

    def ask(self, cases):
        """Sets .verdicts of each case: {form: Verdict}."""
        for case in cases:
            case.verdicts = {}
        for form in FORMS:
            having = [case for case in cases if self.form_of(case, form) is not None]
            for i in range(0, len(having), BATCH):
                self.ask_batch(having[i:i + BATCH], form)

    def lint(self, cases):
        """Sets .linted of each case, [(number of the line in its body, "rule: message", whether haproxy has no word of the rule)]:
        what hacc lint finds in the haproxy.cfg."""
        for i in range(0, len(cases), LINTED):
            place = self.layout.write_cfg(cases[i:i + LINTED], os.path.join(self.folder, "q.cfg"))
            done = subprocess.run([self.binary, "lint", "--no-config", "--no-nginx", "--haproxy", self.version, "--format", "json", "q.cfg"], cwd=self.folder, stdout=subprocess.PIPE, timeout=SECONDS, text=True)
            for finding in json.loads(done.stdout)["findings"]:
                case, number = place.get(finding["line"], (None, None))
                if case is not None and finding["severity"] != "info":
                    case.linted.append((number, "%s: %s" % (finding["rule"], finding["message"]), finding["rule"] in self.own))

    def ask_batch(self, cases, form):
        """Runs until what is left is accepted: some faults hide others."""
        left = cases
        while left:
            refused, output = self.run(left, form)
            for case, verdict in refused.items():
                case.verdicts[form] = verdict
            if not refused:
                printed = self.read(output, left)
                for case in left:
                    case.verdicts[form] = Verdict(True, printed=printed.get(case))
                return
            left = [case for case in left if case not in refused]

    def read(self, output, cases):
        """{case: its own line} of the haproxy.cfg that hacc printed."""
        bodies = []
        for line in output.split("\n"):
            if not line.strip() or line.startswith("#"):
                continue
            if line[0] in " \t":
                bodies[-1].append(line.strip())
            else:
                bodies.append([])
        before, behind = self.layout.around_cases(cases)
        bodies = bodies[len(before):len(bodies) - len(behind)]
        if len(bodies) == 2 * len(cases) and all(self.layout.is_used(case) for case in cases):
            bodies = bodies[::2]  # each defaults with its user
        if len(bodies) != len(cases):
            return {}
        return {case: body[-1 - len(case.below)] if len(body) > len(case.below) else "" for case, body in zip(cases, bodies)}
