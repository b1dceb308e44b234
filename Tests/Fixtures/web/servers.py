"""websockets' and aiohttp's servers for a client under test: servers.py SECONDS-BETWEEN-PINGS

Prints 'PORT PORT' and serves until it is stopped.
"""

import asyncio
import sys

import aiohttp.web
import websockets


async def serve_websockets(socket):
    path = socket.request.path
    if path == "/echo":
        async for message in socket:
            await socket.send(message)
    elif path == "/fragments":
        await socket.send(["frag", "", "men", "ted"])
        await socket.send([b"bi", b"nary"])
    elif path.startswith("/close/"):
        await socket.close(int(path[7:]), "as asked")
    elif path == "/large":
        await socket.send(bytes(3 << 20))
        await socket.wait_closed()
    elif path == "/broken-text":
        await socket.send(b"\xc3\x28", text=True)
        await socket.wait_closed()
    elif path == "/abort":
        socket.transport.abort()
    elif path == "/report":
        # Says how the last connection of /watched ended.
        await socket.send(str(closes.pop()))
    elif path == "/watched":
        await socket.wait_closed()
        closes.append((socket.close_code, socket.close_reason))


closes = []
PINGS = float(sys.argv[1])


async def serve_aiohttp(request):
    if request.path == "/refused":
        return aiohttp.web.Response(status=401, text="no token")
    socket = aiohttp.web.WebSocketResponse(heartbeat=PINGS, protocols=["b"])
    await socket.prepare(request)
    async for message in socket:
        if message.type == aiohttp.WSMsgType.BINARY:
            await socket.send_bytes(message.data)
        elif message.type == aiohttp.WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


async def main():
    # ping_interval shows that pings are answered: a missing pong closes the connection.
    first = await websockets.serve(
        serve_websockets, "127.0.0.1", 0, ping_interval=PINGS, ping_timeout=20 * PINGS, max_size=None)
    runner = aiohttp.web.AppRunner(aiohttp.web.Application())
    runner.app.router.add_route("*", "/{path:.*}", serve_aiohttp)
    await runner.setup()
    second = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await second.start()
    print(first.sockets[0].getsockname()[1], second._server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
