"""One test of tests/apply/run, inside its box."""
import bed
import cases
import surroundings


def test(box, name, version, haproxy, mode):
    {**cases.CASES, **surroundings.CASES}[name](bed.Bed(box, version, haproxy, mode))
