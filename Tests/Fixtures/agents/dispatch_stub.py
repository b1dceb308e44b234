"""The least of a LiveKit server that lets workers register; prints its port, then one line a worker and status."""

import asyncio

import websockets
from livekit.protocol import agent as proto

count = 0


async def serve(socket):
    global count
    async for frame in socket:
        message = proto.WorkerMessage()
        message.ParseFromString(frame)
        if message.HasField("register"):
            count += 1
            answer = proto.ServerMessage()
            answer.register.worker_id = f"AW_{count}"
            await socket.send(answer.SerializeToString())
            print("registered", answer.register.worker_id, flush=True)
        elif message.HasField("update_worker"):
            print("status", message.update_worker.status, flush=True)


async def main():
    async with websockets.serve(serve, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
