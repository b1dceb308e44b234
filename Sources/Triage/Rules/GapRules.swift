import Logs
import Vocabulary

/// What a worker's log leaves open.
extension Opinion {
  mutating func noteGaps(_ story: WorkerStory, _ server: LiveKitServerStory?) {
    let view = WorkerView(story: story, logs: logs, server: server)
    if story.events[.starting] == nil, !story.events.isEmpty {
      miss(
        "what \(view.name) did before its log begins", "the log has no 'starting worker'",
        "the log from the start of the process on")
    }
    let hasInfo = [.starting, .registered, .initializing, .jobOffered, .draining, .shuttingDown, .jobEnded]
      .contains { (event: WorkerEvent) in story.events[event] != nil }
    if !story.events.isEmpty, !hasInfo {
      miss(
        "whether \(view.name) drained", "its log has nothing below WARNING, and 'draining worker' is INFO (DRN-004)",
        "LIVEKIT_LOG_LEVEL=INFO, the exit status, or the server's log")
    }
    if story.events[.drainTimedOut] != nil, story.drain.jobsAtBegin > 0, story.jobs.allSatisfy(\.isOpen) {
      miss(
        "what held the sessions of \(view.name) when its drain timed out",
        "its log ends before they do: a blocked loop or a job that never ends would show only then",
        "the log up to half a minute after 'drain timed out'")
    }
    let isOver = [.shuttingDown, .forced, .drainTimedOut].contains { (event: WorkerEvent) in story.events[event] != nil
    }
    guard !isOver, story.failure == nil, view.seen?.closed == nil else { return }
    let live = story.jobs.count { $0.isOpen }
    if story.drain.begun != nil {
      miss(
        "how the drain of \(view.name) ended",
        "its log ends with it" + (live > 0 ? " and \(counted(live, "session")) live" : ""),
        "the rest of the log, the exit status (137 is a kill at a deadline), or the server's log")
    } else if live > 0, hasInfo {
      miss(
        "how \(view.name) ended, if it did",
        "its log ends with \(counted(live, "session")) live and no 'draining worker'",
        "the rest of the log, the exit status, or the server's log")
    }
  }
}
