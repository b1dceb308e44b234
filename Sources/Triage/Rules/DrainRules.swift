import Logs
import Preflight
import Vocabulary

/// How a worker came to its end.
extension WorkerView {
  mutating func judgeDrain() {
    judgeSwallowed()
    judgeSlowEnd()
    guard let begun = story.drain.begun else { return judgeEndWithoutDrain() }
    exclude("SIG-001", "\(name) took the stop signal: it says that it drains")
    let cut = story.jobs.filter { $0.exitCode == 255 || $0.exitCode == -15 }.filter(isAtDrain)
    if !cut.isEmpty {
      add(
        "SIG-004", .critical,
        "the stop signal went to the whole process group and ended \(counted(cut.count, "live session"))",
        [evidence(begun)] + cut.prefix(5).compactMap { $0.ended.map(evidence) },
        "signal the main process only: KillMode=mixed, no tini -g, stopasgroup=false")
    }
    judgeForced(begun)
    judgeTimeout(begun)
    judgeEndless(begun)
    judgeLate(begun)
    judgeFirstEnd(begun)
  }

  /// A second signal: from a person or a deadline later, from a forwarder beside the group's at once.
  private mutating func judgeForced(_ begun: Mention) {
    guard let forced = story.events[.forced]?.first else { return }
    if let gap = forced.since(begun), gap < .seconds(1) {
      add(
        "SIG-003", .critical,
        "\(name) got the stop signal twice within \(gap.text): the second forced it to leave and cut \(liveText)",
        [evidence(begun), evidence(forced)],
        "deliver it once, to the main process only: no forwarding wrapper beside a signal to the group or cgroup")
    } else {
      add(
        "DRN-002", .critical, "\(name) was forced to leave by a second signal and cut \(liveText)",
        [evidence(begun), evidence(forced)],
        "send one signal to the main process and wait; find who sends the second (SIG-003)")
    }
    exclude("DRN-001", "the drain did not reach its limit: a second signal ended it")
  }

  /// A job that can never end, in a drain whose end is not seen.
  private mutating func judgeEndless(_ begun: Mention) {
    guard has(.jobWithoutEnd), !has(.drainTimedOut), !has(.shuttingDown) else { return }
    let endless = story.jobs.filter { $0.isOpen && $0.events[.jobWithoutEnd] != nil }
    guard !endless.isEmpty else { return }
    add(
      "DRN-005", .critical, status: .suspected,
      "\(counted(endless.count, "job")) of \(name) will never end and hold\(endless.count == 1 ? "s" : "") its drain",
      [evidence(begun)] + endless.prefix(3).compactMap { $0.events[.jobWithoutEnd].map { evidence($0.first) } },
      "call ctx.shutdown() when the session is over; this drain ends at its limit only")
  }

  /// SDKs up to 1.3.8 ended a drain with the first of several jobs.
  private mutating func judgeFirstEnd(_ begun: Mention) {
    guard isOlder(than: "1.3.9"), story.drain.jobsAtBegin > 1, let stopped = story.events[.shuttingDown]?.first else {
      return
    }
    let ends = story.jobs.compactMap(\.ended).filter { begun.isBefore($0) }
    guard let first = ends.min(by: { $0.isBefore($1) }), !stopped.isBefore(first),
      stopped.since(first).map({ $0 < .seconds(2) }) ?? false,
      story.jobs.contains(where: { $0.isOpen || $0.reason == "parent process shutdown" })
    else { return }
    add(
      "DRN-009", .critical,
      "the drain of \(name) ended with the first of \(story.drain.jobsAtBegin) calls, and the others were killed",
      [evidence(begun), evidence(first), evidence(stopped)], "upgrade livekit-agents to 1.3.9 or later",
      appliesTo: "livekit-agents < 1.3.9")
  }

  /// Sessions that were live at the end, in words.
  private var liveText: String {
    let live = story.jobs.count { $0.isOpen }
    return live > 0 ? counted(live, "live session") : "whatever was live"
  }

  private mutating func judgeSwallowed() {
    guard has(.stopSignalSwallowed) else { return }
    let swallowed = story.events[.stopSignalSwallowed]?.first
    let late = swallowed.flatMap { story.drain.begun?.since($0) }.map { $0 > .seconds(10) } ?? false
    if late {
      add(
        "SIG-010", .critical,
        "a stop signal reached \(name) and was swallowed inside of the SDK: only a later one made it drain",
        evidence(.stopSignalSwallowed, .draining), "upgrade livekit-agents to 1.8.0 or later",
        appliesTo: "livekit-agents < 1.8.0")
    } else if story.drain.begun == nil {
      add(
        "SIG-010", .critical, "a stop signal reached \(name) and was swallowed inside of the SDK: it serves on",
        evidence(.stopSignalSwallowed), "upgrade livekit-agents to 1.8.0 or later; a second SIGTERM forces it to leave",
        appliesTo: "livekit-agents < 1.8.0")
    } else {
      exclude("SIG-010", "\(name) drained after all")
    }
  }

