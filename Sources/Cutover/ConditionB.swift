import Vocabulary

extension CutoverVerifier {
  /// B. Old instances stop receiving new sessions.
  mutating func oldStopsReceiving(_ scope: Scope) -> Standing {
    if let failed = stillReceives(scope) { return failed }
    guard let cutoverAt = cutover.at else {
      return cutover.servingAt == nil ? notServing() : notTold(scope)
    }
    if let unseen = unseenLanding(scope) { return unseen }
    let alive = scope[.outgoingAlive] + scope[.lost]
    if alive == 0, isDeclared(.instances) {
      return Standing(
        state: .holds, basis: basis, reason: "no outgoing instance is left that could take a session",
        evidence: [Evidence(source: witness(.instances), at: now, excerpt: "no outgoing instance is listed alive")])
    }
    if isDeclared(.drains) || cutover.isToldKnown, scope[.untold] + scope[.unconfirmed] > 0, !isLeakExcluded(scope) {
      let who = names(scope) { $0.endedAt == nil && $0.drainConfirmedAt == nil }
      return Standing(
        state: .pending, basis: basis, reason: "nothing confirms that \(who) has begun to drain", waitsForSight: true)
    }
    let quietSince = max(cutoverAt, scope.tally.lastStartOnOutgoing ?? cutoverAt)
    let quiet = now - quietSince
    guard quiet >= policy.quiet else {
      return Standing(
        state: .pending, basis: basis,
        reason: "no session has started on an outgoing instance for \(quiet.text) of \(policy.quiet.text)")
    }
    // Where nothing in a region is left to be told, sessions elsewhere show as well that there are any.
    let isTold = scope[.untold] + scope[.unconfirmed] == 0
    guard let last = isTold ? tallies.whole.lastStart : scope.tally.lastStart, last > quietSince else {
      return Standing(
        state: .pending, basis: basis,
        reason:
          "no session has started anywhere since \(quietSince.timeOfDay): nothing shows that old instances take none")
    }
    return Standing(
      state: .holds, basis: basis,
      reason: "no session has started on an outgoing instance for \(quiet.text), while others started elsewhere",
      evidence: [
        Evidence(
          source: identityIsFresh ? witness(.sessions) : witness(.counts), at: last,
          excerpt: "the last session started elsewhere")
      ])
  }

  /// Whether so many sessions have started elsewhere since the cutover that instances which were told to drain, and do not say
  /// that they do, take none: for those whose log is not there to be read.
  private func isLeakExcluded(_ scope: Scope) -> Bool {
    guard identityIsFresh, scope[.untold] == 0, overdueDrains() == nil else { return false }
    return Exposure.share(scope[.newIncoming], failures: 0) <= policy.leakBound ?? 0.05
  }

  private mutating func stillReceives(_ scope: Scope) -> Standing? {
    guard scope[.late] > 0 || scope[.rose] > 0 else { return nil }
    if scope[.late] > 0 {
      let found = evidence(named.late.sorted(), scope[.late], in: scope)
      return Standing(
        state: .failed, basis: .identities,
        reason: "\(counted(scope[.late], "session")) started on an outgoing instance after the cutover and its grace"
          + regions(scope) { $0[SessionMarks.late] > 0 },
        evidence: found.shown, omitted: found.omitted)
    }
    return Standing(
      state: .failed, basis: .counts,
      reason: "the session count of \(counted(scope[.rose], "outgoing instance")) rose after the cutover and its grace"
        + regions(scope) { $0[InstanceMarks.rose] > 0 },
      evidence: [Evidence(source: witness(.counts), at: now, excerpt: "a count of a draining instance may only fall")])
  }

  /// What keeps it from being known whether old instances take sessions.
  private func unseenLanding(_ scope: Scope) -> Standing? {
    func unknown(_ reason: String, isBeyondHelp: Bool = false) -> Standing {
      Standing(state: .inconclusive, basis: basis, reason: reason, isBeyondHelp: isBeyondHelp)
    }
    if let stale = stale(.instances) { return unknown(stale) }
    let couldTake = scope[.outgoingAlive] + scope[.lost] > 0 || !isDeclared(.instances)
    if couldTake, let stale = stale(.sessions), !countsAreFresh { return unknown(stale) }
    if couldTake, !identityIsFresh, !countsAreFresh {
      return unknown(
        stale(.counts) ?? "no source sees on which instances sessions start", isBeyondHelp: !seesSessions)
    }
    if scope[.ambiguous] > 0 {
      return unknown(
        "whether \(counted(scope[.ambiguous], "session")) on outgoing instances began before the cutover cannot be told"
      )
    }
    if scope[.roseAmbiguously] > 0, !identityIsFresh {
      return unknown(
        "a count rose on an outgoing instance, and whether a session began there after the cutover cannot be told")
    }
    if scope[.unknownRole] > 0 {
      return unknown("the version of \(counted(scope[.unknownRole], "instance")) is not known")
    }
    if scope[.newUnattributed] > 0 {
      return unknown(
        "\(counted(scope[.newUnattributed], "new session")) cannot be attributed to a version" + whatAttributes)
    }
    if let since = coverage.blindSince, couldTake {
      return unknown("nobody has seen where sessions land since \(since.timeOfDay)")
    }
    if let gap = coverage.gap {
      return unknown(
        "nobody saw where sessions landed from \(gap.from.timeOfDay) to \(gap.to.timeOfDay)", isBeyondHelp: true)
    }
    guard !identityIsFresh else { return nil }
    if scope[.lost] > 0 { return unknown("\(unreachable(scope)) cannot be reached") }
    // A count cannot show one session end and another start between two polls; a confirmed drain excludes it.
    if scope[.unconfirmed] + scope[.untold] > 0, scope[.busy] > 0 {
      return unknown("counts cannot show a session that starts while another ends, and nothing confirms the drain")
    }
    return nil
  }
}
