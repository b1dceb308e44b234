/// How text is dressed for where it goes: with colour or without, with Unicode's symbols or ASCII's words.
package struct TextStyle: Hashable, Sendable {
  /// Whether escape sequences for colour are written.
  package let color: Color
  /// Which characters the reader's terminal can show.
  package let characters: Characters

  /// A style; use `decide` for what a user and an environment ask for.
  package init(color: Color, characters: Characters) {
    self.color = color
    self.characters = characters
  }

  /// No colour, ASCII only: what every reader can read.
  package static let plain = TextStyle(color: .none, characters: .ascii)

  /// Whether colour is written.
  package enum Color: Hashable, Sendable {
    /// No escape sequence at all.
    case none
    /// The eight colours that every terminal has.
    case ansi
  }

  /// What can be shown.
  package enum Characters: Hashable, Sendable {
    /// Everything, in UTF-8.
    case unicode
    /// ASCII; everything else becomes a near spelling or `\u{…}`.
    case ascii
  }

  /// What a piece of text means; the only reason for a colour, and never its only sign.
  package enum Tone: Hashable, Sendable {
    case plain, bold, dim, ok, warn, fail

    /// The parameters of the escape sequence that starts it (ECMA-48 §8.3.117); empty: none is needed.
    var parameters: String {
      switch self {
      case .plain: ""
      case .bold: "1"
      case .dim: "2"
      case .ok: "32"
      case .warn: "33"
      case .fail: "1;31"
      }
    }
  }
}

/// What a user asks for with `--color`.
package enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never
}

extension TextStyle {
  /// The style of one stream: the flag first, then NO_COLOR and TERM, then whether the stream is a terminal.
  ///
  /// `NO_COLOR` counts when it is not empty (no-color.org). The characters follow the locale: the first of LC_ALL,
  /// LC_CTYPE and LANG that is not empty names UTF-8, or they are ASCII.
  package static func decide(
    color choice: ColorChoice, isTerminal: Bool, environment: [String: String]
  ) -> TextStyle {
    let isColored =
      switch choice {
      case .always: true
      case .never: false
      case .auto: isTerminal && environment["NO_COLOR", default: ""].isEmpty && !isDumb(environment)
      }
    return TextStyle(color: isColored ? .ansi : .none, characters: namesUTF8(environment) ? .unicode : .ascii)
  }

  /// Whether the terminal understands no escape sequence: `TERM` is `dumb` or missing.
  static func isDumb(_ environment: [String: String]) -> Bool {
    ["", "dumb"].contains(environment["TERM", default: ""])
  }

  private static func namesUTF8(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    return name.contains("utf-8") || name.contains("utf8")
  }
}
