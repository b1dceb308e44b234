"""A livekit-agents worker whose author takes SIGTERM away from the SDK."""

import signal

from livekit.agents import AgentServer, JobContext, cli

server = AgentServer(load_fnc=lambda *_: 0.1, num_idle_processes=1)


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    pass


@server.on("worker_registered")
def registered(*_: object) -> None:
    signal.signal(signal.SIGTERM, lambda *_: print("not now"))


if __name__ == "__main__":
    cli.run_app(server)
