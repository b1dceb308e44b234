import Vocabulary

/// A table as RFC 4180 has it: a header, rows of as many fields, CRLF.
struct CSV {
  private(set) var bytes: [UInt8] = []
  private(set) var rows = -1

  init(_ header: [String]) { add(header) }

  /// Adds a row; nil is an empty field, which says that nothing is known.
  mutating func add(_ fields: [String?]) {
    bytes += Array(fields.map { Self.field($0 ?? "") }.joined(separator: ",").utf8) + [0x0D, 0x0A]
    rows += 1
  }

  /// A field, harmless, quoted where it must be; what a spreadsheet would take for a formula begins with an apostrophe.
  private static func field(_ text: String) -> String {
    var text = text.harmless
    if let first = text.first, "=+-@".contains(first) { text = "'" + text }
    guard text.contains(where: { $0 == "," || $0 == "\"" }) || text.hasPrefix(" ") || text.hasSuffix(" ") else {
      return text
    }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
