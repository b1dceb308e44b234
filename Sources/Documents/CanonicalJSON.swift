import FoundationEssentials
package import Vocabulary

/// JSON as the program writes it everywhere: one value has one text, byte for byte.
///
/// Keys are property names turned from `camelCase` to `kebab-case` and sorted; keys of `[String: Value]` dictionaries are
/// data and stay as they are. A nil property is absent. Slashes are not escaped. Integers are exact over 64 bits, and a
/// `Double` has its shortest text that reads back equal; NaN and infinities are refused.
package enum CanonicalJSON {
  /// One line without a line end.
  ///
  /// Throws `CodingFailure` naming the path of the value that JSON cannot hold.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = encoder()
    encoder.keyEncodingStrategy = .custom { path in
      PropertyKey(path.last.map { kebabCase($0.stringValue) } ?? "")
    }
    return try encode(value, with: encoder)
  }

  /// One line without a line end, keys as the properties are called: for a format that others have laid down.
  package static func encodeKeysAsNamed(_ value: some Encodable) throws -> [UInt8] {
    try encode(value, with: encoder())
  }

  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func encode(_ value: some Encodable, with encoder: JSONEncoder) throws -> [UInt8] {
    do {
      return Array(try encoder.encode(value))
    } catch let error as EncodingError {
      throw CodingFailure(error)
    }
  }

  /// The same value indented by two spaces, for people; ends without a line end.
  package static func encodePretty(_ value: some Encodable) throws -> [UInt8] { indent(try encode(value)) }

  /// Reads a value from JSON with the keys that `encode` writes; unknown keys are ignored.
  ///
  /// Throws `CodingFailure` naming the path of the value that does not fit.
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { path in
      PropertyKey(path.last.map { camelCase($0.stringValue) } ?? "")
    }
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw CodingFailure(error)
    }
  }

  /// `releaseAttribute` as `release-attribute`; the inverse of `camelCase` for every name without a hyphen.
  package static func kebabCase(_ name: String) -> String {
    guard name.utf8.contains(where: isUpperCase) else { return name }
    var result: [UInt8] = []
    for byte in name.utf8 {
      if isUpperCase(byte) {
        result += [UInt8(ascii: "-"), byte | 0x20]
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `release-attribute` as `releaseAttribute`; a hyphen that no lower-case letter follows stays.
  package static func camelCase(_ key: String) -> String {
    guard key.utf8.contains(UInt8(ascii: "-")) else { return key }
    var result: [UInt8] = []
    var afterHyphen = false
    for byte in key.utf8 {
      switch (afterHyphen, byte) {
      case (true, UInt8(ascii: "a")...UInt8(ascii: "z")): result[result.count - 1] = byte & ~0x20
      default: result.append(byte)
      }
      afterHyphen = byte == UInt8(ascii: "-")
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isUpperCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

  /// Indents JSON that has no white space between its tokens; empty arrays and objects stay closed.
  private static func indent(_ line: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(line.count * 2)
    var depth = 0
    var inString = false
    var escaped = false
    func breakLine() {
      result.append(UInt8(ascii: "\n"))
      result.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
    for (index, byte) in line.enumerated() {
      guard !inString else {
        result.append(byte)
        inString = escaped || byte != UInt8(ascii: "\"")
        escaped = !escaped && byte == UInt8(ascii: "\\")
        continue
      }
      let next = index + 1 < line.count ? line[index + 1] : 0
      let closes = next == UInt8(ascii: "}") || next == UInt8(ascii: "]")
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        result.append(byte)
        depth += 1
        if !closes { breakLine() }
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        let opened = index > 0 && (line[index - 1] == UInt8(ascii: "{") || line[index - 1] == UInt8(ascii: "["))
        if !opened { breakLine() }
        result.append(byte)
      case UInt8(ascii: ","):
        result.append(byte)
        breakLine()
      case UInt8(ascii: ":"): result += [byte, UInt8(ascii: " ")]
      case UInt8(ascii: "\""):
        inString = true
        result.append(byte)
      default: result.append(byte)
      }
    }
    return result
  }
}

/// A value that could not be written as JSON, or JSON that does not hold the value that is wanted.
package struct CodingFailure: Failure, Equatable {
  /// Where in the value: `conditions[0].state`; empty for the whole.
  package let path: String
  /// What is wrong with it, made harmless.
  package let reason: String

  package var what: String {
    path.isEmpty ? "not the JSON that is expected" : "not the JSON that is expected at '\(path)'"
  }
  package var why: String? { reason }
  package var remedy: String? { nil }
  package var exitStatus: ExitStatus { .badInput }

  init(_ error: EncodingError) {
    switch error {
    case .invalidValue(_, let context):
      path = CodingFailure.text(context.codingPath)
      reason = "a value that JSON has no text for"
    @unknown default:
      path = ""
      reason = "a value that JSON has no text for"
    }
  }

  init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      path = CodingFailure.text(context.codingPath)
      reason = "the key '\(CanonicalJSON.kebabCase(key.stringValue).harmless)' is missing"
    case .valueNotFound(_, let context):
      path = CodingFailure.text(context.codingPath)
      reason = "null stands where a value is needed"
    case .typeMismatch(_, let context):
      path = CodingFailure.text(context.codingPath)
      reason = "a value of another kind is needed"
    case .dataCorrupted(let context):
      path = CodingFailure.text(context.codingPath)
      // The text of the error would name types of this program.
      reason =
        context.underlyingError == nil ? "the value is none of those that can stand here" : "the text is not valid JSON"
    @unknown default:
      path = ""
      reason = "it cannot be read"
    }
  }

  private static func text(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + CanonicalJSON.kebabCase(key.stringValue).harmless
      }
    }
  }
}

/// A coding key that is only a name.
private struct PropertyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }
}
