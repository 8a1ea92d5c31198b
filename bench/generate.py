"""Writes a configuration of N things: generate.py N FORM. `map`: servers in backends of 100, each a map of 8 keys, the
costliest form that people write; `text`: the same, each a line of HAProxy text; `servers`: one backend with all of them;
`acls`: a frontend with N ACLs, each used by a use_backend."""

import sys

HEAD = """haproxy: "2.6"
global:
  maxconn: 100000
defaults:
  mode: http
  timeout:
    connect: 5s
    client: 50s
    server: 50s
frontends:
  web:
    bind: "127.0.0.1:8080"
    default_backend: b0
"""


def address(i):
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}:8080"


def server(write, i, form):
    weight = i % 100 + 1
    if form == "map":
        write(f"      srv{i}:\n        address: {address(i)}\n        check: true\n        inter: 2s\n"
              f"        fall: 3\n        rise: 2\n        weight: {weight}\n        maxconn: 500\n"
              f"        cookie: s{i}\n")
    elif form == "text":
        write(f"      srv{i}: {address(i)} check inter 2s fall 3 rise 2 weight {weight} maxconn 500 cookie s{i}\n")
    else:
        write(f"      srv{i}: {address(i)} check weight {weight}\n")


def backends(write, count, form):
    size = count if form == "servers" else 100
    for first in range(0, count, size):
        write(f"  b{first // size}:\n    balance: roundrobin\n    option:\n      httpchk: GET /health\n    server:\n")
        for i in range(first, min(first + size, count)):
            server(write, i, form)


def acls(write, count):
    write("    acl:\n")
    for i in range(count):
        write(f"      - a{i}: path_beg /p{i}/\n")
    write("    use_backend:\n")
    for i in range(count):
        write(f"      - b{i % 100} if a{i}\n")


def main():
    count, form = int(sys.argv[1]), sys.argv[2]
    write = sys.stdout.write
    write(HEAD)
    if form == "acls":
        acls(write, count)
    write("backends:\n")
    if form == "acls":
        for i in range(100):
            write(f"  b{i}:\n    server:\n      s: {address(i)}\n")
    else:
        backends(write, count, form)


main()
