/// Rows in columns; as the width shrinks, names are cut in their middle, sentences wrap, and columns drop in a fixed order.
///
/// Numbers and ids are never cut: where they do not fit beside each other, each row becomes a block of lines.
package struct Table: Sendable {
  /// The columns, from the left.
  package var columns: [Column]
  /// The rows; each has as many cells as there are columns.
  package var rows: [Row]
  /// Empty cells before each line.
  package var indent: Int
  /// Whether the columns' titles are shown above them.
  package var header: Header

  /// A table without rows.
  package init(_ columns: [Column], rows: [Row] = [], indent: Int = 0, header: Header = .shown) {
    self.columns = columns
    self.rows = rows
    self.indent = indent
    self.header = header
  }

  /// Whether titles are shown.
  package enum Header: Sendable { case shown, hidden }

  /// Where a cell's text stands in its column.
  package enum Alignment: Sendable { case left, right }

  /// A text with its meaning; from outside or not, it is made harmless when it is drawn.
  package struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text, one line.
    package var text: String
    /// What it means.
    package var tone: TextStyle.Tone

    /// A text with its meaning.
    package init(_ text: String, _ tone: TextStyle.Tone = .plain) {
      self.text = text
      self.tone = tone
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  /// One row, and a sentence that stands under it over the table's whole width.
  package struct Row: Sendable {
    /// One cell a column.
    package var cells: [Cell]
    /// What stands under the row, each on lines of its own.
    package var notes: [Cell]

    /// A row.
    package init(_ cells: [Cell], notes: [Cell] = []) {
      self.cells = cells
      self.notes = notes
    }
  }

  /// One column.
  package struct Column: Sendable {
    /// What stands above it, and before its cells where rows become blocks.
    package var title: String
    /// What it holds, which decides how it gives way.
    package var kind: Kind
    /// When it is dropped: 1 first, then 2, and so on; nil: never.
    package var dropped: Int?

    /// A column.
    package init(_ title: String, _ kind: Kind, dropped: Int? = nil) {
      self.title = title
      self.kind = kind
      self.dropped = dropped
    }

    /// What a column holds.
    package enum Kind: Hashable, Sendable {
      /// A name: cut in its middle, down to so many cells.
      case name(minimum: Int = 12)
      /// An id, a time, a word: never cut, never broken.
      case identifier
      /// A number: never cut, at the right.
      case number
      /// A sentence: wrapped, down to so many cells.
      case text(minimum: Int = 16)
    }
  }

  /// The table as text, no line wider than the width, no line feed at the end.
  package func render(width: Int, style: TextStyle) -> String {
    lines(width: width, style: style).map { $0.rendered(style) }.joined(separator: "\n")
  }
}

extension Table {
  private static let gap = 2

  /// Takes out the columns in which no row says anything.
  package mutating func dropEmptyColumns() {
    for index in columns.indices.reversed() where rows.allSatisfy({ $0.cells[index].text.isEmpty }) { drop(index) }
  }

  /// Takes out the column of that title.
  mutating func drop(_ title: String) {
    if let index = columns.firstIndex(where: { $0.title == title }) { drop(index) }
  }

  private mutating func drop(_ index: Int) {
    columns.remove(at: index)
    for row in rows.indices { rows[row].cells.remove(at: index) }
  }

  /// The table's lines, each at most `width` cells wide.
  func lines(width: Int, style: TextStyle) -> [Line] {
    let room = max(1, width - indent)
    let cells = rows.map { $0.cells.map { style.line($0.text, $0.tone) } }
    let titles = columns.map { style.line($0.title, .dim) }
    var shown = Array(columns.indices)
    var widths = fit(shown, cells: cells, titles: titles, room: room)
    while widths == nil, let first = shown.filter({ columns[$0].dropped != nil }).min(by: dropsBefore) {
      shown.removeAll { $0 == first }
      widths = fit(shown, cells: cells, titles: titles, room: room)
    }
    let drawn =
      if let widths {
        inColumns(shown, widths: widths, cells: cells, titles: titles, room: room, style: style)
      } else {
        inBlocks(shown, cells: cells, titles: titles, room: room, style: style)
      }
    return drawn.map { (Line.spaces(indent) + $0).trimmed }
  }

  private func dropsBefore(_ left: Int, _ right: Int) -> Bool {
    (columns[left].dropped ?? .max, right) < (columns[right].dropped ?? .max, left)
  }

  /// The width of each shown column, or nil when they cannot stand beside each other.
  private func fit(_ shown: [Int], cells: [[Line]], titles: [Line], room: Int) -> [Int]? {
    var widths = shown.map { column in
      let title = header == .shown ? titles[column].width : 0
      let widest = cells.reduce(title) { max($0, $1[column].width) }
      // A column that can give way never needs more than the whole room.
      return minimum(columns[column].kind, isText: true) == minimum(columns[column].kind, isText: false)
        ? widest : min(widest, max(room, title))
    }
    var excess = widths.reduce(0, +) + Table.gap * max(0, shown.count - 1) - room
    // Sentences give way before names: a wrapped sentence is whole, a cut name is not.
    for isText in [true, false] {
      while excess > 0 {
        let flexible = shown.indices.filter { minimum(columns[shown[$0]].kind, isText: isText) < widths[$0] }
        guard let widest = flexible.max(by: { (widths[$0], $1) < (widths[$1], $0) }) else { break }
        widths[widest] -= 1
        excess -= 1
      }
    }
    return excess > 0 ? nil : widths
  }

  private func minimum(_ kind: Column.Kind, isText: Bool) -> Int {
    switch kind {
    case .text(let minimum): isText ? minimum : .max
    case .name(let minimum): isText ? .max : minimum
    case .identifier, .number: .max
    }
  }

  private func inColumns(
    _ shown: [Int], widths: [Int], cells: [[Line]], titles: [Line], room: Int, style: TextStyle
  ) -> [Line] {
    var lines: [Line] = []
    if header == .shown, !rows.isEmpty {
      lines += side(by: shown.map { [titles[$0]] }, shown, widths, style)
    }
    for (row, line) in zip(rows, cells) {
      lines += side(
        by: zip(shown, widths).map { broken(line[$0], to: $1, columns[$0].kind, style) }, shown, widths, style)
      lines += notes(of: row, room: room, style: style)
    }
    return lines
  }

  /// Lines of cells beside each other, as many as the tallest cell has.
  private func side(by cells: [[Line]], _ shown: [Int], _ widths: [Int], _ style: TextStyle) -> [Line] {
    (0..<(cells.map(\.count).max() ?? 0)).map { number in
      var line = Line.empty
      for (index, cell) in cells.enumerated() {
        if index > 0 { line += .spaces(Table.gap) }
        let part = number < cell.count ? cell[number] : .empty
        line += part.cutInMiddle(to: widths[index], style)
          .padded(to: widths[index], alignment: columns[shown[index]].kind == .number ? .right : .left)
      }
      return line
    }
  }

  private func broken(_ cell: Line, to width: Int, _ kind: Column.Kind, _ style: TextStyle) -> [Line] {
    if case .text = kind { return cell.wrapped(to: width) }
    return [cell]
  }

  private func inBlocks(_ shown: [Int], cells: [[Line]], titles: [Line], room: Int, style: TextStyle) -> [Line] {
    var lines: [Line] = []
    for (row, line) in zip(rows, cells) {
      for (index, column) in shown.enumerated() where !line[column].isEmpty {
        let label = titles[column].isEmpty ? Line.empty : titles[column] + style.line(": ", .dim)
        let indent = index > 0 && room > 12 ? 2 : 0
        lines += (label + line[column]).wrapped(to: room - indent, hanging: 2).map { .spaces(indent) + $0 }
      }
      lines += notes(of: row, room: room, style: style)
    }
    return lines
  }

  private func notes(of row: Row, room: Int, style: TextStyle) -> [Line] {
    let indent = room > 24 ? style.markWidth + Table.gap : 0
    return row.notes.flatMap { note in
      style.line(note.text, note.tone).wrapped(to: room - indent).map { .spaces(indent) + $0 }
    }
  }
}
