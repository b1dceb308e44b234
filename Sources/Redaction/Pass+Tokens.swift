import LogScan

/// What is no field and has no fixed form: tokens over several lines, PEM blocks, encoded text.
extension Pass {
  // MARK: JSON Web Tokens

  mutating func tokenHit(_ place: Int) {
    guard isBoundary(place) || place > 0 && !Bytes.isBase64(bytes[place - 1]) else { return }
    guard place == 0 || !"_-+/".utf8.contains(bytes[place - 1]) || isBoundary(place) else { return }
    let (end, dots) = tokenEnd(place)
    guard end - place >= 16 else { return }
    // Without a dot it is JSON in Base64, and hidden when it holds something.
    if dots > 0 || end == bytes.count && !isLast { hide(place..<end, .token) }
  }

  /// The end of a token and how many dots it has; line ends inside of it are passed over while it is not complete.
  private func tokenEnd(_ start: Int) -> (end: Int, dots: Int) {
    var place = start
    var dots = 0
    var part = start
    var line = start
    var isWrapped = false
    while true {
      while place < bytes.count {
        if bytes[place] == UInt8(ascii: "."), dots < 4, place + 1 < bytes.count,
          Bytes.isBase64(bytes[place + 1]) || bytes[place + 1] == UInt8(ascii: ".") || Bytes.isNewline(bytes[place + 1])
        {
          dots += 1
          part = place + 1
        } else if !Bytes.isBase64(bytes[place]),
          bytes[place] != UInt8(ascii: "=") || place + 1 < bytes.count && Bytes.isNewline(bytes[place + 1])
        {
          break
        }
        place += 1
      }
      // An HS256 signature has 43 digits; others have more.
      let isComplete = dots >= 2 && place - part >= 43
      guard place - line >= 16,
        let next = wrapped(place, isComplete: isComplete, width: place - line, isWrapped: isWrapped)
      else { return (place, dots) }
      isWrapped = true
      (place, line) = (next, next)
    }
  }

