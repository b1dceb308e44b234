"""Types into a real shell on a real terminal, presses tab, and reads what the program then is called with.

Usage: tab.py bash|zsh|fish SCRIPT FOLDER

A program `sluice` on PATH prints its arguments, one in brackets each, so that what a shell completed is read from the
program and not from the screen. `sluice __complete` answers with names and notes what it was asked.
"""

import os
import sys

import pexpect

shell, script, folder = sys.argv[1:4]
binaries = os.path.join(folder, "bin")
work = os.path.join(folder, "work")
os.makedirs(binaries)
os.makedirs(os.path.join(work, "sub dir", "inner"))
for name in ["journal.ndjson", "plan.json", "other.txt", "one.log", "two.log"]:
    open(os.path.join(work, name), "w").close()
program = os.path.join(binaries, "sluice")
with open(program, "w") as file:
    file.write(
        """#!/bin/bash
if [[ $1 == __complete ]]; then
  printf '[%s]' "$@" >>"$ASKED"; echo >>"$ASKED"
  case $2 in
    target) printf 'production\\tThe fleet: $HOME `x` "y"\\nkitchen-1\\n' ;;
    run) printf '20260224-1\\n20251111-2\\n' ;;
    version) printf 'v1:blue\\tA colon\\n' ;;
  esac
  exit
fi
printf '<GOT>'; printf '[%s]' "$@"; printf '<END>\\n'
"""
    )
os.chmod(program, 0o755)

asked = os.path.join(folder, "asked")
environment = {
    "PATH": binaries + ":/usr/local/bin:/usr/bin:/bin",
    "HOME": folder,
    "LC_ALL": "C.utf8",
    "TERM": "xterm",
    "ASKED": asked,
    "PS1": "READY> ",
    "XDG_CONFIG_HOME": folder,
    "XDG_DATA_HOME": folder,
    "XDG_CACHE_HOME": folder,
}

# zsh takes the slash away again when the word ends there.
DIRECTORY = "sub dir" if shell == "zsh" else "sub dir/"

# What is typed, with a tab as \t, and the arguments that the program gets on enter.
CASES = [
    ("depl\t", ["deploy"]),
    ("ver\t", ["verify-cutover"]),
    ("runs sh\t 20260\t", ["runs", "show", "20260224-1"]),
    ("runs ls --lim\t5", ["runs", "ls", "--limit", "5"]),
    ("help roll\t", ["help", "rollback"]),
    ("help runs l\t", ["help", "runs", "list"]),
    ("deploy --tar\tprod\t", ["deploy", "--target", "production"]),
    ("deploy -t kit\t--pl\t", ["deploy", "-t", "kitchen-1", "--plan"]),
    ("deploy -yqt kit\t", ["deploy", "-yqt", "kitchen-1"]),
    ("deploy --target=kit\t", ["deploy", "--target=kitchen-1"]),
    ("deploy --format js\tl", ["deploy", "--format", "jsonl"]),
    ("deploy --format=gi\t", ["deploy", "--format=github"]),
    ("deploy --format github --lea\t1", ["deploy", "--format", "github", "--leak-bound", "1"]),
    ("deploy --apply pl\t", ["deploy", "--apply", "plan.json"]),
    ("deploy --apply=pl\t", ["deploy", "--apply=plan.json"]),
    ("deploy --version v1\t--yes", ["deploy", "--version", "v1:blue", "--yes"]),
    ("deploy --version v1:b\t--yes", ["deploy", "--version", "v1:blue", "--yes"]),
    ("revert -t prod\t--to v\t", ["revert", "-t", "production", "--to", "v1:blue"]),
    ("verify-cutover --replay j\t--on\t", ["verify-cutover", "--replay", "journal.ndjson", "--once"]),
    ("triage --logs one\ttw\t--out su\t", ["triage", "--logs", "one.log", "two.log", "--out", DIRECTORY]),
    ("triage --logs - tw\t", ["triage", "--logs", "-", "two.log"]),
    ("triage oth\tone\t", ["triage", "other.txt", "one.log"]),
    ("triage -- oth\t", ["triage", "--", "other.txt"]),
    ("check con\t", ["check", "contracts"]),
    ("check --fail-on w\t", ["check", "--fail-on", "warning"]),
    ("guard --tim\t5s -- slui\toth\t", ["guard", "--timeout", "5s", "--", "sluice", "other.txt"]),
    # Nothing hidden is offered.
    ("keep\t", ["keep"]),
    ("deploy --inj\t", ["deploy", "--inj"]),
]

