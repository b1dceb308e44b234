import Vocabulary

extension CutoverVerifier {
  /// A. New sessions land on the new version.
  mutating func newSessionsLand(_ scope: Scope) -> Standing {
    if let failed = newSessionsFail(scope) { return failed }
    let version = rollout.incoming.version.rawValue.harmless
    // Of two turns of one release nobody may know which serves.
    if cutover.servingAt == nil, rollout.isOfOneVersion, scope[.newUnattributed] > 0 {
      if let unknown = unknownLanding(scope) { return unknown }
    }
    if cutover.servingAt == nil {
      var waiting = notServing()
      if waiting.state == .pending, now > rollout.began + policy.warmUp {
        waiting.reason += ", longer than the warm-up of \(policy.warmUp.text)"
      }
      return waiting
    }
    guard cutover.at != nil else { return notTold(scope) }
    guard seesSessions else {
      return Standing(state: .inconclusive, basis: .none, reason: "no source sees sessions", isBeyondHelp: true)
    }
    if let stale = stale(.sessions), !countsAreFresh {
      return Standing(state: .inconclusive, basis: .none, reason: stale)
    }
    if !isDeclared(.sessions), let stale = stale(.counts) {
      return Standing(state: .inconclusive, basis: .none, reason: stale)
    }
    if let unknown = unknownLanding(scope) { return unknown }
    if scope[.suspectIncoming] > 0 {
      let found = evidence(named.unclear.sorted(), scope[.suspectIncoming], in: scope)
      return Standing(
        state: .inconclusive, basis: basis,
        reason: "how \(counted(scope[.suspectIncoming], "session")) on \(version) ended is unclear, and a cut fits"
          + restarted(under: scope[.brokenIncoming]),
        evidence: found.shown, omitted: found.omitted)
    }
    let seen = identityIsFresh || isDeclared(.sessions) ? scope[.newIncoming] : scope.tally.risesOnIncoming
    if let region = scope.region {
      if let lacking = lacking(region, scope.tally, newSessions: seen) { return lacking }
    } else if seen < policy.minimumNewSessions {
      return tooFew(seen)
    }
    if scope[.homelessIncoming] > 0, hasLostIncomingLately {
      return Standing(
        state: .pending, basis: basis,
        reason: "an instance of \(version) ended, and whether sessions were on it is being found out")
    }
    if scope[.undecidedIncoming] > 0 {
      return Standing(
        state: .pending, basis: basis,
        reason: "how \(counted(scope[.undecidedIncoming], "session")) on \(version) ended is being found out")
    }
    if scope[.waiting] > 0 {
      return Standing(
        state: .pending, basis: basis,
        reason: "whether \(counted(scope[.waiting], "person")) who waits gets an agent is not known yet",
        waitsForSight: true)
    }
    if isDeclared(.instances), tallies.whole[InstanceMarks.incomingServing] == 0 {
      if let stale = stale(.instances) { return Standing(state: .inconclusive, basis: basis, reason: stale) }
      return Standing(
        state: .pending, basis: basis, reason: "no instance of \(version) serves any more", waitsForSight: true)
    }
    guard seen > 0 else {
      return Standing(
        state: .holds, basis: basis,
        reason: "\(version) serves, and no session has started since the cutover and its grace",
        evidence: [
          Evidence(
            source: witness(.instances, .counts), at: now,
            excerpt: "\(counted(scope[.incomingServing], "instance")) of \(version) seen serving")
        ])
    }
    let share = Exposure.share(seen, failures: 0)
    if scope.region == nil, let bound = policy.leakBound, share > bound {
      return Standing(
        state: .pending, basis: basis,
        reason: "\(seen) new sessions exclude a leak above \(percent(share)) only, the bound is \(percent(bound))")
    }
    let evidence = Evidence(
      source: identityIsFresh ? witness(.sessions) : witness(.counts), at: scope.tally.lastStart,
      excerpt: "\(seen) of \(seen) new sessions landed on \(version)")
    return Standing(
      state: .holds, basis: basis, reason: "all \(seen) new sessions since the cutover landed on \(version)",
      evidence: [evidence])
  }

  private func tooFew(_ seen: Int) -> Standing {
    let version = rollout.incoming.version.rawValue.harmless
    return Standing(
      state: .pending, basis: basis,
      reason: seen == 0
        ? "no session has started since the cutover and its grace: no traffic shows where new ones land"
        : "\(seen) of \(policy.minimumNewSessions) new sessions have been seen on \(version)")
  }

