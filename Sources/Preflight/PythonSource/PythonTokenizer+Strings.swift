extension PythonTokenizer {
  /// Reads a string from its opening quote on, and passes it; an unclosed one ends with its line, or with the file.
  mutating func string(prefix: String) -> PythonText {
    let quote = bytes[at]
    let isTriple = byte(1) == quote && byte(2) == quote
    at += isTriple ? 3 : 1
    var scan = StringScan(
      quote: quote, isTriple: isTriple, isRaw: prefix.contains("r"), isBytes: prefix.contains("b"),
      isFormatted: prefix.contains("f") || prefix.contains("t"))
    read(&scan)
    scan.endPiece()
    return PythonText(isBytes: scan.isBytes, parts: scan.parts)
  }

  private mutating func read(_ scan: inout StringScan) {
    while let next = byte() {
      if isEnd(scan.quote, isTriple: scan.isTriple) {
        at += scan.isTriple ? 3 : 1
        return
      }
      switch next {
      case UInt8(ascii: "\\"): readEscape(&scan)
      case _ where next.isLineEnd:
        guard scan.isTriple else { return trouble("a string that is not closed") }
        scan.piece.append(UInt8(ascii: "\n"))
        passLineEnd()
      case UInt8(ascii: "{") where scan.isFormatted, UInt8(ascii: "}") where scan.isFormatted: readBrace(&scan)
      default:
        scan.piece.append(next)
        at += 1
      }
    }
    trouble("a string that is not closed")
  }

  private func isEnd(_ quote: UInt8, isTriple: Bool) -> Bool {
    byte() == quote && (!isTriple || byte(1) == quote && byte(2) == quote)
  }

  private mutating func readBrace(_ scan: inout StringScan) {
    let brace = bytes[at]
    if byte(1) == brace || brace == UInt8(ascii: "}") {
      scan.piece.append(brace)
      at += byte(1) == brace ? 2 : 1
      return
    }
    at += 1
    let start = at
    passHole(quote: scan.quote, isTriple: scan.isTriple)
    scan.endPiece()
    scan.parts.append(.hole(text(start..<at)))
    if byte() == UInt8(ascii: "}") { at += 1 }
  }

  /// Passes the expression in a hole up to its closing brace; strings in it may have any quote, as from Python 3.12 on.
  private mutating func passHole(quote: UInt8, isTriple: Bool) {
    var depth = 0
    var inner: UInt8?
    while let next = byte() {
      if next.isLineEnd {
        guard isTriple else { return }
        passLineEnd()
        continue
      }
      if let open = inner {
        if next == open { inner = nil }
      } else if next.isQuote {
        if next == quote, !holeGoesOn(quote) { return }
        inner = next
      } else if next == UInt8(ascii: "{") {
        depth += 1
      } else if next == UInt8(ascii: "}") {
        guard depth > 0 else { return }
        depth -= 1
      }
      at += next == UInt8(ascii: "\\") && byte(1) != nil && byte(1)?.isLineEnd == false ? 2 : 1
    }
  }

  /// Whether the string's own quote opens a string inside the hole: it is closed, and the hole too, before the line ends.
  private func holeGoesOn(_ quote: UInt8) -> Bool {
    let rest = bytes[(at + 1)...].prefix(1000).prefix { !$0.isLineEnd }
    guard let close = rest.firstIndex(of: quote) else { return false }
    return rest[close...].contains(UInt8(ascii: "}"))
  }

  private mutating func readEscape(_ scan: inout StringScan) {
    guard let next = byte(1) else {
      at += 1
      return
    }
    if next.isLineEnd {
      at += 1
      if scan.isRaw { scan.piece += [UInt8(ascii: "\\"), UInt8(ascii: "\n")] }
      return passLineEnd()
    }
    if scan.isRaw {
      scan.piece += [UInt8(ascii: "\\"), next]
      at += 2
      return
    }
    at += 2
    switch next {
    case UInt8(ascii: "n"): scan.piece.append(10)
    case UInt8(ascii: "t"): scan.piece.append(9)
    case UInt8(ascii: "r"): scan.piece.append(13)
    case UInt8(ascii: "a"): scan.piece.append(7)
    case UInt8(ascii: "b"): scan.piece.append(8)
    case UInt8(ascii: "f"): scan.piece.append(12)
    case UInt8(ascii: "v"): scan.piece.append(11)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): scan.piece.append(next)
    case UInt8(ascii: "x"): readCode(&scan, digits: 2, escape: next)
    case UInt8(ascii: "u") where !scan.isBytes: readCode(&scan, digits: 4, escape: next)
    case UInt8(ascii: "U") where !scan.isBytes: readCode(&scan, digits: 8, escape: next)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      at -= 1
      let digits = bytes[at...].prefix(3).prefix { UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 }
      scan.append(digits.reduce(0) { $0 * 8 + UInt32($1 - UInt8(ascii: "0")) })
      at += digits.count
    default: scan.piece += [UInt8(ascii: "\\"), next]
    }
  }

  private mutating func readCode(_ scan: inout StringScan, digits: Int, escape: UInt8) {
    let code = bytes[at...].prefix(digits)
    guard code.count == digits, let value = UInt32(text(code.startIndex..<code.endIndex), radix: 16) else {
      scan.piece += [UInt8(ascii: "\\"), escape]
      return
    }
    at += digits
    scan.append(value)
  }
}

/// What is read of a string so far.
private struct StringScan {
  let quote: UInt8
  let isTriple: Bool
  let isRaw: Bool
  let isBytes: Bool
  let isFormatted: Bool
  var piece: [UInt8] = []
  var parts: [PythonTextPart] = []

  mutating func append(_ code: UInt32) {
    guard let scalar = Unicode.Scalar(code) else { return piece.append(UInt8(ascii: "?")) }
    piece += Array(String(Character(scalar)).utf8)
  }

  mutating func endPiece() {
    guard !piece.isEmpty else { return }
    parts.append(.text(String(decoding: piece, as: UTF8.self)))
    piece = []
  }
}
