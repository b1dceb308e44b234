/// A file of comma-separated values on the way through it: its first line says what the columns hold.
struct Table {
  /// What stands between values.
  let separator: UInt8
  /// What each column holds.
  let columns: [Column]
  /// The column that the next byte belongs to.
  var column = 0
  /// Whether that is inside of quotation marks.
  var isQuoted = false

  struct Column: Equatable {
    var field: Field
    /// Whether only telephone numbers are hidden: the name may mean one.
    var mayCall = false
  }

  /// Reads a file's first line; nil where it names no column that is hidden.
  init?(header: ArraySlice<UInt8>) {
    let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
    let counts = separators.map { separator in header.count { $0 == separator } }
    guard let most = counts.max(), most > 0, let index = counts.firstIndex(of: most) else { return nil }
    separator = separators[index]
    let names = header.split(separator: separator, omittingEmptySubsequences: false).map { Self.unquoted($0) }
    guard names.allSatisfy({ Self.isName($0) }) else { return nil }
    var columns = names.map { Self.column($0) }
    // Beside what tells of a person, a name is the person's.
    let isOfPersons = columns.contains { $0.field == .contact || $0.field == .identity || $0.field == .personName }
    for (place, name) in names.enumerated() where isOfPersons && FieldNames.words(of: name) == ["name"] {
      columns[place].field = .personName
    }
    guard columns.contains(where: { $0.field != .none || $0.mayCall }) else { return nil }
    self.columns = columns
  }

  private static func unquoted(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var name = name
    if name.last == 0x0D { name.removeLast() }
    if name.count >= 2, let first = name.first, Bytes.isQuote(first), name.last == first {
      name = name.dropFirst().dropLast()
    }
    return name
  }

  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, Bytes.isLetter(first), name.count <= 64 else { return false }
    return name.allSatisfy { Bytes.isName($0) || $0 == UInt8(ascii: " ") || $0 >= 0x80 }
  }

  private static func column(_ name: ArraySlice<UInt8>) -> Column {
    let field = FieldNames.field(of: name)
    guard field == .none else { return Column(field: field) }
    let isPhone = FieldNames.words(of: name).last.map { FieldNames.isOfPhone($0) } ?? false
    return Column(field: .none, mayCall: isPhone)
  }
}

extension Pass {
  /// Takes the first line of a file for the names of its columns, where it is such a line.
  mutating func beginTable() {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let end = lineEnd(start)
    guard end < bytes.count, end - start < 4_096, let table = Table(header: bytes[start..<end]) else { return }
    self.table = table
    reachedOfTable = end + 1
  }

  /// Hides the values of columns from `start` to `limit`.
  mutating func columns() {
    guard var table else { return }
    var place = max(start, reachedOfTable)
    var value = place
    while place < limit {
      let byte = bytes[place]
      let isEnd = !table.isQuoted && (byte == table.separator || byte == Bytes.newline)
      if byte == UInt8(ascii: "\"") { table.isQuoted.toggle() }
      if isEnd {
        cell(value..<place, table)
        value = place + 1
        table.column = byte == Bytes.newline ? 0 : table.column + 1
      }
      place += 1
    }
    cell(value..<max(value, place), table)
    reachedOfTable = 0
    self.table = table
  }

  private mutating func cell(_ range: Range<Int>, _ table: Table) {
    guard table.column < table.columns.count else { return }
    var range = range
    while let last = range.last, Bytes.isSpace(bytes[last]) || bytes[last] == UInt8(ascii: "\"") { range.removeLast() }
    while let first = range.first, Bytes.isSpace(bytes[first]) || bytes[first] == UInt8(ascii: "\"") {
      range.removeFirst()
    }
    guard !range.isEmpty else { return }
    let column = table.columns[table.column]
    if column.mayCall {
      let digits = bytes[range].count { Bytes.isDigit($0) }
      if (7...15).contains(digits), bytes[range].allSatisfy({ Bytes.isDigit($0) || " +().-/".utf8.contains($0) }) {
        conceal(range, .contact)
      }
    } else if column.field != .none {
      conceal(range, column.field)
    }
  }
}

extension Range<Int> {
  fileprivate mutating func removeLast() { self = lowerBound..<(upperBound - 1) }
  fileprivate mutating func removeFirst() { self = (lowerBound + 1)..<upperBound }
}
