"""`running` is what the HAProxy has that hacc apply keeps, also what its Runtime API has made of it."""
import os
import signal

TEXT = """haproxy: "%(version)s"
apply: {mode: daemon, state-dir: %(folder)s/state, pidfile: %(folder)s/pid, target: %(folder)s/haproxy.cfg, haproxy-bin: %(binary)s, sysctl: false}
global:
  stats socket: %(folder)s/admin.sock level admin expose-fd listeners
defaults: {mode: http, timeout: {connect: 1s, client: 1s, server: 1s}, option: {idle-close-on-response: true}}
frontends: {web: {bind: unix@%(folder)s/web.sock, default_backend: app}}
backends: {app: {server: {a: "10.0.0.1:80 weight %(weight)s", b: "10.0.0.2:80"}}}
"""


def write(folder, name, **values):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(TEXT % dict(values, folder=folder))
    return path


def check(suite, folder):
    version = next((v for v in ("3.2", "3.0") if os.access(os.path.join(suite.options.haproxy, "haproxy-" + v), os.X_OK)), None)
    if not suite.expect("a HAProxy for `running`", version is not None):
        return
    top = os.path.join(folder, "running")
    os.mkdir(top, 0o755)
    binary = os.path.join(suite.options.haproxy, "haproxy-" + version)
    one, two = (write(top, "%s.yaml" % weight, weight=weight, version=version, binary=binary) for weight in ("10", "20"))
    state = ["--state-dir", os.path.join(top, "state")]
    status, said, errors = suite.hacc("diff", *state, "--target", os.path.join(top, "haproxy.cfg"), "running", one)
    suite.expect("running: nothing runs", status == 2 and "running" in errors, errors)
    try:
        for path, other in ((one, two), (two, one)):
            status, said, errors = suite.hacc("apply", "--yes", path)
            suite.expect("running: apply", status == 0, errors)
            status, said, errors = suite.hacc("diff", *state, "running", path)
            suite.expect("running: as applied", status == 0, said.decode() + errors)
            for sides in (("running", other), (other, "running")):
                status, said, errors = suite.hacc("diff", *state, *sides)
                suite.expect("running: the other one", status == 1 and said.count(b"weight") >= 2 and b"1 change: no reload" in said, said.decode() + errors)
    finally:
        pid = os.path.join(top, "pid")
        if os.path.exists(pid):
            with open(pid, encoding="ascii") as file:
                os.kill(int(file.read().split()[0]), signal.SIGTERM)
