extension StringProtocol {
  /// The text with every character that a terminal, a log or a person could take for something else made visible.
  ///
  /// Control characters, escape sequences, line ends, bidirectional overrides, zero-width and unassigned characters become
  /// `\u{…}`, `\n`, `\t`, `\r`; everything else stays.
  package var harmless: String {
    guard unicodeScalars.contains(where: \.isHarmful) else { return String(self) }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isHarmful: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Whether a terminal or a reader could take the scalar for something other than a visible character.
  var isHarmful: Bool {
    guard value >= 0x7F else { return value < 0x20 }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
