extension [String] {
  /// The arguments without what looks like a secret: the value of an option or variable that is named like one, a password
  /// in an address. Words within one argument are looked at too, a shell's command line being one.
  package var withoutSecrets: [String] {
    var isNext = false
    return map { argument in
      var words: [String] = []
      for word in argument.split(separator: " ", omittingEmptySubsequences: false) {
        if isNext, !word.isEmpty {
          isNext = false
          // Another option follows: the one before had no value.
          if !word.hasPrefix("-") {
            words.append(SecretWord.mask)
            continue
          }
        }
        let shown = SecretWord.masked(word)
        isNext = shown.isNext
        words.append(shown.text)
      }
      return words.joined(separator: " ")
    }
  }
}

/// Words of a command line that hold secrets.
enum SecretWord {
  /// What stands in the place of a secret.
  static let mask = "…"

  private static let signs = [
    "secret", "password", "passwd", "token", "api-key", "apikey", "private-key", "credential",
  ]

  /// A word without its secret, and whether the next word is one.
  static func masked(_ word: Substring) -> (text: String, isNext: Bool) {
    let name = word.prefix { $0 != "=" }
    let isSecret = isSecret(name)
    if name.count < word.count {
      let value = word.dropFirst(name.count + 1)
      return (name + "=" + (isSecret && !value.isEmpty ? mask : withoutPassword(value)), false)
    }
    return (withoutPassword(word), isSecret && name.hasPrefix("-"))
  }

  /// Whether an option or a variable is called like a secret.
  static func isSecret(_ name: some StringProtocol) -> Bool {
    let plain = name.lowercased().replacing("_", with: "-")
    return signs.contains { plain.contains($0) } || plain == "--key" || plain.hasSuffix("-key")
  }

  /// `scheme://user:…@host`.
  private static func withoutPassword(_ word: Substring) -> String {
    guard let scheme = word.firstRange(of: "://"), let at = word[scheme.upperBound...].firstIndex(of: "@"),
      let colon = word[scheme.upperBound..<at].firstIndex(of: ":"), !word[scheme.upperBound..<at].contains("/")
    else { return String(word) }
    return word[...colon] + mask + word[at...]
  }
}
