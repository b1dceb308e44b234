"""aiohttp's client, as livekit-agents uses it, against a server under test: aiohttp_client.py http://127.0.0.1:PORT PATIENCE"""

import asyncio
import os
import sys

import aiohttp

URL = sys.argv[1]
# aiohttp waits half as long for the answer to a ping.
PINGS = 2 * float(sys.argv[2])


async def main():
    async with aiohttp.ClientSession() as session:
        # Pings while nothing is said; an unanswered one closes the connection.
        async with session.ws_connect(URL + "/echo", heartbeat=PINGS) as socket:
            for number in range(2):
                await asyncio.sleep(1.6 * PINGS)
                await socket.send_bytes(os.urandom(1000 * number))
                message = await socket.receive(20)
                assert message.type == aiohttp.WSMsgType.BINARY and len(message.data) == 1000 * number, message
            await socket.send_str("text")
            assert (await socket.receive(10)).data == "text"
        assert socket.close_code == 1000, socket.close_code
        # The server's own pings.
        async with session.ws_connect(URL + "/heartbeat") as socket:
            message = await socket.receive(20)
            assert message.type == aiohttp.WSMsgType.TEXT and message.data == "patient", message
        async with session.ws_connect(URL + "/close/4002") as socket:
            message = await socket.receive(10)
            assert message.type == aiohttp.WSMsgType.CLOSE and message.data == 4002, message
        try:
            await session.ws_connect(URL + "/forbidden")
            raise AssertionError("not refused")
        except aiohttp.WSServerHandshakeError as error:
            assert error.status == 403, error
        # Ordinary requests of the same library.
        async with session.post(URL + "/body", data=b"x" * 100_000) as answer:
            assert (answer.status, await answer.text()) == (200, "100000")
        async def pieces():
            for _ in range(10):
                yield b"y" * 1000
        async with session.post(URL + "/body", data=pieces()) as answer:
            assert (answer.status, await answer.text()) == (200, "10000")
        async with session.get(URL + "/stream") as answer:
            assert await answer.text() == "".join(f"line {number}\n" for number in range(100))
        async with session.head(URL + "/body") as answer:
            assert (answer.status, await answer.text()) == (200, "")
    print("ok")


asyncio.run(asyncio.wait_for(main(), 50))
