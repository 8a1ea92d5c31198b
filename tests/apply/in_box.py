"""One test of tests/apply/run, inside its box."""
import cases
import bed


def test(box, name, version, haproxy, mode):
    cases.CASES[name](bed.Bed(box, version, haproxy, mode))
