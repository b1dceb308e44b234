"""Reads Dockerfiles with dockerfile-parse: of each path on standard input its instructions, one JSON array a file."""
import json
import sys

from dockerfile_parse import DockerfileParser

for path in sys.stdin.read().split("\n"):
    if not path:
        continue
    with open(path, "rb") as file:
        parser = DockerfileParser(fileobj=file)
        print(json.dumps([
            [entry["startline"] + 1, entry["instruction"], " ".join(entry["value"].split())]
            for entry in parser.structure if entry["instruction"] != "COMMENT"
        ]))
