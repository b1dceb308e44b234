"""A livekit-agents worker whose sessions do nothing: each lasts until its server ends it.

It sets no port, so that several on one machine meet at the SDK's default.
AGENT_SESSION_SECONDS makes the agent end each session by itself after that long. AGENT_EXECUTOR=thread runs sessions in
threads, which start at once on the busiest machine.
"""

import asyncio
import os

from livekit.agents import AgentServer, JobContext, JobExecutorType, cli

executor = JobExecutorType.THREAD if os.environ.get("AGENT_EXECUTOR") == "thread" else JobExecutorType.PROCESS
# The measured load of a busy test machine would make workers refuse sessions.
server = AgentServer(load_fnc=lambda *_: 0.1, num_idle_processes=1, job_executor_type=executor)


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    seconds = os.environ.get("AGENT_SESSION_SECONDS")
    if seconds:
        await asyncio.sleep(float(seconds))
        ctx.shutdown("done")


if __name__ == "__main__":
    cli.run_app(server)
