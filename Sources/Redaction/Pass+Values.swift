/// What a value is: nothing, a word that stands for none, an identifier that correlation needs, or something that looks secret.
extension Pass {
  /// `null`, `none`, `true` and the like.
  func isEmptyWord(_ range: Range<Int>) -> Bool {
    guard range.count <= 9 else { return false }
    switch String(decoding: bytes[range].map { Bytes.lower($0) }, as: UTF8.self) {
    case "", "null", "none", "nil", "true", "false", "undefined", "{}", "[]", "\\", "<nil>", "-": return true
    default: return false
    }
  }

  /// What stands where a secret would: masks, references and templates.
  func isPlaceholder(_ range: Range<Int>) -> Bool {
    let text = bytes[range]
    guard let first = text.first, let last = text.last else { return true }
    if text.allSatisfy({ "*.•".utf8.contains($0) }) {
      return true
    }
    if text.count >= 3, text.allSatisfy({ $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }) { return true }
    switch (first, last) {
    case (UInt8(ascii: "<"), UInt8(ascii: ">")), (UInt8(ascii: "{"), UInt8(ascii: "}")):
      return text.dropFirst().dropLast().allSatisfy {
        Bytes.isName($0) || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}")
      }
    case (UInt8(ascii: "$"), UInt8(ascii: "}")), (UInt8(ascii: "$"), UInt8(ascii: ")")):
      return text.count > 3 && "{(".utf8.contains(text[text.startIndex + 1])
    case (UInt8(ascii: "$"), _):
      return text.count > 3
        && text.dropFirst().allSatisfy { Bytes.isUpper($0) || Bytes.isDigit($0) || $0 == UInt8(ascii: "_") }
    default: break
    }
    return Self.placeholders.contains { text.elementsEqual($0) }
      || text.starts(with: Array("env:".utf8))
        && text.dropFirst(4).allSatisfy { Bytes.isUpper($0) || Bytes.isDigit($0) || $0 == UInt8(ascii: "_") }
      || text.starts(with: Array("file:/".utf8))
  }

  private static let placeholders = [
    "(secret)", "[REDACTED]", "[redacted]", "REDACTED", "<redacted>", "***HIDDEN***", "[FILTERED]", "[Filtered]", "%s",
    "%v", "%r", "string", "str", "REPLACE_ME",
  ].map { Array($0.utf8) }

  /// Words that say how a secret or a room fares, where its value would stand.
  func isStatus(_ range: Range<Int>) -> Bool {
    guard range.count <= 16, bytes[range].allSatisfy({ Bytes.isLower($0) }) else { return false }
    return Self.states.contains(String(decoding: bytes[range], as: UTF8.self))
  }

  private static let states: Set<String> = [
    "expired", "invalid", "missing", "not", "is", "was", "has", "are", "required", "failed", "must", "should",
    "rejected", "revoked", "empty", "valid", "ok", "error",
    "unknown", "unauthorized", "denied", "accepted", "refreshed", "issued", "for", "and", "or", "the", "a", "an", "in",
    "on", "of", "to", "from", "with", "by", "no",
    "could", "cannot", "does", "doesn", "did", "will", "verification", "validation", "authentication", "incorrect",
    "wrong", "mismatch", "set", "unset", "found", "connected",
    "disconnected", "joined", "left", "closed", "created", "deleted", "full", "started", "finished", "ended", "active",
    "ready", "empty", "string", "str", "int", "bytes",
    "optional", "type", "we", "this", "that", "be", "been", "updated", "changed", "removed", "added", "true", "false",
    "service", "manager", "signature", "token", "key", "reconnected",
    "permission", "permissions", "connection", "connections", "timeout", "published", "unpublished", "disabled",
    "enabled", "used", "too", "already", "never", "only", "sent", "received",
  ]

  /// Whether a value under a name that may mean a secret is one.
  func looksSecret(_ range: Range<Int>) -> Bool {
    let text = bytes[range]
    guard text.count >= 8, !isCorrelation(range), !text.contains(UInt8(ascii: " ")) else { return false }
    if text.allSatisfy({ Bytes.isDigit($0) }) { return text.count >= 20 }
    return Bytes.looksRandom(text)
      || text.count >= 16 && text.contains { Bytes.isDigit($0) } && !text.contains(UInt8(ascii: "/"))
  }

  /// Letters with digits or signs among them, as passwords have and words have not.
  func looksMixed(_ range: Range<Int>) -> Bool {
    let text = bytes[range]
    guard text.count >= 6 else { return false }
    let letters = text.contains { Bytes.isLetter($0) }
    let digits = text.contains { Bytes.isDigit($0) }
    let signs = text.contains { "!@#$%^&*?~+".utf8.contains($0) }
    return letters && (digits || signs) && !text.contains(UInt8(ascii: "/")) && !text.contains(UInt8(ascii: "("))
      && !text.contains(UInt8(ascii: "="))
  }

  /// Identifiers of LiveKit, UUIDs, and names of pods: random, and not secret.
  func isIdentifier(_ range: Range<Int>) -> Bool {
    isLiveKitID(range) || Bytes.isUUID(bytes[range])
  }

  /// What correlation needs: identifiers, moments, versions; and plain numbers.
  func isCorrelation(_ range: Range<Int>) -> Bool {
    if isIdentifier(range) { return true }
    let text = bytes[range]
    return isMoment(text) || isVersion(text) || isDigest(text)
  }

  private func isLiveKitID(_ range: Range<Int>) -> Bool {
    var text = bytes[range]
    if text.starts(with: Array("agent-AJ_".utf8)) { text = text.dropFirst(6) }
    guard let line = text.firstIndex(of: UInt8(ascii: "_")), (2...3).contains(line - text.startIndex) else {
      return false
    }
    let tail = text[(line + 1)...]
    return text[..<line].allSatisfy { Bytes.isUpper($0) } && tail.count >= 4 && tail.count <= 40
      && tail.allSatisfy {
        Bytes.isLetter($0) || Bytes.isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
      && Self.idKinds.contains(String(decoding: text[..<line], as: UTF8.self))
  }

  private static let idKinds: Set<String> = [
    "RM", "PA", "TR", "AJ", "AW", "AD", "CA", "SCL", "EV", "ND", "EG", "IN", "ST", "SDR", "SP", "RQ", "PR", "CO", "AS",
    "SC", "SPC", "DTR", "WA", "JP", "AP",
  ]

  /// `2026-11-21T00:10:39.484954+00:00` and its relatives.
  private func isMoment(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= 10, text.count <= 40 else { return false }
    let start = text.startIndex
    let isDate = text[start..<(start + 10)].enumerated().allSatisfy { place, byte in
      place == 4 || place == 7 ? byte == UInt8(ascii: "-") : Bytes.isDigit(byte)
    }
    return isDate && text.allSatisfy { Bytes.isDigit($0) || "-:TZ.+ ".utf8.contains($0) }
  }

  /// `v1.2.3`, `1.8.9`, `v20260224201212`.
  private func isVersion(_ text: ArraySlice<UInt8>) -> Bool {
    let digits = text.first == UInt8(ascii: "v") ? text.dropFirst() : text
    guard let first = digits.first, Bytes.isDigit(first), digits.count <= 32,
      text.count > digits.count || digits.contains(UInt8(ascii: "."))
    else { return false }
    let dots = digits.count { $0 == UInt8(ascii: ".") }
    return digits.allSatisfy { Bytes.isDigit($0) || $0 == UInt8(ascii: ".") } && dots <= 3
      || dots >= 2 && digits.allSatisfy { Bytes.isName($0) || $0 == UInt8(ascii: "+") }
        && digits.prefix(4).contains(UInt8(ascii: "."))
  }

  /// `sha256:…`, and a whole digest in hexadecimal digits.
  private func isDigest(_ text: ArraySlice<UInt8>) -> Bool {
    if text.starts(with: Array("sha256:".utf8)) || text.starts(with: Array("sha512:".utf8)) {
      return text.dropFirst(7).allSatisfy { Bytes.isHex($0) }
    }
    return false
  }
}