  /// Where a text goes on that is wrapped at a place: behind a line end and indentation, when the next line is more of it.
  private func wrapped(_ place: Int, isComplete: Bool, width: Int, isWrapped: Bool) -> Int? {
    var next = place
    // A soft line end of mail, of a shell, or of a quoted string.
    if next < bytes.count, bytes[next] == UInt8(ascii: "=") { next += 1 }
    while next < bytes.count, bytes[next] == Bytes.backslash {
      var letter = next
      while letter < bytes.count, bytes[letter] == Bytes.backslash { letter += 1 }
      guard letter < bytes.count else { return nil }
      if "nr".utf8.contains(bytes[letter]) {
        next = letter + 1
      } else if Bytes.isNewline(bytes[letter]) {
        next = letter
      } else {
        return nil
      }
    }
    while next < bytes.count, Bytes.isSpace(bytes[next]) { next += 1 }
    guard next > place, next < bytes.count else { return nil }
    guard bytes[place..<next].contains(where: { Bytes.isNewline($0) || $0 == Bytes.backslash }) else { return nil }
    var end = next
    while end < bytes.count,
      Bytes.isBase64(bytes[end]) || bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: "=")
    { end += 1 }
    let isPure =
      end == bytes.count || Bytes.isSpace(bytes[end]) || Bytes.isQuote(bytes[end]) || bytes[end] == Bytes.backslash
      || bytes[end] == UInt8(ascii: ",")
    guard end > next, isPure else { return nil }
    // Words of a next line that only happens to follow are no continuation.
    let rest = bytes[next..<end]
    if isComplete { return isWrapped && rest.count <= width && Bytes.looksRandom(rest) ? next : nil }
    return rest.count >= 4 && (Bytes.looksRandom(rest) || rest.count < 16 && !isFollowedByWords(end))
      || rest.contains(UInt8(ascii: ".")) && rest.count >= 8 ? next : nil
  }

  private func isFollowedByWords(_ place: Int) -> Bool {
    place < bytes.count && (bytes[place] == UInt8(ascii: " ") || bytes[place] == UInt8(ascii: ","))
  }

  // MARK: PEM

  mutating func pemHit(_ place: Int) {
    let head = bytes[place..<min(bytes.count, place + 80)]
    // In prose the marker is not followed by a name in capitals and its dashes.
    let isPutty = head.starts(with: Array("PuTTY".utf8))
    guard isPutty || head.dropFirst(11).prefix(64).contains(UInt8(ascii: "-")) else { return }
    if let last = matches.last, last.rule == Builtin.privateKey.rawValue, last.range.contains(place) { return }
    if let end = pemEnd(place, isPutty: isPutty) { return hide(place..<end, .privateKey) }
    pem(from: place)
  }

  /// Where the block ends that begins at a place, when that is in the same line; nil when it is not.
  private func pemEnd(_ place: Int, isPutty: Bool) -> Int? {
    let line = place..<min(lineEnd(place), place + RedactionStream.ahead)
    guard !isPutty, let marker = find("-END ", in: bytes[line]) else { return nil }
    var end = marker + 5
    while end < line.upperBound,
      bytes[end] == UInt8(ascii: " ") || Bytes.isUpper(bytes[end]) || Bytes.isDigit(bytes[end])
    { end += 1 }
    while end < line.upperBound, bytes[end] == UInt8(ascii: "-") { end += 1 }
    return end
  }

  /// Hides the lines of a block, up to its end, or while they look like its lines.
  mutating func pem(from start: Int) {
    var line = start
    var end = start
    var isFirst = start < bytes.count && (bytes[start] == UInt8(ascii: "-") || bytes[start] == UInt8(ascii: "P"))
    while line < bytes.count {
      let stop = lineEnd(line)
      let text = bytes[line..<stop]
      if !isFirst, let marker = find("-END ", in: text) ?? find("Private-MAC: ", in: text) {
        end = marker + 5
        while end < stop, !Bytes.isQuote(bytes[end]), bytes[end] != UInt8(ascii: ",") { end += 1 }
        return hide(start..<end, .privateKey)
      }
      guard isFirst || isArmour(text) || isBeforeEnd(stop) else { return hide(start..<end, .privateKey) }
      isFirst = false
      end = stop
      line = stop + 1
      while line < bytes.count, Bytes.isNewline(bytes[line]) { line += 1 }
    }
    hide(start..<bytes.count, .privateKey)
    if !isLast { carry = .pem }
  }

  /// Whether the line behind a line end closes a block: what stands before it is the block's last, short line.
  private func isBeforeEnd(_ stop: Int) -> Bool {
    guard stop + 1 < bytes.count else { return false }
    let next = bytes[(stop + 1)..<lineEnd(stop + 1)]
    return find("-----END ", in: next) != nil
  }

  /// Whether a line is one of a block: Base64 behind whatever a log puts before it, or a header.
  private func isArmour(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.drop { Bytes.isSpace($0) || Bytes.isQuote($0) }
    guard !text.isEmpty else { return true }
    let tail = text.reversed().prefix {
      Bytes.isBase64($0) || $0 == UInt8(ascii: "=") || Bytes.isQuote($0) || $0 == UInt8(ascii: ",")
    }
    // A word alone is no line of a block unless nothing is shorter.
    if tail.count == text.count { return tail.count >= 24 || Bytes.looksRandom(text) || text.last == UInt8(ascii: "=") }
    return tail.count >= 32 && Bytes.looksRandom(tail) || Self.armourHeaders.contains { text.starts(with: $0) }
  }

  private static let armourHeaders = [
    "Proc-Type", "DEK-Info", "Version:", "Comment:", "Hash:", "Charset:", "Encryption:", "Public-Lines:",
    "Private-Lines:", "Key-Derivation:", "Argon2-", "PuTTY-",
  ].map { Array($0.utf8) }

  private func find(_ text: String, in line: ArraySlice<UInt8>) -> Int? {
    let wanted = Array(text.utf8)
    guard line.count >= wanted.count else { return nil }
    return (line.startIndex...(line.endIndex - wanted.count)).first {
      line[$0] == wanted[0] && line[$0...].starts(with: wanted)
    }
  }

  // MARK: Encoded text

  /// Looks into long runs of Base64 and of hexadecimal digits: what holds something to hide is hidden whole.
  mutating func encodedRuns() {
    guard depth < 3, start < limit else { return }
    var runs: [Range<Int>] = []
    plan.runs.runs(in: bytes, start..<limit, into: &runs)
    var reached = start
    for run in runs where run.lowerBound >= reached {
      let whole = extended(run)
      if whole.count > RedactionStream.ahead {
        hide(whole, .unbrokenRun)
        reached = whole.upperBound
        continue
      }
      guard let inside = secretPart(whole) else { continue }
      hide(inside, .encoded)
      reached = inside.upperBound
    }
  }

  /// A run with what belongs to it: padding, encoded signs, and the lines that it is wrapped over.
  private func extended(_ run: Range<Int>) -> Range<Int> {
    var end = run.upperBound
    var line = run.lowerBound
    while end < bytes.count, end - run.lowerBound <= RedactionStream.ahead {
      let byte = bytes[end]
      if Bytes.isBase64(byte) || byte == UInt8(ascii: "=") {
        end += 1
      } else if byte == UInt8(ascii: "%"), end + 2 < bytes.count,
        ["2b", "2f", "3d"].contains(
          String(decoding: bytes[(end + 1)...(end + 2)].map { Bytes.lower($0) }, as: UTF8.self))
      {
        end += 3
      } else if byte == Bytes.backslash, end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "/") {
        end += 2
      } else if end - line >= 40, let next = wrapped(end, isComplete: false, width: end - line, isWrapped: true),
        next < bytes.count
      {
        end = next
        line = next
      } else {
        break
      }
    }
    return run.lowerBound..<end
  }

  /// The part of a run that is an encoding of text with something to hide in it.
  private mutating func secretPart(_ run: Range<Int>) -> Range<Int>? {
    // The run may begin with the end of a name: each alignment is tried, and each word of it.
    var start = run.lowerBound
    var tries = 0
    while run.upperBound - start >= 20, start - run.lowerBound < 48, tries < 4 {
      let isStart = start < run.lowerBound + 4 || !Bytes.isWord(bytes[start - 1])
      if isStart, Base64.isTextual(bytes, at: start) {
        tries += 1
        if holds(Base64.decode(digits(start..<run.upperBound))) { return run }
      }
      start += 1
    }
    if run.count > 40, bytes[run].starts(with: Self.gzip) { return run }
    let text = bytes[run]
    if text.count >= 24, text.count % 2 == 0, isHexText(run) {
      let plain = unhex(text)
      if isTextual(Array(plain.prefix(12))), holds(plain) { return run }
    }
    return nil
  }

  private static let gzip = Array("H4sI".utf8)

  /// Whether the first digits of a run are hexadecimal and of text.
  private func isHexText(_ run: Range<Int>) -> Bool {
    for place in stride(from: run.lowerBound, to: run.lowerBound + 16, by: 2) {
      // Text begins with 2 to 7 in every byte's first digit.
      guard bytes[place] >= UInt8(ascii: "2"), bytes[place] <= UInt8(ascii: "7"), Bytes.isHex(bytes[place + 1]) else {
        return false
      }
    }
    return bytes[run].allSatisfy { Bytes.isHex($0) }
  }

  /// The digits of a run, with encoded ones decoded.
  private func digits(_ range: Range<Int>) -> [UInt8] {
    guard bytes[range].contains(UInt8(ascii: "%")) || bytes[range].contains(Bytes.backslash) else {
      return Array(bytes[range])
    }
    var result: [UInt8] = []
    var place = range.lowerBound
    while place < range.upperBound {
      if bytes[place] == UInt8(ascii: "%"), place + 2 < range.upperBound {
        result.append(
          Bytes.lower(bytes[place + 2]) == UInt8(ascii: "b")
            ? UInt8(ascii: "+")
            : Bytes.lower(bytes[place + 2]) == UInt8(ascii: "f") ? UInt8(ascii: "/") : UInt8(ascii: "="))
        place += 3
      } else if bytes[place] == Bytes.backslash, place + 1 < range.upperBound, "nr".utf8.contains(bytes[place + 1]) {
        place += 2
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return result
  }

  private func unhex(_ text: ArraySlice<UInt8>) -> [UInt8] {
    func value(_ byte: UInt8) -> UInt8 { Bytes.isDigit(byte) ? byte & 15 : (byte & 15) + 9 }
    var result: [UInt8] = []
    var place = text.startIndex
    while place + 1 < text.endIndex {
      result.append(value(text[place]) << 4 | value(text[place + 1]))
      place += 2
    }
    return result
  }

  /// Whether bytes begin as text does.
  private func isTextual(_ plain: [UInt8]) -> Bool {
    let sample = plain.prefix(12)
    return sample.count >= 9
      && sample.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 >= 0xC3 }
  }

  /// Whether decoded text holds something to hide.
  private mutating func holds(_ plain: [UInt8]) -> Bool {
    plain.starts(with: [0x1F, 0x8B]) || !inner(plain).isEmpty
  }

  /// What is to be hidden in a text that was made of a part of this one.
  mutating func inner(_ text: [UInt8]) -> [Match] {
    var inner = Pass(plan: plan, pseudonyms: pseudonyms, names: names, depth: depth + 1, matcher: matcher)
    inner.bytes = text
    inner.limit = text.count
    inner.isLast = true
    inner.run()
    if let rule = inner.abandoned { abandoned = rule }
    return inner.matches
  }
}
