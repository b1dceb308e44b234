// The programs as they are printed. They need livekit-agents; those with a database SQLAlchemy and aiosqlite.

extension StartupExample {
  static let agentProgram = #"""
    import asyncio
    import os
    import sys

    from livekit.agents import Agent, AgentServer, AgentSession, JobContext, JobProcess, cli

    REQUIRED = ["DATABASE_URL"]


    def prewarm(proc: JobProcess) -> None:
        """Runs once in each process, before it takes a call: nobody waits on the line."""
        from livekit.agents import inference
        from sqlalchemy.ext.asyncio import create_async_engine

        # The weights are mapped once in a process and stay for its call; before SDK 1.8: silero.VAD.load().
        proc.userdata["vad"] = inference.VAD()
        # Made, not connected: the first query connects. A process serves one call, so one or two connections are enough.
        proc.userdata["engine"] = create_async_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)


    # At module level: the supervisor imports this module in every process to find the entrypoint.
    server = AgentServer(
        setup_fnc=prewarm,
        num_idle_processes=int(os.environ.get("IDLE_PROCESSES", "2")),
        initialize_process_timeout=30.0,
    )


    @server.rtc_session()
    async def entrypoint(ctx: JobContext) -> None:
        engine = ctx.proc.userdata["engine"]
        ctx.add_shutdown_callback(engine.dispose)
        # First of all: until then the caller is alone in the room.
        await ctx.connect()
        profile = asyncio.create_task(load_profile(engine, ctx.room.name))
        session = AgentSession(vad=ctx.proc.userdata["vad"])
        await session.start(agent=Agent(instructions="You lead an interview."), room=ctx.room)
        await profile


    async def load_profile(engine, room: str) -> None:
        from sqlalchemy import text

        async with engine.connect() as connection:
            await connection.execute(text("select 1"))


    if __name__ == "__main__":
        missing = [name for name in REQUIRED if not os.environ.get(name)]
        if missing:
            sys.exit(f"not set: {', '.join(missing)}")
        cli.run_app(server)

    """#

  static let databaseProgram = #"""
    import os

    from livekit.agents import AgentServer, JobContext, JobProcess, cli

    # What the database takes, less what migrations and people need, shared by all processes of all replicas.
    DATABASE_LIMIT = int(os.environ.get("DATABASE_LIMIT", "100"))
    REPLICAS = int(os.environ.get("REPLICAS", "2"))
    CALLS = int(os.environ.get("CALLS_PER_REPLICA", "10"))
    IDLE = int(os.environ.get("IDLE_PROCESSES", "1"))
    POOL = max(1, (DATABASE_LIMIT - 10) // (REPLICAS * (CALLS + IDLE)))


    def prewarm(proc: JobProcess) -> None:
        from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

        url = os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///:memory:")
        # SQLite has no server to protect; a server's pool is bounded, waits briefly, and drops what has gone stale.
        sizes = {} if url.startswith("sqlite") else {
            "pool_size": min(POOL, 2), "max_overflow": 0, "pool_timeout": 5, "pool_pre_ping": True, "pool_recycle": 1800,
        }
        engine = create_async_engine(url, **sizes)
        proc.userdata["engine"] = engine
        proc.userdata["sessions"] = async_sessionmaker(engine, expire_on_commit=False)


    server = AgentServer(setup_fnc=prewarm, num_idle_processes=IDLE)


    @server.rtc_session()
    async def entrypoint(ctx: JobContext) -> None:
        # Pending connections end with the process's only call.
        ctx.add_shutdown_callback(ctx.proc.userdata["engine"].dispose)
        await ctx.connect()
        await store(ctx.proc.userdata["sessions"])


    async def store(sessions) -> None:
        """Short: a connection is held for a statement, never for a call."""
        from sqlalchemy import text

        async with sessions() as db, db.begin():
            await db.execute(text("select 1"))


    if __name__ == "__main__":
        cli.run_app(server)

    """#

  static let fallbackProgram = #"""
    import logging
    import os
    import time

    from livekit.agents import Agent, AgentServer, AgentSession, JobContext, JobProcess, cli

    logger = logging.getLogger("interview")


    def load_vad():
        if os.environ.get("BREAK_VAD"):
            raise OSError("the model file is missing")
        from livekit.agents import inference

        return inference.VAD()


    def attempt(load, times: int = 2, pause: float = 0.2):
        """A short retry: what lasts longer is the supervisor's affair, which starts a failed process again."""
        for left in reversed(range(times)):
            try:
                return load()
            except Exception:
                if left == 0:
                    raise
                time.sleep(pause)


    def prewarm(proc: JobProcess) -> None:
        began = time.perf_counter()
        # Without what it cannot do without a process must fail: let the exception out, and the log names it.
        # What it can do without becomes None, is said aloud, and is counted by whoever watches the log.
        try:
            proc.userdata["vad"] = attempt(load_vad)
        except Exception:
            logger.exception("degraded: no VAD in this process")
            proc.userdata["vad"] = None
        logger.info("prewarmed", extra={"seconds": round(time.perf_counter() - began, 3)})


    server = AgentServer(setup_fnc=prewarm, num_idle_processes=1)


    @server.rtc_session()
    async def entrypoint(ctx: JobContext) -> None:
        await ctx.connect()
        vad = ctx.proc.userdata["vad"]
        # Without VAD the STT's own end-pointing decides when a person has finished.
        options = {"vad": vad} if vad else {"turn_detection": "stt"}
        session = AgentSession(**options)
        await session.start(agent=Agent(instructions="You lead an interview."), room=ctx.room)


    if __name__ == "__main__":
        cli.run_app(server)

    """#

  static let cleanupProgram = #"""
    import os

    from livekit.agents import AgentServer, JobContext, cli

    server = AgentServer(num_idle_processes=1, port=int(os.environ.get("HTTP_PORT", "8081")))


    class Database:
        """Stands for a connection that somebody has to close."""

        def __init__(self) -> None:
            self.note("opened")

        async def close(self) -> None:
            self.note("closed")

        def note(self, word: str) -> None:
            path = os.environ.get("CLEANUP_LOG")
            if path:
                with open(path, "a") as file:
                    file.write(word + "\n")


    @server.rtc_session()
    async def entrypoint(ctx: JobContext) -> None:
        db = Database()
        # Registered before anything else can fail: it runs when the call ends, when the process is told to shut down, and
        # when what follows raises. A `finally` here would run as soon as the entrypoint returns, with the call still on.
        ctx.add_shutdown_callback(db.close)
        if os.environ.get("FAIL_START"):
            raise RuntimeError("the session could not be started")
        if not os.environ.get("WITHOUT_ROOM"):
            await ctx.connect()


    if __name__ == "__main__":
        cli.run_app(server)

    """#

  static let handshakeProgram = #"""
    """Does what the supervisor does: starts a process, has it import the agent and run its setup function, and waits.

        python handshake.py agent.py 20 10        # file, times, seconds allowed
    """

    import importlib.util
    import multiprocessing
    import sys
    import time


    def initialize(path: str, pipe) -> None:
        began = time.perf_counter()
        spec = importlib.util.spec_from_file_location("agent", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        imported = time.perf_counter()
        setup = module.server.setup_fnc
        if setup:
            from livekit.agents import JobExecutorType, JobProcess

            setup(JobProcess(executor_type=JobExecutorType.PROCESS, user_arguments=None, http_proxy=None))
        pipe.send((imported - began, time.perf_counter() - imported))


    def main() -> int:
        path, times, allowed = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
        # A fresh interpreter each time: nothing is warm but the disk's cache.
        context = multiprocessing.get_context("spawn")
        failed = 0
        for number in range(1, times + 1):
            ours, theirs = context.Pipe()
            process = context.Process(target=initialize, args=(path, theirs))
            process.start()
            theirs.close()
            try:
                imports, setup = ours.recv() if ours.poll(allowed) else (None, None)
            except EOFError:
                imports, setup = None, None
            if imports is None:
                failed += 1
                process.kill()
                print(f"{number}: no answer within {allowed} s")
            else:
                print(f"{number}: import {imports:.2f} s, setup {setup:.2f} s")
            process.join()
        print(f"{failed} of {times} failed; none of {times} would exclude a chance above {min(1.0, 3 / times):.1%}")
        return 1 if failed else 0


    if __name__ == "__main__":
        sys.exit(main())

    """#

  static let productionProgram = #"""
    import os

    from livekit.agents import AgentServer, JobContext, JobProcess, cli

    MEMORY_MB = int(os.environ.get("CONTAINER_MEMORY_MB", "2048"))
    CALLS = int(os.environ.get("CALLS_PER_REPLICA", "6"))
    IDLE = int(os.environ.get("IDLE_PROCESSES", "1"))


    def prewarm(proc: JobProcess) -> None:
        from livekit.agents import inference

        proc.userdata["vad"] = inference.VAD()


    server = AgentServer(
        setup_fnc=prewarm,
        num_idle_processes=IDLE,
        # Three times the p99 that was measured in the container, and no less than the default.
        initialize_process_timeout=30.0,
        # A process that grows too far is ended by name, before the kernel picks one.
        job_memory_limit_mb=MEMORY_MB * 0.8 / (CALLS + IDLE),
        job_memory_warn_mb=MEMORY_MB * 0.6 / (CALLS + IDLE),
        load_threshold=0.7,
        shutdown_process_timeout=30.0,
        # Longer than the longest call, and shorter than the platform's own deadline.
        drain_timeout=3600,
        port=int(os.environ.get("HTTP_PORT", "8081")),
        # lk_agents_proc_initialize_duration_seconds, lk_agents_active_job_count, lk_agents_worker_load.
        prometheus_port=int(os.environ.get("METRICS_PORT", "9464")),
    )


    @server.rtc_session()
    async def entrypoint(ctx: JobContext) -> None:
        await ctx.connect()


    if __name__ == "__main__":
        cli.run_app(server)

    """#
}
