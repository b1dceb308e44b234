"""Runs entry commands as process 1 of a PID namespace, sends TERM, and says what became of the agent below them.

Reads one JSON object a line: {"name", "argv", "folder", "session", "init"}; writes one a line: {"name", "verdict", "end"}.
The stand-in agent is agent.py of the case's folder: it drains for SESSION seconds on the first TERM or INT, and ends at once
on the second, as livekit-agents does.
"""

import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

AGENT = """
import os, signal, sys, time
record = os.open(os.environ["RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def say(word): os.write(record, (word + "\\n").encode())
told = False
def take(number, frame):
    global told
    if told:
        say("forced")
        os._exit(1)
    told = True
    say("told")
signal.signal(signal.SIGTERM, take)
signal.signal(signal.SIGINT, take)
say("start")
while not told:
    time.sleep(0.02)
end = time.monotonic() + float(os.environ["SESSION"])
while time.monotonic() < end:
    time.sleep(0.02)
say("done")
"""


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def until(seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def judge(case):
    patience = float(os.environ.get("SLUICE_TEST_PATIENCE", "1"))
    folder = case["folder"]
    os.chmod(os.path.dirname(folder), 0o755)
    with open(os.path.join(folder, "agent.py"), "w") as file:
        file.write(AGENT)
    room = tempfile.mkdtemp()
    os.chmod(room, 0o777)
    record = os.path.join(room, "record")
    environment = dict(
        PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", RECORD=record, SESSION=str(case["session"]),
        HOME=folder, PYTHONDONTWRITEBYTECODE="1", LANG="C.UTF-8")
    # A container's process 1 leads its session.
    argv = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "setsid"] + case["argv"]
    process = subprocess.Popen(
        argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True)

    def words():
        try:
            with open(record) as file:
                return file.read().split()
        except OSError:
            return []

    until(25 * patience, lambda: "start" in words() or process.poll() is not None)
    if "start" not in words() or process.poll() is not None:
        process.kill()
        return {"name": case["name"], "verdict": "never-starts", "end": process.wait()}
    # Wrappers install their handlers before they start anything; a moment more costs nothing.
    time.sleep(0.2)
    first = children(process.pid)
    if not first:
        return {"name": case["name"], "verdict": "never-starts", "end": process.wait()}
    os.kill(first[0], signal.SIGTERM)
    ended = until(case["session"] + 2 * patience, lambda: process.poll() is not None)
    said = words()
    if "done" in said and "forced" not in said:
        verdict = "drains"
    elif "told" not in said and not ended:
        verdict = "swallowed"
    else:
        verdict = "aborts"
    process.kill()
    return {"name": case["name"], "verdict": verdict, "end": process.wait() if ended else None}


def main():
    cases = [json.loads(line) for line in sys.stdin if line.strip()]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for answer in pool.map(judge, cases):
            print(json.dumps(answer), flush=True)


main()
