"""Asks haproxy and hacc about many cases at once, and says which were refused."""
import os
import re
import subprocess

from cases import values_quote
import sections

LIMIT = 45       # lines that may be wrong in one file: haproxy stops at 50
BATCH = 300      # cases in one file for hacc, which stops at 1000 findings
SECONDS = 20     # that one run may take

# what haproxy refuses for the machine it runs on, not for the text
MACHINE = re.compile(r"unable to (stat|load|open|read)|failed to open|cannot open|can't open|No such file|Lua|could not resolve|unable to find required|not compiled|"
                     r"not supported by|no such file|unable to load|cannot load|Unknown (user|group)|cannot find user|cannot find group|doesn't support|without support|was not built|built without|"
                     r"Permission denied|[Cc]ouldn't open|can't read|unable to use|requires .* support|not implemented on|binary without|support for|unknown user|unknown group|[uU]nable to decode base64|parse '.*' at line \d+ of file|namespace|Socket operation on non-socket|in map file|could not resolve address|error opening file|Didn't find any certificate|cannot open the file|cannot open file|error in Lua", re.S)


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
    return "%s: %s" % (yaml_scalar(words[0]), yaml_scalar(" ".join(values_quote(w) for w in rest)))


def map_form(case):
    value = yaml_flow(case.map)
    names = case.row.kw.split(" ")
    for name in reversed(names[1:]):
        value = "{%s: %s}" % (yaml_scalar(name), value)
    return "%s: %s" % (yaml_scalar(names[0]), value)


def cfg_line(words):
    return "    " + " ".join(values_quote(w) for w in words)


def user_of(case):
    """The section that takes its defaults from the case: rules are checked where they are used."""
    return "frontend" if case.words[0] == "quic-initial" or case.words[:2] in (["tcp-request", "connection"], ["tcp-request", "session"]) else "backend"


