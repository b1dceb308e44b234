extension FindingCatalogue {
  static let signals = [
    Entry(
      "SIG-001", "The stop signal never reaches the agent",
      signs: "a shell or wrapper in between neither execs nor forwards; PID 1 does not catch SIGTERM; after it no "
        + "\"draining worker\", and the worker goes on taking jobs",
      remedy: "exec the agent in the entry point, or give CMD in exec form"),
    Entry(
      "SIG-002", "The stop signal ends the container before the agent can drain",
      signs: "a wrapper dies first and takes the agent along; a trap that forwards and waits once; npm on dash; an end "
        + "without a drain line",
      remedy: "exec the agent, wait a second time after the trap, or use an init that waits"),
    Entry(
      "SIG-003", "The agent receives the stop signal twice",
      signs: "a forwarder below a signal to the whole group; \"exiting forcefully\", exit 1",
      remedy: "deliver it once, to the main process only"),
    Entry(
      "SIG-004", "A signal to the whole group kills live sessions",
      signs: "job processes end with 255 or -15 right after \"draining worker\"; KillMode=control-group, stopasgroup, "
        + "tini -g",
      remedy: "signal the main process only"),
    Entry(
      "SIG-005", "The stop signal is one the agent does not handle",
      signs: "STOPSIGNAL, stop_signal, kill_signal or stopsignal is neither TERM nor INT",
      remedy: "stop with SIGTERM"),
    Entry(
      "SIG-006", "The entry command does not start the agent",
      signs: "a JSON typo in CMD, a script without shebang as PID 1, a wrapper that daemonizes",
      remedy: "correct the command"),
    Entry(
      "SIG-007", "The signal is blocked or ignored when the agent starts",
      signs: "an inherited signal mask, or SIGTERM ignored by a parent",
      remedy: "remove what blocks or ignores it"),
    Entry(
      "SIG-008", "A wrapper kills on its own deadline",
      signs: "su and runuser after 2 s, foreman and watchfiles after 5 s, supervisord's stopwaitsecs, timeout -k",
      remedy: "replace the wrapper, or raise its deadline above the longest session"),
    Entry(
      "SIG-009", "The entry point cannot be judged",
      signs: "a command that is made when it runs, an unknown program, a base image whose entry point is not known",
      remedy: "say what starts the agent, or give the missing file"),
    Entry(
      "SIG-010", "SIGTERM arrived and was swallowed inside the SDK",
      signs: "_ExitCli in exc_info and no drain line after it; livekit-agents before 1.8.0",
      remedy: "upgrade; a second SIGTERM forces the exit and ends its sessions"),
    Entry(
      "SIG-011", "Dev mode never drains", signs: "the agent is started with dev or --dev", remedy: "start it with start"
    ),
    Entry(
      "SIG-012", "The agent's own code takes the signal",
      signs: "signal.signal or add_signal_handler for TERM or INT, an except that swallows SystemExit, the server run "
        + "in another framework's loop, a Python launcher that does not forward",
      remedy: "remove the handler at the named line"),
  ]

  static let drains = [
    Entry(
      "DRN-001", "Drain timed out and cut sessions",
      signs: "\"drain timed out, forcing shutdown\"; jobs still running at the end",
      remedy: "lengthen the drain, or end sessions sooner"),
    Entry(
      "DRN-002", "Forced exit by a second signal", signs: "\"exiting forcefully\"",
      remedy: "send one signal, and wait"),
    Entry(
      "DRN-003", "\"draining worker\" without any stop signal",
      signs: "\"worker failed\" before it, and the worker's id is \"unregistered\"",
      remedy: "look at the failure, not at the drain: CON, INI"),
    Entry(
      "DRN-004", "Drain evidence is hidden",
      signs: "the log level is above INFO; the Node SDK logs it at DEBUG",
      remedy: "lower the level; until then use exit codes and counts"),
    Entry(
      "DRN-005", "A job that never ends holds the drain",
      signs: "\"The job task completed without establishing a connection or performing a proper shutdown\"",
      remedy: "call ctx.shutdown() when the session is over"),
    Entry(
      "DRN-006", "Shutdown is stuck in callbacks, entrypoint or a blocked loop",
      signs: "\"did not ack shutdown\", \"did not exit in time\", \"entrypoint did not exit in time\"",
      remedy: "mend the callback, or raise shutdown_process_timeout"),
    Entry(
      "DRN-007", "The worker stays after its drain ended",
      signs:
        "livekit-agents before 1.5.2 runs on after the timeout with orphaned jobs; 1.3.12 is alive and silent after "
        + "\"shutting down worker\"",
      remedy: "upgrade; stop it once its sessions are gone"),
    Entry(
      "DRN-008", "A generation has been draining for longer than every clock",
      signs: "the platform lists it as draining, and it has no sessions",
      remedy: "look at the signal's way (SIG) before the next rollout"),
    Entry(
      "DRN-009", "The first call that ends kills the others",
      signs: "livekit-agents up to 1.3.8 with several jobs at a time", remedy: "upgrade"),
    Entry(
      "DRN-010", "begin_drain without SIGTERM loses offered calls",
      signs: "OpenRTC: \"CoroutinePool is draining; new jobs cannot be launched\"", remedy: "send SIGTERM"),
    Entry(
      "DRN-011", "WebSocket sessions are closed with 1012 on SIGTERM",
      signs: "uvicorn and ADK: \"Shutting down\", and established connections drop at once",
      remedy: "let sessions end first, then send SIGTERM: sluice guard"),
    Entry(
      "DRN-012", "In-flight requests were cancelled at shutdown",
      signs: "uvicorn: \"Cancel N running task(s), timeout graceful shutdown exceeded\"", remedy: "raise the limit"),
  ]

  static let routes = [
    Entry(
      "RTE-001", "New sessions landed on the old version after the cutover",
      signs:
        "named sessions with their instance and SDK version; before the new version's health check passed they are "
        + "normal",
      remedy:
        "find out which of SIG-001, SIG-010, RTE-002 or two deployments it is; to pin sessions, give each version "
        + "an agent name or deployment and change the dispatch caller with it"),
    Entry(
      "RTE-002", "A draining worker accepted a job",
      signs:
        "\"received job request\" after \"draining worker\"; livekit-agents up to 1.4.1, @livekit/agents before 1.2.3",
      remedy: "upgrade"),
    Entry(
      "RTE-003", "Traffic is still routed to an old revision", signs: "a percentage or a tag's address on Cloud Run",
      remedy: "move the traffic, remove the tag"),
    Entry(
      "RTE-004", "Sessions were dispatched and no agent joined",
      signs: "a person in the room, a dispatch, no agent; no worker available, a sleeping agent, an entrypoint that "
        + "raises before it connects",
      remedy: "look at capacity, cold starts and the entrypoint's exception"),
    Entry(
      "RTE-005", "The dispatch listing is stale", signs: "JS_RUNNING without a participant, and the worker is gone",
      remedy: "trust participants over dispatches"),
    Entry(
      "RTE-006", "A job was offered and not started",
      signs: "the assignment timed out, the request function failed or gave no answer",
      remedy: "mend the request function"
    ),
    Entry(
      "RTE-007", "A registered worker does not answer, and calls given to it get no agent",
      signs: "the server's log says \"failed to assign job to worker\" with \"context deadline exceeded\"; people are "
        + "alone in rooms; /worker times out",
      remedy: "stop that worker: a hung process keeps its registration for ever"),
  ]
}
