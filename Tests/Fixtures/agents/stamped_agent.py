"""A livekit-agents worker whose sessions carry APP_VERSION and do nothing: each lasts until its server ends it."""

import os

from livekit.agents import AgentServer, JobContext, JobExecutorType, JobRequest, cli

# The measured load of a busy test machine would make workers refuse sessions.
server = AgentServer(
    load_fnc=lambda *_: 0.1, num_idle_processes=1, port=0, job_executor_type=JobExecutorType.THREAD
)


async def accept(request: JobRequest) -> None:
    await request.accept(attributes={"app.version": os.environ.get("APP_VERSION") or os.environ["SLUICE_VERSION"]})


@server.rtc_session(agent_name="concierge", on_request=accept)
async def entrypoint(ctx: JobContext) -> None:
    pass


if __name__ == "__main__":
    cli.run_app(server)
