import Logs
import Vocabulary

/// How a worker's connection and its processes began.
extension WorkerView {
  mutating func judgeConnection() {
    if story.registrations.count > 1 {
      add(
        "CON-005", .info,
        "\(name) reconnected \(counted(story.registrations.count - 1, "time")) and was registered again each time",
        story.registrations.dropFirst().prefix(3).map { evidence($0.mention) },
        "none is needed: jobs that run are taken along")
    }
    judgeLostConnection()
    guard let failure = story.failure else { return }
    let (cause, lines) = (failure.cause, [evidence(failure.mentions.first)] + evidence(.reconnecting))
    if cause.contains("Errno 98") || cause.contains("address already in use") {
      add(
        "CON-004", .critical, "\(name) did not start: the port of its HTTP server is in use", cause: cause, lines,
        "stop what listens there, or give the worker a port of its own (port=0 takes a free one)")
    } else if cause.contains("is required") {
      add(
        "CON-003", .critical, "\(name) did not start: credentials are missing", cause: cause, lines,
        "set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET where it runs")
    } else if cause.contains("failed to connect to livekit") || has(.reconnecting) {
      let refused = story.connectionFailures.contains { $0.cause.contains("401") }
      if refused {
        add(
          "CON-002", .critical, "\(name) gave up: LiveKit refused its credentials", cause: cause, lines,
          "check that the API key and secret belong to the server at LIVEKIT_URL")
      } else {
        add(
          "CON-001", .critical, "\(name) gave up: LiveKit could not be reached", cause: cause, lines,
          "check LIVEKIT_URL, DNS and the way out of the container")
      }
    } else {
      // Python's multiprocessing says so where a process that it starts runs the program again.
      let isUnguarded =
        [failure.cause, failure.mentions.first.excerpt].contains { $0.contains("bootstrapping phase") }
        || story.errors.contains { $0.cause.contains("bootstrapping phase") }
      add(
        "INI-003", .critical, "\(name) failed as a whole: \(cause)", cause: cause, lines,
        isUnguarded
          ? "put what starts the worker under if __name__ == \"__main__\": each process imports the module anew"
          : "mend what the exception names; 'draining worker' after it is not a drain")
    }
    if story.drain.withoutSignal != nil {
      exclude("SIG-010", "\(name) says that it drains because it failed, not because it was told to")
    }
  }

  /// A worker that was cut off and has not come back by the end of its log.
  private mutating func judgeLostConnection() {
    guard story.failure == nil, let retries = story.events[.reconnecting] else { return }
    let isRefused = story.connectionFailures.contains { $0.cause.contains("401") }
    // One try that fails is nothing; being refused is no accident.
    guard retries.count > 2 || isRefused && story.registrations.isEmpty else { return }
    let isBack = story.registrations.contains { retries.last.isBefore($0.mention) }
    guard !isBack, story.drain.begun.map({ $0.isBefore(retries.last) }) ?? true else { return }
    add(
      isRefused ? "CON-002" : "CON-001", .critical, status: retries.count > 2 ? .confirmed : .suspected,
      isRefused
        ? "LiveKit refuses the credentials of \(name): \(counted(retries.count, "attempt")) to the end of its log"
        : "\(name) cannot reach LiveKit: \(counted(retries.count, "attempt")) to the end of its log",
      cause: story.connectionFailures.last?.cause, evidence(.registered, .reconnecting),
      isRefused
        ? "check that the API key and secret belong to the server at LIVEKIT_URL"
        : "look whether the LiveKit server or node that it was connected to is up, then at LIVEKIT_URL, DNS and the network"
    )
  }

