import Logs
import Vocabulary

/// What went wrong while a worker served.
extension WorkerView {
  mutating func judgeRun() {
    if has(.full) {
      add(
        "RUN-001", .info, "\(name) was full for a while, of load and not of a drain", evidence(.full, .available),
        "add workers, or raise load_threshold if the machine has room")
      if story.drain.begun == nil, story.drain.withoutSignal == nil {
        exclude("DRN-008", "\(name) was full of load, as it says itself; it was not draining")
      }
    } else if story.drain.begun != nil, story.failure == nil {
      exclude("RUN-001", "\(name) took no calls because it drained: it never was at full capacity")
    }
    if has(.memoryKilled) {
      add(
        "RUN-004", .critical, "a process of \(name) was killed at the memory limit",
        evidence(.memoryKilled, .memoryHigh),
        "find what grows, or raise job_memory_limit_mb")
      exclude("RUN-005", "the worker itself ended the process")
    } else if has(.memoryHigh) {
      add(
        "RUN-003", .warning, "a process of \(name) uses more memory than it should", evidence(.memoryHigh),
        "find what grows during a call")
    }
    judgeLoop()
    judgeCrashes()
    judgeExits()
    if let late = story.events[.jobWithoutConnection], !story.isColoured {
      add(
        "INI-009", .info, status: .suspected,
        "\(counted(late.count, "job")) of \(name) had not connected to the room 10 s after the start",
        evidence(.jobWithoutConnection), "connect first (ctx.connect()), then load and ask for what takes time")
    }
    judgePool()
    if has(.requestFailed) || has(.requestUnanswered) || has(.assignmentTimedOut) {
      add(
        "RTE-006", .warning, "\(name) was offered jobs that it did not start",
        evidence(.requestFailed, .requestUnanswered, .assignmentTimedOut),
        "mend the request function: it must accept or reject within seconds and must not raise")
    }
  }

  /// OpenRTC's own drain, which its worker knows nothing of: offers are still accepted, and lost.
  private mutating func judgePool() {
    guard has(.poolDraining) || has(.poolLostJob) else { return }
    let lost = story.events[.poolLostJob]?.count ?? 0
    add(
      "DRN-010", lost > 0 ? .critical : .warning,
      lost > 0
        ? "\(name) was drained by begin_drain and not by a signal: it accepted \(counted(lost, "call")) that it could not start"
        : "\(name) was drained by begin_drain and not by a signal: it goes on accepting calls that it cannot start",
      evidence(.poolDraining, .poolLostJob),
      "send SIGTERM instead of calling begin_drain: only that tells LiveKit to send no more calls, and only after it does the worker leave when its last call ends"
    )
  }

  private mutating func judgeLoop() {
    // A process that cannot even acknowledge has a loop that does not run.
    if has(.unresponsiveKilled) || has(.shutdownUnacknowledged) {
      add(
        "RUN-002", .critical, "the event loop of a job of \(name) was blocked, and its process was killed",
        evidence(.shutdownUnacknowledged, .unresponsiveKilled, .unresponsive, .loopBlocked),
        "move what blocks (sleep, requests, heavy computing) to a thread or an async call")
      exclude("RUN-005", "the worker itself ended the process, which did not answer")
    } else if has(.unresponsive) {
      add(
        "RUN-002", .warning, "the event loop of a job of \(name) was blocked for a while",
        evidence(.unresponsive, .loopBlocked), "move what blocks to a thread or an async call")
    } else if let block = story.longestBlock, block.seconds >= 2 {
      // Imports and collections of garbage block for some tenths of a second; what takes seconds is a call that waits.
      add(
        "RUN-002", .warning, "an event loop of \(name) was blocked for \(Duration(seconds: block.seconds).text)",
        cause: block.mention.excerpt, [evidence(block.mention)],
        "move what blocks to a thread or an async call; while it lasts the worker answers nothing, not even a stop signal"
      )
    }
  }

  private mutating func judgeCrashes() {
    let crashed = story.jobs.filter { $0.exception.map { !explained.contains($0) } ?? false }
    guard let first = crashed.first else { return }
    add(
      "RUN-006", .critical,
      "the entrypoint of \(crashed.count) job\(crashed.count == 1 ? "" : "s") of \(name) raised: \(first.exception ?? "")",
      crashed.prefix(5).compactMap { $0.events[.jobCrashed].map { evidence($0.first) } },
      "mend the exception; LiveKit is told that such a job succeeded")
  }

  /// Job processes that ended with a status that somebody else chose.
  private mutating func judgeExits() {
    let killed = exits(-9).filter { $0.events[.processKilled] == nil && $0.events[.unresponsiveKilled] == nil }
    if !killed.isEmpty, !has(.memoryKilled) {
      add(
        "RUN-005", .critical,
        "\(killed.count) job process\(killed.count == 1 ? "" : "es") of \(name) was killed from outside",
        killed.prefix(5).compactMap { $0.ended.map(evidence) },
        "look for the kernel's out-of-memory killer (dmesg, OOMKilled) and for whoever sends SIGKILL")
    }
    let left = story.jobs.filter { job in
      job.exitCode.map { $0 > 0 && $0 != 255 } ?? false && job.exception == nil
    }
    if let first = left.first {
      add(
        "RUN-006", .critical,
        "\(counted(left.count, "job")) of \(name) left with status \(first.exitCode ?? 1): its own code ended the process",
        left.prefix(5).compactMap { $0.ended.map(evidence) },
        "find what calls sys.exit or os._exit in a job, or what a library does so; read the process's standard errors")
    }
    let crashed = exits(-11) + exits(-6)
    if !crashed.isEmpty {
      add(
        "RUN-008", .critical,
        "\(crashed.count) job process\(crashed.count == 1 ? "" : "es") of \(name) crashed in native code",
        crashed.prefix(5).compactMap { $0.ended.map(evidence) }, "read the core dump; update the native packages")
    }
    let told = (exits(-15) + exits(255)).filter { !isAtDrain($0) }
    if !told.isEmpty {
      add(
        "RUN-007", .critical,
        "\(told.count) job process\(told.count == 1 ? "" : "es") of \(name) was told to stop directly",
        told.prefix(5).compactMap { $0.ended.map(evidence) }, "send the stop signal to the main process only")
    }
  }

  private func exits(_ status: Int) -> [WorkerStory.Job] { story.jobs.filter { $0.exitCode == status } }

  /// Whether a job ended within two seconds of the drain's begin: by a signal to the group.
  func isAtDrain(_ job: WorkerStory.Job) -> Bool {
    guard let begun = story.drain.begun, let ended = job.ended, let gap = ended.since(begun) else { return false }
    return gap < .seconds(2) && gap > .seconds(-2)
  }
}
