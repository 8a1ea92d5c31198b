"""Writes a configuration of N servers in backends of 100: generate.py N map|text. `map`: each server is a map of
8 keys, the costliest form that people write; `text`: each is one line of HAProxy text."""

import sys


def main():
    count, form = int(sys.argv[1]), sys.argv[2]
    write = sys.stdout.write
    write('haproxy: "2.6"\nglobal:\n  maxconn: 100000\ndefaults:\n  mode: http\n'
          '  timeout:\n    connect: 5s\n    client: 50s\n    server: 50s\n'
          'frontends:\n  web:\n    bind: "127.0.0.1:8080"\n    default_backend: b0\nbackends:\n')
    for first in range(0, count, 100):
        write(f"  b{first // 100}:\n    balance: roundrobin\n    option:\n      httpchk: GET /health\n    server:\n")
        for i in range(first, min(first + 100, count)):
            address = f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}:8080"
            weight = i % 100 + 1
            if form == "map":
                write(f"      srv{i}:\n        address: {address}\n        check: true\n        inter: 2s\n"
                      f"        fall: 3\n        rise: 2\n        weight: {weight}\n        maxconn: 500\n"
                      f"        cookie: s{i}\n")
            else:
                write(f"      srv{i}: {address} check inter 2s fall 3 rise 2 weight {weight} maxconn 500 cookie s{i}\n")


main()
