"""Runs a command in a terminal of its own and says as one JSON object what it drew, how it ended and what it left.

in_terminal.py COLUMNS ROWS PRESSES TEXT COMMAND…: presses Ctrl-C that many times once TEXT was printed; the later ones
when the program has answered the first.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

columns, rows, presses, text, *command = sys.argv[1:]
presses = int(presses)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
before = termios.tcgetattr(slave)


def take_terminal():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


# The terminal's driver makes the signal of Ctrl-C, as under a person's fingers.
child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal)
output = b""
wanted = text.encode()
deadline = time.monotonic() + 170
seen = 0
while time.monotonic() < deadline:
    if select.select([master], [], [], 0.05)[0]:
        output += os.read(master, 65536)
    elif child.poll() is not None:
        break
    if presses and wanted in output[seen:]:
        os.write(master, b"\x03")
        presses -= 1
        seen = len(output)
        wanted = b"once more"
if child.poll() is None:
    os.killpg(child.pid, signal.SIGKILL)
status = child.wait()
print(json.dumps({
    "status": status, "same": termios.tcgetattr(slave) == before, "output": output.decode("utf-8", "replace"),
}))
