"""An agent as its author writes it: no port, no version, nothing that knows of sluice."""

import asyncio

from livekit.agents import AgentServer, JobContext, cli

server = AgentServer(load_fnc=lambda *_: 0.1, num_idle_processes=1)


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    await asyncio.sleep(1)
    ctx.shutdown("done")


if __name__ == "__main__":
    cli.run_app(server)
