"""Runs entry commands as process 1 of PID namespaces and says what becomes of the stop signal.

One JSON object a line: {"argv": [...], "files": {"entrypoint.sh": "..."}, "signal": 15}; for each a line: drains,
swallowed, aborts, never-starts. The agent of the commands is `agent`: its first TERM or INT starts a drain of 1.5 s, a
second one ends it with 1. Needs root for the namespaces.
"""
import concurrent.futures, json, os, signal, subprocess, sys, tempfile, time

AGENT = """#!/usr/bin/python3 -SE
import os, signal, sys, time
log = open(os.environ["AGENT_LOG"], "a", buffering=1)
state = {"seen": 0}
def handle(number, frame):
    state["seen"] += 1
    log.write("signal\\n")
    if state["seen"] > 1:
        os._exit(1)
    state["end"] = time.monotonic() + 1.5
signal.signal(signal.SIGTERM, handle)
signal.signal(signal.SIGINT, handle)
log.write("start\\n")
while time.monotonic() < state.get("end", float("inf")):
    time.sleep(0.05)
log.write("drained\\n")
"""
GRACE = 4.0


def judge(line):
    case = json.loads(line)
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        open(log, "w").close()
        os.mkdir(os.path.join(folder, "bin"))
        for name, text in {"bin/agent": AGENT, **case.get("files", {})}.items():
            path = os.path.join(folder, name)
            with open(path, "w") as file:
                file.write(text)
            os.chmod(path, 0o755)
        environment = dict(os.environ, AGENT_LOG=log, PATH=folder + "/bin:" + os.environ["PATH"])
        null = open("/dev/null", "r+b")
        outer = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "setsid"] + case["argv"],
            cwd=folder, env=environment, stdin=null, stdout=null, stderr=null, start_new_session=True)
        try:
            return verdict(outer, log, case.get("signal", signal.SIGTERM))
        finally:
            try:
                os.killpg(outer.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            outer.wait()


def read(log):
    with open(log) as file:
        return file.read().split()


def verdict(outer, log, number):
    end = time.monotonic() + 6
    while "start" not in read(log):
        if outer.poll() is not None or time.monotonic() > end:
            if "start" not in read(log):
                return "never-starts"
        time.sleep(0.02)
    time.sleep(0.6)
    if outer.poll() is not None:
        return "never-starts"
    with open(f"/proc/{outer.pid}/task/{outer.pid}/children") as file:
        first = int(file.read().split()[0])
    os.kill(first, number)
    end = time.monotonic() + GRACE
    while time.monotonic() < end and outer.poll() is None and "drained" not in read(log):
        time.sleep(0.02)
    seen = read(log)
    if "drained" in seen:
        return "drains"
    if outer.poll() is None and "signal" not in seen:
        # Killed agents leave a first process that never ends, too.
        alive = subprocess.run(["pgrep", "-f", os.path.dirname(log) + "/bin/agent"], stdout=subprocess.DEVNULL)
        return "swallowed" if alive.returncode == 0 else "aborts"
    return "aborts"


with concurrent.futures.ThreadPoolExecutor(int(sys.argv[1]) if len(sys.argv) > 1 else 8) as pool:
    for answer in pool.map(judge, [line for line in sys.stdin if line.strip()]):
        print(answer, flush=True)
