package import Cutover

extension TextStyle {
  /// The sign of a state, beside which the state's word always stands; colour only repeats it.
  enum Mark: CaseIterable {
    case ok, fail, warn, unknown, running, waiting

    var tone: Tone {
      switch self {
      case .ok: .ok
      case .fail: .fail
      case .warn, .unknown: .warn
      case .running: .plain
      case .waiting: .dim
      }
    }
  }

  /// A mark as text; in Unicode one cell wide, in ASCII up to four.
  func text(_ mark: Mark) -> String {
    switch (mark, characters) {
    case (.ok, .unicode): "✓"
    case (.ok, .ascii): "ok"
    case (.fail, .unicode): "✗"
    case (.fail, .ascii): "FAIL"
    case (.warn, .unicode): "!"
    case (.warn, .ascii): "!!"
    case (.unknown, .unicode): "?"
    case (.unknown, .ascii): "??"
    case (.running, .unicode): "▸"
    case (.running, .ascii): ">>"
    case (.waiting, .unicode): "·"
    case (.waiting, .ascii): ".."
    }
  }

  /// How many cells the widest mark takes.
  var markWidth: Int { characters == .unicode ? 1 : 4 }

  var ellipsis: String { characters == .unicode ? "…" : ".." }
  var arrow: String { characters == .unicode ? "→" : "->" }
  var separator: String { characters == .unicode ? " · " : " - " }
}

extension Assessment.Condition.State {
  /// The state as people read it.
  package var word: String { self == .timedOut ? "timed out" : rawValue }

  var mark: TextStyle.Mark {
    switch self {
    case .pending: .running
    case .holds: .ok
    case .failed: .fail
    case .inconclusive: .unknown
    case .timedOut: .warn
    }
  }
}

extension Assessment.Verdict {
  /// The verdict as people read it.
  package var word: String { self == .timedOut ? "timed out" : rawValue }

  var mark: TextStyle.Mark {
    switch self {
    case .passed: .ok
    case .failed: .fail
    case .inconclusive, .superseded: .unknown
    case .timedOut, .interrupted: .warn
    case .pending: .running
    }
  }
}
