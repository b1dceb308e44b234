package import Cutover
package import Vocabulary

/// How long sessions took and how many there were at which hour, as past runs or a metrics store recorded it.
///
/// Lengths are those of sessions that were seen to begin and to end by themselves; one that was cut, or that was still
/// there when the watch ended, took at least so long and is counted as such.
package struct SessionHistory: Sendable {
  /// The lengths of sessions that ended by themselves.
  package private(set) var lengths = DurationBook()
  /// The least lengths of sessions that were cut or not seen to their end.
  package private(set) var leastLengths = DurationBook()
  /// What was watched: runs, days; for people.
  package var grounds: [String] = []
  /// Runs whose journal could not be read, or not to its end, with the reason; for people. They are in no figure beyond what
  /// was read of them.
  package var unread: [String] = []

  private var hours = [Hour](repeating: Hour(), count: 24)
  private var open: [SourceID: [SessionID: SessionObservation]] = [:]
  private var ended: Set<SessionID> = []
  private var lastAt: Timestamp?

  private struct Hour {
    var looks = 0
    var sum = 0
  }

  /// A history of nothing.
  package init() {}

  /// Notes how many sessions were live at a moment; what a metrics store tells, and what `take` finds.
  package mutating func note(live count: Int, at moment: Timestamp) {
    let hour = Int((moment.nanoseconds / 3_600_000_000_000) % 24)
    guard hours.indices.contains(hour) else { return }
    hours[hour].looks += 1
    hours[hour].sum += count
  }

  /// Notes how long one session took.
  package mutating func note(length: Duration) { lengths.add(length) }

  /// Takes in one sample of a run; samples come in their order, and `finish` follows the last.
  package mutating func take(_ sample: Sample) {
    var live: [Int] = []
    for reading in sample.readings {
      switch reading.answer {
      case .failure: continue
      case .snapshot(let listing):
        let listed = Dictionary(listing.sessions.map { ($0.id, $0) }) { first, _ in first }
        for id in open[reading.source, default: [:]].keys where listed[id] == nil {
          close(id, of: reading.source, at: reading.describes)
        }
        for session in listing.sessions { update(session, of: reading.source) }
      case .changes(let changes):
        for session in changes.sessions { update(session, of: reading.source) }
        for id in changes.sessionsGone { close(id, of: reading.source, at: reading.describes) }
      }
      if let sessions = open[reading.source] { live.append(sessions.count) }
    }
    lastAt = sample.at
    if let most = live.max() { note(live: most, at: sample.at) }
  }

  /// Ends a run: what is still there took at least so long.
  package mutating func finish() {
    var seen: Set<SessionID> = []
    for session in open.values.flatMap(\.values) {
      guard let start = session.startedAt, let end = lastAt, end > start, seen.insert(session.id).inserted else {
        continue
      }
      leastLengths.add(end - start)
    }
    open = [:]
    ended = []
    lastAt = nil
  }

  private mutating func update(_ session: SessionObservation, of source: SourceID) {
    guard !session.isProbe else { return }
    guard let end = session.end else {
      if session.agent != .absent { open[source, default: [:]][session.id] = session }
      return
    }
    let known = open[source]?.removeValue(forKey: session.id)
    guard let start = session.startedAt ?? known?.startedAt, end.at > start, ended.insert(session.id).inserted else {
      return
    }
    if end.sign.isNatural { lengths.add(end.at - start) } else { leastLengths.add(end.at - start) }
  }

  /// A session that is no longer listed may have been cut: how it ended is not known.
  private mutating func close(_ id: SessionID, of source: SourceID, at moment: Timestamp) {
    guard let session = open[source]?.removeValue(forKey: id), let start = session.startedAt, moment > start,
      ended.insert(id).inserted
    else { return }
    leastLengths.add(moment - start)
  }

  // MARK: Hours

  /// How many sessions were live on average in one hour of the day (UTC), and how often that was looked at.
  package struct HourOfDay: Hashable, Encodable, Sendable {
    /// 0 to 23, in UTC.
    package let hour: Int
    /// Looks at the fleet in this hour, over all days.
    package let looks: Int
    /// The average number of live sessions.
    package let live: Double
  }

  /// The hours that were looked at, by the clock; those that nobody looked at are not among them.
  package var hoursWatched: [HourOfDay] {
    hours.enumerated().filter { $0.element.looks > 0 }.map {
      HourOfDay(
        hour: $0.offset, looks: $0.element.looks,
        live: (Double($0.element.sum) / Double($0.element.looks) * 10).rounded() / 10)
    }
  }
}

extension SessionObservation.Sign {
  /// Whether the session came to its own end.
  var isNatural: Bool {
    switch self {
    case .personLeft, .agentLeft, .roomClosed, .terminated: true
    case .connectionLost, .drainTimedOut, .crashed, .workerGone, .serverRestarted, .unknown: false
    }
  }
}
