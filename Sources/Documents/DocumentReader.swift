package import Vocabulary

/// Reads a document into values, and collects everything that is wrong with it instead of stopping at the first.
///
/// A getter of `MappingReader` that finds nothing, or something it cannot use, returns nil; in the second case the problem is
/// kept, and `read` throws all of them at its end. So a default given with `??` never hides a bad value.
package enum DocumentReader {
  /// What the body makes of a document whose top is a mapping.
  ///
  /// Messages call the document `file`. The body returns nil only where it reported a problem or a getter did. Throws
  /// `DocumentFailure` with every problem, in the order of the document; the body's own errors as they are.
  package static func read<Value>(
    _ root: Node, file: String, exitStatus: ExitStatus = .configuration, _ body: (MappingReader) throws -> Value?
  ) throws -> Value {
    let problems = ProblemList(file: file)
    let value = try problems.reader(of: root, called: "the document").flatMap { reader in
      let value = try body(reader)
      reader.finish()
      return value
    }
    if problems.all.isEmpty, value == nil { problems.add("it cannot be used", at: root.mark) }
    guard problems.all.isEmpty, let value else { throw DocumentFailure(problems.all, exitStatus: exitStatus) }
    return value
  }
}

/// What is wrong with one document, so far.
final class ProblemList {
  let file: String
  private(set) var all: [DocumentProblem] = []

  init(file: String) { self.file = file }

  func add(_ what: String, at mark: Mark?, hint: String? = nil) {
    all.append(DocumentProblem(file: file, at: mark, what, hint: hint))
  }

  func reader(of node: Node, called name: String) -> MappingReader? {
    if let mapping = node.mapping { return MappingReader(mapping, at: node.mark, called: name, problems: self) }
    add("\(name) must be a mapping of keys to values, not \(node.kindInWords)", at: node.mark)
    return nil
  }
}

/// One mapping while it is read: what a getter asks for is known, and every key that nobody asked for is a problem.
///
/// Lives inside the closure that it is given to; the end of that closure reports the unknown keys.
package final class MappingReader {
  /// Where the mapping begins.
  package let mark: Mark
  /// What messages call the mapping: `'cutover'`.
  package let name: String
  /// The mapping itself.
  package let mapping: Mapping
  private let problems: ProblemList
  private var known: Set<String> = []

  init(_ mapping: Mapping, at mark: Mark, called name: String, problems: ProblemList) {
    self.mapping = mapping
    self.mark = mark
    self.name = name
    self.problems = problems
  }

  /// Reports a problem that the caller found; at the mapping's place unless another is given.
  package func report(_ what: String, at mark: Mark? = nil, hint: String? = nil) {
    problems.add(what, at: mark ?? self.mark, hint: hint)
  }

  /// The value of a key as it is; nil when the key is absent. The key counts as known.
  package func node(_ key: String) -> Node? {
    known.insert(key)
    return mapping[key]
  }

  /// Whether the key is there; it counts as known.
  package func has(_ key: String) -> Bool { node(key) != nil }

  /// What a getter finds, with a problem when the key is absent: `let url = reader.required("url", reader.string)`.
  package func required<Value>(_ key: String, _ getter: (String) throws -> Value?) rethrows -> Value? {
    if !has(key) { report("\(name) lacks the key '\(key)'") }
    return try getter(key)
  }

  /// Every entry, in the document's order; all keys count as known.
  package func allEntries() -> [Mapping.Entry] {
    known.formUnion(mapping.entries.map(\.key))
    return mapping.entries
  }

  /// Reports the keys that nobody asked for.
  func finish() {
    for entry in mapping.entries where !known.contains(entry.key) {
      let nearest = nearestName(to: entry.key, among: known.filter { mapping[$0] == nil })
      let all = known.sorted().map { "'\($0)'" }.joined(separator: ", ")
      report(
        "unknown key '\(entry.key)' in \(name)", at: entry.keyMark,
        hint: nearest.map { "did you mean '\($0)'?" } ?? (all.isEmpty ? nil : "known keys: \(all)"))
    }
  }
}

extension MappingReader {
  /// Text; a number or truth value in its place is a problem (quotes make it text).
  package func string(_ key: String) -> String? {
    get(key, "text", \.string, hint: { node in node.text.map { "put it in quotes: \"\($0)\"" } })
  }

  /// Text, or a number or truth value as it is written; for values whose kind does not matter.
  package func text(_ key: String) -> String? { get(key, "text", \.text) }

  /// `true` or `false`.
  package func boolean(_ key: String) -> Bool? { get(key, "true or false", \.boolean) }

  /// An integer of 64 bits within a range.
  package func integer(_ key: String, in range: ClosedRange<Int64> = .min ... .max) -> Int64? {
    guard let value = get(key, "a whole number", \.integer) else { return nil }
    return within(value, range, key) { "\($0)" }
  }

