package import Cutover
package import Vocabulary

// The phrases that several renderings share, so that the live view, the plain lines and the report say the same.

extension Assessment.Condition.Kind {
  /// The letter that people call it by.
  package var letter: String {
    switch self {
    case .newSessionsLand: "A"
    case .oldStopsReceiving: "B"
    case .oldDrains: "C"
    }
  }

  /// What it says, where no condition says it in its own words.
  var defaultTitle: String {
    switch self {
    case .newSessionsLand: "new sessions land on the new version"
    case .oldStopsReceiving: "old instances stop receiving new sessions"
    case .oldDrains: "sessions on old drain to zero"
    }
  }
}

extension Assessment {
  /// A, B and C; before the first sample, what they will be.
  package var shownConditions: [Condition] {
    guard conditions.isEmpty else { return conditions }
    return Condition.Kind.allCases.map {
      Condition(id: $0, title: $0.defaultTitle, state: .pending, basis: .none, reason: "no sample yet", evidence: [])
    }
  }

  /// The versions in the order in which they are read: incoming, outgoing, others by name, unattributed sessions last.
  package var shownVersions: [(name: String, role: String)] {
    var roles: [(name: String, role: String)] = [(incoming.rawValue, "new")]
    for version in outgoing where !roles.contains(where: { $0.name == version.rawValue }) {
      roles.append((version.rawValue, "old"))
    }
    let others = sessions.byVersion.keys.filter { name in !roles.contains { $0.name == name } }
    roles += others.filter { $0 != "unattributed" }.sorted().map { ($0, "other") }
    return others.contains("unattributed") ? roles + [("unattributed", "?")] : roles
  }

  /// What the new sessions exclude, in words; nil before the first.
  package var exposureSentence: String? {
    guard let exposure, exposure.sessions > 0 else { return nil }
    let seen = "\(exposure.onIncoming) of \(exposure.sessions) new sessions on \(incoming)"
    guard exposure.onIncoming == exposure.sessions, exposure.excludedShare < 1 else { return seen }
    return
      "with \(seen), old instances taking more than \(percent(exposure.excludedShare)) of the traffic are excluded at 95\u{A0}%"
  }

  /// When the first drain window ends; nil: nothing limits it, or the drain was not asked for yet.
  var windowEnd: Timestamp? {
    if let end = forecast?.windowEndsAt { return end }
    guard let asked = window.drainRequestedAt, let limit = window.drain.effective else { return nil }
    return asked + limit
  }

  /// The clock that binds, in words.
  package var bindingClock: String {
    guard let clock = window.drain.binding, let limit = clock.limit else {
      return window.drain.clocks.isEmpty ? "no drain clock is known" : "no drain clock has a limit"
    }
    return "\(clock.name) \(limit.text) binds"
  }

  /// When zero is expected and who will not make it, in words; nil without a forecast.
  package func forecastSentence(at now: Timestamp) -> String? {
    guard let forecast else { return nil }
    var parts: [String] = []
    if let zero = forecast.zeroExpectedAt {
      parts.append("zero at about \(zero.timeOfDay)" + (zero > now ? " (in \((zero - now).inWholeSeconds))" : ""))
    } else if forecast.remaining != 0 {
      parts.append("no ground to say when zero is reached")
    }
    if let cuts = forecast.expectedCuts { parts.append("\(cuts) expected to be cut") }
    return parts.isEmpty ? forecast.ground : parts.joined(separator: ", ")
  }
}

extension Assessment.OutgoingInstance {
  /// Whether it is gone, as far as a source has said so.
  package var hasEnded: Bool { endedAt != nil || end != nil || phase == "ended" }

  /// What confirmed its drain, in words; nothing is said before it was asked for.
  var confirmation: Table.Cell {
    switch drainConfirmedBy {
    case .log: Table.Cell("its log")
    case .workerStatus: Table.Cell("worker status")
    case .platform: Table.Cell("the platform")
    case nil where drainRequestedAt == nil && !hasEnded: Table.Cell("not asked yet", .dim)
    case nil: Table.Cell(hasEnded ? "nothing" : "nothing yet", .warn)
    }
  }

  /// How it ended, or what it does.
  var standing: Table.Cell {
    guard hasEnded else { return Table.Cell(phase, phase == "draining" ? .plain : .warn) }
    return Table.Cell(end ?? "gone, how is not known", end == "exit 0" ? .dim : .warn)
  }

  /// How much a reader needs to see it: what is wrong first, then what still drains, then what is done.
  package var urgency: Int {
    if hasEnded { return end == "exit 0" && drainConfirmedBy != nil ? 3 : 1 }
    return drainConfirmedBy == nil ? 0 : 2
  }
}

extension Assessment.Sessions.Named {
  /// The session and where it took place, in words.
  var place: String {
    var words = id.rawValue
    if let room { words += " in \(room)" }
    if let instance { words += " on \(instance)" } else if let worker { words += " on worker \(worker)" }
    if let version { words += " (\(version))" }
    if let region { words += ", \(region)" }
    if let sdk { words += ", \(sdk)" }
    return words
  }
}

extension Finding.Severity {
  var mark: TextStyle.Mark {
    switch self {
    case .critical: .fail
    case .warning: .warn
    case .info: .waiting
    }
  }
}

extension Duration {
  /// The duration in whole seconds, for clocks that tick: `1h2m3s`, `0s`.
  var inWholeSeconds: String { Duration.seconds(nanoseconds / 1_000_000_000).text }
}

/// A share of 1 as per cent, number and sign held together: whole from 10 %, with a decimal below, two below 1 %.
package func percent(_ share: Double) -> String {
  let digits = share >= 0.095 ? 0 : share >= 0.0095 ? 1 : 2
  return decimal(share * 100, digits: digits) + "\u{A0}%"
}

/// A number that is not negative with so many decimals.
func decimal(_ number: Double, digits: Int) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "?" }
  var scale: Int64 = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int64((abs(number) * Double(scale)).rounded())
  let whole = "\(number < 0 && scaled > 0 ? "-" : "")\(scaled / scale)"
  guard digits > 0 else { return whole }
  let fraction = String(scaled % scale)
  return whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// `1 session`, `2 sessions`.
package func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
