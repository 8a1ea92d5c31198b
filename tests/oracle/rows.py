"""The rows of grammar/*.yaml and their signatures, read without a YAML library: a row is one line in flow style."""
import glob
import os
import re

VERSIONS = ["2.2", "2.4", "2.6", "2.8", "3.0", "3.2"]


class Row:
    """A row of the table. `tree` is its signature as a list of nodes, `paren` that of the arguments on the keyword:
    ("word", text, paren), ("param", name, type, args), ("opt", nodes), ("choice", [nodes]), ("repeat", node),
    ("context", name)."""

    def __init__(self, fields, file):
        self.kw = fields["kw"]
        self.contexts = fields["in"]
        self.since = VERSIONS.index(fields.get("since", VERSIONS[0]))
        self.until = VERSIONS.index(fields.get("until", VERSIONS[-1]))
        self.sig = fields.get("sig", "")
        self.negation = fields.get("no")
        self.build = fields.get("build")
        self.alias = fields.get("alias")
        self.prefix = fields.get("prefix") == "yes"
        self.order = fields.get("order", [])
        self.require = [need.split("|") for need in fields.get("require", [])]
        self.repeat = fields.get("repeat", "last")
        self.group = fields.get("group")
        self.named = fields.get("named") == "yes"
        self.unordered = fields.get("unordered") == "yes"
        self.side = fields.get("side")
        self.to = fields.get("to")
        self.takes = fields.get("from")
        self.matrix = fields.get("matrix")
        self.file = file
        self.paren, self.tree = parse_signature(self.sig)

    def is_in(self, version):
        return self.since <= VERSIONS.index(version) <= self.until

    def __repr__(self):
        return "%s (%s)" % (self.kw, ",".join(self.contexts))


def parse_scalar(text, at):
    if text[at] == '"':
        end = at + 1
        while text[end] != '"':
            end += 2 if text[end] == "\\" else 1
        return re.sub(r"\\(.)", r"\1", text[at + 1:end]), end + 1
    if text[at] == "'":
        end = text.index("'", at + 1)
        return text[at + 1:end], end + 1
    end = re.compile(r"(?=[,\]}])").search(text, at).start()
    return text[at:end].strip(), end


def parse_row(line):
    """{kw: x, in: [a, b], sig: "..."} as a dictionary."""
    fields, at = {}, line.index("{") + 1
    while line[at] != "}":
        key, at = re.compile(r"\s*([\w-]+):\s*").match(line, at), None
        at = key.end()
        if line[at] == "[":
            items, at = [], at + 1
            while line[at] != "]":
                item, at = parse_scalar(line, at)
                items.append(item)
                at = re.compile(r"[,\s]*").match(line, at).end()
            value, at = items, at + 1
        else:
            value, at = parse_scalar(line, at)
        fields[key.group(1)] = value
        at = re.compile(r"[,\s]*").match(line, at).end()
    return fields


class Signature:
    def __init__(self, text):
        self.text, self.at, self.depth = text, 0, 0

    def sequence(self, stops):
        nodes = []
        while True:
            while self.at < len(self.text) and (self.text[self.at] == " " or self.depth and self.text[self.at] == ","):
                self.at += 1
            if self.at >= len(self.text) or self.text[self.at] in stops:
                return nodes
            node = self.atom()
            if self.text.startswith("...", self.at):
                self.at += 3
                node = ("repeat", node)
            nodes.append(node)

    def atom(self):
        c = self.text[self.at]
        if c == "<":
            end = self.text.index(">", self.at)
            name, _, kind = self.text[self.at + 1:end].partition(":")
            self.at = end + 1
            words = kind.split()
            return ("param", name, words[0], words[1:])
        if c == "{":
            choices = []
            while self.text[self.at] != "}":
                self.at += 1
                choices.append(self.sequence("|}"))
            self.at += 1
            return ("choice", choices)
        if c == "[":
            self.at += 1
            nodes = self.sequence("]")
            self.at += 1
            return ("opt", nodes)
        if c == "@":
            name = re.compile(r"@([\w-]+)").match(self.text, self.at)
            self.at = name.end()
            return ("context", name.group(1))
        word = re.compile(r"[^ <>\[\]{}|()@,]+" if self.depth else r"[^ <>\[\]{}|()@]+").match(self.text, self.at)
        text = word.group()
        self.at = word.end()
        if text.endswith("...") and len(text) > 3:
            text, self.at = text[:-3], self.at - 3
        paren = None
        if self.text.startswith("(", self.at):
            paren = self.arguments()
        return ("word", text, paren)

    def arguments(self):
        self.at += 1
        self.depth += 1
        nodes = self.sequence(")")
        self.depth -= 1
        self.at += 1
        return nodes


def parse_signature(text):
    signature = Signature(text)
    paren = signature.arguments() if text.startswith("(") else None
    return paren, signature.sequence("")


def mentions(nodes):
    """The contexts ("@name") and types that a signature names, at any depth."""
    found = set()
    for node in nodes or []:
        if node[0] == "word":
            found |= mentions(node[2])
        elif node[0] == "param":
            found.add(node[2])
            found |= {a for a in node[3] if a.startswith("@")}
        elif node[0] == "opt":
            found |= mentions(node[1])
        elif node[0] == "choice":
            for nodes_of_choice in node[1]:
                found |= mentions(nodes_of_choice)
        elif node[0] == "repeat":
            found |= mentions([node[1]])
        elif node[0] == "context":
            found.add("@" + node[1])
    return found


class Table:
    def __init__(self, folder):
        self.rows, self.contexts, self.types = [], {}, {}
        for path in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
            for line in open(path, encoding="utf-8"):
                if not line.startswith("- {"):
                    continue
                fields = parse_row(line)
                if "kw" in fields:
                    self.rows.append(Row(fields, os.path.basename(path)))
                elif "context" in fields:
                    self.contexts[fields["context"]] = fields
                elif "type" in fields:
                    self.types[fields["type"]] = fields
        self.by_context = {}
        for number, row in enumerate(self.rows):
            row.number = number
            row.mentions = mentions(row.tree) | mentions(row.paren)
            for context in row.contexts:
                self.by_context.setdefault(context, []).append(row)

    def is_section(self, context):
        return self.contexts[context].get("kind") == "section"

    def of(self, context, version):
        return [row for row in self.by_context.get(context, []) if row.is_in(version)]
