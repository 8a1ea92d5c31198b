"""real_systemd.py HACC HAPROXY: hacc apply below the systemd of this machine. Prints what is wrong."""
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

UNIT = "haproxy-hacc-test.service"
PATH = "/run/systemd/system/" + UNIT
PORT = 18931

SERVICE = """[Service]
Type=notify
ExecStart={haproxy} -Ws -f {folder}/haproxy.cfg -p {folder}/pid
ExecReload={haproxy} -Ws -f {folder}/haproxy.cfg -c -q
ExecReload=/bin/kill -USR2 $MAINPID
KillMode=mixed
"""

CONFIGURATION = """apply: {{mode: systemd, unit: {unit}, target: {folder}/haproxy.cfg, state-dir: {folder}/state, sysctl: false,
        pidfile: {folder}/pid}}
global: {{stats socket: "{folder}/admin.sock level admin expose-fd listeners"}}
defaults: {{mode: http, timeout: {{connect: 1s, client: 5s, server: 5s, http-request: 5s}}}}
frontends: {{web: {{bind: "127.0.0.1:{port}", http-request: 'return status 200 content-type text/plain string "{says}"'}}}}
"""


def run(*argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60)
    if done.returncode != 0:
        sys.exit(print("%s: status %d: %s" % (" ".join(argv), done.returncode, done.stdout)) or 1)
    return done.stdout


def main():
    hacc, haproxy = sys.argv[1:]
    with tempfile.TemporaryDirectory(dir="/run") as folder:
        with open(PATH, "w", encoding="ascii") as file:
            file.write(SERVICE.format(haproxy=haproxy, folder=folder))
        try:
            run("systemctl", "daemon-reload")
            for says in ("one", "two", "three"):
                with open(folder + "/lb.yaml", "w", encoding="ascii") as file:
                    file.write(CONFIGURATION.format(unit=UNIT, folder=folder, port=PORT, says=says))
                out = run(hacc, "apply", folder + "/lb.yaml")
                answer = urllib.request.urlopen("http://127.0.0.1:%d/" % PORT, timeout=5).read().decode()
                if answer != says or not re.search("generation [0-9a-f]{16} is live", out):
                    return "the answer is '%s', and not '%s': %s" % (answer, says, out)
        finally:
            subprocess.run(["systemctl", "stop", UNIT], check=False, timeout=60)
            os.unlink(PATH)
            subprocess.run(["systemctl", "daemon-reload"], check=False, timeout=60)
    return ""


if __name__ == "__main__":
    WRONG = main()
    print(WRONG)
    sys.exit(1 if WRONG else 0)
