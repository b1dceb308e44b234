import Documents

/// A file of `[Section]`s with `Name=value` lines, as systemd reads its units.
package struct UnitFile: Sendable {
  /// One `Name=value`.
  struct Setting: Hashable, Sendable {
    let name: String
    let value: String
    let place: Place
  }

  /// The settings of every section in their order.
  private var sections: [String: [Setting]] = [:]

  /// The largest file that is read.
  static let limit = 1 << 20

  /// Reads a file; throws `DocumentFailure` for what is no text and for lines outside of every section.
  package init(_ bytes: [UInt8], file: String) throws {
    func problem(_ what: String, _ line: Int) -> DocumentFailure {
      DocumentFailure([DocumentProblem(file: file, at: Mark(line: line, column: 1), what)])
    }
    guard !bytes.contains(0) else { throw problem("it is not text: a zero byte is in it", 1) }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
    func isComment(_ line: String) -> Bool { line.first == "#" || line.first == ";" }
    var section: String?
    var next = 0
    while next < lines.count {
      let number = next + 1
      var line = lines[next].trimmed
      next += 1
      guard !line.isEmpty, !isComment(line) else { continue }
      while line.hasSuffix("\\"), next < lines.count {
        let following = lines[next].trimmed
        next += 1
        // A comment between joined lines is passed over.
        if !isComment(following) { line = line.dropLast() + " " + following }
      }
      if line.first == "[" {
        guard line.last == "]" else { throw problem("a section's name does not end", number) }
        section = String(line.dropFirst().dropLast())
        continue
      }
      guard let section else { throw problem("'\(line.prefix(40))' stands before the first [Section]", number) }
      guard let equals = line.firstIndex(of: "=") else {
        throw problem("'\(line.prefix(40))' is neither a [Section] nor 'Name=value'", number)
      }
      sections[section, default: []].append(
        Setting(
          name: String(line[..<equals]).trimmed, value: String(line[line.index(after: equals)...]).trimmed,
          place: Place(file: file, line: number)))
    }
  }

  /// The settings of a section in their order; empty without it.
  func settings(of section: String) -> [Setting] { sections[section] ?? [] }

  /// The last setting of a name in a section; an empty value takes it back.
  func last(_ name: String, in section: String) -> Setting? {
    settings(of: section).last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0 }
  }

  /// Takes the settings of a drop-in after these.
  mutating func append(_ other: UnitFile) {
    for (name, settings) in other.sections { sections[name, default: []] += settings }
  }
}
