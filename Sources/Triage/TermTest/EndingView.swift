import Vocabulary

/// One ending of a TERM test under judgement: what its facts mean.
struct EndingView {
  let ending: TermTestRecord.Ending

  init(_ ending: TermTestRecord.Ending) { self.ending = ending }

  /// What became of the stop signal.
  enum Reaction {
    /// The agent was never ready, so none was sent.
    case untested
    /// It began to drain, or closed its port.
    case drains
    /// It was gone without having drained.
    case aborts
    /// Nothing happened.
    case none
  }

  var signalledAt: Timestamp? { ending.signals.first?.at }
  var isWorker: Bool { ending.agent == .worker }

  var reaction: Reaction {
    guard signalledAt != nil else { return .untested }
    if ending.confirmedAt != nil || ending.closedAt != nil { return .drains }
    return ending.exit == nil ? .none : .aborts
  }

  /// The process that serves; nil: it could not be told.
  var agent: TermTestRecord.Process? { ending.processes.first(where: \.isAgent) }
  /// The process that the signal was sent to.
  var signalled: TermTestRecord.Process? { ending.processes.first(where: \.isSignalled) }
  /// Whether whoever serves was sent the signal himself.
  var isAgentSignalled: Bool { agent?.isSignalled ?? false }
  /// Whether everybody was.
  var isGroupSignalled: Bool { ending.processes.count(where: \.isSignalled) > 1 }

  var cut: [TermTestRecord.Session] { ending.sessions.filter { $0.end == .cut } }
  var live: [TermTestRecord.Session] { ending.sessions.filter { $0.end != .endedBefore } }
  var accepted: [TermTestRecord.Offer] { ending.offers.filter { $0.answer == .accepted } }

  /// When the last session ended that was live at the signal; nil: one has not.
  var lastEnd: Timestamp? {
    let ends = live.map(\.endedAt)
    return ends.contains(nil) ? nil : ends.compactMap(\.self).max() ?? signalledAt
  }

  /// `1.3s after the signal`.
  func after(_ moment: Timestamp?) -> String {
    guard let moment, let signalledAt else { return "at a time that is not known" }
    return "\(text(moment - signalledAt)) after the signal"
  }

  /// A duration as people say it: milliseconds below a second, tenths below a minute.
  func text(_ duration: Duration) -> String {
    let seconds = max(0, duration.seconds)
    if seconds < 1 { return "\(Int((seconds * 1_000).rounded())) ms" }
    if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
    return Duration(seconds: seconds.rounded()).text
  }

  /// `2 of 3 sessions`.
  func count(_ number: Int, of all: Int? = nil, _ noun: String = "session") -> String {
    let total = all ?? number
    return "\(all == nil || all == number ? "" : "\(number) of ")\(total) \(noun)\(total == 1 ? "" : "s")"
  }

  /// A process with its id and what it does with the signal.
  func words(_ process: TermTestRecord.Process) -> String {
    let signal = ending.signals.first?.name ?? "SIGTERM"
    let action =
      switch process.disposition {
      case .caught: "catches \(signal)"
      case .byDefault:
        process.isFirst
          ? "has no handler for \(signal), which then does nothing to process 1"
          : "has no handler for \(signal)"
      case .ignored: "ignores \(signal)"
      case .blocked: "has \(signal) blocked"
      case .unknown: "what it does with \(signal) is not known"
      }
    let place = process.isFirst ? "process 1 (pid \(process.pid))" : "pid \(process.pid)"
    let end = process == signalled && process != agent ? ending.entryEnd.map { ", and ended (\($0.how))" } ?? "" : ""
    return "\(place) '\(process.command.shortCommand)' \(action)\(end)"
  }
}

extension String {
  /// A command line short enough for a sentence: folders left out, and the end where it is long.
  var shortCommand: String {
    let words = split(separator: " ").map { word in
      word.hasPrefix("/") ? String(word.split(separator: "/").last ?? word) : String(word)
    }
    let text = words.joined(separator: " ")
    return text.count > 60 ? text.prefix(59) + "…" : text
  }
}
