"""How many cases each row of the table stands in."""
import os
import subprocess
import re

from rows import Table


# what haproxy accepts only where something is that a test cannot bring: by keyword
MACHINE = {"namespace": "a network namespace of that name", "opentracing": "the library of a tracer", "config": "the library of a tracer", "id": "the library of a tracer",
           "ot-group": "a filter opentracing"}
CONTEXTS = ("bind", "server", "default-server", "filter", "opentracing-filter", "tcp-request-content", "tcp-response-content", "http-request", "http-response", "http-after-response")


def needs_machine(row, context):
    return row.kw in MACHINE and context in CONTEXTS and (row.kw not in ("config", "id") or context == "opentracing-filter")


class RowCount:
    """.lines: [(version, context, keyword, feature, accepted, refused, faults)], a row of a context of a version each."""

    def __init__(self, options, by_version):
        self.why = {(version, key): why for version, results in by_version.items() for result in results for key, why in result.why.items()}
        table, self.lines, self.lacked = Table(os.path.join(options.root, "grammar")), [], set()
        for version, results in by_version.items():
            text = subprocess.run([os.path.join(options.haproxy, "haproxy-" + version), "-vv"], stdout=subprocess.PIPE, text=True).stdout
            features = set(re.findall(r"\+(\w+)", text))
            for result in results:
                for (number, context), counts in result.rows.items():
                    row = table.rows[number]
                    if row.build and row.build not in features or needs_machine(row, context) or result.why.get((number, context), ("", ""))[1].startswith("status -"):
                        self.lacked.add((version, row.number, context))
                    faults = {name: n for name, n in counts.items() if name not in ("targets", "accepted")}
                    self.lines.append((version, row.number, context, row.kw, row.build or "", counts["accepted"], sum(faults.values()), faults))
        self.lines.sort()

    def write(self, path):
        with open(path, "w") as file:
            for version, _, context, kw, build, accepted, refused, faults in self.lines:
                file.write("\t".join([version, context, kw, build, str(accepted), str(refused), " ".join("%s:%d" % item for item in sorted(faults.items()))]) + "\n")

    def report(self, show):
        """Prints which rows lack a case; gives how many."""
        missing = 0
        for version in sorted({line[0] for line in self.lines}):
            lines = [line for line in self.lines if line[0] == version]
            built = [line for line in lines if (version, line[1], line[2]) not in self.lacked]
            never, always = [line for line in built if not line[5]], [line for line in built if not line[6]]
            print("haproxy %s: %d rows; %d need what this build or machine lacks, or crash haproxy; of the others %d stand in an accepted case and %d in a refused one" % (version, len(lines), len(lines) - len(built), len(built) - len(never), len(built) - len(always)))
            for line in never[:show]:
                case, said = self.why.get((version, (line[1], line[2])), ("", "no case could be made"))
                print("  never accepted: %s: %s: %s\n      %s" % (line[2], line[3], case, said[:200]))
            for line in always[:show]:
                print("  never refused: %s: %s" % (line[2], line[3]))
            missing += len(never) + len(always)
        return missing
