package import Documents

/// A JSON value by its meaning: numbers are exact, texts differ when a scalar differs, the order of members does not count.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case number(ExactNumber)
  case string(ExactText)
  case array([JSONValue])
  case object([ExactText: JSONValue])

  /// The value of a document's node; nil where a number is too long to compute with.
  package init?(_ node: Node) {
    switch node.content {
    case .sequence(let elements):
      var values: [JSONValue] = []
      for element in elements {
        guard let value = JSONValue(element) else { return nil }
        values.append(value)
      }
      self = .array(values)
    case .mapping(let mapping):
      var members: [ExactText: JSONValue] = [:]
      for entry in mapping.entries {
        guard let value = JSONValue(entry.value) else { return nil }
        members[ExactText(entry.key)] = value
      }
      self = .object(members)
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: self = .null
      case .boolean: self = .boolean(node.boolean == true)
      case .integer, .number:
        guard let number = ExactNumber(scalar.text) else { return nil }
        self = .number(number)
      case .string: self = .string(ExactText(scalar.text))
      }
    }
  }

  /// JSON on one line, members by name.
  package var text: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let number): number.text
    case .string(let string): Self.quoted(string.text)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key.text)):\($0.value.text)" }
        .joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
