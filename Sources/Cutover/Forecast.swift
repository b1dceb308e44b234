import Vocabulary

extension CutoverVerifier {
  /// When the old version is expected to be empty, and who will not make it, from the ages of what remains and the
  /// lengths of what has ended on it.
  mutating func forecast() -> Assessment.Forecast? {
    let tally = tallies.whole
    let named = tally[SessionMarks.liveOutgoing]
    let alive = outgoing.entries.filter { $0.endedAt == nil }
    // One instance whose count is not known makes the sum unknown.
    let counts = alive.compactMap(\.sessions)
    let byCount = countsAreFresh && counts.count == alive.count ? counts.reduce(0, +) : nil
    let remaining = identityIsFresh ? max(named, 0) : byCount
    guard remaining != 0 else { return nil }
    let isAnyoneLeft = tally[InstanceMarks.outgoingAlive] + tally[InstanceMarks.lost] > 0 || named > 0
    guard isAnyoneLeft else { return nil }
    let ends = windowEnd
    guard remaining != nil, identityIsFresh else {
      return Assessment.Forecast(
        remaining: remaining, zeroExpectedAt: nil, windowEndsAt: ends, expectedCuts: nil,
        ground: remaining == nil ? "nobody sees what is left" : "only numbers are seen: ages are not known")
    }
    guard durations.count >= 3 else {
      return Assessment.Forecast(
        remaining: remaining, zeroExpectedAt: nil, windowEndsAt: ends, expectedCuts: nil,
        ground: "fewer than 3 sessions have ended on the old version: no ground yet")
    }
    let estimate = expectedEnds(windowEnd: ends)
    return Assessment.Forecast(
      remaining: remaining, zeroExpectedAt: estimate.last, windowEndsAt: ends, expectedCuts: estimate.cuts,
      ground:
        "ages of \(counted(estimate.looked, "session")) against \(counted(durations.count, "session")) that ended on the old version"
    )
  }

  /// When the first drain window ends.
  private var windowEnd: Timestamp? {
    guard let window = rollout.window.effective else { return nil }
    guard let told = outgoing.firstTold else { return nil }
    return told + window
  }

  /// How many sessions are looked at one by one in a sample.
  private static let looks = 200

  private func expectedEnds(windowEnd: Timestamp?) -> (last: Timestamp?, cuts: Int?, looked: Int) {
    var last: Timestamp?
    var cuts = 0.0
    var looked = 0
    for id in outgoing.liveSample(CutoverVerifier.looks, fleet) {
      guard let record = sessions[id], let start = record.startedAt else { continue }
      looked += 1
      let age = max(0, (now - start).seconds)
      if let rest = durations.medianRest(after: age) {
        last = max(last, now + Duration(seconds: rest))
      } else {
        last = max(last, now + policy.interval)
      }
      guard let windowEnd else { continue }
      let survives = 1 - durations.share(below: age)
      let beyond = 1 - durations.share(below: max(0, (windowEnd - start).seconds))
      cuts += survives > 0 ? beyond / survives : (windowEnd <= now ? 1 : 0)
    }
    return (last, windowEnd == nil ? nil : Int(cuts.rounded()), looked)
  }
}

extension OutgoingList {
  /// The earliest moment at which one that is still there was told to drain.
  var firstTold: Timestamp? {
    entries.lazy.filter { $0.endedAt == nil }.compactMap(\.drainRequestedAt).min()
  }

  /// The first live sessions on outgoing instances, by instance and id, as many as the limit.
  func liveSample(_ limit: Int, _ fleet: FleetModel) -> [SessionID] {
    var found: [SessionID] = []
    for index in indices {
      guard let live = fleet[index]?.live, !live.isEmpty else { continue }
      found += live.sorted().prefix(limit - found.count)
      if found.count >= limit { break }
    }
    return found
  }
}
