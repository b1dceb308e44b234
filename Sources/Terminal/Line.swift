import Vocabulary

/// One line of text that is laid out: characters with their cells and meaning.
///
/// Only a `TextStyle` makes one from text, and it makes the text harmless: what is drawn can never steer a terminal.
struct Line: Hashable {
  private(set) var glyphs: [Glyph]
  /// The cells that it takes.
  private(set) var width: Int

  /// A character with the cells that it takes and what it means.
  struct Glyph: Hashable {
    let character: Character
    let tone: TextStyle.Tone
    let width: Int
    /// Whether a line may end here: at a space, but not at one that holds a number and its unit together.
    let isSpace: Bool
  }

  fileprivate init(glyphs: some Sequence<Glyph>) {
    self.glyphs = Array(glyphs)
    width = 0
    for glyph in self.glyphs { width += glyph.width }
  }

  /// A line of nothing.
  static let empty = Line(glyphs: [])

  /// So many empty cells.
  static func spaces(_ count: Int) -> Line {
    Line(glyphs: repeatElement(Glyph(character: " ", tone: .plain, width: 1, isSpace: true), count: max(0, count)))
  }

  var isEmpty: Bool { glyphs.isEmpty }

  static func + (left: Line, right: Line) -> Line { Line(glyphs: left.glyphs + right.glyphs) }
  static func += (left: inout Line, right: Line) {
    left.glyphs += right.glyphs
    left.width += right.width
  }
}

extension TextStyle {
  /// A text as a line: harmless, in the characters that this style can show.
  func line(_ text: String, _ tone: Tone = .plain) -> Line {
    let visible = visible(text)
    if visible.utf8.allSatisfy({ $0 < 0x80 }) {  // The common case, at a fraction of the cost.
      return Line(
        glyphs: visible.utf8.map {
          Line.Glyph(character: Character(Unicode.Scalar($0)), tone: tone, width: 1, isSpace: $0 == 0x20)
        })
    }
    return Line(
      glyphs: visible.map { character in
        let shown = character == "\u{A0}" ? " " : character
        return Line.Glyph(character: shown, tone: tone, width: shown.displayWidth, isSpace: character == " ")
      })
  }

  /// A mark, padded to the width of the widest.
  func line(_ mark: Mark) -> Line { line(text(mark), mark.tone).padded(to: markWidth) }

