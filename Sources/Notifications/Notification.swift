package import Cutover
package import Vocabulary

/// What people and their systems are told of a run: `sluice.notification/1`.
///
/// It leaves this machine: whoever makes one has hidden secrets and personal data in every text of it.
package struct Notification: Hashable, Encodable, Sendable {
  /// `sluice.notification/1`.
  package let schema = "sluice.notification/1"
  /// What happened: `deployment.started`, `deployment.completed`, `deployment.rolled_back`, `verification.completed`.
  package var event: String
  /// When it is told.
  package var at: Timestamp
  /// The run.
  package var run: RunID
  /// The fleet.
  package var target: TargetName
  /// What is done to it: `deploy`, `rollback`, `verify-cutover`.
  package var kind: String
  /// The version that comes; nil: not known.
  package var incoming: VersionName?
  /// The versions that go.
  package var outgoing: [VersionName] = []
  /// The verdict; nil: the run goes on, or ended without one.
  package var verdict: Assessment.Verdict?
  /// Why it is what it is, or why there is none.
  package var reason: String?
  /// The three conditions; empty: nothing was watched.
  package var conditions: [Condition] = []
  /// Active sessions by version; nil: not known.
  package var activeSessions: [String: Int?] = [:]
  /// The one thing to do now, and its command.
  package var action: String?
  package var command: String?
  /// The status that the command ends with; nil: it goes on.
  package var exitStatus: Int32?
  /// Who asked for it, from which machine and commit, and in which pipeline.
  package var actor: String?
  package var host: String?
  package var commit: String?
  package var pipeline: String?
  /// Where the evidence lies on that machine; nil: there is none.
  package var bundle: String?

  /// That a run has begun, or has ended.
  package init(event: String, at: Timestamp, run: RunID, target: TargetName, kind: String) {
    self.event = event
    self.at = at
    self.run = run
    self.target = target
    self.kind = kind
  }

  /// How one condition stands.
  package struct Condition: Hashable, Encodable, Sendable {
    /// A, B or C; what it says, where it stands, and why.
    package var letter: String
    package var title: String
    package var state: Assessment.Condition.State
    package var reason: String

    /// A condition's standing.
    package init(letter: String, title: String, state: Assessment.Condition.State, reason: String) {
      self.letter = letter
      self.title = title
      self.state = state
      self.reason = reason
    }
  }
}

extension Notification {
  /// Of which kind it is, for receivers that want some only.
  package var occasion: NotificationOccasion {
    if event.hasSuffix(".started") { return .started }
    return verdict == .passed ? .passed : .notPassed
  }

  /// What it says in one line.
  var headline: String {
    let what = "\(kind) of \(target.rawValue.harmless)" + (incoming.map { " to \($0.rawValue.harmless)" } ?? "")
    return "\(sign) \(what): \(occasion == .started ? "started" : verdict?.rawValue ?? "ended without a verdict")"
  }

  private var sign: String {
    switch verdict {
    case .passed: "✅"
    case .failed, .timedOut: "❌"
    case nil where occasion == .started: "▶️"
    default: "⚠️"
    }
  }

  /// The lines below it.
  var lines: [String] {
    let sessions = activeSessions.sorted { $0.key < $1.key }.map { version, active in
      "\(version.harmless) \(active.map { "\($0)" } ?? "unknown")"
    }
    let origin = [
      actor.map { "by \($0)" }, host.map { "on \($0)" }, commit.map { "commit \($0.prefix(12))" }, "run \(run)",
    ]
    return [
      reason?.harmless,
      conditions.isEmpty
        ? nil
        : conditions.map { "\($0.letter) \($0.title.harmless): \($0.state.rawValue): \($0.reason.harmless)" }
          .joined(separator: "\n"),
      sessions.isEmpty ? nil : "active sessions: \(sessions.joined(separator: ", "))",
      action.map { "do now: \($0.harmless)\(command.map { "\n\($0.harmless)" } ?? "")" },
      bundle.map { "evidence: \($0.harmless)" }, pipeline.map { "pipeline: \($0.harmless)" },
      origin.compactMap(\.self).joined(separator: ", ").harmless,
    ].compactMap(\.self).filter { !$0.isEmpty }
  }
}

/// When a receiver wants to be told.
package enum NotificationOccasion: String, CaseIterable, Sendable {
  case started, passed
  /// Any other end.
  case notPassed = "not-passed"
}
