package import Cutover
package import Vocabulary

/// How the sessions of a live fleet say which version serves them, over one or several polls.
///
/// A session counts once, by the strongest basis that any source gave it. Sessions that nobody could list are not counted
/// as none: a poll in which no source answered leaves the survey as it was, and a survey of no session says nothing.
package struct StampSurvey: Sendable {
  private var best: [SessionID: Seen] = [:]
  private var rooms: [SessionID: String] = [:]
  private var asked: [SourceID: (answers: Int, failures: Int, last: SourceFailure?)] = [:]

  private struct Seen {
    var basis: Basis?
    var version: VersionName?
  }

  /// A survey that has seen nothing.
  package init() {}

  /// Takes in what the sources said at one poll.
  package mutating func take(_ readings: [Reading]) {
    var versions: [String: VersionName] = [:]
    var listings: [Observation] = []
    for reading in readings {
      var asked = asked[reading.source] ?? (0, 0, nil)
      switch reading.answer {
      case .snapshot(let listing):
        asked.answers += 1
        listings.append(listing)
        for instance in listing.instances {
          guard let version = instance.version else { continue }
          for name in [instance.id.rawValue] + instance.workers.map(\.rawValue) { versions[name] = version }
        }
      case .failure(let failure): (asked.failures, asked.last) = (asked.failures + 1, failure)
      case .changes: break
      }
      self.asked[reading.source] = asked
    }
    for session in listings.flatMap(\.sessions) where session.agent == .present && session.end == nil {
      var seen = Seen(basis: session.basis, version: session.version)
      if seen.version == nil {
        seen.version =
          session.instance.flatMap { versions[$0.rawValue] } ?? session.worker.flatMap { versions[$0.rawValue] }
        seen.basis = seen.version == nil ? nil : .instance
      }
      rooms[session.id] = session.room ?? rooms[session.id]
      best[session.id] = StampSurvey.stronger(best[session.id], seen)
    }
  }

  private static func stronger(_ old: Seen?, _ new: Seen) -> Seen {
    guard let old, let oldBasis = old.basis else { return new }
    guard let basis = new.basis, basis > oldBasis else { return old }
    return new
  }

  /// What the survey comes to.
  package var result: Result {
    let unattributed = best.filter { $0.value.version == nil || $0.value.basis == .time }.keys.sorted()
    var byBasis: [String: Int] = [:]
    var byVersion: [String: Int] = [:]
    for seen in best.values {
      guard let version = seen.version, let basis = seen.basis else { continue }
      byBasis[basis.rawValue, default: 0] += 1
      byVersion[version.rawValue.harmless, default: 0] += 1
    }
    let sources = asked.sorted { $0.key < $1.key }.map { id, asked in
      Result.Source(
        id: id, answers: asked.answers, failures: asked.failures, lastFailure: asked.last?.detail.harmless)
    }
    return Result(
      sessions: best.count, byBasis: byBasis, byVersion: byVersion, unattributed: unattributed.count,
      examples: unattributed.prefix(10).map { id in "\(id)\(rooms[id].map { " in \($0)" } ?? "")".harmless },
      sources: sources)
  }

  /// What a survey comes to.
  package struct Result: Hashable, Encodable, Sendable {
    package let schema = "sluice.observability/1"
    /// Live sessions that were seen.
    package let sessions: Int
    /// How many of them say their version by which basis.
    package let byBasis: [String: Int]
    /// How many of them run which version.
    package let byVersion: [String: Int]
    /// How many of them no version can be told of, and some of them by name.
    package let unattributed: Int
    package let examples: [String]
    /// Who was asked.
    package let sources: [Source]

    /// One source that was asked.
    package struct Source: Hashable, Encodable, Sendable {
      package let id: SourceID
      package let answers: Int
      package let failures: Int
      package let lastFailure: String?
    }

    /// Whether any source answered at all.
    package var wasAnswered: Bool { sources.contains { $0.answers > 0 } }
    /// Whether something was seen of which all can be told.
    package var isStamped: Bool { sessions > 0 && unattributed == 0 }

    /// What is wrong, in the words of the catalogue.
    package var findings: [Finding] {
      var found: [Finding] = []
      if unattributed > 0 {
        let all = unattributed == sessions
        found.append(
          Finding(
            code: "OBS-001", status: .confirmed, severity: all ? .critical : .warning,
            summary: "\(unattributed) of \(sessions) live sessions cannot be attributed to a version",
            evidence: examples.map { Evidence(source: sources.first?.id ?? "", at: nil, excerpt: $0) },
            remedy: "stamp the release on the agent as an attribute: sluice init --stamp python|node|openrtc"))
      }
      for source in sources where source.failures > 0 {
        let why = source.lastFailure.map { ": \($0)" } ?? ""
        found.append(
          Finding(
            code: "OBS-004", status: .confirmed, severity: .warning,
            summary: "\(source.id) gave no answer in \(source.failures) of \(source.answers + source.failures) polls",
            evidence: [Evidence(source: source.id, at: nil, excerpt: "no answer\(why)")],
            remedy: "see why it cannot be asked; what it would show is not known"))
      }
      return found
    }
  }
}
