"""Runs agents of the installed livekit-agents as process 1 of a PID namespace, sends TERM once, and says what they did.

Reads one JSON object a line: {"name", "text", "arguments"}; writes one a line: {"name", "verdict"}. No server is needed: what
counts is whether the worker's drain begins. A worker drains when it says so; one whose own code drains it says "drained".
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import threading
import time


def until(seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def judge(case):
    patience = float(os.environ.get("SLUICE_TEST_PATIENCE", "1"))
    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "launch.py"), "w") as file:
        file.write(case["text"])
    process = subprocess.Popen(
        ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "setsid", sys.executable, "launch.py"]
        + case["arguments"],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, PYTHONUNBUFFERED="1"))
    said = []
    reader = threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")), daemon=True)
    reader.start()

    def says(*words):
        return any(word in line for line in list(said) for word in words)

    until(40 * patience, lambda: says("starting worker", "failed to connect") or process.poll() is not None)
    # The worker's own start and its callbacks.
    until(2, lambda: process.poll() is not None)
    if process.poll() is not None:
        return {"name": case["name"], "verdict": "never-starts"}
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        first = int(file.read().split()[0])
    os.kill(first, 15)
    until(6 * patience, lambda: process.poll() is not None or says("draining worker", "drained"))
    drained = until(1, lambda: says("draining worker", "drained"))
    verdict = "drains" if drained else "swallowed" if process.poll() is None else "aborts"
    process.kill()
    process.wait()
    return {"name": case["name"], "verdict": verdict}


with concurrent.futures.ThreadPoolExecutor(3) as pool:
    for answer in pool.map(judge, [json.loads(line) for line in sys.stdin if line.strip()]):
        print(json.dumps(answer), flush=True)