  /// What fails it: a session that landed on old, was not served, or was cut on the new version.
  private mutating func newSessionsFail(_ scope: Scope) -> Standing? {
    let version = rollout.incoming.version.rawValue.harmless
    var parts: [String] = []
    var shown: [Evidence] = []
    var omitted = 0
    func add(_ list: [Assessment.Sessions.Named], _ total: Int) {
      let found = evidence(list, total, in: scope)
      shown += found.shown
      omitted += found.omitted
    }
    if scope[.late] > 0 {
      parts.append(
        "\(counted(scope[.late], "session")) landed on an outgoing instance after the cutover and its grace"
          + regions(scope) { $0[SessionMarks.late] > 0 })
      add(named.late.sorted(), scope[.late])
    }
    if scope[.unserved] > 0 {
      parts.append("\(counted(scope[.unserved], "session")) got no agent within \(policy.joinTimeout.text)")
      add(named.unserved.sorted(), scope[.unserved])
    }
    if scope[.cutIncoming] > 0 {
      parts.append("\(counted(scope[.cutIncoming], "session")) on \(version) were cut, not by the drain")
      let incoming = named.cut.sorted().filter {
        sessions[$0.id]?.role != .outgoing && $0.version == rollout.incoming.version
      }
      add(incoming, scope[.cutIncoming])
    }
    if scope[.incomingKilled] > 0 {
      parts.append("\(counted(scope[.incomingKilled], "instance")) of \(version) ended with sessions under it")
    }
    guard !parts.isEmpty else { return nil }
    return Standing(
      state: .failed, basis: basis, reason: parts.joined(separator: "; "), evidence: shown, omitted: omitted)
  }

  /// Whether an incoming instance ended otherwise than by a drain so lately that its sessions may still be listed.
  private var hasLostIncomingLately: Bool {
    let since = now - decisionWindow
    return work.departures.contains {
      $0.role == .incoming && $0.by >= since && fleet[$0.index]?.isKnownDrained != true
    }
  }

  /// What keeps it from being known where new sessions land.
  private func unknownLanding(_ scope: Scope) -> Standing? {
    var reason: String?
    if scope[.newUnattributed] > 0 {
      reason = "\(counted(scope[.newUnattributed], "new session")) cannot be attributed to a version" + whatAttributes
    } else if scope[.ambiguous] > 0 {
      reason =
        "whether \(counted(scope[.ambiguous], "session")) on outgoing instances began before the cutover cannot be told"
    } else if scope[.newOther] > 0 {
      reason = "\(counted(scope[.newOther], "new session")) landed on a version that is neither new nor old"
    }
    return reason.map { Standing(state: .inconclusive, basis: basis, reason: $0) }
  }

  /// The incoming generation does not serve yet, or nobody who would see it could look.
  func notServing() -> Standing {
    if let stale = stale(.instances, .sessions, .counts) {
      return Standing(state: .inconclusive, basis: .none, reason: stale)
    }
    let unreachable = unreachable(work.unreachableIncoming.sorted())
    return Standing(
      state: .pending, basis: basis,
      reason: "no instance of \(rollout.incoming.version.rawValue.harmless) serves yet"
        + (unreachable.isEmpty ? "" : ": \(unreachable) cannot be reached"),
      waitsForSight: seesIncoming)
  }

  /// Whether whoever lists instances has said which there are, or one of the incoming generation was seen.
  var seesIncoming: Bool {
    states.contains { $0.sees(.instances) && $0.advances > 0 } || tallies.whole[InstanceMarks.incomingAlive] > 0
  }

  /// The outgoing generation has not been told to drain.
  func notTold(_ scope: Scope) -> Standing {
    let untold = names(scope) { $0.endedAt == nil && $0.drainRequestedAt == nil }
    let who = untold.isEmpty ? "the outgoing version" : untold
    return Standing(
      state: .pending, basis: basis, reason: "\(who) has not been told to drain", waitsForSight: !untold.isEmpty)
  }

  func percent(_ share: Double) -> String {
    let tenths = Int((share * 1_000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

/// What new sessions exclude.
enum Exposure {
  /// The share of traffic that old instances could take at 95 % confidence, when `failures` of `sessions` landed on them.
  ///
  /// Without failures this is 1 − 0.05^(1/n); with them the Clopper–Pearson upper bound, found by halving.
  static func share(_ sessions: Int, failures: Int) -> Double {
    guard sessions > 0, failures < sessions else { return 1 }
    var low = 0.0
    var high = 1.0
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if probability(atMost: failures, of: sessions, each: middle) > 0.05 { low = middle } else { high = middle }
    }
    return (high * 1_000_000).rounded() / 1_000_000
  }

  /// The probability of at most so many of n, each with its own probability.
  private static func probability(atMost most: Int, of sessions: Int, each: Double) -> Double {
    var term = power(1 - each, sessions)
    guard term > 0 else { return each < 1 ? (most * 2 > sessions ? 1 : 0) : 0 }
    var sum = term
    for number in 0..<min(most, 1_000) {
      term *= Double(sessions - number) / Double(number + 1) * each / (1 - each)
      sum += term
    }
    return sum
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, base, exponent) = (1.0, base, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result *= base }
      base *= base
      exponent >>= 1
    }
    return result
  }
}
