/// A table while its document is read: it can grow in many places, by rules that depend on how it came to be.
final class TOMLTable {
  /// How a table came to be.
  enum Origin: Equatable {
    /// Under a header of its own.
    case explicit
    /// As part of another header's name.
    case implicit
    /// As part of a key, in the section of this number, in which alone it may grow by keys.
    case dotted(Int)
    /// In braces, complete.
    case inline
  }

  /// What a key has.
  enum Value {
    case value(Node)
    case table(TOMLTable)
    case tables(TOMLTableArray)

    var mark: Mark {
      switch self {
      case .value(let node): node.mark
      case .table(let table): table.mark
      case .tables(let array): array.mark
      }
    }

    var node: Node {
      switch self {
      case .value(let node): node
      case .table(let table): table.node
      case .tables(let array): Node(.sequence(array.tables.map(\.node)), at: array.mark)
      }
    }
  }

  var origin: Origin
  /// 1 for the document itself.
  let depth: Int
  let mark: Mark
  private var entries: [(key: TOMLReader.Key, value: Value)] = []
  private var index: [ExactText: Int] = [:]

  init(_ origin: Origin, depth: Int, at mark: Mark) {
    self.origin = origin
    self.depth = depth
    self.mark = mark
  }

  subscript(key: String) -> Value? { index[ExactText(key)].map { entries[$0].value } }

  /// Gives a new key its value.
  func set(_ key: TOMLReader.Key, _ value: Node) { add(key, .value(value)) }

  /// Adds a table under a new key.
  func add(
    _ key: TOMLReader.Key, _ origin: Origin, _ reader: inout TOMLReader
  ) throws(TOMLReader.Problem) -> TOMLTable {
    try reader.count(key.offset, depth: depth + 1)
    let table = TOMLTable(origin, depth: depth + 1, at: key.mark)
    add(key, .table(table))
    return table
  }

  /// Adds an array with its first table under a new key, and gives the table.
  func addArray(_ key: TOMLReader.Key, _ reader: inout TOMLReader) throws(TOMLReader.Problem) -> TOMLTable {
    try reader.count(key.offset, depth: depth + 1)
    let first = TOMLTable(.explicit, depth: depth + 2, at: key.mark)
    try reader.count(key.offset, depth: first.depth)
    add(key, .tables(TOMLTableArray(first)))
    return first
  }

  private func add(_ key: TOMLReader.Key, _ value: Value) {
    index[ExactText(key.text)] = entries.count
    entries.append((key, value))
  }

  /// The table as a node.
  var node: Node {
    let entries = entries.map { Mapping.Entry(key: $0.key.text, keyMark: $0.key.mark, value: $0.value.node) }
    return Node(.mapping(Mapping(entries)), at: mark)
  }
}

/// The tables of `[[name]]`, of which there is at least one.
final class TOMLTableArray {
  private(set) var tables: [TOMLTable]
  /// The one that headers under the array's name go on with.
  private(set) var last: TOMLTable

  var mark: Mark { tables[0].mark }

  init(_ first: TOMLTable) {
    tables = [first]
    last = first
  }

  /// Begins the next table.
  func append(_ key: TOMLReader.Key, _ reader: inout TOMLReader) throws(TOMLReader.Problem) -> TOMLTable {
    try reader.count(key.offset, depth: last.depth)
    last = TOMLTable(.explicit, depth: last.depth, at: key.mark)
    tables.append(last)
    return last
  }
}
