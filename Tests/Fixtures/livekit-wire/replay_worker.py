"""Plays the worker of a recording against a server under test, with Google's protobuf classes.

usage: replay_worker.py URL KEY SECRET RECORDING

Prints every frame of the server as the recording has it: one JSON object a line, a token replaced by its claims, which
PyJWT has verified; then `{"pings": N, "close": CODE}`.
"""

import asyncio
import json
import sys

import jwt
import websockets
from google.protobuf import json_format
from livekit import api
from livekit.protocol import agent
from websockets.asyncio.client import ClientConnection
from websockets.frames import Opcode

URL, KEY, SECRET, RECORDING = sys.argv[1:5]
pings = 0


class Connection(ClientConnection):
    def process_event(self, event):
        global pings
        pings += getattr(event, "opcode", None) is Opcode.PING
        super().process_event(event)


def ids(value, found):
    """The ids in a message, by their path."""
    for key, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict):
            ids(item, found)
        elif key in ("id", "job_id", "worker_id"):
            found.append(item)
    return found


async def main():
    token = api.AccessToken(KEY, SECRET).with_grants(api.VideoGrants(agent=True)).to_jwt()
    headers = {"Authorization": f"Bearer {token}"}
    known = {}
    async with websockets.connect(
        URL + "/agent", additional_headers=headers, create_connection=Connection, compression=None
    ) as socket:
        for line in open(RECORDING):
            frame = json.loads(line)
            if frame.get("frame") != "binary":
                continue
            if frame["sender"] == "worker":
                text = json.dumps(frame["message"])
                for recorded, actual in known.items():
                    text = text.replace(recorded, actual)
                message = json_format.Parse(text, agent.WorkerMessage())
                await socket.send(message.SerializeToString())
                continue
            message = agent.ServerMessage()
            message.ParseFromString(await asyncio.wait_for(socket.recv(), 120))
            said = json_format.MessageToDict(message, preserving_proto_field_name=True)
            known.update(zip(ids(frame["message"], []), ids(said, [])))
            if "assignment" in said:
                said["assignment"]["token_claims"] = jwt.decode(said["assignment"]["token"], SECRET, algorithms=["HS256"])
                said["assignment"]["token"] = "<jwt>"
            print(json.dumps({"message": said}), flush=True)
        # Pings come at an interval; two show that there is one.
        for _ in range(600):
            if pings >= 2:
                break
            await asyncio.sleep(0.1)
    print(json.dumps({"pings": pings, "close": socket.close_code}), flush=True)


asyncio.run(main())
