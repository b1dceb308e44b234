import Cutover
import Vocabulary

/// The clocks, what they cost, and how that is said to people and machines.
struct DrainWindowAnswer {
  let window: DrainLayers
  let project: DrainProject
  let cost: DeployCost?
  let history: SessionHistory?
  /// Clocks of files for other platforms than the one that is known: they bind nothing.
  let elsewhere: [DrainLayer]
  let notLooked: String

  func result(in context: CheckContext) -> CheckResult {
    let findings = self.findings.map(context.located)
    let status: CheckResult.Status =
      findings.contains(where: \.isProblem)
      ? .problems : unknownText.map { .inconclusive($0) } ?? .passed
    return CheckResult(
      status, findings: findings, lines: lines + context.folderLine,
      object: DrainWindowObject(self, status: status, findings: findings))
  }

  /// What keeps the window from being known; nil: nothing does.
  var unknownText: String? {
    guard !window.unknown.isEmpty else { return nil }
    return window.unknown.map { layer in
      guard case .unknown(let why) = layer.window else { return layer.name }
      return "\(layer.name) is unknown: \(why)"
    }.joined(separator: "; ").harmless
  }

  // MARK: Findings

  private var findings: [Finding] { window.findings + longSessions + versionProblems }

  private var longSessions: [Finding] {
    guard let limit = window.effective, let binding = window.binding else { return [] }
    var evidence: [Evidence] = []
    let beyond = cost?.ages.filter { $0 > limit } ?? []
    if let oldest = beyond.first {
      evidence.append(
        Evidence(
          source: "live", at: nil, excerpt: "\(beyond.count) live sessions are older than it, the oldest \(oldest.text)"
        ))
    }
    if let history {
      let past = Double(history.lengths.count) * (1 - history.lengths.share(below: limit.seconds))
      let least = Double(history.leastLengths.count) * (1 - history.leastLengths.share(below: limit.seconds))
      let count = Int((past + least).rounded())
      if count > 0 {
        evidence.append(
          Evidence(
            source: "journal", at: nil,
            excerpt: "\(count) past sessions of \(history.lengths.count + history.leastLengths.count) took longer"))
      }
    }
    let cuts = cost?.expectedCuts ?? 0
    guard !evidence.isEmpty || cuts > 0 else { return [] }
    let expected = cuts > 0 ? ": about \(cuts) would be cut by a deploy now" : ""
    return [
      Finding(
        code: "CLK-002", status: evidence.isEmpty ? .suspected : .confirmed, severity: .warning,
        summary: "sessions last longer than the \(limit.text) that \(binding.name) leaves\(expected)",
        evidence: evidence,
        remedy: "lengthen the window, make long sessions resumable, or deploy in a quiet hour")
    ]
  }

  private var versionProblems: [Finding] {
    var found: [Finding] = []
    for sdk in project.sdks {
      guard let known = project.pins.version(of: sdk.rawValue) else { continue }
      let evidence = known.pins.map {
        Evidence(
          source: "drain-window", locator: $0.locator.harmless, at: nil,
          excerpt: "\(sdk.rawValue) \($0.version.text)")
      }
      found += KnownProblem.of(sdk, known.version).map { $0.finding(known.version, evidence: evidence) }
    }
    // What drains at the next deploy is what runs now, whatever the files say.
    for live in cost?.sdks ?? [] {
      for problem in KnownProblem.of(live.sdk, .exact(live.version))
      where !found.contains(where: { $0.code == problem.code }) {
        let seen = Evidence(
          source: live.source, at: nil, excerpt: "\(live.instance) runs \(live.sdk.rawValue) \(live.version)".harmless)
        found.append(problem.finding(.exact(live.version), evidence: [seen]))
      }
    }
    return found
  }

  // MARK: Lines

  private var lines: [CheckLine] {
    var lines: [CheckLine] = [.text(headline)]
    var table = CheckTable(["layer", "window", "what controls it", "where"])
    for layer in window.layers {
      let isBinding = layer == window.binding
      table.rows.append(
        [
          layer.name, layer.window.text + (isBinding ? " binds" : ""), layer.controls, layer.origin,
        ].map(\.harmless))
    }
    for layer in elsewhere {
      table.rows.append([layer.name, "\(layer.window.text) elsewhere", layer.controls, layer.origin].map(\.harmless))
    }
    lines.append(.table(table))
    if let tail = window.tail {
      lines.append(
        .text(
          "after the agent's own timeout its end takes \(tail.usual.text), at worst \(tail.worst.text) (\(tail.parts))")
      )
    }
    if let unknownText { lines.append(.text("unknown: \(unknownText)")) }
    for variable in project.flags.unread {
      lines.append(.text("\(variable.place): \(variable.name) is set, and no SDK reads it".harmless))
    }
    for trouble in project.pins.unreadable + project.settings.troubles + project.deadlines.unreadable {
      lines.append(.text("not read: \(trouble)"))
    }
    return lines + costLines
  }

  private var headline: String {
    guard let binding = window.binding, let limit = binding.window.limit else {
      return window.unknown.isEmpty
        ? "no clock limits the drain" : "how long a call has got is not known"
    }
    let most = window.unknown.isEmpty ? "" : "at most "
    return "a call that is live when a deploy begins has \(most)\(limit.text): \(binding.name) binds".harmless
  }

