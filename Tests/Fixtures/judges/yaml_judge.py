"""Reads YAML documents as lines of hexadecimal bytes; answers each with its tree as PyYAML's own parser composes it.

Every scalar is shown with style, line, column and text, so that all of a tree is compared. What sluice refuses by
its own rules (anchors, tags, duplicate keys, ...) is 'reject'. PyYAML resolves scalars by YAML 1.1; their kinds are decided
here by the regular expressions of YAML 1.2.2, section 10.3.2.
"""
import re
import sys

import yaml

KINDS = [
    ("null", re.compile(r"null|Null|NULL|~|")),
    ("boolean", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("integer", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    ("number", re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN")),
]


def kind(node):
    if node.style is not None:
        return "string"
    return next((name for name, pattern in KINDS if pattern.fullmatch(node.value)), "string")


def place(node):
    return f"{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def show(node):
    if isinstance(node, yaml.ScalarNode):
        style = {None: "p", "'": "q", '"': "q", "|": "b", ">": "b"}[node.style]
        # Where nothing is written, the two parsers put it before or behind the space that follows.
        written = node.value or node.style is not None
        return f"{kind(node)}/{style}/{place(node) if written else '-'}/{node.value.encode().hex()}"
    if isinstance(node, yaml.SequenceNode):
        return place(node) + "[" + ",".join(show(item) for item in node.value) + "]"
    keys = []
    parts = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.style is None and key.value in ("", "<<"):
            raise ValueError("key")
        keys.append(key.value)
        parts.append(f"{place(key)}/{key.value.encode().hex()}={show(value)}")
    if len(set(keys)) != len(keys):
        raise ValueError("duplicate key")
    return place(node) + "{" + ",".join(parts) + "}"


for line in sys.stdin:
    try:
        text = bytes.fromhex(line.strip()).decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
                raise ValueError("anchor, alias or tag")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        print("empty" if node is None else show(node))
    except (yaml.YAMLError, ValueError, RecursionError):
        print("reject")
