extension StartupGuide {
  /// How a process starts, and what it does before it takes a call.
  static let starting: [Entry] = [
    Entry(
      "pattern", "Which shape of an agent initializes reliably?",
      answer:
        "The module defines and imports little; the setup function loads everything heavy, once in each process and "
        + "before a call comes; the entrypoint registers its cleanup, connects, and takes what is ready. A process that is "
        + "idle has then done all slow work.",
      points: [
        Point(
          "Defer heavy work until after ctx.connect()?",
          "No: the caller waits for it. Only what belongs to this call alone comes after the connect, beside the session."
        ),
        Point(
          "Warm up when the server starts, not the process?",
          "The worker is another process than those that serve, and objects do not travel. Only modules do: "
            + "preload_modules imports them once in the forkserver. They must open no connection and start no thread."),
        Point(
          "Load lazily, on first use?",
          "Only what a few calls need. What all need is then paid for by every caller instead of by nobody."),
        Point(
          "Load in a phase of its own?",
          "That phase is the setup function (prewarm_fnc in WorkerOptions): it has "
            + "initialize_process_timeout, shared with the module's import."),
      ],
      settings: [
        Value("setup_fnc", "prewarm", "all heavy loading"),
        Value("num_idle_processes", "2", "the calls that arrive within one initialization"),
        Value("initialize_process_timeout", "30", "three times the measured p99, 10 is the default"),
      ],
      codes: ["INI-001", "INI-002", "INI-003", "INI-006"], example: .agent),
    Entry(
      "vad", "How is the VAD loaded without blocking a start, and ready before the first word?",
      answer:
        "In the setup function, into proc.userdata[\"vad\"]; the session gets it from ctx.proc.userdata. Loading it after "
        + "the session has started leaves the first turns without it.",
      points: [
        Point(
          "Can the server load it once for all processes?",
          "Its code, through preload_modules; an object, no. With livekit-agents 1.8 inference.VAD() uses weights that come "
            + "with the package and are mapped when it is imported: the instance itself takes microseconds."),
        Point(
          "Load it asynchronously before the session starts?",
          "The setup function is not async and need not be: nothing else runs in an idle process."),
        Point(
          "Keep a pool or cache of instances?",
          "A process serves one call, so its own instance is the cache. Each call opens a stream of its own on it."),
        Point(
          "What do production systems do?",
          "Prewarm it in each process, keep one or two processes idle, and alert when a call had to wait for one."),
      ],
      settings: [
        Value("setup_fnc", "prewarm", "loads the VAD"),
        Value("num_idle_processes", "1 or more", "with 0 every call pays for the load"),
      ],
      codes: ["INI-008"], example: .agent),
    Entry(
      "database", "Where is the database's engine made when there are many processes?",
      answer:
        "In the setup function, one for each process, with a pool of one or two: making it opens nothing, the first query "
        + "does. Disposed of in a shutdown callback.",
      points: [
        Point(
          "When the module is imported?",
          "Then the worker and every process make one each, whether they use it or not, and a wrong URL makes all of them "
            + "fail. In a preloaded module the sockets themselves are shared by fork, which corrupts them."),
        Point(
          "In a startup hook?", "The setup function is it; there is no other that runs in the process that serves."),
        Point("Lazily on first use?", "The connection, yes: it is what the engine does by itself."),
        Point(
          "How large are the pools together?",
          "replicas × (calls + idle processes) × (pool_size + max_overflow) must stay below the database's limit, less what "
            + "people and migrations need. SQLAlchemy's default is 5 + 10 each: seven processes fill PostgreSQL's 100."),
      ],
      settings: [
        Value("pool_size", "1 or 2", "a process serves one call"),
        Value("max_overflow", "0", "so that the sum is known"),
        Value("pool_timeout", "5", "fails while somebody can still say sorry; 30 is the default"),
        Value("pool_pre_ping", "True", "an idle process may be hours old"),
        Value("pool_recycle", "1800", "shorter than what proxies and databases keep"),
      ],
      codes: ["INI-007"], example: .database),
    Entry(
      "failures", "What happens when an initialization fails, and how does an agent live with it?",
      answer:
        "The supervisor kills or drops the process and starts another at once, ten times a second if it must. So retry "
        + "briefly inside the setup function, let out what the agent cannot live without, and go on without the rest.",
      points: [
        Point(
          "How are failures handled robustly?",
          "Check settings before the worker starts: then the container fails once, visibly. In the setup function let an "
            + "exception out: the log says \"process initialization failed\" with its text."),
        Point(
          "Which retry and backoff?",
          "Two attempts within a second in the process; beyond that the supervisor's new process is the retry, and the "
            + "platform's restart backoff is the outer one."),
        Point(
          "How to go on without VAD?",
          "Catch its failure alone, keep None in userdata, log it, and let the STT's end-pointing find the turns."),
        Point(
          "What to watch?",
          "\"error initializing process\" at all; \"no warmed process available\" more than once an hour; the p99 of "
            + "lk_agents_proc_initialize_duration_seconds above a third of the timeout."),
      ],
      settings: [
        Value("initialize_process_timeout", "30", "holds two attempts"),
        Value("livekit-agents", "1.3.11 or later", "before, a timeout was followed by \"process object is closed\""),
      ],
      codes: ["INI-004"], example: .fallback),
    Entry(
      "pool", "How does the pool of processes work, and is prewarming right?",
      answer:
        "The worker keeps num_idle_processes initialized, gives each call one of them, and starts the next at once. A "
        + "process serves one call and ends with it. Prewarming is right: an idle process is what a caller does not wait for.",
      points: [
        Point(
          "How does it start them?",
          "A forkserver forks each; the child imports the module, then runs the setup function. At most as many as there are "
            + "CPUs, and no more than four, initialize at the same time."),
        Point(
          "Should processes be prewarmed?",
          "Yes. Without, each call waits for import and setup: \"no warmed process available for job\"."),
        Point(
          "What does it cost?",
          "Memory: what a process has after its setup, for each idle one. CPU only while it initializes, which also slows the "
            + "calls that run: measure with --cpus."),
        Point(
          "How does a process live?",
          "Made, initialized, idle, given a call, ended; never used again. It is killed when it does not answer for 60 s, and "
            + "when it exceeds job_memory_limit_mb."),
      ],
      settings: [
        Value("num_idle_processes", "calls a second × p99 in seconds, at least 1", "one a CPU is the default"),
        Value("job_executor_type", "PROCESS", "THREAD saves memory, and one blocked call blocks all"),
        Value("multiprocessing_context", "forkserver", "the default on Linux"),
      ],
      codes: ["INI-005"], example: .agent),
  ]
}
