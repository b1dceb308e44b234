"""Compares messages and enumerations in protobuf's notation (standard input) with the descriptors of livekit-protocol.

Prints each difference on a line; what is left out there is no difference."""

import re
import sys

from livekit.protocol import agent_dispatch, cloud_agent, models, room, webhook  # registers their types  # noqa: F401
from google.protobuf import descriptor, descriptor_pool

POOL = descriptor_pool.Default()
NAMES = {
    descriptor.FieldDescriptor.TYPE_STRING: "string", descriptor.FieldDescriptor.TYPE_BYTES: "bytes",
    descriptor.FieldDescriptor.TYPE_BOOL: "bool", descriptor.FieldDescriptor.TYPE_INT32: "int32",
    descriptor.FieldDescriptor.TYPE_UINT32: "uint32", descriptor.FieldDescriptor.TYPE_INT64: "int64",
    descriptor.FieldDescriptor.TYPE_UINT64: "uint64",
}


def type_of(field):
    if field.message_type is not None:
        if field.message_type.GetOptions().map_entry:
            return "map<string, string>"
        return field.message_type.full_name.removeprefix("livekit.")
    if field.enum_type is not None:
        return field.enum_type.full_name.removeprefix("livekit.")
    return NAMES[field.type]


count = 0
for kind, name, body in re.findall(r"(message|enum) ([\w.]+) \{([^}]*)\}", sys.stdin.read()):
    lines = [line.strip() for line in body.split(";") if line.strip()]
    if kind == "enum":
        known = {v.name: v.number for v in POOL.FindEnumTypeByName("livekit." + name).values}
        for line in lines:
            value, number = line.split(" = ")
            count += 1
            if known.get(value) != int(number):
                print(f"{name}.{value} is {known.get(value)}, not {number}")
        continue
    fields = POOL.FindMessageTypeByName("livekit." + name).fields_by_name
    for line in lines:
        modifier, type_name, field_name, number = re.fullmatch(
            r"(repeated |optional )?(map<string, string>|[\w.]+) (\w+) = (\d+)", line).groups()
        field = fields.get(field_name)
        count += 1
        if field is None:
            print(f"{name}.{field_name} is not there")
            continue
        is_map = type_name.startswith("map")
        known = (type_of(field), field.number, field.is_repeated and not is_map)
        declared = (type_name, int(number), modifier == "repeated ")
        if known != declared:
            print(f"{name}.{field_name} is {known}, not {declared}")
print(f"{count} compared")
