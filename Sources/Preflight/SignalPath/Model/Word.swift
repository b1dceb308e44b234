/// A word of a command line as far as it is known: a text that may have holes, each standing for any text.
package struct Word: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The character that stands for a hole; it does not occur in a text that is read.
  package static let hole: Unicode.Scalar = "\u{FFFC}"

  /// The text, holes included.
  package let text: String

  /// A word that is known; a hole's character in it becomes a question mark.
  package init(_ text: some StringProtocol) {
    self.text = text.unicodeScalars.contains(Word.hole) ? Word.filled(String(text)) : String(text)
  }

  /// A word as evaluation made it, holes included.
  package init(holed text: String) { self.text = text }

  package init(stringLiteral value: String) { self.init(value) }

  /// A word of which nothing is known.
  package static let unknown = Word(holed: String(Character(hole)))

  /// The text when all of it is known.
  package var known: String? { isKnown ? text : nil }

  /// Whether the word has no hole.
  package var isKnown: Bool { !text.unicodeScalars.contains(Word.hole) }

  /// The word for people, each hole as `…`.
  package var description: String {
    isKnown ? text : String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == Word.hole ? "…" : $0 }))
  }

  private static func filled(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == hole ? "?" : $0 }))
  }
}

extension [Word] {
  /// The command line for people, words with blanks in quotes.
  package var commandLine: String {
    map { word in
      let text = word.description
      let isPlain = !text.isEmpty && !text.contains { $0.isWhitespace || "\"'$`\\&|;()<>".contains($0) }
      if isPlain { return text }
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
