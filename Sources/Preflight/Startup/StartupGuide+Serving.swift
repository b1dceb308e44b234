extension StartupGuide {
  /// How fast, how sure, and how it is kept so.
  static let serving: [Entry] = [
    Entry(
      "performance", "What of a start is on the critical path, and how short can it be?",
      answer:
        "Forking, importing the module, the setup function: all three count against initialize_process_timeout. Imports "
        + "are most of it. One second at the p99 is a good goal for a warm disk, a third of the timeout the most to accept.",
      points: [
        Point(
          "Which operations are on it?",
          "In a process: import and setup. For a caller of a warm process: the entrypoint up to ctx.connect(), then the "
            + "session's start."),
        Point(
          "What can be deferred?",
          "Whatever belongs to one call: profiles, tools, prompts. Start it as a task after the connect and await it before "
            + "it is used."),
        Point(
          "How is it made shorter?",
          "Import heavy packages where they are used, or name them in preload_modules; put models into the image; compile "
            + "bytecode in the build (python -m compileall); give the container a whole CPU."),
        Point(
          "Which target for the timeout?",
          "Three times the p99 that was measured under the container's limits with all idle processes starting at once."
        ),
      ],
      settings: [
        Value("initialize_process_timeout", "max(10, 3 × p99)", "10 is the default"),
        Value("preload_modules", "[\"livekit.plugins.silero\", …]", "imported once, shared by fork"),
      ],
      codes: ["INI-009"], example: .agent),
    Entry(
      "testing", "How is a start tested, and what of it is logged?",
      answer:
        "sluice check startup --agent COMMAND starts the real worker as often as one likes and says what that many starts "
        + "show. Three thousand without a failure show 99.9 %; a failure in five shows that it is missed.",
      points: [
        Point(
          "How is reliability tested on one machine?",
          "Under the container's limits, --cpus and --memory, with a cold disk cache once: most failures come from there."
        ),
        Point(
          "What should be logged?",
          "In the setup function the seconds of each part; the SDK logs \"process initialized\" with elapsed_time, and the "
            + "exception of what fails."),
        Point(
          "How is the supervisor's handshake simulated?",
          "A fresh interpreter imports the module, runs the setup function and answers on a pipe; the parent waits so long "
            + "and no longer: handshake.py."),
        Point(
          "With which tools is it profiled?",
          "python -X importtime for imports, py-spy record -s for the setup function, and LK_DUMP_STACK_TRACES for what "
            + "blocks when the time is over."),
      ],
      settings: [
        Value("--starts", "30 at least, 3000 to show 99.9 %", "no failure in N excludes more than 3/N"),
        Value("--cpus, --memory", "the container's", "idle processes then meet at its limits"),
      ],
      codes: [], example: .handshake),
    Entry(
      "production", "Which settings, probes and alerts keep it running?",
      answer:
        "Limits that fit the container, a drain that outlives the longest call, a probe on /, and alerts on what / cannot "
        + "tell: it answers 200 while every process fails to initialize.",
      points: [
        Point(
          "Which values matter?",
          "initialize_process_timeout, num_idle_processes, job_memory_limit_mb, load_threshold, drain_timeout below the "
            + "platform's grace period, and the pools of the database."),
        Point(
          "How are CPU and memory limits met?",
          "job_memory_limit_mb × (calls + idle) below the container's memory, so that the SDK names the process that grew and "
            + "the kernel does not choose. NUM_CPUS where the limit is not seen: it decides the idle processes."),
        Point(
          "Which health checks?",
          "Liveness: GET / on the worker's port, failing three times. Readiness: the same, and a start-up probe that allows "
            + "initialize_process_timeout and ten seconds more."),
        Point(
          "How is it watched, and how does it recover?",
          "Metrics on prometheus_port; the supervisor starts processes anew by itself, the platform the worker. Alert on "
            + "initialization p99, on \"error initializing process\", and on calls that no agent joined."),
      ],
      settings: [
        Value("job_memory_limit_mb", "0.8 × container ÷ (calls + idle)", "0, no limit, is the default"),
        Value("load_threshold", "0.7", "the default; lower where calls are heavy"),
        Value("drain_timeout", "3600", "and the platform's grace period longer than it"),
        Value("shutdown_process_timeout", "30", "longer than the slowest shutdown callback"),
        Value("prometheus_port", "9464", "none is the default"),
        Value("max_overflow", "0", "the database's connections are then a known sum"),
      ],
      codes: [], example: .production),
  ]

  /// The questions about code.
  static let code: [Entry] = [
    Entry(
      "code-server", "Is AgentServer() made at module level or in a startup hook?",
      answer:
        "At module level. Every process imports the module to find the entrypoint, and there is no hook before that. It is "
        + "cheap: it opens nothing until cli.run_app runs it, which stands under if __name__ == \"__main__\".",
      points: [
        Point(
          "What else may stand at module level?",
          "Definitions and constants. What can raise, connect or load belongs under the guard or into the setup function."
        )
      ],
      settings: [
        Value("settings", "checked under if __name__ == \"__main__\"", "the container fails once, with a name")
      ],
      codes: ["INI-010"], example: .agent),
    Entry(
      "code-engine", "Is an async engine at module level, with its session factory used in the entrypoint, safe?",
      answer:
        "Across processes it is no shared engine: each process that imports the module has its own, so nothing is corrupted, "
        + "unless the module is preloaded before the fork. But the pools add up unseen, the worker holds one for nothing, and "
        + "a wrong URL fails all processes. Make it in the setup function.",
      points: [
        Point(
          "Is a session async-safe?",
          "One session for one task at a time. Open it for a statement or a transaction, and close it: a call of an hour must "
            + "not hold a connection.")
      ],
      settings: [
        Value("pool_size, max_overflow", "2, 0", "two connections a process"),
        Value("expire_on_commit", "False", "objects stay usable after the session is closed"),
      ],
      codes: [], example: .database),
    Entry(
      "code-vad", "Can a global VAD be shared by the agent's processes?",
      answer: "No. A global is one object in each process, so an async getter only moves the load into the call. Use "
        + "proc.userdata in the setup function: the same object, loaded before.",
      points: [
        Point(
          "What of it is shared anyway?",
          "Pages of libraries and weights that are mapped from files: the kernel shares those by itself.")
      ],
      settings: [Value("proc.userdata[\"vad\"]", "set in setup_fnc", "read in the entrypoint")],
      codes: [], example: .agent),
    Entry(
      "code-cleanup", "Is try … finally in the entrypoint enough to clean up?",
      answer:
        "No. session.start() returns when the session has started, the entrypoint ends, and finally closes the database under "
        + "the call that goes on. Register each close with ctx.add_shutdown_callback as soon as the thing is open, before "
        + "anything else can fail.",
      points: [
        Point(
          "When do the callbacks run?",
          "When the call ends, when the worker shuts the process down, and when the entrypoint raises, within "
            + "shutdown_process_timeout, 10 s. Not when the process is killed: what must survive that is written as it happens."
        )
      ],
      settings: [Value("shutdown_process_timeout", "30", "10 is the default")], codes: ["INI-011"], example: .cleanup),
  ]
}
