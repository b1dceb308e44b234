"""Reads TOML documents as lines of hexadecimal bytes; answers each with its tree as Python's tomllib reads it, or 'reject'.

Floats are shown by their bits, so that both readers must round alike; dates and times as isoformat shows them.
"""
import datetime
import struct
import sys
import tomllib


def show(value):
    if isinstance(value, bool):
        return f"boolean/{str(value).lower()}"
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise ValueError("64 bits")
        return f"integer/{value}"
    if isinstance(value, float):
        return "number/nan" if value != value else f"number/{struct.pack('>d', value).hex()}"
    if isinstance(value, str):
        return f"string/{value.encode().hex()}"
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return f"date/{value.isoformat()}"
    if isinstance(value, list):
        return "[" + ",".join(show(item) for item in value) + "]"
    parts = [f"{key.encode().hex()}={show(item)}" for key, item in value.items()]
    return "{" + ",".join(sorted(parts)) + "}"


for line in sys.stdin:
    try:
        print(show(tomllib.loads(bytes.fromhex(line.strip()).decode("utf-8-sig"))))
    except (ValueError, RecursionError):
        print("reject")
