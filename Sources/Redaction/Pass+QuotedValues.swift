/// Values between quotation marks, and what of a value is hidden.
extension Pass {
  mutating func quoted(_ quote: Quote, _ start: Int, _ field: Field, _ name: Range<Int>, _ key: Quote?) {
    // Three quotation marks of Python and TOML.
    if quote.slashes == 0, quote.spelling.isEmpty, start + 1 < bytes.count, bytes[start] == quote.mark,
      bytes[start + 1] == quote.mark
    {
      return triple(quote.mark, start + 2, field)
    }
    guard let close = close(quote, from: start, to: bytes.count) else {
      guard field != .maybeSecret, field != .room else { return }
      matches.append(Match(range: start..<bytes.count, rule: field.builtin.rawValue))
      carry = .dropping(until: .quote(quote))
      return
    }
    let range = start..<close.value
    conceal(range, field)
    if field == .identity || field == .personName, key != nil { siblings(of: name, quote: key) }
  }

  private mutating func triple(_ mark: UInt8, _ start: Int, _ field: Field) {
    var end = start
    while end + 2 < bytes.count, !(bytes[end] == mark && bytes[end + 1] == mark && bytes[end + 2] == mark) { end += 1 }
    let isClosed = end + 2 < bytes.count
    hide(start..<(isClosed ? end : bytes.count), field.builtin.rawValue)
  }

  /// Hides the value of a field, or what of it is to be hidden.
  mutating func conceal(_ range: Range<Int>, _ field: Field, quote: [UInt8] = []) {
    guard !range.isEmpty, !isPseudonym(range), !isEmptyWord(range) else { return }
    switch field {
    case .none: return
    case .secret: if !isPlaceholder(range) { hide(range, field.builtin.rawValue, quote: quote) }
    case .maybeSecret:
      if !isPlaceholder(range), looksSecret(range) { hide(range, field.builtin.rawValue, quote: quote) }
    case .authorization: authorize(range)
    case .cookie: hide(range, field.builtin.rawValue)
    case .room, .identity, .personName:
      guard !isCorrelation(range) else { return }
      hide(range, field.builtin.rawValue, quote: quote)
      learn(range, field.builtin)
    case .contact: if !isCorrelation(range) { hide(range, field.builtin.rawValue, quote: quote) }
    case .metadata, .attributes:
      if let inner = structure(range) {
        var walk = Walk(field: field)
        _ = self.walk(&walk, from: inner, to: range.upperBound)
      } else if !isCorrelation(range) {
        hide(range, field.builtin.rawValue, quote: quote)
      }
    case .transcript, .chat: if !isCorrelation(range) { hide(range, field.builtin.rawValue, quote: quote) }
    }
  }

  /// Where a list or an object begins that a quoted text holds.
  private func structure(_ range: Range<Int>) -> Int? {
    let from = skipSpace(range.lowerBound)
    guard from < range.upperBound, bytes[from] == UInt8(ascii: "{") || bytes[from] == UInt8(ascii: "[") else {
      return nil
    }
    return from
  }

  /// An authorization without its scheme, which is no secret.
  mutating func authorize(_ range: Range<Int>) {
    var from = range.lowerBound
    while from < range.upperBound, Bytes.isLetter(bytes[from]) || bytes[from] == UInt8(ascii: "-") { from += 1 }
    let scheme = String(decoding: bytes[range.lowerBound..<from].map { Bytes.lower($0) }, as: UTF8.self)
    let isScheme = from < range.upperBound && (bytes[from] == UInt8(ascii: " ") || bytes[from] == UInt8(ascii: "%"))
    let start = isScheme && Self.schemes.contains(scheme) ? skipSpace(from) : range.lowerBound
    guard start < range.upperBound else { return }
    let rest = start..<range.upperBound
    if !isPlaceholder(rest), !isPseudonym(rest) { hide(rest, .authorization) }
  }

  static let schemes: Set<String> = [
    "bearer", "basic", "token", "digest", "apikey", "api-key", "negotiate", "ntlm", "dpop", "key", "aws",
    "aws4-hmac-sha", "hmac", "oauth", "jwt", "bot",
    "sharedaccesssignature", "sharedkey", "hawk", "signature", "genie", "googlelogin", "splunk", "vault", "sso-key",
    "x-api-key",
  ]
}
