import Libraries

/// Chains the lines of a journal again after redaction changed their texts: each has its own hash again and that of the
/// line
/// before, so that what is changed or lost later is found.
package struct JournalChain {
  private var rest: [UInt8] = []
  private var previous = JournalLine.noLine

  /// A chain before its first line.
  package init() {}

  /// Takes bytes and appends the lines that they complete; at the end also a torn last one, as it is.
  package mutating func take(_ bytes: [UInt8], isLast: Bool, into output: inout [UInt8]) {
    rest += bytes
    var start = 0
    while let newline = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = JournalLine.chained(Array(rest[start..<newline]), after: previous)
      previous = JournalLine.hash(line)
      output += line
      output.append(UInt8(ascii: "\n"))
      start = newline + 1
    }
    rest.removeFirst(start)
    if isLast { output += rest }
  }
}