  private var costLines: [CheckLine] {
    var lines: [CheckLine] = []
    if let cost {
      lines.append(.text("deploying now: \(cost.sentence)"))
      for silent in cost.silent { lines.append(.text("no answer from \(silent)")) }
    } else {
      lines.append(.text("deploying now: not looked at, \(notLooked)"))
    }
    lines.append(.text(quietSentence))
    if let unread = history?.unread, !unread.isEmpty {
      lines.append(
        .text(
          "not read: \(unread.count) of \((history?.grounds.count ?? 0) + unread.count) past runs: "
            + unread.prefix(3).joined(separator: "; ") + (unread.count > 3 ? "; …" : "")))
    }
    lines.append("live calls stay on the version that serves them until they end: a deploy moves none of them")
    return lines
  }

  /// The quietest hours of those that were watched.
  private var quietSentence: String {
    guard let history, !history.hoursWatched.isEmpty else {
      return history?.unread.isEmpty == false
        ? "quiet hours: not known, what past runs saw cannot be read"
        : "quiet hours: not known, no past run watched this fleet"
    }
    let hours = history.hoursWatched
    let quiet = hours.sorted { ($0.live, $0.hour) < ($1.live, $1.hour) }.prefix(3)
    let shown = quiet.map { hour in
      (hour.hour < 10 ? "0" : "") + "\(hour.hour):00 (\(hour.live) live on average)"
    }
    let missing = 24 - hours.count
    let rest = missing == 0 ? "" : "; \(missing) of 24 hours were never watched"
    return "quiet hours (UTC): \(shown.joined(separator: ", "))\(rest)"
  }
}

extension DeployCost {
  /// What a deploy now would cost, one sentence.
  var sentence: String {
    guard let live else { return "unknown, \(ground)" }
    guard live > 0 else { return "no session is live" }
    let versions = byVersion.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
    var parts = [
      "\(live) live session\(live == 1 ? "" : "s")" + (versions.isEmpty ? "" : " (\(versions.joined(separator: ", ")))")
    ]
    if let oldest = ages.first {
      parts.append("the oldest \(oldest.text), half of them older than \(ages[ages.count / 2].text)")
    }
    if let cuts = expectedCuts {
      parts.append(cuts == 0 ? "none is likely to outlive the window" : "about \(cuts) likely to outlive the window")
    }
    if withoutGround > 0 { parts.append("\(withoutGround) older than every session that was seen to end") }
    if let zero = zeroExpectedIn { parts.append("zero expected in about \(zero.text)") }
    return parts.joined(separator: "; ") + " (\(ground))"
  }
}

/// The answer for machines: `sluice.drain-window/1`.
struct DrainWindowObject: Encodable, Sendable {
  let schema = "sluice.drain-window/1"
  let status: String
  let reason: String?
  let effectiveSeconds: Double?
  let isUpperBound: Bool
  let binding: String?
  let layers: [Layer]
  let tail: Tail?
  let sdks: [SDK]
  let deployNow: Now?
  let quietHours: [SessionHistory.HourOfDay]
  let runsRead: [String]
  let runsNotRead: [String]
  let findings: [Finding]

  struct Layer: Encodable {
    let name: String
    let state: String
    let windowSeconds: Double?
    let reason: String?
    let controls: String
    let origin: String
    let side: String
  }

  struct Tail: Encodable {
    let usualSeconds: Double
    let worstSeconds: Double
  }

  struct SDK: Encodable {
    let package: String
    let version: String
    let origin: [String]
  }

  struct Now: Encodable {
    let live: Int?
    let byVersion: [String: Int]
    let agesSeconds: [Double]
    let expectedCuts: Int?
    let withoutGround: Int
    let zeroExpectedSeconds: Double?
    let ground: String
    let silent: [String]
  }

  init(_ answer: DrainWindowAnswer, status: CheckResult.Status, findings: [Finding]) {
    self.status = status.word
    reason = status.reason
    effectiveSeconds = answer.window.effective?.seconds
    isUpperBound = !answer.window.unknown.isEmpty
    binding = answer.window.binding?.name
    layers = (answer.window.layers + answer.elsewhere).map { layer in
      let (state, why): (String, String?) =
        switch layer.window {
        case .limit: ("limit", nil)
        case .unlimited: ("unlimited", nil)
        case .unknown(let why): ("unknown", why.harmless)
        }
      return Layer(
        name: layer.name.harmless, state: state, windowSeconds: layer.window.limit?.seconds, reason: why,
        controls: layer.controls.harmless, origin: layer.origin.harmless,
        side: answer.elsewhere.contains(layer) ? "elsewhere" : layer.side.rawValue)
    }
    tail = answer.window.tail.map { Tail(usualSeconds: $0.usual.seconds, worstSeconds: $0.worst.seconds) }
    sdks = answer.project.sdks.compactMap { sdk in
      answer.project.pins.version(of: sdk.rawValue).map {
        SDK(package: sdk.rawValue, version: $0.version.text, origin: $0.pins.map(\.locator.harmless))
      }
    }
    deployNow = answer.cost.map {
      Now(
        live: $0.live, byVersion: $0.byVersion, agesSeconds: $0.ages.map(\.seconds), expectedCuts: $0.expectedCuts,
        withoutGround: $0.withoutGround, zeroExpectedSeconds: $0.zeroExpectedIn?.seconds, ground: $0.ground,
        silent: $0.silent)
    }
    quietHours = answer.history?.hoursWatched ?? []
    runsRead = answer.history?.grounds ?? []
    runsNotRead = answer.history?.unread ?? []
    self.findings = findings
  }
}
