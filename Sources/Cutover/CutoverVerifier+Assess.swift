import Vocabulary

extension CutoverVerifier {
  /// Makes the assessment of the sample that has been taken in.
  mutating func assess() {
    var next = Assessment(of: rollout, timesOutAt: assessment.window.timesOutAt)
    next.sample = sequence
    next.at = now
    let isOver = now >= next.window.timesOutAt
    let fleet = self.standings(Scope(tally: tallies.whole))
    let regional = tallies.regions.sorted { $0.key < $1.key }.map { name, tally in
      (name: name, own: self.standings(Scope(tally: tally, region: name)))
    }
    let standings = atTimeout(everywhere(fleet, regional), isOver: isOver)
    next.conditions = zip(Assessment.Condition.Kind.allCases, standings).map { $1.condition($0) }
    next.regions = regional.map { name, own in
      let own = atTimeout(own, isOver: isOver)
      return Assessment.Region(
        name: name, verdict: verdict(of: own),
        conditions: zip(Assessment.Condition.Kind.allCases, own).map { $1.condition($0) })
    }
    next.verdict = verdict(of: standings)
    if next.verdict == .failed { failedAt = failedAt ?? now }
    next.reason = reason(standings, next.verdict)
    next.isFinal = isFinal(next.verdict, standings, isOver: isOver)
    next.outgoing = Array(knownVersions.dropFirst())
    next.sessions = sessionSummary()
    next.instances = outgoing.entries
    next.latency = latencies.summaries()
    next.exposure = exposure
    next.forecast = forecast()
    next.window.servingAt = cutover.servingAt
    next.window.drainRequestedAt = cutover.toldAt
    next.window.cutoverAt = cutover.isProvisional ? nil : cutover.at
    if next.isFinal { next.window.endedAt = assessment.window.endedAt ?? now }
    next.findings = findings(next)
    next.recommendedAction =
      Recommendation(
        rollout: rollout, assessment: next, versions: knownVersions,
        canRollBack: incomingIsToBlame(Scope(tally: tallies.whole))
      ).action
    publish(next)
  }

  private mutating func standings(_ scope: Scope) -> [Standing] {
    var all = [newSessionsLand(scope), oldStopsReceiving(scope), oldDrains(scope)]
    for place in all.indices {
      if all[place].state == .failed {
        failures[scope.region, default: [:]][place] = all[place]
      } else if let failed = failures[scope.region]?[place] {
        all[place] = failed
      }
    }
    return all
  }

  private func atTimeout(_ standings: [Standing], isOver: Bool) -> [Standing] {
    guard isOver else { return standings }
    let limit = (assessment.window.timesOutAt - rollout.began).text
    return standings.map { $0.atTimeout(after: limit) }
  }

  /// The worst of the three.
  private func verdict(of standings: [Standing]) -> Assessment.Verdict {
    let order: [(Assessment.Condition.State, Assessment.Verdict)] = [
      (.failed, .failed), (.timedOut, .timedOut), (.inconclusive, .inconclusive), (.pending, .pending),
    ]
    return order.first { pair in standings.contains { $0.state == pair.0 } }?.1 ?? .passed
  }

  /// The reasons of the conditions that made the verdict.
  private func reason(_ standings: [Standing], _ verdict: Assessment.Verdict) -> String {
    guard verdict != .passed else {
      let incoming = rollout.incoming.version.rawValue.harmless
      return "new sessions land on \(incoming), old instances take none, and none was cut: \(standings[2].reason)"
    }
    let parts = standings.filter { $0.state.rawValue == verdict.rawValue }.map(\.reason)
    return parts.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: "; ")
  }

  /// Whether watching on can change nothing that the policy asks for.
  private func isFinal(_ verdict: Assessment.Verdict, _ standings: [Standing], isOver: Bool) -> Bool {
    switch verdict {
    case .passed: return true
    case .failed:
      guard let failedAt, !isOver else { return isOver }
      // What has ended and is still being found out may have failed together with it.
      let tally = tallies.whole
      let isOpen = tally[SessionMarks.undecidedOutgoing] + tally[SessionMarks.undecidedIncoming] > 0
      // What is asked about in turn tells what failed together only when its turn is over.
      let turn = states.lazy.filter { $0.sees(.sessions) }.compactMap(\.turn).max() ?? .zero
      return now - failedAt >= policy.settle + turn + (isOpen ? policy.interval : .zero)
    case .timedOut, .interrupted, .superseded: return true
    case .pending: return false
    case .inconclusive:
      if isOver { return true }
      // Nothing that could still happen settles it: the rest holds, the old ones are gone, late words had their time.
      let isHopeless = standings.allSatisfy { $0.state == .holds || $0.isBeyondHelp }
      let last = max(cutover.lastDeparture(of: .outgoing), cutover.at) ?? now
      // Whose end a source sees can still be killed at its deadline, which fails the verdict without any session's help.
      let canFail = isDeclared(.instances) && cutover.at != nil && tallies.whole[InstanceMarks.outgoingAlive] > 0
      return isHopeless && !canFail && now - last > decisionWindow + policy.settle
    }
  }

  private mutating func sessionSummary() -> Assessment.Sessions {
    var summary = Assessment.Sessions()
    summary.byVersion = versions
    for key in versions.keys where !identityIsFresh { summary.byVersion[key]?.active = nil }
    if !identityIsFresh, countsAreFresh {
      for (version, count) in countedSessions where count > 0 || versions[version] != nil {
        summary.byVersion[version, default: Assessment.Sessions.Counts()].active = count
      }
    } else if identityIsFresh {
      for version in knownVersions {
        summary.byVersion[version.rawValue, default: Assessment.Sessions.Counts()].active =
          summary.byVersion[version.rawValue]?.active ?? 0
      }
    }
    summary.cut = named.cut.sorted()
    summary.late = named.late.sorted()
    summary.unclear = named.unclear.sorted()
    summary.unserved = named.unserved.sorted()
    let tally = tallies.whole
    summary.cutCount = tally[SessionMarks.cutIncoming] + tally[SessionMarks.cutOutgoing]
    summary.lateCount = tally[SessionMarks.late]
    summary.unclearCount = tally[SessionMarks.unclearIncoming] + tally[SessionMarks.unclearOutgoing]
    summary.unservedCount = tally[SessionMarks.unserved]
    return summary
  }

  /// The versions of the rollout, the incoming one first.
  var knownVersions: [VersionName] {
    let named = [rollout.incoming.version] + rollout.outgoing.map(\.version)
    guard rollout.outgoing.isEmpty else { return named }
    let seen = Set(outgoing.entries.compactMap(\.version)).union(versions.keys.map { VersionName($0) })
    return named
      + seen.subtracting([rollout.incoming.version, VersionName(CutoverVerifier.unattributed)]).sorted()
  }

  /// What the new sessions seen so far exclude.
  private var exposure: Assessment.Exposure? {
    let tally = tallies.whole
    let onIncoming = isDeclared(.sessions) ? tally[SessionMarks.newIncoming] : tally.risesOnIncoming
    let late = tally[SessionMarks.late]
    let all = onIncoming + late
    guard all > 0 else { return nil }
    return Assessment.Exposure(
      sessions: all, onIncoming: onIncoming, excludedShare: Exposure.share(all, failures: late))
  }

  /// Whether what went wrong is the new version's: then the way back is to the old one.
  private func incomingIsToBlame(_ scope: Scope) -> Bool {
    scope[.unserved] + scope[.cutIncoming] + scope[.incomingKilled] > 0
  }
}
