"""How the directives of an imported file are written: as maps, as values, as short text, as lines of text."""
import collections

import yaml

SHORT = 72  # characters of text that still are read at a glance


class Loader(yaml.SafeLoader):
    """All scalars are texts."""

    def construct_object(self, node, deep=False):
        return node.value if isinstance(node, yaml.ScalarNode) else super().construct_object(node, deep)


def form(value):
    if isinstance(value, dict):
        return "map"
    if value in ("true", "false", "default") or " " not in value:
        return "value"
    return "short text" if len(value) <= SHORT else "long text"


def keyword(counter, row, value):
    if isinstance(value, list):
        for item in value:
            keyword(counter, row, item)
    elif row and row.named and isinstance(value, dict):
        for item in value.values():
            for one in item if isinstance(item, list) else [item]:
                counter[form(one)] += 1
    else:
        counter[form(value)] += 1


def body(counter, rows, value):
    for block in value if isinstance(value, list) else [value]:
        for key, item in block.items():
            if key in (".then", ".else"):
                body(counter, rows, item)
            elif key in ("from", "hacc") or key.startswith("."):
                continue
            elif key in rows or not any(name.startswith(key + " ") for name in rows):
                keyword(counter, rows.get(key), item)
            else:
                group(counter, rows, key, item)


def group(counter, rows, key, value):
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            for name, inner in item.items():
                keyword(counter, rows.get(key + " " + name), inner)
        else:
            counter[form(item)] += 1


def count(table, version, document):
    """Directives by their form."""
    counter = collections.Counter()
    keys = {fields.get("key", name): (name, fields.get("names") == "required")
            for name, fields in table.contexts.items() if fields.get("kind") == "section"}

    def root(value):
        for block in value if isinstance(value, list) else [value]:
            for key, item in block.items():
                if key in (".then", ".else"):
                    root(item)
                    continue
                kind, named = keys.get(key, (key.split(" ")[0], False))
                rows = {row.kw: row for row in table.of(kind, version)} if kind in table.contexts else {}
                for one in item.values() if named else [item]:
                    if isinstance(one, (dict, list)) and rows:
                        body(counter, rows, one)

    root(yaml.load(document, Loader))
    return counter


def report(counter):
    total = sum(counter.values()) or 1
    return "%d directives: " % total + ", ".join("%.1f %% %s" % (100 * counter[name] / total, name)
                                                 for name in ("map", "value", "short text", "long text"))