# What is typed, and words that the list on the screen then shows.
LISTS = [
    ("\t\t", ["deploy", "rollback", "verify-cutover", "triage", "check", "runs", "guard", "help"]),
    ("runs \t\t", ["list", "show"]),
    ("deploy --\t\t", ["--target", "--plan", "--leak-bound", "--format", "--help"]),
    ("deploy --format \t\t", ["text", "json", "jsonl", "github"]),
    ("deploy --target \t\t", ["production", "kitchen-1"]),
]
# Descriptions, for shells that show them; odd text is shown as it is.
DESCRIBED = [
    ("\t\t", ["Go back to a version that has served before."]),
    ("deploy --\t\t", ["""It's "odd" text: a [bracket], $HOME, `tick`, 100% & a back\\slash; (paren) <angle> *star* #hash"""]),
    ("deploy --target \t\t", ["""The fleet: $HOME `x` "y\""""]),
]

commands = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
child = pexpect.spawn(
    commands[shell][0], commands[shell][1:], env=environment, cwd=work, encoding="utf-8", timeout=20,
    dimensions=(60, 200), echo=False,
)


def run(line):
    child.send(line + "\r")


def wait_ready(mark):
    """Runs a line that prints a mark which does not stand in the line itself."""
    run("echo M''ARK" + str(mark))
    child.expect_exact("MARK" + str(mark))


if shell == "bash":
    run("bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 500'; bind 'set page-completions off'")
    run("source '%s'" % script)
elif shell == "zsh":
    run("unsetopt zle_bracketed_paste 2>/dev/null; unset zle_bracketed_paste; LISTMAX=0; setopt no_list_beep")
    run("fpath=('%s' $fpath); autoload -Uz compinit; compinit -u -d '%s/dump'" % (folder, folder))
    run("zstyle ':completion:*' list-prompt ''; PS1='READY> '")
else:
    run("function fish_prompt; printf 'READY> '; end; function fish_greeting; end; set -g fish_autosuggestion_enabled 0")
    run("source '%s'" % script)
wait_ready(0)

failures = []
count = 0


def fail(line, wanted, seen):
    failures.append("%s: %r: wanted %r, got %r" % (shell, line, wanted, seen))


for typed, wanted in CASES:
    count += 1
    child.send("sluice ")
    parts = typed.split("\t")
    for index, part in enumerate(parts):
        child.send(part)
        if index < len(parts) - 1:
            child.send("\t")
    child.send("\r")
    try:
        child.expect(r"<GOT>(.*)<END>")
        # The terminal may have broken the line.
        got = child.match.group(1).replace("\r\n", "")
        if got != "".join("[%s]" % word for word in wanted):
            fail(typed, wanted, got)
    except pexpect.TIMEOUT:
        fail(typed, wanted, child.before)
    wait_ready(count)


def screen_has(typed, words):
    global count
    count += 1
    child.send("sluice " + typed)
    seen = ""
    try:
        for word in words:
            if word in seen:
                continue
            child.expect_exact(word, timeout=20)
            seen += child.before + child.after
    except pexpect.TIMEOUT:
        fail(typed, words, child.before)
    # Not Ctrl-C: with the signal the terminal throws away what was typed after it.
    child.sendcontrol("u")
    wait_ready(count)


for typed, words in LISTS:
    for word in words:
        screen_has(typed, [word])
if shell != "bash":
    for typed, words in DESCRIBED:
        screen_has(typed, words)

child.close(force=True)
questions = open(asked).read().splitlines()
for question in ["[__complete][target][prod][deploy][--target]", "[__complete][run][20260][runs][show]"]:
    count += 1
    if question not in questions:
        fail(question, "to be asked", questions[:5])

print("\n".join(failures) if failures else "%s: all %d seen" % (shell, count))
sys.exit(1 if failures else 0)
