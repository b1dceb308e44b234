"""Reads documents as lines of hexadecimal bytes; answers each with its tree as Python's json reads it, or with 'reject'."""
import json
import sys

sys.setrecursionlimit(20_000)
sys.set_int_max_str_digits(0)


class Number(str):
    pass


class Pairs(list):
    pass


def pairs(items):
    keys = [key for key, _ in items]
    if len(set(keys)) != len(keys):
        raise ValueError("duplicate key")
    return Pairs(items)


def constant(text):
    raise ValueError(text)


def show(value, depth):
    if value is None:
        return "n"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, Number):
        return "d" + value
    if isinstance(value, str):
        return "s" + value.encode("utf-8").hex()  # a lone surrogate raises
    if depth >= 64:
        raise ValueError("deep")
    if isinstance(value, Pairs):
        return "{" + ",".join(show(key, depth) + ":" + show(item, depth + 1) for key, item in value) + "}"
    return "[" + ",".join(show(item, depth + 1) for item in value) + "]"


for line in sys.stdin:
    try:
        text = bytes.fromhex(line.strip()).decode("utf-8-sig")
        value = json.loads(
            text, parse_int=Number, parse_float=Number, parse_constant=constant, object_pairs_hook=pairs)
        print(show(value, 0))
    except (ValueError, RecursionError):
        print("reject")
