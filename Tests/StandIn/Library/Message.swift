import Vocabulary

/// A message as values by field name; what the names mean is in `Messages.schema`.
struct Message: Sendable, ExpressibleByDictionaryLiteral {
  /// What is set.
  var values: [String: Value] = [:]

  init() {}

  init(dictionaryLiteral elements: (String, Value)...) {
    values = Dictionary(elements) { $1 }
  }

  subscript(name: String) -> Value? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// A text; empty when it is absent, as in protobuf.
  func text(_ name: String) -> String {
    if case .text(let text)? = values[name] { text } else { "" }
  }

  /// A number; 0 when it is absent, as in protobuf.
  func number(_ name: String) -> Int64 {
    if case .number(let number)? = values[name] { number } else { 0 }
  }

  /// A truth value; false when it is absent, as in protobuf.
  func flag(_ name: String) -> Bool {
    if case .flag(true)? = values[name] { true } else { false }
  }

  /// Texts by text; none when it is absent, as in protobuf.
  func texts(_ name: String) -> [String: String] {
    if case .texts(let texts)? = values[name] { texts } else { [:] }
  }

  /// The elements of a repeated field.
  func list(_ name: String) -> [Value] {
    if case .list(let list)? = values[name] { list } else { [] }
  }

  /// The messages of a repeated field.
  func messages(_ name: String) -> [Message] {
    list(name).compactMap { if case .message(let message) = $0 { message } else { nil } }
  }
}

/// What a field can hold.
enum Value: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  case text(String)
  /// Integers, and choices by their number.
  case number(Int64)
  case flag(Bool)
  case bytes([UInt8])
  case moment(Timestamp)
  case texts([String: String])
  case message(Message)
  case list([Value])

  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }

  static func messages(_ messages: [Message]) -> Value { .list(messages.map { .message($0) }) }
  static func strings(_ strings: [String]) -> Value { .list(strings.map { .text($0) }) }
}
