import Vocabulary

/// A fleet in several regions has cut over when every one of them has: what two show says nothing of a third.
///
/// A region counts when an outgoing or a living incoming instance is in it. Where no instance names its region, one counts
/// in which a session was on an outgoing version; else the names that sessions give to their places are shown and not
/// waited for, since no instance can answer for them. The fewest new sessions that the policy asks for are the fleet's;
/// a region needs an incoming instance that serves there, or one new session where no instance can be seen.
extension CutoverVerifier {
  /// The fleet's conditions, of which none holds before it holds in each region that counts.
  func everywhere(_ fleet: [Standing], _ regional: [(name: RegionName, own: [Standing])]) -> [Standing] {
    let counting = regional.filter { counts($0.name) }
    return fleet.indices.map { place in
      guard fleet[place].state == .holds else { return fleet[place] }
      let behind = counting.filter { $0.own[place].state != .holds }
      let order: [Assessment.Condition.State] = [.failed, .inconclusive, .pending]
      guard let state = order.first(where: { state in behind.contains { $0.own[place].state == state } }) else {
        return fleet[place]
      }
      let worst = behind.filter { $0.own[place].state == state }
      let shown = worst.prefix(3).map { "in \($0.name.rawValue.harmless): \($0.own[place].reason)" }
      return Standing(
        state: state, basis: fleet[place].basis,
        reason: shown.joined(separator: "; ") + (worst.count > 3 ? "; and \(worst.count - 3) more" : ""),
        evidence: Array(worst.flatMap { $0.own[place].evidence }.prefix(10)),
        waitsForSight: worst.contains { $0.own[place].waitsForSight },
        isBeyondHelp: worst.allSatisfy { $0.own[place].isBeyondHelp })
    }
  }

  private func counts(_ region: RegionName) -> Bool {
    guard let tally = tallies.regions[region] else { return false }
    if hasInstances(tally) { return true }
    return tally[SessionMarks.onOutgoing] > 0 && !tallies.regions.values.contains(where: hasInstances)
  }

  private func hasInstances(_ tally: Tally) -> Bool {
    tally[InstanceMarks.outgoing] + tally[InstanceMarks.incomingAlive] > 0
  }

  /// What a region lacks that would show that the incoming generation takes its sessions; nil: nothing.
  func lacking(_ region: RegionName, _ tally: Tally, newSessions seen: Int) -> Standing? {
    guard tally[InstanceMarks.incomingServing] == 0 else { return nil }
    let version = rollout.incoming.version.rawValue.harmless
    let placed = tallies.regions.values.reduce(0) { $0 + $1[InstanceMarks.incomingServing] }
    let nameless = tallies.whole[InstanceMarks.incomingServing] - placed
    let isSeen = hasInstances(tally) && (nameless == 0 || tally[InstanceMarks.incomingAlive] > 0)
    if !isSeen, seen > 0 { return nil }
    if isSeen, let stale = stale(.instances) {
      return Standing(state: .inconclusive, basis: basis, reason: stale)
    }
    let old = counted(tally[InstanceMarks.outgoing], "outgoing instance")
    let evidence = Evidence(
      source: isSeen ? witness(.instances, .counts) : witness(.sessions, .counts), at: now,
      excerpt: "\(region.rawValue.harmless): no instance of \(version) seen serving, "
        + "\(counted(seen, "new session")) on it, \(old) since the rollout began")
    return Standing(
      state: .pending, basis: basis,
      reason: isSeen
        ? "no instance of \(version) serves"
        : "no session has started since the cutover and its grace: no traffic shows where new ones land",
      evidence: [evidence], waitsForSight: isSeen)
  }

  /// The regions of a fleet in several for which something is true, as the end of a sentence; empty for one region.
  func regions(_ scope: Scope, where isTrue: (Tally) -> Bool) -> String {
    guard scope.region == nil, tallies.regions.count > 1 else { return "" }
    let found = tallies.regions.filter { isTrue($0.value) }.keys.sorted()
    guard !found.isEmpty else { return "" }
    let shown = found.prefix(3).map(\.rawValue.harmless).joined(separator: ", ")
    return " in \(shown)" + (found.count > 3 ? " and others" : "")
  }
}
