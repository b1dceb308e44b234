import Documents
import FoundationEssentials
import Vocabulary

/// How JSON is printed.
enum JSONStyle: Sendable {
  /// As a LiveKit server answers: names as declared, unset fields with their default, one line.
  case server
  /// As webhooks are sent: lowerCamelCase, unset fields left out, one line.
  case webhook
  /// As `lk … --json` prints: lowerCamelCase, unset fields left out, two spaces of indent and two after a colon.
  case cli
}

/// Protobuf's JSON form.
extension Message {
  /// The text of a message of a type; in the style of `lk`, ends with a line end.
  func json(as type: String, style: JSONStyle = .server) -> String {
    object(type, style, "") + (style == .cli ? "\n" : "")
  }

  private func object(_ type: String, _ style: JSONStyle, _ indent: String) -> String {
    var members: [String] = []
    let inner = indent + "  "
    for field in Messages.schema.messages[type] ?? [] {
      let name = style == .server ? field.name : Self.camelCase(field.name)
      guard let text = text(of: field, style, inner) else { continue }
      members.append(style == .cli ? "\(inner)\"\(name)\":  \(text)" : "\"\(name)\":\(text)")
    }
    return Self.wrapped(members, "{", "}", style, indent)
  }

  private static func wrapped(
    _ members: [String], _ open: String, _ close: String, _ style: JSONStyle, _ indent: String
  ) -> String {
    guard style == .cli, !members.isEmpty else { return open + members.joined(separator: ",") + close }
    return "\(open)\n" + members.joined(separator: ",\n") + "\n\(indent)\(close)"
  }

  /// The text of a field's value; nil when it is not printed.
  private func text(of field: Schema.Field, _ style: JSONStyle, _ indent: String) -> String? {
    if field.isRepeated {
      let elements = list(field.name).map { Self.scalar($0, field, style, indent + "  ") }
      guard style == .cli else {
        return elements.isEmpty && style == .webhook ? nil : "[" + elements.joined(separator: ",") + "]"
      }
      return elements.isEmpty ? nil : Self.wrapped(elements.map { "\(indent)  \($0)" }, "[", "]", style, indent)
    }
    if let value = values[field.name], style == .server || !Self.isDefault(value) {
      return Self.scalar(value, field, style, indent)
    }
    guard style == .server, !field.isOptional else { return nil }
    switch field.type {
    case .text, .bytes: return "\"\""
    case .flag: return "false"
    case .short: return "0"
    case .long: return "\"0\""
    case .texts: return "{}"
    case .choice: return Self.scalar(.number(0), field, style, indent)
    case .message, .moment: return "null"
    }
  }

  private static func isDefault(_ value: Value) -> Bool {
    switch value {
    case .text(let text): text.isEmpty
    case .bytes(let bytes): bytes.isEmpty
    case .number(let number): number == 0
    case .flag(let flag): !flag
    case .texts(let texts): texts.isEmpty
    case .list(let list): list.isEmpty
    case .moment, .message: false
    }
  }

  private static func scalar(_ value: Value, _ field: Schema.Field, _ style: JSONStyle, _ indent: String) -> String {
    switch (value, field.type) {
    case (.number(let number), .choice(let type)):
      // An open enumeration: a number without a name is printed as it is.
      return Messages.schema.choices[type]?[number].map(quoted) ?? "\(number)"
    case (.number(let number), .long): return "\"\(number)\""
    case (.number(let number), _): return "\(number)"
    case (.text(let text), _): return quoted(text)
    case (.flag(let flag), _): return "\(flag)"
    case (.bytes(let bytes), _): return "\"\(Data(bytes).base64EncodedString())\""
    case (.moment(let moment), _): return "\"\(protobufText(of: moment))\""
    case (.texts(let texts), _):
      let members = texts.sorted { $0.key < $1.key }
        .map { style == .cli ? "\(indent)  \(quoted($0)):  \(quoted($1))" : "\(quoted($0)):\(quoted($1))" }
      return wrapped(members, "{", "}", style, indent)
    case (.message(let message), .message(let type)): return message.object(type, style, indent)
    case (.message, _), (.list, _): return "null"
    }
  }

  /// RFC 3339 without digits that say nothing: `2026-02-24T20:12:12Z`.
  static func protobufText(of moment: Timestamp) -> String {
    let text = moment.description
    return text.hasSuffix(".000Z") ? text.dropLast(5) + "Z" : text
  }

  /// A text in quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// `agent_id` as `agentId`.
  static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.dropFirst().reduce(into: String(words[0])) { $0 += $1.prefix(1).uppercased() + $1.dropFirst() }
  }

  /// A message of a type from JSON; both casings are taken, unknown fields skipped. nil when a value does not fit.
  init?(json node: Node, as type: String) {
    guard let entries = node.mapping else { return nil }
    for field in Messages.schema.messages[type] ?? [] {
      guard let value = entries[field.name] ?? entries[Self.camelCase(field.name)], !value.isNull else { continue }
      if field.isRepeated {
        guard let elements = value.sequence?.map({ Self.value($0, field.type) }) else { return nil }
        values[field.name] = .list(elements.compactMap { $0 })
        guard elements.allSatisfy({ $0 != nil }) else { return nil }
      } else {
        guard let value = Self.value(value, field.type) else { return nil }
        values[field.name] = value
      }
    }
  }

  private static func value(_ node: Node, _ type: Schema.FieldType) -> Value? {
    switch type {
    case .text: node.string.map { .text($0) }
    case .flag: node.boolean.map { .flag($0) }
    case .short, .long: (node.integer ?? node.string.flatMap { Int64($0) }).map { .number($0) }
    case .bytes: node.string.flatMap { Data(base64Encoded: $0) }.map { .bytes(Array($0)) }
    case .moment: node.string.flatMap { Timestamp($0) }.map { .moment($0) }
    case .message(let name): Message(json: node, as: name).map { .message($0) }
    case .choice(let name):
      node.integer.map { .number($0) }
        ?? Messages.schema.choices[name]?.first { $0.value == node.string }.map { .number($0.key) }
    case .texts:
      node.mapping.map { mapping in
        .texts(Dictionary(mapping.entries.map { ($0.key, $0.value.string ?? "") }) { $1 })
      }
    }
  }
}
