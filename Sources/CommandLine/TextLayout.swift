/// Text in lines of a given width.
enum TextLayout {
  /// One row of a table of terms.
  struct Row {
    let term: String
    let text: String
  }

  /// Breaks a text between words; a word that is too long stays whole on a line of its own.
  ///
  /// - Parameters:
  ///   - text: Words divided by spaces or line ends.
  ///   - width: The columns of a line, its indentation included.
  ///   - indent: The spaces before each line.
  ///   - hanging: Further spaces before each line but the first.
  /// - Returns: The lines, without their ends.
  static func wrap(_ text: String, width: Int, indent: Int = 0, hanging: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
      let margin = indent + (lines.isEmpty ? 0 : hanging)
      if line.isEmpty {
        line = spaces(margin) + word
      } else if line.count + 1 + word.count <= width {
        line += " " + word
      } else {
        lines.append(line)
        line = spaces(indent + hanging) + word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Paragraphs that empty lines divide, with an empty line between them; lines that begin with a space stay as they are.
  static func paragraphs(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for block in blocks(of: text) {
      if !lines.isEmpty { lines.append("") }
      switch block {
      case .prose(let prose): lines += wrap(prose, width: width)
      case .verbatim(let verbatim): lines += verbatim
      }
    }
    return lines
  }

  /// Where the texts of tables begin: right of the longest term, but not far right of the left third.
  static func column(for terms: [String], width: Int) -> Int {
    4 + min(terms.map(\.count).max() ?? 0, max(width / 3, 12))
  }

  /// Terms on the left, their texts beside them from a column on; below them where they are too long for that, and
  /// on narrow terminals.
  static func table(_ rows: [Row], column: Int, width: Int) -> [String] {
    guard width >= 60 || column <= 12 else {
      return rows.flatMap {
        wrap($0.term, width: width, indent: 2, hanging: 4) + wrap($0.text, width: width, indent: 6)
      }
    }
    return rows.flatMap { row -> [String] in
      let texts = wrap(row.text, width: width, indent: column)
      let term = spaces(2) + row.term
      guard term.count + 2 <= column, let first = texts.first else { return [term] + texts }
      return [term + first.dropFirst(term.count)] + texts.dropFirst()
    }
  }

  static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  enum Block {
    case prose(String)
    case verbatim([String])
  }

  /// The paragraphs of a text, as prose that may be wrapped and lines that may not.
  static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + [""] {
      switch (blocks.last, line.isEmpty, line.hasPrefix(" ")) {
      case (.prose(let prose), true, _) where prose.isEmpty: break
      case (_, true, _): blocks.append(.prose(""))
      case (.verbatim(let lines), false, true): blocks[blocks.count - 1] = .verbatim(lines + [line])
      case (_, false, true): blocks.append(.verbatim([line]))
      case (.prose(let prose), false, false):
        blocks[blocks.count - 1] = .prose(prose.isEmpty ? line : prose + " " + line)
      case (_, false, false): blocks.append(.prose(line))
      }
    }
    return blocks.filter { if case .prose("") = $0 { false } else { true } }
  }
}
