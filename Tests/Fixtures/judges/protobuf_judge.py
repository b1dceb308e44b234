"""Google's protobuf library with the descriptors of livekit-protocol, as the judge of the wire codec and its messages.

usage: protobuf_judge.py describe | descriptors FILE | generate SEED COUNT | read | encode
"""
import json
import random
import sys

from google.protobuf import descriptor_pb2, json_format
from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.message import DecodeError
from livekit.protocol import agent, models

ROOTS = [agent.WorkerMessage, agent.ServerMessage]
TYPES = {value: name[5:].lower() for name, value in vars(Field).items() if name.startswith("TYPE_")}


def classes():
    """All messages below the roots, by their last name; the first with a name wins."""
    found = {}
    waiting = [(root.DESCRIPTOR, root) for root in ROOTS]
    while waiting:
        descriptor, cls = waiting.pop(0)
        if descriptor.name in found:
            continue
        found[descriptor.name] = cls
        for field in descriptor.fields:
            if field.message_type and not field.message_type.GetOptions().map_entry:
                waiting.append((field.message_type, field.message_type._concrete_class))
    return found


CLASSES = classes()


def is_repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == Field.LABEL_REPEATED


def is_map(field):
    return bool(field.message_type) and field.message_type.GetOptions().map_entry


def describe():
    for name, cls in CLASSES.items():
        for field in cls.DESCRIPTOR.fields:
            kind = TYPES[field.type]
            if is_map(field):
                kind = "map"
            elif field.message_type:
                kind = "message " + field.message_type.name
            elif field.enum_type:
                kind = "enum " + ",".join(str(value.number) for value in sorted(field.enum_type.values, key=lambda v: v.number))
            if is_repeated(field) and not is_map(field):
                kind = "repeated " + kind
            oneof = field.containing_oneof
            if oneof is not None and oneof.name.startswith("_") and not field.message_type:
                kind = "optional " + kind
            print(f"{name} {field.number} {kind}")


def prune(message, known):
    """Clears what the Swift messages do not have: their fields are the given numbers by message name."""
    message.DiscardUnknownFields()
    for field, value in message.ListFields():
        if field.number not in known[message.DESCRIPTOR.name]:
            message.ClearField(field.name)
        elif field.message_type and not is_map(field):
            for item in value if is_repeated(field) else [value]:
                prune(item, known)


def text():
    return "".join(random.choice(["a", "Z", "é", "😀", "\0", "-", "RM_x", "\n"]) for _ in range(random.randrange(6)))


def scalar(field):
    kind = TYPES[field.type]
    bits = random.choice([1, 7, 8, 14, 31, 32, 63])
    if kind == "string":
        return text()
    if kind == "bytes":
        return text().encode()
    if kind == "bool":
        return random.random() < 0.5
    if kind in ("float", "double"):
        return random.choice([0.0, -0.0, 0.1, 1.0, -1.5, 3e38, 1e-40])
    if kind == "enum":
        return random.choice([value.number for value in field.enum_type.values] + [99, -1])
    if kind.startswith("u") or kind.startswith("fixed"):
        return random.getrandbits(min(bits, 32 if "32" in kind else 63))
    return random.choice([1, -1]) * random.getrandbits(min(bits, 31 if "32" in kind else 63))


def fill(message, depth=0):
    fields = list(message.DESCRIPTOR.fields)
    if message.DESCRIPTOR.name in ("WorkerMessage", "ServerMessage"):
        fields = [random.choice(fields)]
    for field in fields:
        if depth > 0 and random.random() < 0.4 or depth > 4:
            continue
        target = getattr(message, field.name)
        if is_map(field):
            if field.message_type.fields_by_name["value"].type == Field.TYPE_STRING:
                for _ in range(random.randrange(3)):
                    target[text()] = text()
        elif field.message_type and is_repeated(field):
            for _ in range(random.randrange(3)):
                fill(target.add(), depth + 1)
        elif field.message_type:
            target.SetInParent()
            fill(target, depth + 1)
        elif is_repeated(field):
            target.extend(scalar(field) for _ in range(random.randrange(3)))
        else:
            setattr(message, field.name, scalar(field))


def canonical(message):
    return message.SerializeToString(deterministic=True).hex()


def known_fields(line):
    known = {name: set() for name in CLASSES}
    known.update({name: set(numbers) for name, numbers in json.loads(line).items()})
    return known


def main():
    command = sys.argv[1]
    if command == "describe":
        describe()
    elif command == "descriptors":
        files = descriptor_pb2.FileDescriptorSet()
        seen = set()

        def add(file):
            if file.name not in seen:
                seen.add(file.name)
                for dependency in file.dependencies:
                    add(dependency)
                file.CopyToProto(files.file.add())

        add(agent.WorkerMessage.DESCRIPTOR.file)
        with open(sys.argv[2], "wb") as output:
            output.write(files.SerializeToString())
        print(agent.WorkerMessage.DESCRIPTOR.file.name)
    elif command == "generate":
        known = known_fields(sys.stdin.readline())
        random.seed(int(sys.argv[2]))
        for count in range(int(sys.argv[3])):
            message = ROOTS[count % 2]()
            fill(message)
            whole = message.SerializeToString().hex()
            prune(message, known)
            print(message.DESCRIPTOR.name, "x" + whole, "x" + canonical(message))
    elif command == "read":
        known = known_fields(sys.stdin.readline())
        for line in sys.stdin:
            name, data = line.split()
            message = CLASSES[name]()
            try:
                message.ParseFromString(bytes.fromhex(data[1:]))
                prune(message, known)
                print("x" + canonical(message))
            except DecodeError:
                print("reject")
    elif command == "encode":
        for line in sys.stdin:
            frame = json.loads(line)
            message = agent.WorkerMessage() if frame["sender"] == "worker" else agent.ServerMessage()
            # The recorder put the claims of a token in its place.
            json_format.ParseDict(frame["message"], message, ignore_unknown_fields=True)
            data = message.SerializeToString(deterministic=True)
            print(message.DESCRIPTOR.name, "x" + data.hex(), len(data))


main()
