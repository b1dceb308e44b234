package import Cutover
package import Vocabulary

/// What a deploy at this moment would cost: who is live, and who is likely to outlive the drain window.
package struct DeployCost: Hashable, Sendable {
  /// Live sessions, all of which a deploy puts on the old version; nil where nobody sees them all.
  package private(set) var live: Int?
  /// How many of them are seen to run which version; `unattributed` where that is not known.
  package private(set) var byVersion: [String: Int] = [:]
  /// The ages of those whose beginning is known, the oldest first.
  package private(set) var ages: [Duration] = []
  /// How many are likely to be cut at the window's end; nil without a ground for it.
  package private(set) var expectedCuts: Int?
  /// How many of those are older than every session of the past: nothing tells how long they go on. They are not
  /// estimated.
  package private(set) var withoutGround = 0
  /// When the last of them is expected to end, if nothing cuts it; nil without a ground for it.
  package private(set) var zeroExpectedIn: Duration?
  /// What the estimate rests on, or why there is none.
  package private(set) var ground: String
  /// SDK versions that live instances name, with who said so.
  package private(set) var sdks: [LiveSDK] = []
  /// Sources that gave no answer, with the reason.
  package private(set) var silent: [String] = []

  /// An SDK's version as a live instance names it.
  package struct LiveSDK: Hashable, Sendable {
    let sdk: AgentSDK
    let version: PackageVersion
    let source: SourceID
    let instance: InstanceID
  }

  /// What sources said at one moment, against a window and what is known of the past.
  ///
  /// The traits say which of the sources list every session, or count them: only those can say that there is none.
  package init(
    _ readings: [Reading], of sources: [SourceTraits], window: Duration?, now: Timestamp, history: SessionHistory?
  ) {
    ground = ""
    var sessions: [SessionID: SessionObservation] = [:]
    var versions: [String: VersionName] = [:]
    var counted: Int?
    var answers = 0
    var isListed = false
    func tells(_ sight: SourceTraits.Sight, _ source: SourceID) -> Bool {
      sources.contains { $0.id == source && $0.sees.contains(sight) }
    }
    for reading in readings {
      switch reading.answer {
      case .failure(let failure): silent.append("\(reading.source): \(failure.detail)".harmless)
      case .changes: continue
      case .snapshot(let listing):
        answers += 1
        for instance in listing.instances where instance.end == nil { take(instance, of: reading.source, &versions) }
        isListed = isListed || tells(.sessions, reading.source)
        if tells(.counts, reading.source) { counted = DeployCost.most(counted, DeployCost.count(listing.instances)) }
        for session in listing.sessions where session.agent != .absent && session.end == nil && !session.isProbe {
          sessions[session.id] = DeployCost.older(sessions[session.id], session)
        }
      }
    }
    guard answers > 0 else {
      ground = "no source could be asked"
      return
    }
    live = isListed ? max(sessions.count, counted ?? sessions.count) : counted
    for session in sessions.values {
      let version =
        session.version ?? session.instance.flatMap { versions[$0.rawValue] }
        ?? session.worker.flatMap { versions[$0.rawValue] }
      byVersion[version?.rawValue.harmless ?? "unattributed", default: 0] += 1
    }
    ages = sessions.values.compactMap { $0.startedAt.map { max(.zero, now - $0) } }.sorted(by: >)
    estimate(window, history)
  }

  private mutating func take(
    _ instance: InstanceObservation, of source: SourceID, _ versions: inout [String: VersionName]
  ) {
    if let version = instance.version {
      for name in [instance.id.rawValue] + instance.workers.map(\.rawValue) { versions[name] = version }
    }
    let words = (instance.sdk ?? "").split(separator: " ")
    guard words.count == 2, let sdk = AgentSDK(rawValue: String(words[0])), let version = PackageVersion(words[1]),
      !sdks.contains(where: { $0.sdk == sdk && $0.version == version })
    else { return }
    sdks.append(LiveSDK(sdk: sdk, version: version, source: source, instance: instance.id))
  }

  /// The sessions of all live instances; one whose number is not known makes the sum unknown.
  private static func count(_ instances: [InstanceObservation]) -> Int? {
    let alive = instances.filter { $0.end == nil && $0.phase != .ended }
    let counts = alive.compactMap(\.sessions)
    return alive.isEmpty || counts.count < alive.count ? nil : counts.reduce(0, +)
  }

  private static func most(_ one: Int?, _ other: Int?) -> Int? { [one, other].compactMap(\.self).max() }

  private static func older(_ one: SessionObservation?, _ other: SessionObservation) -> SessionObservation {
    guard let one else { return other }
    var merged = one
    merged.startedAt = [one.startedAt, other.startedAt].compactMap(\.self).min()
    merged.version = one.version ?? other.version
    merged.instance = one.instance ?? other.instance
    return merged
  }

  private mutating func estimate(_ window: Duration?, _ history: SessionHistory?) {
    guard let live else {
      ground = "nobody sees the live sessions"
      return
    }
    guard live > 0 else {
      (expectedCuts, zeroExpectedIn) = (0, .zero)
      ground = "no session is live"
      return
    }
    guard ages.count == live else {
      ground = "the ages of \(live - ages.count) of \(live) sessions are not known"
      return
    }
    guard let history, history.lengths.count >= 3 else {
      ground = "fewer than 3 sessions were seen to end in past runs: no ground for an estimate"
      return
    }
    ground = "ages of \(live) live sessions against \(history.lengths.count) that ended"
    var cuts = 0.0
    var last: Duration?
    for age in ages {
      guard let rest = history.lengths.medianRest(after: age.seconds) else {
        withoutGround += 1
        continue
      }
      last = max(last ?? .zero, Duration(seconds: rest))
      guard let window else { continue }
      let survives = 1 - history.lengths.share(below: age.seconds)
      cuts += (1 - history.lengths.share(below: (age + window).seconds)) / survives
    }
    zeroExpectedIn = withoutGround == 0 ? last : nil
    expectedCuts = window == nil ? nil : Int(cuts.rounded())
  }
}