  /// Development mode leaves without a drain.
  private mutating func judgeEndWithoutDrain() {
    guard story.isColoured, has(.shuttingDown), story.failure == nil, story.drain.withoutSignal == nil else { return }
    add(
      "SIG-011", .critical, "\(name) runs in development mode, which does not drain: its sessions were ended at once",
      evidence(.shuttingDown, .entrypointLate), "start it with 'start'")
  }

  private mutating func judgeTimeout(_ begun: Mention) {
    guard let timedOut = story.events[.drainTimedOut]?.first ?? silentTimeout else { return }
    // An entrypoint that is cancelled when the drain is over says the same, but later.
    if let endless = story.events[.jobWithoutEnd]?.first, endless.since(timedOut).map({ $0 < .zero }) ?? false {
      add(
        "DRN-005", .critical, "a job of \(name) that never ends held the drain until it timed out",
        evidence(.jobWithoutEnd, .drainTimedOut), "call ctx.shutdown() when the session is over")
      exclude("DRN-001", "the drain timed out because of a job that never ends, not of a long session")
    } else if has(.shutdownUnacknowledged) || has(.unresponsiveKilled) {
      exclude("DRN-001", "the drain timed out because a job's event loop was blocked")
    } else {
      let limit = story.drain.limitSeconds.map { " of \(Duration(seconds: $0).text)" } ?? ""
      let sessions = story.drain.jobsAtBegin
      add(
        "DRN-001", .critical,
        "the drain of \(name) reached its limit\(limit) and cut the sessions that were still live",
        cause: sessions > 0
          ? "\(counted(sessions, "session")) \(sessions == 1 ? "was" : "were") live when it began" : nil,
        [evidence(begun), evidence(timedOut)],
        "raise drain_timeout above the longest session, with every clock around it, or end sessions sooner")
    }
    if isOlder(than: "1.5.2") {
      add(
        "DRN-007", .warning, status: .suspected,
        "after a drain that timed out this version can stay with orphaned jobs",
        evidence(.drainTimedOut),
        "upgrade livekit-agents to 1.5.2 or later; stop the worker once its sessions are gone",
        appliesTo: "livekit-agents < 1.5.2")
    }
  }

  /// The end of a drain that took as long as it may and does not say so: OpenRTC's executor swallows the line, and
  /// livekit-agents before 1.5.2 leaves with a traceback.
  var silentTimeout: Mention? {
    guard let begun = story.drain.begun, let limit = story.drain.limitSeconds, limit > 0 else { return nil }
    let isOld = isOlder(than: "1.5.2")
    if isOld, let error = (story.errors + loose).first(where: { $0.cause.contains("TimeoutError") }) {
      if error.mentions.last.since(begun).map({ $0 >= .seconds(limit - 0.1) }) ?? true { return error.mentions.last }
    }
    guard story.drain.jobsAtBegin > 0, let end = story.events[.shuttingDown]?.first, let took = end.since(begun),
      took >= .seconds(limit - 0.1), took < .seconds(limit + 2)
    else { return nil }
    return end
  }

  private mutating func judgeLate(_ begun: Mention) {
    let late = story.jobs.filter(\.isLate)
    guard let first = late.first else { return }
    let isNewer = story.sdk == .python && !isOlder(than: "1.4.2") && story.sdkVersion != nil
    // What was on its way when the drain began is answered after it.
    if isNewer, first.offered?.since(begun).map({ $0 < .seconds(2) }) ?? true { return }
    add(
      "RTE-002", .critical, status: isNewer ? .suspected : .confirmed,
      "\(name) was draining and accepted \(counted(late.count, "job"))",
      [evidence(begun)] + late.prefix(5).compactMap { $0.offered.map(evidence) },
      "upgrade livekit-agents to 1.4.2 or later, @livekit/agents to 1.2.3 or later",
      appliesTo: story.sdk == .node ? "@livekit/agents < 1.2.3" : isNewer ? nil : "livekit-agents < 1.4.2")
  }

  private mutating func judgeSlowEnd() {
    guard !has(.shutdownUnacknowledged), has(.shutdownLate) || has(.closeTimedOut) || has(.callbackTimedOut) else {
      return
    }
    add(
      "DRN-006", .warning, "a job of \(name) did not leave in time when it was told to shut down",
      evidence(.shutdownLate, .closeTimedOut, .callbackTimedOut, .entrypointLate, .threadHeld),
      "mend the shutdown callback that hangs, or raise shutdown_process_timeout")
  }
}
