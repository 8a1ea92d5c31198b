"""Asks haproxy -c about many cases at once, and says which it refuses and where."""
import os
import re
import subprocess

import sections

LIMIT = 45       # lines that may be wrong in one file: haproxy stops at 50
SECONDS = 20     # that one run may take
HOME = "home"    # what $HOME is to haproxy: a file named like a real one it could move away, as a ring's backing-file does

# what haproxy refuses for the machine it runs on, not for the text
MACHINE = re.compile(r"unable to (stat|load|open|read)|failed to open|cannot open|can't open|No such file|Lua|could not resolve|unable to find required|not compiled|"
                     r"not supported by|no such file|unable to load|cannot load|Unknown (user|group)|cannot find user|cannot find group|doesn't support|without support|was not built|built without|"
                     r"Permission denied|[Cc]ouldn't open|can't read|unable to use|requires .* support|not implemented on|binary without|support for|unknown user|unknown group|[uU]nable to decode base64|parse '.*' at line \d+ of file|namespace|Socket operation on non-socket|in map file|could not resolve address|error opening file|Didn't find any certificate|cannot open the file|cannot open file|error in Lua|at line \d+ of file|errorfile : .* unable|unabled to|Bad file descriptor|unable to find SPOE group|(got|unknown converter|unknown fetch method) 'lua\.|expects <address>\[/mask\]|can't connect socket|No SPOE agent found in file|ssl-engine|\(null\)|"
                     r"used by SPOE agent '.*' declared at|into SPOE engine '.*' configuration|issuers-chain-path' expects a directory|issuers-chain-path': .* is not a directory|"
                     r"Impossible to get back to directory|can't create socket for nameserver|unassigned threads found|unassigned thread-groups|error encountered while processing 'spoe'|cannot be read or parsed|references? non-existing thread|belong to no group|"
                     r"acme: cannot create the file|'zero-warning' is set|fail to set sink buffer size|QUIC is not compiled in|this SSL library does not support|unable to allocate ssl context|unknown MUX protocol 'quic'", re.S)
# what it warns of for the name that the test gives this machine, for its sockets, CPUs, /etc/resolv.conf and files, and for
# what stands in the SPOE configuration
MACHINE_WARNING = re.compile(r"no peer named '%s'|can't connect socket|threads (running on|to) a total of|mapped to a CPU|/etc/resolv\.conf|Can't open server state file|at spoe\.conf:" % sections.LOCAL)
# the ACL that a warning without a line speaks of
ACL = re.compile(r"parsing acl(?: keyword)? '(.*)' :")
NO_VERDICT = re.compile(r"Fatal errors found|Error\(s\) found|too many fatal|Errors? found in configuration")
# alerts behind which haproxy goes on: with nothing else wrong it accepts the file
GOES_ON = re.compile(r"already specified\. Continuing\.|'layer7' can only be used in http proxies")
# alerts that are warnings: behind them too
WARNS = re.compile(r"'process .*' on 'bind' lines is deprecated")
# names that the resolver does not know, a configuration of OpenTracing, and actions and services whose Lua script is not there
NOT_HERE = re.compile(r"invalid address: '[\w.-]*[A-Za-z][\w.-]*' in|'[\w.-]*[A-Za-z][\w.-]*' is not a valid IPv4 or IPv6 address|Check if '[\w.-]*[A-Za-z][\w.-]*' is correct address|(got|but got) 'lua\.|'(monitor-net|option forwardfor except|option originalto except)' expects <?address|lua\.\S*' (only accepts|expects either)|unknown service name|error encountered while processing 'opentracing'")


