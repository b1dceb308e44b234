/// Messages and enumerations from text in protobuf's own notation: `message Room { string sid = 1; }`.
///
/// A small part of the notation: no comments, no nesting (a nested type is declared under its dotted name), no services.
/// The text is part of this program, so what is wrong with it stops the program.
struct Schema: Sendable {
  /// Fields in their order of declaration, by message.
  private(set) var messages: [String: [Field]] = [:]
  /// Names by number, by enumeration.
  private(set) var choices: [String: [Int64: String]] = [:]

  /// One field of a message.
  struct Field: Sendable {
    let number: Int
    let name: String
    let type: FieldType
    let isRepeated: Bool
    /// Printed only when it is set.
    let isOptional: Bool
  }

  /// What a field holds.
  enum FieldType: Sendable, Hashable {
    case text, bytes, flag, moment, texts
    /// An integer of up to 32 bits, printed as a number.
    case short
    /// An integer of 64 bits, printed as text.
    case long
    case choice(String)
    case message(String)
  }

  init(_ text: String) {
    let blocks = text.split(separator: "}").map { $0.split(separator: "{", omittingEmptySubsequences: false) }
      .filter { $0.count == 2 }
    let heads = blocks.map { $0[0].split { $0 == " " || $0 == "\n" }.map(String.init) }
    let enumerations = Set(heads.filter { $0[0] == "enum" }.map { $0[1] })
    for (head, block) in zip(heads, blocks) {
      let lines = block[1].split(separator: ";").map { $0.split { " \n=".contains($0) }.map(String.init) }
        .filter { !$0.isEmpty }
      if head[0] == "enum" {
        choices[head[1]] = Dictionary(uniqueKeysWithValues: lines.map { (Int64($0[1]) ?? -1, $0[0]) })
      } else {
        messages[head[1]] = lines.map { Schema.field($0, enumerations) }
      }
    }
  }

  private static func field(_ words: [String], _ enumerations: Set<String>) -> Field {
    var words = words
    let isRepeated = words[0] == "repeated"
    let isOptional = words[0] == "optional"
    if isRepeated || isOptional { words.removeFirst() }
    // `map<string, string>` is two words.
    let isMap = words[0].hasPrefix("map<")
    if isMap { words.removeFirst() }
    guard words.count == 3, let number = Int(words[2]) else { preconditionFailure("no field: \(words)") }
    let type: FieldType =
      switch words[0] {
      case _ where isMap: .texts
      case "string": .text
      case "bytes": .bytes
      case "bool": .flag
      case "int32", "uint32": .short
      case "int64", "uint64": .long
      case "google.protobuf.Timestamp": .moment
      case let name where enumerations.contains(name): .choice(name)
      case let name: .message(name)
      }
    return Field(number: number, name: words[1], type: type, isRepeated: isRepeated, isOptional: isOptional)
  }
}