  /// A finite number within a range.
  package func number(
    _ key: String, in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  ) -> Double? {
    guard let value = get(key, "a number", \.number) else { return nil }
    return within(value, range, key) { "\($0)" }
  }

  /// A duration like `1h30m`, `5s` or `250ms`, within a range.
  package func duration(_ key: String, in range: ClosedRange<Duration> = .zero...Duration.nanoseconds(Int64.max))
    -> Duration?
  {
    guard let value = get(key, "a duration like 1h30m, 5s or 250ms", { $0.string.flatMap { Duration(text: $0) } })
    else {
      return nil
    }
    return within(value, range, key, \.text)
  }

  /// A moment in RFC 3339.
  package func timestamp(_ key: String) -> Timestamp? {
    get(key, "a time like 2026-11-21T14:05:11Z") { $0.string.flatMap { Timestamp($0) } }
  }

  /// One of a type's cases by its text.
  package func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> Value?
  where Value.RawValue == String {
    choice(key, among: Dictionary(uniqueKeysWithValues: Value.allCases.map { ($0.rawValue, $0) }))
  }

  /// One of some words, with the value that stands for it.
  package func choice<Value>(_ key: String, among values: [String: Value]) -> Value? {
    guard let node = node(key) else { return nil }
    if let text = node.text, let value = values[text] { return value }
    let all = values.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
    let nearest = node.text.flatMap { nearestName(to: $0, among: values.keys) }
    report(
      "'\(key)' must be one of \(all), not \(shown(node))", at: node.mark,
      hint: nearest.map { "did you mean '\($0)'?" })
    return nil
  }

  /// A list of texts; each element that is none is a problem.
  package func strings(_ key: String) -> [String]? {
    elements(key) { element, name in
      if element.string == nil { report("\(name) must be text, not \(shown(element))", at: element.mark) }
      return element.string
    }
  }

  /// Texts by name, numbers and truth values as they are written: `environment: { PORT: 8080 }`.
  package func texts(_ key: String) -> [String: String]? {
    mapping(key) { reader in
      var result: [String: String] = [:]
      for entry in reader.allEntries() { result[entry.key] = reader.text(entry.key) }
      return result
    }
  }

  /// What the closure makes of the mapping under a key; nil when the key is absent.
  package func mapping<Value>(_ key: String, _ body: (MappingReader) throws -> Value?) rethrows -> Value? {
    guard let node = node(key) else { return nil }
    return try read(node, called: "'\(key)'", body)
  }

  /// What the closure makes of each mapping in the mapping under a key, in the document's order, with its name.
  package func mappings<Value>(
    _ key: String, _ body: (String, MappingReader) throws -> Value?
  ) rethrows -> [Value]? {
    try mapping(key) { reader in
      try reader.allEntries().compactMap { entry in
        try reader.read(entry.value, called: "'\(entry.key)'") { try body(entry.key, $0) }
      }
    }
  }

  /// What the closure makes of each element of the list under a key, in order; it gets the element and its name for messages.
  package func elements<Value>(_ key: String, _ body: (Node, String) throws -> Value?) rethrows -> [Value]? {
    guard let node = node(key) else { return nil }
    guard let elements = node.sequence else {
      report("'\(key)' must be a list, not \(shown(node))", at: node.mark)
      return nil
    }
    return try elements.enumerated().compactMap { try body($0.element, "'\(key)[\($0.offset)]'") }
  }

  /// What the closure makes of any node of this document that must be a mapping; unknown keys in it are reported.
  package func read<Value>(
    _ node: Node, called name: String, _ body: (MappingReader) throws -> Value?
  ) rethrows -> Value? {
    guard let reader = problems.reader(of: node, called: name) else { return nil }
    let value = try body(reader)
    reader.finish()
    return value
  }

  private func get<Value>(
    _ key: String, _ wanted: String, _ value: (Node) -> Value?, hint: (Node) -> String? = { _ in nil }
  ) -> Value? {
    guard let node = node(key) else { return nil }
    if let value = value(node) { return value }
    report("'\(key)' must be \(wanted), not \(shown(node))", at: node.mark, hint: hint(node))
    return nil
  }

  private func within<Value: Comparable>(
    _ value: Value, _ range: ClosedRange<Value>, _ key: String, _ text: (Value) -> String
  ) -> Value? {
    guard !range.contains(value) else { return value }
    report(
      value < range.lowerBound
        ? "'\(key)' is \(text(value)), less than \(text(range.lowerBound))"
        : "'\(key)' is \(text(value)), more than \(text(range.upperBound))", at: mapping[key]?.mark)
    return nil
  }

  /// A short value as it is written, a longer one by its kind.
  private func shown(_ node: Node) -> String {
    guard let text = node.text, text.count <= 40 else { return node.kindInWords }
    return "'\(text)'"
  }
}