class HAProxy:
    """One version's binary, in a folder that holds what the cases name. .features: what it was built with."""

    def __init__(self, binary, layout, folder):
        self.binary, self.layout, self.folder = binary, layout, folder
        text = subprocess.run([binary, "-vv"], stdout=subprocess.PIPE, text=True).stdout
        self.features = set(re.findall(r"\+(\w+)", text))
        self.runs = 0

    def check(self, name):
        """Gives the exit status of haproxy -c (-99: it took too long) and the messages: [(kind, line or None, text)]."""
        self.runs += 1
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            master = ["-W"] if re.search(r"^program ", file.read(), re.M) else []  # which no other process starts
        try:
            done = subprocess.run([self.binary] + master + ["-c", "-f", name], cwd=self.folder, env=dict(os.environ, HOME=HOME), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=SECONDS, text=True, errors="replace")
        except subprocess.TimeoutExpired:
            return -99, []
        messages = []
        for line in done.stdout.split("\n"):
            if messages and messages[-1][2].rstrip().endswith(":") and not line.startswith("["):  # what is wrong comes below
                messages[-1] = messages[-1][:2] + (messages[-1][2] + line.strip(),)
            kind = re.match(r"\[(ALERT|WARNING)\]\s+\S*\s*(?:\(\d+\) : )?(.*)", line)
            if kind and not NO_VERDICT.search(line) and not (kind.group(1) == "ALERT" and GOES_ON.search(line)):
                at = re.search(r"parsing \[%s:(\d+)" % re.escape(name), line) or re.search(re.escape(name) + r":(\d+)", line)
                messages.append(("WARNING" if WARNS.search(line) else kind.group(1), int(at.group(1)) if at else None, re.sub(r"^[: ]*(config : )?", "", kind.group(2))))
        return done.returncode, messages

    def run(self, cases):
        """The exit status, for each alert and then for each warning (case or None, number of the line in its body or None,
        message), and the cases of which any may have had a warning."""
        place = self.layout.write_cfg(cases, os.path.join(self.folder, "q.cfg"))
        status, messages = self.check("q.cfg")
        by_number = {str(case.number): case for case in cases}
        told = {"ALERT": [], "WARNING": []}
        doubtful = set()
        for kind, line, text in messages:
            case, number = place.get(line, (None, None))
            for name in re.findall(r"\b[cu](\d+)\b", text) if case is None else []:
                case = case or by_number.get(name)
            for criterion in ACL.findall(text) if case is None else []:
                able = [one for one in cases if criterion in one.words]
                case = able[0] if len(able) == 1 else None
                doubtful.update(able if case is None else [])
            told[kind].append((case, number, text))
        return status, told["ALERT"], told["WARNING"], doubtful

    def ask(self, cases):
        """Sets .refused, .said, .said_at (number of the line in the body, None: not told), .crash and
        .warnings [(number of the line, text)] of each case. A fault of
        the parse is told at its line, however many there are. Another one may be hidden by such faults, or be the doing of
        another case: what is refused elsewhere than at its own line is asked alone."""
        for i in range(0, len(cases), LIMIT):
            for case in self.ask_together(cases[i:i + LIMIT]):
                self.ask_alone(case)

    def ask_together(self, cases):
        """Runs until what is left is accepted: each run takes out what was refused. Gives the cases to ask again, alone."""
        left, doubtful = list(cases), []
        while left:
            status, alerts, warnings, warned = self.run(left)
            refused = set()
            for case, number, text in alerts:
                if case is None or case in refused:
                    continue
                refused.add(case)
                case.refused, case.said, case.said_at = True, text, number
                if number != self.layout.own_line(case) and len(cases) > 1:
                    doubtful.append(case)
            if status in (0, 2) and not refused:
                for case in left:
                    case.refused, case.said, case.said_at = False, "", None
                    case.warnings = [(number, text) for of, number, text in warnings if of is case and not MACHINE_WARNING.search(text)]
                return doubtful + list(warned)
            if not refused and len(left) == 1:
                left[0].refused, left[0].said, left[0].said_at = True, "status %d: %s" % (status, alerts[0][2] if alerts else ""), None
                left[0].crash = status < 0
                return doubtful
            if not refused:  # a crash, or a message that names no place: halves
                doubtful += self.ask_together(left[:len(left) // 2])
                left = left[len(left) // 2:]
            left = [case for case in left if case not in refused]
        return doubtful

    def ask_alone(self, case):
        self.ask_together([case])

    def is_machine(self, case):
        """Whether what refused the case may be this machine, its environment, or this build of haproxy, and not the text."""
        return case.refused and bool(case.crash or case.raw and "$" in case.raw and "HOME" in case.raw or case.builds - self.features or MACHINE.search(case.said) or NOT_HERE.search(case.said))