class Oracle:
    """Both programs for one version. Every case gets .line (haproxy's place), .refused and .said (haproxy), .hacc (True:
    accepted) and .hacc_said."""

    def __init__(self, version, haproxy, hacc, table, folder):
        self.version, self.bin, self.hacc, self.table, self.folder = version, haproxy, hacc, table, folder
        self.opening = sections.opening(version)
        self.features = set(re.findall(r"\+(\w+)", subprocess.run([haproxy, "-vv"], stdout=subprocess.PIPE, text=True).stdout))
        self.runs = 0

    # -- haproxy

    def header(self, kind, name):
        return (kind + " " + name).strip()

    def named(self, case, number):
        kind = self.table.contexts[case.section].get("names")
        if not kind or kind == "none" or kind == "optional" and self.version == "2.2":
            return ""
        return "c%d" % number

    def write_cfg(self, cases, path):
        lines, place = [], {}
        for kind, name, body in self.opening:
            lines.append(self.header(kind, name))
            lines += [cfg_line(words) for words in body]
        for case in cases:
            lines.append(self.header(case.section, self.named(case, case.number)))
            begin = len(lines)
            lines += [cfg_line(words) for words in sections.beside(case.section, self.version, case.words)]
            lines.append(cfg_line(case.words))
            for line in range(begin, len(lines) + 1):
                place[line] = case
            case.line = len(lines)
            if case.section == "defaults" and self.named(case, case.number):
                lines.append("%s u%d from c%d" % (user_of(case), case.number, case.number))
                place[len(lines)] = case
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return place

    def run_haproxy(self, cases):
        """Gives the exit status, and [(case or None, message)] of the alerts."""
        path = os.path.join(self.folder, "q.cfg")
        place = self.write_cfg(cases, path)
        self.runs += 1
        try:
            done = subprocess.run([self.bin, "-c", "-f", "q.cfg"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=SECONDS, text=True, errors="replace")
            status, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired:
            return -99, []
        by_name = {"c%d" % case.number: case for case in cases}
        alerts = []
        for line in output.split("\n"):
            if not line.startswith("[ALERT]") or "Fatal errors found" in line or "Error(s) found" in line or "too many fatal" in line:
                continue
            found = re.search(r"q\.cfg:(\d+)", line)
            case = place.get(int(found.group(1))) if found else None
            if case is None:
                for word in re.findall(r"\b[cu]\d+\b", line):
                    case = case or by_name.get("c" + word[1:])
            alerts.append((case, re.sub(r"^\[ALERT\]\s+\S*\s*(\(\d+\) : )?", "", line)))
        return status, alerts

    def ask_haproxy(self, cases):
        """Runs until what is left is accepted: each run takes out the cases that were refused."""
        left = list(cases)
        while left:
            status, alerts = self.run_haproxy(left)
            refused = {}
            for case, message in alerts:
                if case is not None:
                    refused.setdefault(case, message)
            for case, message in refused.items():
                case.refused, case.said = True, message
            if status in (0, 2) and not refused:
                for case in left:
                    case.refused, case.said = False, ""
                return
            if not refused:  # a crash, or a message that names no place: halves
                if len(left) == 1:
                    left[0].refused, left[0].said = True, "status %d: %s" % (status, alerts[0][1] if alerts else "")
                    left[0].crash = status < 0
                    return
                self.ask_haproxy(left[:len(left) // 2])
                left = left[len(left) // 2:]
            else:
                left = [case for case in left if case not in refused]

    # -- hacc

    def write_yaml(self, cases, form, path):
        lines, place = [], {}

        def section(kind, name, bodies):
            key = self.table.contexts[kind].get("key", kind)
            if self.table.contexts[kind].get("names") == "required":
                lines.append("- %s:" % key)
                lines.append("    %s:" % yaml_scalar(name))
            elif name:
                lines.append("- %s:" % yaml_scalar(kind + " " + name))
            else:
                lines.append("- %s:" % key)
            for body in bodies:
                lines.append("      - " + body)

        for kind, name, body in self.opening:
            section(kind, name, [text_form(words, self.find(kind, words), self.kw_words(kind, words)) for words in body])
        for case in cases:
            begin = len(lines)
            bodies = [text_form(words, self.find(case.section, words), self.kw_words(case.section, words))
                      for words in sections.beside(case.section, self.version, case.words)]
            section(case.section, self.named(case, case.number), bodies + [form(case)])
            for line in range(begin + 1, len(lines) + 1):
                place[line] = case
            case.yaml_line = len(lines)
            if case.section == "defaults" and self.named(case, case.number):
                section(user_of(case), "u%d" % case.number, ["from: c%d" % case.number])
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return place

    def find(self, section, words):
        best = None
        for row in self.table.of(section, self.version):
            names = row.kw.split(" ")
            if words[:len(names)] == names and (best is None or len(names) > len(best.kw.split(" "))):
                best = row
        return best

    def kw_words(self, section, words):
        row = self.find(section, words)
        return len(row.kw.split(" ")) if row else 1

    def run_hacc(self, cases, form):
        path = os.path.join(self.folder, "q.yaml")
        place = self.write_yaml(cases, form, path)
        self.runs += 1
        done = subprocess.run([self.hacc, "build", "--haproxy", self.version, "q.yaml"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=SECONDS, text=True, errors="replace")
        found, strange = {}, []
        for line in done.stderr.split("\n"):
            at = re.match(r"q\.yaml:(\d+):\d+: error\[([\w-]+)\]: (.*)", line)
            if at:
                case = place.get(int(at.group(1)))
                if case is None:
                    strange.append(line)
                else:
                    found.setdefault(case, (int(at.group(1)), at.group(2), at.group(3)))
        if done.returncode not in (0, 1) or strange or done.returncode and not found:
            raise SystemExit("hacc, status %d, on %s: %s %s" % (done.returncode, path, strange[:5], done.stderr[-500:]))
        return found, done.stdout

    def ask_hacc(self, cases, form, field):
        """Sets case.<field> to (accepted, message, at its own line, words printed)."""
        for i in range(0, len(cases), BATCH):
            batch = cases[i:i + BATCH]
            found, _ = self.run_hacc(batch, form)
            good = [case for case in batch if case not in found]
            for case, (line, rule, message) in found.items():
                setattr(case, field, (False, rule + ": " + message, line == case.yaml_line, None))
            printed = {}
            if good:
                again, output = self.run_hacc(good, form)
                printed = self.read_output(output, good)
                for case, (line, rule, message) in again.items():  # a fault that others hid
                    setattr(case, field, (False, rule + ": " + message, line == case.yaml_line, None))
            for case in good:
                if getattr(case, field, None) is None:
                    setattr(case, field, (True, "", True, printed.get(case)))

    def read_output(self, output, cases):
        bodies = []
        for line in output.split("\n"):
            if not line.strip() or line.startswith("#"):
                continue
            if line[0] in " \t":
                bodies[-1].append(line.strip())
            else:
                bodies.append([])
        bodies = bodies[len(self.opening):]
        if len(bodies) == 2 * len(cases):
            bodies = bodies[::2]  # each defaults with its user
        if len(bodies) != len(cases):
            return {}
        return {case: body[-1] if body else "" for case, body in zip(cases, bodies)}


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
