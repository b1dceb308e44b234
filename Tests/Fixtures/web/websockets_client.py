"""websockets' client against a server under test: websockets_client.py ws://127.0.0.1:PORT"""

import asyncio
import os
import sys

import websockets
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

URL = sys.argv[1]


async def echoes(socket, message):
    await socket.send(message)
    assert await socket.recv() == (b"".join(message) if isinstance(message, list) else message)


async def main():
    async with websockets.connect(URL + "/echo", max_size=None, compression=None) as socket:
        for size in (0, 1, 125, 126, 65535, 65536, 1 << 20):
            await echoes(socket, os.urandom(size))
        await echoes(socket, "grüß dich 🌊")
        await echoes(socket, [b"frag", b"", b"men", b"ted"])
        for _ in range(20):
            await asyncio.wait_for(await socket.ping(os.urandom(125)), 10)
    assert socket.close_code == 1000, socket.close_code

    # Compression is offered and must not be agreed on.
    async with websockets.connect(URL + "/echo") as socket:
        assert not socket.protocol.extensions, socket.protocol.extensions
        await echoes(socket, "x" * 10000)

    # A ping between the fragments of a message.
    async with websockets.connect(URL + "/echo", compression=None) as socket:
        async def pieces():
            yield "one "
            await asyncio.wait_for(await socket.ping(), 10)
            yield "two"
        await socket.send(pieces())
        assert await socket.recv() == "one two"

    # Closes by the server carry code and reason.
    async with websockets.connect(URL + "/close/4001") as socket:
        try:
            await socket.recv()
            raise AssertionError("no close")
        except ConnectionClosedError as error:
            assert (error.rcvd.code, error.rcvd.reason) == (4001, "as asked"), error
    async with websockets.connect(URL + "/close/1000") as socket:
        try:
            await socket.recv()
            raise AssertionError("no close")
        except ConnectionClosedOK as error:
            assert error.rcvd.code == 1000, error

    # Closes by the client are answered with the same code.
    socket = await websockets.connect(URL + "/echo")
    await socket.close(3999, "bye")
    assert socket.close_code == 3999, socket.close_code

    # Text that is no UTF-8, and a message that is too long (the server takes 2 MiB).
    for payload, text, code in ((b"\xc3\x28", True, 1007), (bytes(3 << 20), False, 1009)):
        async with websockets.connect(URL + "/echo", compression=None) as socket:
            try:
                await socket.send(payload, text=text)
                await socket.recv()
                raise AssertionError("no close")
            except ConnectionClosedError as error:
                assert error.rcvd is not None and error.rcvd.code == code, error

    try:
        await websockets.connect(URL + "/forbidden")
        raise AssertionError("not refused")
    except InvalidStatus as error:
        assert error.response.status_code == 403, error

    async with websockets.connect(URL + "/protocol", subprotocols=["a", "b"]) as socket:
        assert socket.subprotocol == "b"
    print("ok")


asyncio.run(asyncio.wait_for(main(), 50))
