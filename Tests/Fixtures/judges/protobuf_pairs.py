"""Reads lines of JSON {old, new, message, value}: two FileDescriptorSets in hexadecimal and a message of the old version in
protobuf's JSON. Answers, for each, what the new version reads from the bytes the old one writes, as protobuf's JSON; `refused`
where it cannot."""

import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def message_class(descriptors, name):
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(bytes.fromhex(descriptors)).file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


for line in sys.stdin:
    if not line.strip():
        continue
    case = json.loads(line)
    written = json_format.ParseDict(case["value"], message_class(case["old"], case["message"])())
    try:
        read = message_class(case["new"], case["message"]).FromString(written.SerializeToString())
        print(json.dumps(json_format.MessageToDict(read, preserving_proto_field_name=True), sort_keys=True))
    except Exception as error:
        print("refused")
