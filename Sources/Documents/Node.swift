/// A place in a document, as editors count: line and column from 1, a column being one Unicode scalar.
package struct Mark: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  package let line: Int
  /// The column, from 1, in Unicode scalars.
  package let column: Int

  /// A place; both count from 1.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `14:7`.
  package var description: String { "\(line):\(column)" }

  package static func < (left: Mark, right: Mark) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One value of a YAML or JSON document, with the place where it begins.
///
/// Equality takes the marks into account.
package struct Node: Hashable, Sendable {
  /// What the value is.
  package let content: Content
  /// Where it begins.
  package let mark: Mark

  /// A value at a place.
  package init(_ content: Content, at mark: Mark) {
    self.content = content
    self.mark = mark
  }

  /// The three shapes of a value.
  package enum Content: Hashable, Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping(Mapping)
  }
}

/// A value without parts, with the text it was written in.
package struct Scalar: Hashable, Sendable {
  /// Plain scalars as they are written, digits and all; quoted ones and blocks unescaped.
  package let text: String
  /// How it was written.
  package let style: Style
  /// What it is, decided from its text and style by the rules of its format.
  package let kind: Kind

  /// A scalar; `kind` is the reader's decision.
  package init(text: String, style: Style, kind: Kind) {
    self.text = text
    self.style = style
    self.kind = kind
  }

  /// How a scalar was written.
  package enum Style: Hashable, Sendable {
    /// Without quotes.
    case plain
    /// In single or double quotes.
    case quoted
    /// As a literal (`|`) or folded (`>`) block of YAML.
    case block
  }

  /// What a scalar is.
  package enum Kind: Hashable, Sendable { case null, boolean, integer, number, string }
}

/// Keys and values in the order of the document; no key comes twice.
package struct Mapping: Hashable, Sendable {
  /// The entries in the order of the document.
  package let entries: [Entry]
  /// Positions by key, for mappings that are too long to search.
  private let index: [ExactText: Int]

  /// One key with its value.
  package struct Entry: Hashable, Sendable {
    /// The key's text, whatever kind of scalar it was written as.
    package let key: String
    /// Where the key begins.
    package let keyMark: Mark
    /// The value.
    package let value: Node

    /// A key with its value.
    package init(key: String, keyMark: Mark, value: Node) {
      self.key = key
      self.keyMark = keyMark
      self.value = value
    }
  }

  /// A mapping of entries whose keys differ.
  package init(_ entries: [Entry]) {
    self.entries = entries
    index =
      entries.count <= 16
      ? [:]
      : Dictionary(
        entries.enumerated().map { (ExactText($0.element.key), $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a key; nil when there is none.
  package subscript(key: String) -> Node? { entry(key)?.value }

  /// The entry of a key; nil when there is none.
  package func entry(_ key: String) -> Entry? {
    guard index.isEmpty else { return index[ExactText(key)].map { entries[$0] } }
    return entries.first { ExactText($0.key) == ExactText(key) }
  }
}

/// Text that equals another scalar by scalar; Swift's own equality takes `é` for `e` with an accent.
package struct ExactText: Hashable, Comparable, Sendable {
  /// The text itself.
  package let text: String

  /// The text as it is.
  package init(_ text: String) { self.text = text }

  package static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  /// Texts that Swift takes for equal get one hash, which equal ones need and others may have.
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Node {
  /// The value of a key; nil when this is no mapping or has no such key.
  package subscript(key: String) -> Node? { mapping?[key] }

  /// The element at a position from 0; nil when this is no sequence or is shorter.
  package subscript(position: Int) -> Node? {
    guard let sequence, sequence.indices.contains(position) else { return nil }
    return sequence[position]
  }

  /// The scalar; nil for sequences and mappings.
  package var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The elements; nil when this is no sequence.
  package var sequence: [Node]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  /// The keys and values; nil when this is no mapping.
  package var mapping: Mapping? {
    if case .mapping(let mapping) = content { mapping } else { nil }
  }

  /// Whether this is null.
  package var isNull: Bool { scalar?.kind == .null }

  /// The text of a string; nil for every other kind, numbers included.
  package var string: String? { scalar.flatMap { $0.kind == .string ? $0.text : nil } }

  /// The text of any scalar but null, as it is written: `1.10` stays `1.10`.
  package var text: String? { scalar.flatMap { $0.kind == .null ? nil : $0.text } }

  /// The truth value; nil for every other kind.
  package var boolean: Bool? {
    scalar.flatMap { $0.kind == .boolean ? $0.text.first == "t" || $0.text.first == "T" : nil }
  }

  /// The value of an integer that fits 64 bits; nil for every other kind, `1.0` included. The text keeps larger ones.
  package var integer: Int64? { scalar.flatMap { $0.kind == .integer ? Self.integer(of: $0.text) : nil } }

  /// The value of an integer or number when it is finite; nil for every other kind.
  package var number: Double? {
    guard let scalar, scalar.kind == .integer || scalar.kind == .number else { return nil }
    if scalar.kind == .integer, let integer = Self.integer(of: scalar.text) { return Double(integer) }
    return Double(scalar.text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// What this is in words, for messages: `a number`, `a list`.
  package var kindInWords: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: "nothing"
      case .boolean: "a truth value"
      case .integer, .number: "a number"
      case .string: "text"
      }
    }
  }

  /// Decimal with a sign, `0o17`, `0x1F`; nil outside 64 bits.
  private static func integer(of text: String) -> Int64? {
    if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
    if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
    return Int64(text)
  }
}
