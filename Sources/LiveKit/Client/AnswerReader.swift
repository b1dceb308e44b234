import Documents
import Vocabulary

/// Reads a JSON object of the API as leniently as its servers write it: names in either case, numbers as texts, defaults
/// written or left out. What is absent or null is nil; what has another type than it should makes the answer unsound.
struct AnswerReader {
  /// Why an answer cannot be read: where, and what should be there. Holds nothing of the answer.
  struct Unsound: Error {
    let path: String
    let wanted: String
  }

  private let object: Mapping
  private let path: String

  /// The object at the top of an answer; nil when it is none.
  init?(_ node: Node) {
    guard let object = node.mapping else { return nil }
    self.init(object, at: "")
  }

  private init(_ object: Mapping, at path: String) {
    self.object = object
    self.path = path
  }

  /// Whether the answer says nothing at all, as servers do that leave defaults out.
  var isEmpty: Bool { object.entries.isEmpty }

  /// Whether the server writes defaults out: then what it does not write it does not know.
  var writesDefaults: Bool {
    object.entries.contains { entry in
      switch entry.value.content {
      case .scalar(let scalar): scalar.kind == .null || ["", "0", "false"].contains(scalar.text)
      case .sequence(let elements): elements.isEmpty
      case .mapping(let mapping): mapping.entries.isEmpty
      }
    }
  }

  func text(_ key: String) throws(Unsound) -> String { try value(key, "text", \.string) ?? "" }
  /// nil for the empty text, too.
  func name<Name: Identifier>(_ key: String) throws(Unsound) -> Name? {
    let text = try text(key)
    return text.isEmpty ? nil : Name(text)
  }
  func flag(_ key: String) throws(Unsound) -> Bool? { try value(key, "true or false", \.boolean) }

  func integer(_ key: String) throws(Unsound) -> Int64? {
    try value(key, "a whole number") { $0.integer ?? $0.string.flatMap { Int64($0) } }
  }

  /// A number of things: 0 to 2³².
  func count(_ key: String) throws(Unsound) -> Int? {
    guard let value = try integer(key) else { return nil }
    guard 0...Int64(UInt32.max) ~= value else { throw Unsound(path: "\(path)\(key)", wanted: "a count") }
    return Int(value)
  }

  func word<Word: APIWord>(_ key: String) throws(Unsound) -> Word? {
    try value(key, "a word") { node in
      if let number = node.integer { return Word(number: number) }
      return node.string.map { Word(word: $0) }
    }
  }

  /// A moment in seconds, milliseconds, microseconds or nanoseconds since the epoch, told apart by magnitude, or in
  /// RFC 3339; nil for zero, which is "never".
  func moment(_ key: String) throws(Unsound) -> Timestamp? {
    try value(key, "a time") { node -> Timestamp?? in
      if let number = node.integer ?? node.string.flatMap({ Int64($0) }) { return .some(Timestamp(ofAnyUnit: number)) }
      return node.string.map { Timestamp($0).flatMap { $0.nanoseconds > 0 ? $0 : nil } }
    } ?? nil
  }

  func texts(_ key: String) throws(Unsound) -> [String: String] {
    guard let entries = try value(key, "a mapping", \.mapping)?.entries else { return [:] }
    var result: [String: String] = [:]
    for entry in entries {
      guard let text = entry.value.string else { throw Unsound(path: "\(path)\(key)", wanted: "texts") }
      result[entry.key] = text
    }
    return result
  }

  func object<Value>(
    _ key: String, _ body: (AnswerReader) throws(Unsound) -> Value
  ) throws(Unsound) -> Value? {
    guard let mapping = try value(key, "an object", \.mapping) else { return nil }
    return try body(AnswerReader(mapping, at: "\(path)\(key)."))
  }

  func list<Value>(
    _ key: String, _ body: (AnswerReader) throws(Unsound) -> Value
  ) throws(Unsound) -> [Value] {
    guard let elements = try value(key, "a list", \.sequence) else { return [] }
    var result: [Value] = []
    result.reserveCapacity(elements.count)
    for (position, element) in elements.enumerated() {
      guard let mapping = element.mapping else {
        throw Unsound(path: "\(path)\(key)[\(position)]", wanted: "an object")
      }
      result.append(try body(AnswerReader(mapping, at: "\(path)\(key)[\(position)].")))
    }
    return result
  }

  /// The list that an answer is all about. An answer that says other things and not this is none: a list that is not there
  /// is not an empty one.
  func mainList<Value>(
    _ key: String, _ body: (AnswerReader) throws(Unsound) -> Value
  ) throws(Unsound) -> [Value] {
    guard isEmpty || entry(key) != nil else { throw Unsound(path: key, wanted: "a list") }
    return try list(key, body)
  }

  private func value<Value>(
    _ key: String, _ wanted: String, _ read: (Node) -> Value?
  ) throws(Unsound) -> Value? {
    guard let node = entry(key), !node.isNull else { return nil }
    guard let value = read(node) else { throw Unsound(path: "\(path)\(key)", wanted: wanted) }
    return value
  }

  /// The value under a name of the protocol (`num_participants`), or the same in camel case.
  private func entry(_ key: String) -> Node? {
    if let node = object[key] { return node }
    guard key.contains("_") else { return nil }
    let words = key.split(separator: "_")
    return object[words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()]
  }
}

extension Timestamp {
  /// A moment in seconds, milliseconds, microseconds or nanoseconds since the epoch, whichever puts it between 1973 and
  /// 5138; nil for zero and below. What is beyond 2262 is 2262.
  init?(ofAnyUnit value: Int64) {
    guard value > 0 else { return nil }
    switch value {
    case ..<100_000_000_000: self = Timestamp(nanoseconds: 0) + .seconds(value)
    case ..<100_000_000_000_000: self.init(milliseconds: value)
    case ..<100_000_000_000_000_000: self = Timestamp(nanoseconds: 0) + .microseconds(value)
    default: self.init(nanoseconds: value)
    }
  }
}