  /// The text with nothing in it that could steer a terminal or draw over another line.
  func visible(_ text: String) -> String {
    let harmless = text.harmless
    guard !harmless.utf8.allSatisfy({ $0 < 0x80 }) else { return harmless }
    var result = String.UnicodeScalarView()
    var marks = 0
    for scalar in harmless.unicodeScalars {
      marks = scalar.isZeroWidth ? marks + 1 : 0
      if characters == .ascii, !scalar.isASCII, scalar != "\u{A0}" {
        result.append(contentsOf: (TextStyle.spellings[scalar] ?? scalar.escaped).unicodeScalars)
      } else if marks > 3 {  // More marks on one letter reach into the lines around it.
        result.append(contentsOf: scalar.escaped.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// How characters of our own sentences are written in ASCII.
  private static let spellings: [Unicode.Scalar: String] = [
    "→": "->", "←": "<-", "…": "...", "–": "-", "—": "-", "−": "-", "·": "-", "×": "x", "≥": ">=", "≤": "<=", "≈": "~",
    "±": "+-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "§": "section ", "µ": "u",
  ]
}

extension Unicode.Scalar {
  fileprivate var escaped: String { "\\u{\(String(value, radix: 16))}" }
}

extension Character {
  var displayWidth: Int { unicodeScalars.reduce(0) { $0 + $1.displayWidth } }
}

extension Line {
  /// The line as it is written: colour only where the tone changes, and none left on at its end.
  func rendered(_ style: TextStyle) -> String {
    var result = ""
    var tone = TextStyle.Tone.plain
    for glyph in glyphs {
      if style.color == .ansi, glyph.tone != tone {
        if tone != .plain { result += "\u{1B}[0m" }
        if glyph.tone != .plain { result += "\u{1B}[\(glyph.tone.parameters)m" }
        tone = glyph.tone
      }
      result.append(glyph.character)
    }
    return tone == .plain ? result : result + "\u{1B}[0m"
  }

  /// The line with empty cells after it, or before it, up to the width.
  func padded(to width: Int, alignment: Table.Alignment = .left) -> Line {
    let missing = Line.spaces(width - self.width)
    return alignment == .left ? self + missing : missing + self
  }

  /// The line without the spaces at its end.
  var trimmed: Line {
    Line(glyphs: glyphs[..<(glyphs.lastIndex { !$0.isSpace }.map { $0 + 1 } ?? 0)])
  }

  /// The line cut in its middle, where names of one kind differ least, down to the width.
  func cutInMiddle(to width: Int, _ style: TextStyle) -> Line {
    guard self.width > width else { return self }
    let dots = style.line(style.ellipsis, glyphs.first?.tone ?? .plain)
    guard width > dots.width else { return prefix(width) }
    let head = prefix((width - dots.width + 1) / 2)
    return head + dots + suffix(width - dots.width - head.width)
  }

  /// The line cut at its end, down to the width; after a whole word, so that no number or id is cut.
  func cutAtEnd(to width: Int, _ style: TextStyle) -> Line {
    guard self.width > width else { return self }
    let dots = style.line(style.ellipsis, glyphs.last?.tone ?? .plain)
    guard width > dots.width else { return prefix(width) }
    let kept = prefix(width - dots.width)
    let isWhole = glyphs[kept.glyphs.count].isSpace
    guard !isWhole, let space = kept.glyphs.lastIndex(where: \.isSpace) else { return kept.trimmed + dots }
    return Line(glyphs: kept.glyphs[...space]) + dots
  }

  private func prefix(_ width: Int) -> Line { Line(glyphs: Line.fitting(glyphs, width)) }
  private func suffix(_ width: Int) -> Line { Line(glyphs: Line.fitting(glyphs.reversed(), width).reversed()) }

  private static func fitting(_ glyphs: some Sequence<Glyph>, _ width: Int) -> [Glyph] {
    var left = width
    return Array(
      glyphs.prefix {
        left -= $0.width
        return left >= 0
      })
  }
}

extension Line {
  /// The line broken at spaces into lines of at most `width` cells, those after the first indented.
  ///
  /// A word that is wider than a whole line is broken inside; it is never shortened. At least one character stands on each
  /// line, so a width below 2 can be exceeded by a wide character.
  func wrapped(to width: Int, hanging: Int = 0) -> [Line] {
    guard self.width > width else { return [self] }
    let hanging = min(hanging, max(0, width - 8))
    var lines: [Line] = []
    var rest = glyphs[...]
    while !rest.isEmpty {
      let indent = lines.isEmpty ? 0 : hanging
      let end = Line.breakPoint(rest, room: max(1, width - indent))
      lines.append((Line.spaces(indent) + Line(glyphs: rest[..<end])).trimmed)
      rest = rest[end...].drop(while: \.isSpace)
    }
    return lines
  }

  /// Where a line of that room ends: after the last word that fits, else inside the first.
  private static func breakPoint(_ glyphs: ArraySlice<Glyph>, room: Int) -> Int {
    var used = 0
    var space: Int?
    var sawWord = false
    for index in glyphs.indices {
      if glyphs[index].isSpace {
        if sawWord { space = index }
      } else {
        sawWord = true
      }
      used += glyphs[index].width
      if used > room { return space ?? max(index, glyphs.startIndex + 1) }
    }
    return glyphs.endIndex
  }

  /// Items one after the other, on as many lines as they need; an item is broken only when it is wider than a line.
  static func flow(_ items: [Line], gap: Int = 2, width: Int, hanging: Int = 0) -> [Line] {
    var lines: [Line] = []
    var current = Line.empty
    for item in items where !item.isEmpty {
      let joined = current.isEmpty ? item : current + .spaces(gap) + item
      if joined.width <= width {
        current = joined
      } else {
        if !current.isEmpty { lines.append(current) }
        var parts = (lines.isEmpty ? item : .spaces(hanging) + item).wrapped(to: width, hanging: hanging)
        current = parts.popLast() ?? .empty
        lines += parts
      }
    }
    return current.isEmpty ? lines : lines + [current]
  }
}
