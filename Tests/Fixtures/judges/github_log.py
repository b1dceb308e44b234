"""Reads a job's log as GitHub's runner does and prints, one JSON a line, every command that it would obey.

By actions/runner, src/Runner.Common/ActionCommand.cs: a line that begins with '::' once it is trimmed is a command up to the
next '::'; a line that holds '##[' is one up to the next ']'. Values are unescaped as there.
"""
import json
import sys


def unescaped(text, is_property):
    codes = [("%0D", "\r"), ("%0A", "\n")] + ([("%3A", ":"), ("%2C", ",")] if is_property else []) + [("%25", "%")]
    for code, character in codes:
        text = text.replace(code, character)
    return text


def properties(text):
    pairs = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    return {name.strip(): unescaped(value, True) for name, _, value in pairs}


for line in sys.stdin.buffer.read().decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
    trimmed = line.lstrip()
    if trimmed.startswith("::") and "::" in trimmed[2:]:
        head, _, data = trimmed[2:].partition("::")
        name, _, rest = head.partition(" ")
        print(json.dumps({"name": name, "data": unescaped(data, False)} | properties(rest)))
    elif "##[" in line and "]" in line[line.index("##["):]:
        head = line[line.index("##[") + 3:].partition("]")[0]
        print(json.dumps({"name": "old " + head.partition(" ")[0]}))
