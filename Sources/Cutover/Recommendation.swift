import Vocabulary

/// The one thing to do after a verdict, with its exact command.
struct Recommendation {
  let rollout: Rollout
  let assessment: Assessment
  let versions: [VersionName]
  let canRollBack: Bool

  private var target: String { shellWord(rollout.target.rawValue) }

  /// The action; nil for a verdict that passed, or that is pending.
  ///
  /// The fleet of a rehearsal is gone with its run: there is only its journal to read.
  var action: Assessment.RecommendedAction? {
    guard rollout.kind == .rehearsal, let action = liveAction else { return liveAction }
    return Assessment.RecommendedAction(
      summary: "nothing is left to act on; on a live fleet: \(action.summary)",
      command: "sluice runs show \(shellWord(rollout.run.rawValue))")
  }

  private var liveAction: Assessment.RecommendedAction? {
    switch assessment.verdict {
    case .passed, .pending: nil
    case .failed: canRollBack ? rollBack : notDraining
    case .timedOut: timedOut
    case .inconclusive: inconclusive
    case .interrupted: Recommendation.afterStop(.interrupted, rollout: rollout)
    case .superseded: Recommendation.afterStop(.superseded, rollout: rollout)
    }
  }

  /// What to do when the watch was stopped before its verdict.
  static func afterStop(
    _ interruption: CutoverVerifier.Interruption, rollout: Rollout
  ) -> Assessment.RecommendedAction? {
    let target = shellWord(rollout.target.rawValue)
    switch interruption {
    case .interrupted where rollout.kind == .rehearsal:
      return Assessment.RecommendedAction(summary: "rehearse again", command: "sluice rehearse")
    case .interrupted:
      return Assessment.RecommendedAction(
        summary: "take the watch up again where it stopped",
        command: "sluice verify-cutover --target \(target) --resume \(shellWord(rollout.run.rawValue))")
    case .superseded:
      return Assessment.RecommendedAction(
        summary: "watch the rollout that took its place", command: "sluice verify-cutover --target \(target)")
    case .neverServed, .unservable:
      let incoming = rollout.incoming.version
      if rollout.drainedBy == .platform, rollout.kind != .rollback,
        let previous = rollout.outgoing.first(where: { $0.version != incoming })?.version
      {
        return Assessment.RecommendedAction(
          summary: "roll back to \(previous.rawValue.harmless): \(incoming.rawValue.harmless) does not serve",
          command: "sluice rollback --target \(target) --to \(shellWord(previous.rawValue))")
      }
      return Assessment.RecommendedAction(
        summary: "find out why \(rollout.incoming.version.rawValue.harmless) does not serve, from its instances' logs",
        command: "sluice runs show \(shellWord(rollout.run.rawValue))")
    }
  }

  /// The version to go back to: the first outgoing one that is another.
  private var previous: VersionName? { versions.first { $0 != rollout.incoming.version } }

  private var drainsAgain: String {
    let window = rollout.window.effective.map { "for up to \($0.text)" } ?? "without a known limit"
    return "this drains again, \(window)"
  }

  private var rollBack: Assessment.RecommendedAction {
    let incoming = rollout.incoming.version.rawValue.harmless
    guard let previous else {
      return triage("sessions on \(incoming) go wrong, and no earlier version is known to go back to: find out why")
    }
    return Assessment.RecommendedAction(
      summary:
        "roll back to \(previous.rawValue.harmless): sessions on \(incoming) are unserved, cut or crashing; \(drainsAgain)",
      command: "sluice rollback --target \(target) --to \(shellWord(previous.rawValue))")
  }

  private var notDraining: Assessment.RecommendedAction {
    if assessment.sessions.lateCount > 0 || state(.oldStopsReceiving) == .failed {
      return triage(
        "old instances still take sessions: rolling back will not help, look at their signal path"
      )
    }
    return triage(
      "sessions on old were cut: rolling back cannot bring them back, find out what cut them before the next rollout")
  }

  private var timedOut: Assessment.RecommendedAction {
    if assessment.window.servingAt == nil {
      let incoming = rollout.incoming.version.rawValue.harmless
      guard let previous, rollout.kind != .observed else {
        return triage("\(incoming) never served: find out why its instances do not become healthy")
      }
      return Assessment.RecommendedAction(
        summary: "roll back to \(previous.rawValue.harmless): \(incoming) never served",
        command: "sluice rollback --target \(target) --to \(shellWord(previous.rawValue))")
    }
    if state(.oldDrains) == .timedOut || state(.oldStopsReceiving) == .timedOut {
      return triage(
        "old instances do not finish their drain: rolling back will not help, look at their signal path"
      )
    }
    return resume("watch on: what it waits for was still there")
  }

  private var inconclusive: Assessment.RecommendedAction {
    if assessment.findings.contains(where: { $0.code == "OBS-002" }) {
      return Assessment.RecommendedAction(
        summary: "make sessions visible: add a source under 'sessions' in sluice.yaml, then look again",
        command: "sluice verify-cutover --target \(target)")
    }
    if assessment.sessions.unclearCount > 0 || state(.oldDrains) == .inconclusive {
      return triage("whether sessions on old were cut is unclear: read the worker's log and exit status")
    }
    if assessment.findings.contains(where: { $0.code.rawValue.hasPrefix("OBS-") }) {
      return resume("make it visible: a source is missing, stale or says too little; then watch on")
    }
    if assessment.exposure == nil {
      return resume("no new session was seen: wait for traffic, or place a call, and watch on")
    }
    guard rollout.kind != .rollback, let previous else { return resume("watch on until it can be told") }
    return Assessment.RecommendedAction(
      summary: "if unsure, roll back to \(previous.rawValue.harmless); \(drainsAgain)",
      command: "sluice rollback --target \(target) --to \(shellWord(previous.rawValue))")
  }

  private func triage(_ summary: String) -> Assessment.RecommendedAction {
    Assessment.RecommendedAction(summary: summary, command: "sluice runs show \(shellWord(rollout.run.rawValue))")
  }

  private func resume(_ summary: String) -> Assessment.RecommendedAction {
    Assessment.RecommendedAction(
      summary: summary, command: "sluice verify-cutover --target \(target) --resume \(shellWord(rollout.run.rawValue))")
  }

  private func state(_ kind: Assessment.Condition.Kind) -> Assessment.Condition.State? {
    assessment.conditions.first { $0.id == kind }?.state
  }
}

/// A text as one word of a shell: as it is where that is safe, else quoted, control characters made visible.
func shellWord(_ text: String) -> String {
  let safe = text.utf8.allSatisfy { byte in
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "._-+:/@%=".utf8.contains(byte)
  }
  if safe, !text.isEmpty { return text }
  var quoted = "'"
  for character in text.harmless { quoted += character == "'" ? "'\\''" : String(character) }
  return quoted + "'"
}
