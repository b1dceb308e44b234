import Vocabulary

/// Where one condition stands in one scope, and on what.
struct Standing: Sendable {
  var state: Assessment.Condition.State
  var basis: Assessment.Condition.EvidenceBasis
  var reason: String
  var evidence: [Evidence] = []
  var omitted = 0
  /// Whether a pending condition waits for something that was seen and is still there, not for data.
  var waitsForSight = false
  /// Whether it is inconclusive in a way that no later sample can change.
  var isBeyondHelp = false

  /// What it becomes when the watch gives up.
  func atTimeout(after limit: String) -> Standing {
    guard state == .pending else { return self }
    var end = self
    end.state = waitsForSight ? .timedOut : .inconclusive
    end.reason = "\(reason), when the watch ended after \(limit)"
    return end
  }

  func condition(_ id: Assessment.Condition.Kind) -> Assessment.Condition {
    Assessment.Condition(
      id: id, title: id.title, state: state, basis: basis, reason: reason, evidence: evidence, evidenceOmitted: omitted)
  }
}

/// The whole fleet or one region, with what is decided from.
struct Scope: Sendable {
  var tally: Tally
  /// Nil: the whole fleet.
  var region: RegionName?

  func holds(_ other: RegionName?) -> Bool { region == nil || other == region }
  subscript(mark: InstanceMarks) -> Int { tally[mark] }
  subscript(mark: SessionMarks) -> Int { tally[mark] }
}

extension CutoverVerifier {
  /// Whether any source is declared to see a thing.
  func isDeclared(_ sight: SourceTraits.Sight) -> Bool { sources.contains { $0.sees.contains(sight) } }

  /// The source to name for what was seen: the first that still counts, else the first that is declared to see it.
  func witness(_ sights: SourceTraits.Sight...) -> SourceID {
    for sight in sights {
      if let place = states.indices.first(where: { isFresh[$0] && states[$0].sees(sight) }) { return sources[place].id }
    }
    for sight in sights { if let source = sources.first(where: { $0.sees.contains(sight) }) { return source.id } }
    return sources.first?.id ?? "none"
  }

  /// Whether any source is declared that could see a session, by name or by number.
  var seesSessions: Bool { isDeclared(.sessions) || isDeclared(.counts) }

  /// What a statement about sessions rests on.
  var basis: Assessment.Condition.EvidenceBasis {
    if identityIsFresh { return .identities }
    return countsAreFresh ? .counts : .none
  }

  /// The names of the sources that see one of these and no longer count, as text; nil when one still counts.
  func stale(_ sights: SourceTraits.Sight...) -> String? {
    let able = states.indices.filter { place in sights.contains { states[place].sees($0) } }
    guard !able.isEmpty, !able.contains(where: { isFresh[$0] }) else { return nil }
    return able.map { place in
      let age = states[place].describes.map { "for \((now - $0).text)" } ?? "yet"
      let why = states[place].failure.map { " (\($0.detail.harmless))" } ?? ""
      return "\(sources[place].id.rawValue.harmless) has said nothing that can be used \(age)\(why)"
    }.joined(separator: ", ")
  }

  /// Named sessions as evidence, as many as are shown, with how many are not.
  func evidence(
    _ sessions: [Assessment.Sessions.Named], _ total: Int, in scope: Scope
  ) -> (shown: [Evidence], omitted: Int) {
    let source = witness(.sessions, .endings)
    let shown = sessions.filter { scope.holds($0.region) }.prefix(10).map { session in
      let place = [session.instance?.rawValue, session.version?.rawValue, session.sdk, session.region?.rawValue]
        .compactMap { $0?.harmless }
      let on = place.isEmpty ? "" : " on \(place.joined(separator: ", "))"
      return Evidence(
        source: source, at: session.at, excerpt: "\(session.id.rawValue.harmless)\(on): \(session.detail)")
    }
    return (shown, max(0, total - shown.count))
  }

  /// The outgoing instances that cannot be reached, a few of them, with what their sources say of it.
  func unreachable(_ scope: Scope) -> String {
    unreachable(
      outgoing.indices.lazy.filter { index in
        guard let record = fleet[index], scope.holds(record.facts.region) else { return false }
        guard case .unreachable = record.life else { return false }
        return true
      }.prefix(4))
  }

  /// Instances that cannot be reached, a few of them, with what their sources say of it.
  func unreachable(_ indices: some Sequence<Int>) -> String {
    let found = indices.prefix(4).compactMap { fleet[$0] }
    let shown = found.prefix(3).map { record in
      let note = record.views.lazy.filter { $0.isListed && !$0.observation.isAlive }.compactMap(\.observation.note)
        .first
      return record.id.rawValue.harmless + (note.map { " (\($0.harmless))" } ?? "")
    }.joined(separator: ", ")
    return found.count > 3 ? "\(shown) and others" : shown
  }

  /// The names of a few outgoing instances, as text.
  func names(_ scope: Scope, where fits: (Assessment.OutgoingInstance) -> Bool) -> String {
    let found = outgoing.first(4) { scope.holds($0.region) && fits($0) }
    let isPlaced = scope.region == nil && tallies.regions.count > 1
    let shown = found.prefix(3).map { instance in
      let name = instance.id.rawValue.harmless
      guard isPlaced, let region = instance.region?.rawValue.harmless else { return name }
      return name.hasPrefix("\(region)/") ? name : "\(name) (\(region))"
    }.joined(separator: ", ")
    return found.count > 3 ? "\(shown) and others" : shown
  }
}

/// A number with its noun: `1 session`, `3 sessions`.
func counted(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
