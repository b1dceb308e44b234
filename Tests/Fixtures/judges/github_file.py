"""Reads a file of GITHUB_OUTPUT as GitHub's runner does and prints its values as one JSON object.

By actions/runner, src/Runner.Worker/FileCommandManager.cs: the first of '=' and '<<' in a line tells `name=value` from
`name<<delimiter`, whose value goes on to the line that is the delimiter alone; anything else is an error.
"""
import json
import sys

lines = iter(open(sys.argv[1], newline="").read().split("\n"))
values = {}
for line in lines:
    if not line:
        continue
    equals, heredoc = line.find("="), line.find("<<")
    if equals >= 0 and (heredoc < 0 or equals < heredoc):
        values[line[:equals]] = line[equals + 1:]
    elif heredoc >= 0:
        name, delimiter = line[:heredoc], line[heredoc + 2:]
        assert name and delimiter, line
        value = []
        for part in lines:
            if part == delimiter:
                break
            value.append(part)
        else:
            raise SystemExit("no end of " + name)
        values[name] = "\n".join(value)
    else:
        raise SystemExit("neither a value nor its beginning: " + line)
print(json.dumps(values))
