import Vocabulary

extension CutoverVerifier {
  /// C. Sessions on old drain to zero.
  mutating func oldDrains(_ scope: Scope) -> Standing {
    if let failed = drainFails(scope) { return failed }
    if let stale = stale(.instances) { return Standing(state: .inconclusive, basis: .none, reason: stale) }
    if let remaining = remaining(scope) { return remaining }
    if let unclear = unclearEnds(scope) { return unclear }
    if scope[.undecidedOutgoing] + scope[.leaving] > 0 {
      let what =
        scope[.undecidedOutgoing] > 0
        ? counted(scope[.undecidedOutgoing], "session") + " ended"
        : counted(scope[.leaving], "outgoing instance") + " left"
      return Standing(state: .pending, basis: basis, reason: "how \(what) is being found out")
    }
    if scope[.holding] > 0 {
      return Standing(
        state: .pending, basis: basis,
        reason: "\(counted(scope[.holding], "outgoing instance")) at zero in fewer than \(policy.hold) fresh samples")
    }
    if scope[.untold] > 0 { return notTold(scope) }
    guard cutover.at != nil else { return cutover.servingAt == nil ? notServing() : notTold(scope) }
    return drained(scope)
  }

  /// Nothing is left: on what that rests.
  private func drained(_ scope: Scope) -> Standing {
    let total = scope[.outgoing]
    if total > 0 {
      return Standing(
        state: .holds, basis: basis, reason: "\(counted(total, "outgoing instance")) drained to zero",
        evidence: [Evidence(source: witness(.instances, .counts), at: now, excerpt: "\(total) of \(total) drained")])
    }
    if isDeclared(.instances) {
      return Standing(state: .holds, basis: basis, reason: "there is no outgoing instance")
    }
    guard identityIsFresh, scope.tally.samplesAtZero >= policy.hold else {
      return Standing(
        state: .pending, basis: basis, reason: "sessions on old at zero in fewer than \(policy.hold) fresh samples")
    }
    return Standing(
      state: .holds, basis: .identities, reason: "no session is left on an outgoing version",
      evidence: [Evidence(source: witness(.sessions), at: now, excerpt: "none listed in \(policy.hold) fresh samples")])
  }

  private mutating func drainFails(_ scope: Scope) -> Standing? {
    var parts: [String] = []
    if scope[.cutOutgoing] > 0 {
      parts.append(
        "\(counted(scope[.cutOutgoing], "session")) on outgoing instances were cut"
          + regions(scope) { $0[SessionMarks.cutOutgoing] > 0 })
    }
    if scope[.killed] > 0 {
      let who = names(scope) { $0.endedAt != nil && ($0.end ?? "").isEmpty == false && $0.end != "drained" }
      parts.append("\(counted(scope[.killed], "outgoing instance")) ended with sessions under it (\(who))")
    }
    if scope[.rose] > 0 {
      parts.append(
        "the session count of \(counted(scope[.rose], "outgoing instance")) rose after it was told to drain"
          + regions(scope) { $0[InstanceMarks.rose] > 0 })
    }
    guard !parts.isEmpty else { return nil }
    let cut = named.cut.sorted().filter { $0.version != rollout.incoming.version || sessions[$0.id]?.role == .outgoing }
    let found = evidence(cut, scope[.cutOutgoing], in: scope)
    return Standing(
      state: .failed, basis: scope[.cutOutgoing] > 0 ? .identities : basis, reason: parts.joined(separator: "; "),
      evidence: found.shown, omitted: found.omitted)
  }

