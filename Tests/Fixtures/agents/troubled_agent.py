"""A livekit-agents worker in one of the situations that a TERM test must name; AGENT_CASE says in which."""

import asyncio
import os
import signal
import time

from livekit.agents import AgentServer, JobContext, JobProcess, cli

case = os.environ.get("AGENT_CASE", "")
if case == "crash-at-import":
    raise RuntimeError("no settings")


def prewarm(_: JobProcess) -> None:
    if case == "slow-prewarm":
        time.sleep(30)
    if case == "failing-prewarm":
        raise ValueError("no model")


server = AgentServer(
    load_fnc=lambda *_: 0.95 if case == "full" else 0.1,
    num_idle_processes=1,
    setup_fnc=prewarm,
    initialize_process_timeout=1.0 if case == "slow-prewarm" else 20.0,
)


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    if case == "killed":
        await asyncio.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)
    if case == "raises":
        raise KeyError("menu")
    if case == "endless":
        return
    await asyncio.sleep(600)


if __name__ == "__main__":
    cli.run_app(server)
