"""Reads lines of JSON, each a schema with its dialect and values; answers each line with 1 or 0 for every value's validity."""
import json
import sys

import jsonschema

sys.setrecursionlimit(5_000)

DIALECTS = {
    "draft-04": jsonschema.Draft4Validator,
    "draft-06": jsonschema.Draft6Validator,
    "draft-07": jsonschema.Draft7Validator,
    "draft/2019-09": jsonschema.Draft201909Validator,
    "draft/2020-12": jsonschema.Draft202012Validator,
}

for line in sys.stdin:
    question = json.loads(line)
    validator = DIALECTS[question["dialect"]](question["schema"])
    answers = []
    for value in question["values"]:
        try:
            answers.append("1" if validator.is_valid(value) else "0")
        except RecursionError:
            answers.append("?")
    print("".join(answers))
