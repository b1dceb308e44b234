extension FindingCatalogue {
  static let starts = [
    Entry(
      "INI-001", "Process initialization timed out",
      signs: "\"error initializing process\" with a TimeoutError; -10 from the supervisor's SIGUSR1",
      remedy: "load less or later: prewarm, lazy imports; or raise initialize_process_timeout"),
    Entry(
      "INI-002", "Process initialization raised",
      signs: "\"process initialization failed\", and processes are started again and again",
      remedy: "mend what it names"),
    Entry(
      "INI-003", "A process died while starting", signs: "an exit code without an exception", remedy: "read its stderr"),
    Entry(
      "INI-004", "Cleanup race after an initialization timeout",
      signs: "\"process object is closed\"; livekit-agents up to 1.3.10", remedy: "upgrade; its cause is INI-001"),
    Entry(
      "INI-005", "Cold start, not a drain problem",
      signs: "slow first sessions after scale to zero, \"no warmed process available\"",
      remedy: "keep idle processes, or a plan that does not sleep"),
    Entry(
      "INI-006", "Heavy work when the module is imported",
      signs: "engines, models or network calls at module level; the import's measured time",
      remedy: "move it to the prewarm function"),
    Entry(
      "INI-007", "A database engine or pool is shared across processes, or the pools exceed the database's limit",
      signs: "an engine made where every process inherits or repeats it; pool size times processes",
      remedy: "make one engine in each process, sized for their number"),
    Entry(
      "INI-008", "Models are loaded after the session starts, or prewarm is off",
      signs: "a model loaded in the entrypoint, vad=None",
      remedy: "load it in prewarm and hand it on in the process's "
        + "userdata"),
    Entry(
      "INI-009", "Slow work before ctx.connect()", signs: "the warning after 10 s; calls that wait before the connect",
      remedy: "connect first"),
    Entry(
      "INI-010", "Settings are validated when the module is imported", signs: "every process fails in the same way",
      remedy: "validate them before the worker starts"),
    Entry(
      "INI-011", "Nothing cleans up after a failed start", signs: "processes or connections that are left behind",
      remedy: "close in a finally or a shutdown callback what was opened"),
  ]

  static let runs = [
    Entry(
      "RUN-001", "Full because of load, not because of draining",
      signs: "\"at full capacity, marking as unavailable\", the load at its threshold, and it recovers", remedy: "scale"
    ),
    Entry(
      "RUN-002", "The event loop was blocked", signs: "\"process is unresponsive\", \"event loop blocked for\"",
      remedy: "make no blocking call in the loop"),
    Entry("RUN-003", "Memory above the warning threshold", signs: "the SDK's memory warning", remedy: "find the leak"),
    Entry(
      "RUN-004", "Killed at the memory limit", signs: "\"exceeded memory limit, killing it\"",
      remedy: "raise the limit, or mend the leak"),
    Entry(
      "RUN-005", "Killed from outside", signs: "-9 without the supervisor's line; OOMKilled",
      remedy: "look at memory limits and at who sends SIGKILL"),
    Entry(
      "RUN-006", "The entrypoint crashed", signs: "\"unhandled exception while running the job task\"",
      remedy: "mend it; LiveKit counts such a job as a success"),
    Entry(
      "RUN-007", "A job process was told to stop directly", signs: "a job process ended with -15",
      remedy: "signal the main process only"),
    Entry("RUN-008", "Native crash", signs: "-11 or -6", remedy: "read the core dump"),
    Entry(
      "RUN-009", "Errors began on the outgoing version after the incoming one served",
      signs:
        "the first error names a tool, field or RPC in which the two contracts differ; not when both versions fail "
        + "alike or it failed before",
      remedy: "roll back, and phase the change: add, deploy, then remove"),
  ]

  static let connections = [
    Entry(
      "CON-001", "LiveKit cannot be reached", signs: "retries, \"after N attempts\"", remedy: "look at URL and network"),
    Entry("CON-002", "LiveKit refused the credentials", signs: "401", remedy: "look at the key and the secret"),
    Entry(
      "CON-003", "Credentials are missing", signs: "\"api_secret is required\"", remedy: "put them into the environment"
    ),
    Entry("CON-004", "The worker's port is in use", signs: "errno 98", remedy: "give it another port"),
    Entry("CON-005", "Reconnected", signs: "a new worker id, migrate_job", remedy: "none is needed"),
  ]

  static let clocks = [
    Entry(
      "CLK-001", "An outer deadline is shorter than the drain needs", signs: "the clock that binds, and all others",
      remedy: "raise it above the drain timeout and its tail"),
    Entry(
      "CLK-002", "Sessions are longer than the effective window", signs: "the ages of live sessions, past durations",
      remedy: "make sessions resumable, or roll out at another hour"),
    Entry(
      "CLK-003", "Nothing is left for the tail after the drain timeout",
      signs: "the outer deadline equals the drain timeout", remedy: "leave the tail's seconds"),
  ]

  static let sights = [
    Entry(
      "OBS-001", "Sessions cannot be attributed to a version", signs: "no stamp, no label",
      remedy: "stamp the release: sluice init --stamp"),
    Entry(
      "OBS-002", "Active sessions per version are not visible", signs: "no source counts them", remedy: "add a source"),
    Entry(
      "OBS-003", "Stop events and exit reasons are not visible", signs: "no source sees ends",
      remedy: "add the worker's log, the server's log or exit statuses"),
    Entry(
      "OBS-004", "A source is stale or contradicts another", signs: "the ages of answers, values that differ",
      remedy: "bring the source back; what it sees is unknown, not zero"),
  ]

  static let sessions = [
    Entry(
      "SES-001", "Sessions were cut", signs: "sessions by name, with when and by what they were cut",
      remedy: "lengthen the window, or mend what cut them"),
    Entry(
      "SES-002", "Unusually long session", signs: "its length against the run's other sessions",
      remedy: "look whether its person is still there"),
    Entry(
      "SES-003", "Reconnects", signs: "a person back within a minute of a cut", remedy: "look at what cut the call"),
    Entry(
      "SES-004", "Slow start-up", signs: "assignment and start-up times against the other version's",
      remedy: "keep warm processes"),
  ]

  static let platforms = [
    Entry(
      "PLT-001", "The incoming version does not become healthy", signs: "its statuses, its crashes",
      remedy: "read the log of its start"),
    Entry(
      "PLT-002", "Several versions serve at once outside a rollout", signs: "instances of a third version",
      remedy: "stop what should not serve"),
    Entry(
      "PLT-003", "The rollback target is not available", signs: "the plan, the retention, a version that is missing",
      remedy: "deploy that version anew"),
    Entry(
      "PLT-004", "The platform restarted instances", signs: "agent events, memory, disk", remedy: "read why"),
    Entry(
      "PLT-005", "Up, but unable to serve",
      signs: "registered, and / answers 200, while no process can be initialized",
      remedy: "read the log of its start (INI)"
    ),
  ]
}