  /// Sessions that are still on old, or may be.
  private func remaining(_ scope: Scope) -> Standing? {
    if scope[.outgoingAlive] > 0 || !isDeclared(.instances) {
      if !identityIsFresh, !countsAreFresh {
        let reason = stale(.sessions, .counts) ?? "no source sees how many sessions the outgoing instances serve"
        return Standing(state: .inconclusive, basis: .none, reason: reason, isBeyondHelp: !seesSessions)
      }
    }
    if scope[.busy] > 0 || scope[.liveOutgoing] > 0 {
      let who = names(scope) { $0.endedAt == nil && ($0.sessions ?? 0) > 0 }
      let many =
        identityIsFresh ? scope[.liveOutgoing] : outgoingCount(scope).map { max($0, scope[.liveOutgoing]) }
      let versions = knownVersions.dropFirst().filter { (self.versions[$0.rawValue]?.active ?? 0) > 0 }
      let version = versions.isEmpty ? "an outgoing version" : versions.map(\.rawValue.harmless).joined(separator: ", ")
      let on = who.isEmpty ? version + regions(scope) { $0[SessionMarks.liveOutgoing] > 0 } : who
      // Zero by name while a worker counts some is no number either.
      let left =
        if let many, many > 0 { "\(counted(many, "session")) left on \(on)" } else { "sessions are left on \(on)" }
      return Standing(state: .pending, basis: basis, reason: left, waitsForSight: true)
    }
    if scope[.liveUnattributed] > 0 {
      return Standing(
        state: .inconclusive, basis: basis,
        reason: "\(counted(scope[.liveUnattributed], "live session")) cannot be attributed to a version"
          + whatAttributes)
    }
    if scope[.unknownRole] > 0 {
      return Standing(
        state: .inconclusive, basis: basis,
        reason: "the version of \(counted(scope[.unknownRole], "instance")) is not known")
    }
    if scope[.lost] > 0, isEverySessionNamed {
      return Standing(
        state: .pending, basis: basis,
        reason:
          "\(unreachable(scope)) cannot be reached; how its sessions ended is being found out")
    }
    if scope[.lost] > 0 {
      return Standing(
        state: .inconclusive, basis: basis,
        reason: "\(unreachable(scope)) cannot be reached and was not seen at zero")
    }
    if scope[.uncounted] > 0, !isEverySessionNamed {
      let who = names(scope) { $0.endedAt == nil && $0.sessions == nil }
      return Standing(state: .inconclusive, basis: basis, reason: "nobody says how many sessions \(who) serves")
    }
    if scope[.uncounted] > 0 {
      return Standing(
        state: .pending, basis: basis,
        reason: "\(counted(scope[.uncounted], "outgoing instance")) at zero in fewer than \(policy.hold) fresh samples")
    }
    return nil
  }

  /// How many sessions the outgoing instances count together; nil when one of them is not known.
  private func outgoingCount(_ scope: Scope) -> Int? {
    let alive = outgoing.entries.filter { scope.holds($0.region) && $0.endedAt == nil }
    let counts = alive.compactMap(\.sessions)
    return counts.count == alive.count ? counts.reduce(0, +) : nil
  }

  private mutating func unclearEnds(_ scope: Scope) -> Standing? {
    guard scope[.unclearOutgoing] + scope[.leftUnclear] > 0 else { return nil }
    let isSettled = scope[.undecidedOutgoing] + scope[.leaving] + scope[.holding] == 0
    let isBeyondHelp = scope[.outgoingAlive] == 0 && isSettled
    guard scope[.unclearOutgoing] == 0 else {
      let found = evidence(named.unclear.sorted(), scope[.unclearOutgoing], in: scope)
      return Standing(
        state: .inconclusive, basis: basis,
        reason: "how \(counted(scope[.unclearOutgoing], "session")) on old ended is unclear"
          + restarted(under: scope[.brokenOutgoing]),
        evidence: found.shown, omitted: found.omitted, isBeyondHelp: isBeyondHelp)
    }
    let who = names(scope) { $0.end == "gone, how is not known" || ($0.endedAt != nil && $0.end != "drained") }
    return Standing(
      state: .inconclusive, basis: basis,
      reason:
        "\(who) vanished and was not seen at zero: whether calls ended or were cut is unclear; its log or exit status would settle it",
      isBeyondHelp: isBeyondHelp)
  }

  /// What the LiveKit server itself did to some of them, as the end of a reason.
  func restarted(under sessions: Int) -> String {
    sessions == 0 ? "" : ": the LiveKit server restarted under \(sessions) of them, which was not the drain"
  }

  /// What would tell where sessions belong that nothing attributes, as the end of a reason, where a stamp could not.
  var whatAttributes: String {
    guard rollout.isOfOneVersion else { return "" }
    let version = rollout.incoming.version.rawValue.harmless
    return ": both turns run \(version), and nothing says whether their workers were there before "
      + "\(rollout.began.timeOfDay); the LiveKit server's log (livekit-server-log) would, or a platform that lists instances"
  }
}
