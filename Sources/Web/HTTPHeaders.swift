/// Header fields in the order they were sent; names compare without regard to case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// One header line.
  package struct Field: Sendable, Hashable {
    /// As it was written.
    package let name: String
    /// Without the spaces around it.
    package let value: String
  }

  /// Every field, repeated ones included.
  package private(set) var fields: [Field]

  /// No fields.
  package init() { fields = [] }

  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value of a name; setting it replaces all fields of that name, nil removes them.
  package subscript(name: String) -> String? {
    get { fields.first { $0.name.isSameName(name) }?.value }
    set {
      fields.removeAll { $0.name.isSameName(name) }
      if let newValue { add(newValue, for: name) }
    }
  }

  /// Adds a field after the others.
  package mutating func add(_ value: String, for name: String) { fields.append(Field(name: name, value: value)) }

  /// Every value of a name, in order.
  package func values(of name: String) -> [String] { fields.filter { $0.name.isSameName(name) }.map(\.value) }

  /// The comma-separated items of a list header over all its fields, lower-case: `Connection: Keep-Alive, Upgrade`.
  package func tokens(of name: String) -> [String] {
    values(of: name).flatMap { $0.split(separator: ",") }
      .map { $0.trimmingSpaces.lowercased() }
      .filter { !$0.isEmpty }
  }
}

extension StringProtocol {
  /// Whether two ASCII names are equal but for case.
  func isSameName(_ other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8) {
      $0 == $1 || ($0 ^ $1 == 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20))
    }
  }

  /// Without spaces and tabs at both ends.
  var trimmingSpaces: SubSequence {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let start = drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start }
    return start[...last]
  }
}
