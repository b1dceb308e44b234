import Documents

/// Files of the user's in the formats of Documents; one that cannot be read is said by other checks, and is not there here.
enum UserDocument {
  /// The tree of a JSON file; comments, as many tools allow them, are taken out.
  static func json(_ file: ImageFile) -> Node? {
    let name = file.origin.file
    if let tree = try? JSON.parse(Array(file.text.utf8), file: name) { return tree }
    return try? JSON.parse(withoutComments(Array(file.text.utf8)), file: name)
  }

  /// The tree of a YAML file.
  static func yaml(_ file: ImageFile) -> Node? { try? YAML.parse(Array(file.text.utf8), file: file.origin.file) }

  /// The tree of a TOML file.
  static func toml(_ file: ImageFile) -> Node? { try? TOML.parse(Array(file.text.utf8), file: file.origin.file) }

  /// JSON without `//` and `/* */` comments and commas before closing brackets; lines stay where they are.
  static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    var isInText = false
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      index += 1
      if isInText {
        result.append(byte)
        if byte == UInt8(ascii: "\\"), index < bytes.count {
          result.append(next)
          index += 1
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "/") {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        index += 1
        while index < bytes.count, !(bytes[index] == UInt8(ascii: "/") && bytes[index - 1] == UInt8(ascii: "*")) {
          if bytes[index] == UInt8(ascii: "\n") { result.append(bytes[index]) }
          index += 1
        }
        index += 1
      } else {
        isInText = byte == UInt8(ascii: "\"")
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"),
          let last = result.lastIndex(where: { !" \t\r\n".utf8.contains($0) }), result[last] == UInt8(ascii: ",")
        {
          result[last] = UInt8(ascii: " ")
        }
        result.append(byte)
      }
    }
    return result
  }
}