  mutating func judgeStart() {
    let failed = story.processFailures.filter { $0.event == .initializationFailed }
    let timeouts = failed.filter { $0.cause.contains("TimeoutError") }
    let races = failed.filter { $0.cause.contains("process object is closed") }
    let raised = failed.filter { $0.cause.contains("process initialization failed") }
    let died = failed.filter { !timeouts.contains($0) && !races.contains($0) && !raised.contains($0) }
    if let slow = timeouts.first ?? races.first {
      let count = (timeouts + races).reduce(0) { $0 + $1.mentions.count }
      if isStoppedAtStart(timeouts) {
        exclude(
          "INI-001", "\(name) was told to stop while its first processes started: how long they need is not known")
        return
      }
      add(
        "INI-001", .critical,
        "\(count) process\(count == 1 ? "" : "es") for jobs of \(name) took longer to initialize than it is allowed",
        cause: slow.cause,
        (timeouts + races).flatMap { [evidence($0.mentions.first), evidence($0.mentions.last)] }
          + evidence(.initializationLate, .processEnded),
        .starting(
          "INI-001", "load less before prewarm, give the container more CPU, or raise initialize_process_timeout")
      )
      if !races.isEmpty {
        add(
          "INI-004", .info, "its processes are cleaned up in a race, which hides the timeout",
          races.map { evidence($0.mentions.first) },
          .starting("INI-004", "upgrade livekit-agents to 1.3.11 or later; the slow start stays"),
          appliesTo: "livekit-agents < 1.3.11")
      }
      exclude("RUN-005", "the processes were ended by the worker itself (SIGUSR1, status -10), not from outside")
      exclude("INI-003", "the processes did not die by themselves: they ran out of time")
    }
    if let first = raised.first {
      let count = raised.reduce(0) { $0 + $1.mentions.count }
      add(
        "INI-002", .critical,
        "\(count) process\(count == 1 ? "" : "es") of \(name) failed in prewarm: \(reason(first.cause))",
        cause: first.cause, raised.prefix(3).flatMap { [evidence($0.mentions.first), evidence($0.mentions.last)] },
        .starting(
          "INI-002", "mend what it names; until then the worker answers / with 200 and can serve nobody (PLT-005)"))
      exclude("INI-001", "the processes did not run out of time: prewarm raised")
      exclude("INI-003", "the processes did not die: prewarm raised, and they said so")
    }
    judgeColdStart(isExplained: !failed.isEmpty)
    guard let first = died.first else { return }
    let killed = story.processFailures.first { $0.event == .processEnded && $0.cause.hasSuffix(" -9") }
    if let killed, !has(.processKilled), !has(.memoryKilled) {
      add(
        "RUN-005", .critical, "processes of \(name) were killed from outside while they started (status -9)",
        cause: first.cause, [evidence(killed.mentions.first), evidence(first.mentions.first)],
        "look for the kernel's out-of-memory killer (dmesg, OOMKilled): what prewarm loads is there once for each process"
      )
      exclude("INI-003", "the processes did not end by themselves: somebody sent SIGKILL")
      exclude("INI-001", "no process ran out of time")
    } else {
      exclude("INI-001", "no process ran out of time: they were gone before")
      add(
        "INI-003", .critical, "processes of \(name) died while they started: \(first.cause)", cause: first.cause,
        died.prefix(3).map { evidence($0.mentions.first) } + evidence(.processEnded),
        .starting("INI-003", "read what they wrote to standard error: an import that exits, a crash, a kill"))
    }
  }

  /// Calls that waited for a process to start.
  private mutating func judgeColdStart(isExplained: Bool) {
    guard !isExplained, let cold = story.events[.noWarmProcess] else { return }
    add(
      "INI-005", .info,
      "\(counted(cold.count, "call")) of \(name) waited for a process to start: a cold start, which has nothing to do with a drain",
      evidence(.noWarmProcess),
      .starting("INI-005", "raise num_idle_processes above the calls that begin at one time"))
  }

  /// Whether a worker was told to stop before it registered, with no more than its first round of processes late.
  private func isStoppedAtStart(_ timeouts: [WorkerStory.Failure]) -> Bool {
    guard story.registrations.isEmpty, story.failure == nil, story.drain.withoutSignal != nil else { return false }
    let first = timeouts.map(\.mentions.first).min { $0.isBefore($1) }
    let last = timeouts.map(\.mentions.last).max { $0.isBefore($1) }
    guard let first, let last else { return true }
    return last.since(first).map { $0 < .seconds(5) } ?? false
  }

  /// What follows the SDK's own words.
  private func reason(_ cause: String) -> String {
    guard let range = cause.firstRange(of: "process initialization failed: ") else { return cause }
    return String(cause[range.upperBound...])
  }
}
