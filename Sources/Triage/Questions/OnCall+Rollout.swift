import Cutover
import Vocabulary

extension OnCall {
  var rolloutInProgress: OnCallAnswer {
    let last = file.run.map { run in
      runEvidence(
        "the last rollout, to \(assessment?.incoming.rawValue ?? "?"): \(run.recorded?.verdict.rawValue ?? (run.isRunning ? "being watched" : "no verdict"))",
        at: run.finishedAt ?? run.began)
    }
    guard let current = fleet.current else {
      guard let sessions, fleet.platform == nil else {
        return answer(
          .rolloutInProgress, .cannotTell, "the platform could not be asked", last ?? [],
          toSeeIt: "see 'not looked at', and look again")
      }
      let versions = Set(sessions.compactMap { version(of: $0)?.rawValue.harmless }).sorted()
      if versions.count > 1 {
        return answer(
          .rolloutInProgress, .yes,
          "yes, as far as sessions show: \(versions.joined(separator: " and ")) have live ones",
          last ?? [])
      }
      return answer(
        .rolloutInProgress, .cannotTell,
        "no platform is configured, and live sessions name \(count(versions.count, "version"))",
        last ?? [], toSeeIt: "name the platform in sluice.yaml, or watch: sluice verify-cutover --to VERSION")
    }
    guard let first = current.first else {
      return answer(.rolloutInProgress, .no, "no: no version has a live instance", last ?? [])
    }
    if current.count > 1 {
      let began = fleet.change?.began ?? (file.run?.finishedAt == nil ? assessment?.window.began : nil)
      let old = outgoing.isEmpty ? current.dropFirst().map(\.name).joined(separator: ", ") : names(outgoing)
      return answer(
        .rolloutInProgress, .yes,
        "yes: \((incoming ?? first.version).rawValue.harmless) takes over\(began.map { " since \($0)" } ?? ""), and \(old) still \(outgoing.count == 1 ? "lives" : "live")",
        evidence(of: outgoing) + (last ?? []))
    }
    if file.run?.isRunning == true, file.run?.recorded == nil {
      return answer(
        .rolloutInProgress, .yes, "yes: a run is watching one, and only \(first.name) has live instances", last ?? [])
    }
    return answer(.rolloutInProgress, .no, "no: only \(first.name) has live instances", last ?? [])
  }

  var newSessionsLand: OnCallAnswer {
    if let condition = assessment?.conditions.first(where: { $0.id == .newSessionsLand }), isOfNow {
      let evidence = condition.evidence.prefix(5) + runEvidence(condition.reason)
      switch condition.state {
      case .holds: return answer(.newSessionsLand, .yes, "yes: \(condition.reason)", Array(evidence))
      case .failed: return answer(.newSessionsLand, .no, "no: \(condition.reason)", Array(evidence))
      default:
        return answer(
          .newSessionsLand, .cannotTell, condition.reason, Array(evidence),
          toSeeIt:
            "sluice verify-cutover --target \(fleet.target.rawValue.harmless) --probe, which makes sessions of its own")
      }
    }
    guard let incoming else {
      return answer(
        .newSessionsLand, .cannotTell, "which version is new is not known",
        toSeeIt: "sluice verify-cutover --to VERSION")
    }
    if fleet.current?.count == 1, fleet.platform != nil {
      return answer(
        .newSessionsLand, .yes, "yes: only \(incoming.rawValue.harmless) has live instances", evidence(of: alive))
    }
    return answer(
      .newSessionsLand, .cannotTell, "no run has watched where sessions begin", evidence(of: alive),
      toSeeIt: "sluice verify-cutover --target \(fleet.target.rawValue.harmless)")
  }

  var oldStopsReceiving: OnCallAnswer {
    if outgoing.isEmpty, fleet.current != nil, incoming != nil, alive.allSatisfy({ $0.version != nil }) {
      return answer(.oldStopsReceiving, .no, "no: no old instance is left", evidence(of: alive))
    }
    if let condition = assessment?.conditions.first(where: { $0.id == .oldStopsReceiving }), isOfNow {
      let late = (assessment?.sessions.late ?? []).prefix(5).map {
        Evidence(
          source: "sessions", at: $0.at,
          excerpt: "\($0.id.rawValue) on \($0.instance?.rawValue ?? "?"): \($0.detail)".harmless)
      }
      let evidence = late + condition.evidence.prefix(5) + runEvidence(condition.reason)
      switch condition.state {
      case .holds: return answer(.oldStopsReceiving, .no, "no: \(condition.reason)", Array(evidence))
      case .failed: return answer(.oldStopsReceiving, .yes, "yes: \(condition.reason)", Array(evidence))
      default:
        return answer(
          .oldStopsReceiving, .cannotTell, condition.reason, Array(evidence),
          toSeeIt: "watch on: sluice verify-cutover --target \(fleet.target.rawValue.harmless)")
      }
    }
    return answer(
      .oldStopsReceiving, .cannotTell, "no run watches \(outgoing.isEmpty ? "them" : names(outgoing))",
      evidence(of: outgoing), toSeeIt: "sluice verify-cutover --target \(fleet.target.rawValue.harmless)")
  }

  /// Whether the run's assessment is of the rollout that the fleet is in: its incoming version is the fleet's.
  var isOfNow: Bool { assessment.map { $0.incoming == incoming } ?? false }
}
