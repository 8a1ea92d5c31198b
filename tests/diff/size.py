"""Time is linear: twice the servers take twice the time, however they differ."""
import os
import random
import resource

BASE = 50000
LIMIT = 3.5  # of a text twice as long; 4 is quadratic


def text(count, weight, order, seed):
    rng = random.Random(seed)
    servers = ["    server s%d 10.%d.%d.%d:80 weight %d\n" % (i, i >> 16, i >> 8 & 255, i & 255, weight(i)) for i in range(count)]
    if order:
        rng.shuffle(servers)
    backends = max(1, count // 5000)
    parts = ["backend b%d\n%s" % (k, "".join(servers[k::backends])) for k in range(backends)]
    return "defaults\n    timeout connect 1s\n    timeout server 1s\n    default-server check inter 2s\n" + "".join(parts)


def seconds(suite, folder, count, name, new):
    paths = [os.path.join(folder, "%s-%d-%d.cfg" % (name, count, side)) for side in (0, 1)]
    for path, made in zip(paths, (text(count, lambda i: 10, False, 1), new(count))):
        with open(path, "w", encoding="ascii") as file:
            file.write(made)
    times = []
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        status, said, errors = suite.hacc("diff", "--haproxy", "3.2", *paths)
        times.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
        suite.expect("%d servers, %s" % (count, name), status == 1 and said.count(b"\n") > count // 100, errors)
    return min(times)


def check(suite, folder):
    kinds = {"other weights": lambda count: text(count, lambda i: 10 + (i % 7 == 0), False, 1),
             "another order": lambda count: text(count, lambda i: 10, True, 1),
             "other default-server": lambda count: text(count, lambda i: 10, False, 1).replace("inter 2s", "inter 3s").replace("server s7", "server t7")}
    for name, new in kinds.items():
        half, whole = (seconds(suite, folder, count, name, new) for count in (BASE, 2 * BASE))
        print("size: %s, %d servers in %.2f s, %d in %.2f s" % (name, BASE, half, 2 * BASE, whole))
        suite.expect("linear time: " + name, whole < LIMIT * half, "%.2f s, %.2f s" % (half, whole))
