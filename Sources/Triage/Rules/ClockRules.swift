import Logs
import Vocabulary

/// Clocks of machines that disagree.
extension Opinion {
  /// The workers by the LiveKit server's clock: who was first can be told across their logs only so.
  mutating func aligned(_ workers: [WorkerStory], to server: LiveKitServerStory?) -> [WorkerStory] {
    guard let server else { return workers }
    return workers.map { story in
      guard let gap = ClockGap(story, server), gap.isLarge else { return story }
      add(
        Finding(
          code: "OBS-004", status: .confirmed, severity: .info,
          summary: "the clock of \(WorkerView(story: story, logs: logs).name) is \(gap.offset.magnitude.text) "
            + "\(gap.offset > .zero ? "behind" : "ahead of") the LiveKit server's",
          cause: "times of the two logs are compared by the server's clock, with this gap taken out",
          evidence: [evidence(gap.here), evidence(gap.there)],
          remedy: "let both machines follow the same time (NTP)"))
      return story.moved(by: gap.offset)
    }
  }
}

/// How far a worker's clock is from its server's, by what both wrote down.
private struct ClockGap {
  let offset: Duration
  let here: Mention
  let there: Mention

  /// The middle of all pairs: one line that came late moves nothing. Nil where the two have no line in common.
  init?(_ story: WorkerStory, _ server: LiveKitServerStory) {
    var pairs = story.registrations.compactMap { registration in
      server.workers[registration.worker.rawValue]?.registered.map { (registration.mention, $0) }
    }
    pairs += story.jobs.compactMap { job in
      job.offered.flatMap { offered in server.jobs[job.id.rawValue]?.assigned.map { (offered, $0) } }
    }
    let gaps = pairs.compactMap { here, there in there.since(here).map { (gap: $0, here: here, there: there) } }
      .sorted { $0.gap < $1.gap }
    guard !gaps.isEmpty else { return nil }
    let middle = gaps[gaps.count / 2]
    (offset, here, there) = (middle.gap, middle.here, middle.there)
  }

  /// Two lines about one thing are written within a second or two even on a busy machine.
  var isLarge: Bool { offset.magnitude > .seconds(3) }
}

extension Duration {
  fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
