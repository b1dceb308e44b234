"""A server as agents have them: sessions are WebSockets, and some answers take their time."""

import asyncio

from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route, WebSocketRoute


async def session(socket):
    await socket.accept()
    while True:
        if (await socket.receive())["type"] == "websocket.disconnect":
            return


async def slow(request):
    async def parts():
        for number in range(40):
            yield f"data: {number}\n\n"
            await asyncio.sleep(0.1)

    return StreamingResponse(parts(), media_type="text/event-stream")


app = Starlette(routes=[WebSocketRoute("/live", session), Route("/sse", slow)])
