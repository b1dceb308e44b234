import FoundationEssentials

/// One line, cut into words and judged.
struct LeakWords {
  private let detector: LeakDetector
  private let bytes: [UInt8]
  private let line: Range<Int>
  private let mayHoldKnown: Bool
  private let depth: Int

  /// A line of some bytes, and whether it may hold a secret that is known.
  init(_ detector: LeakDetector, _ bytes: [UInt8], _ line: Range<Int>, mayHoldKnown: Bool) {
    self.detector = detector
    self.bytes = bytes
    self.line = line
    self.mayHoldKnown = mayHoldKnown
    depth = 0
  }

  private init(_ detector: LeakDetector, _ text: [UInt8], depth: Int) {
    self.detector = detector
    bytes = text
    line = text.indices
    mayHoldKnown = true
    self.depth = depth
  }

  /// How tokens begin, how long they are at least, and the rule that hides them.
  private static let beginnings: [(String, Int, String)] = [
    ("AKIA", 20, "aws-access-key"), ("ASIA", 20, "aws-access-key"), ("AIza", 39, "google-api-key"),
    ("GOCSPX-", 30, "google-oauth"), ("ya29.", 30, "google-oauth"),
    ("ghp_", 40, "github-token"), ("gho_", 40, "github-token"), ("ghu_", 40, "github-token"),
    ("ghs_", 40, "github-token"), ("ghr_", 40, "github-token"), ("github_pat_", 60, "github-token"),
    ("glpat-", 26, "gitlab-token"), ("xoxb-", 30, "slack-token"), ("xoxp-", 30, "slack-token"),
    ("xapp-", 30, "slack-token"), ("xoxe-", 30, "slack-token"),
    ("sk_live_", 24, "stripe-key"), ("rk_live_", 24, "stripe-key"), ("sk_test_", 24, "stripe-key"),
    ("whsec_", 24, "stripe-key"), ("sk-proj-", 40, "openai-key"), ("sk-svcacct-", 40, "openai-key"),
    ("sk-ant-", 40, "anthropic-key"), ("sk-or-v1-", 40, "openrouter-key"), ("gsk_", 40, "groq-key"),
    ("hf_", 30, "huggingface-token"), ("npm_", 36, "npm-token"), ("pypi-AgE", 60, "pypi-token"),
    ("dckr_pat_", 30, "docker-token"), ("dop_v1_", 60, "digitalocean-token"), ("hvs.", 40, "vault-token"),
    ("shpat_", 36, "shopify-token"), ("NRAK-", 30, "newrelic-key"), ("glsa_", 36, "grafana-token"),
    ("lin_api_", 40, "linear-key"), ("dapi", 36, "databricks-token"), ("tskey-", 30, "tailscale-key"),
    ("AGE-SECRET-KEY-1", 60, "age-key"), ("xai-", 60, "xai-key"), ("pplx-", 40, "perplexity-key"),
    ("sntrys_", 40, "sentry-token"), ("figd_", 40, "figma-token"), ("ATATT3", 60, "atlassian-token"),
    ("pscale_tkn_", 40, "planetscale-key"), ("sk_car_", 30, "underscore-key"), ("ntn_", 40, "notion-token"),
    ("pcsk_", 40, "pinecone-key"),
    ("rubygems_", 50, "rubygems-key"), ("sq0atp-", 28, "square-token"), ("sbp_", 40, "supabase-key"),
    ("dp.pt.", 40, "doppler-token"),
  ]

  /// Those beginnings by their first two bytes.
  private static let byHead: [UInt16: [([UInt8], Int, String)]] = Dictionary(
    grouping: beginnings.map { (Array($0.0.utf8), $0.1, $0.2) }, by: { UInt16($0.0[0]) << 8 | UInt16($0.0[1]) })

  /// How names end whose values are secret, without the signs between their words.
  private static let secretEndings = [
    "password", "passwd", "passphrase", "secret", "apikey", "accesskey", "secretkey", "signingkey", "encryptionkey",
    "privatekey", "speechkey", "authkey", "token", "jwt", "authorization", "cookie", "signature", "secretkeybase",
    "pwd",
  ].map { Array($0.utf8) }
  /// Those of them whose values may be words.
  private static let plainEndings = ["password", "passphrase", "passwd"].map { Array($0.utf8) }

  /// Names whose values are personal, with the rule that hides them.
  private static let personalNames: [String: String] = [
    "identity": "participant-identity", "participantidentity": "participant-identity", "roomname": "room-name",
    "room": "room-name", "phonenumber": "personal-field",
    "participantname": "participant-name", "sipphonenumber": "personal-field", "usertranscript": "transcript",
    "chatctx": "chat-context",
  ]
  private static let personalEndings = personalNames.keys.map { Array($0.utf8) }

  /// What a line must hold to be looked at; each at least four bytes long.
  static let literals: [String] = {
    var literals =
      beginnings.map(\.0).filter { $0.utf8.count >= 4 }
      + [
        "eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi", "eyJlbmMiOi", "eyJjdHki", "PRIVATE KEY-----", "ZXlKaGJHY2",
        "ZXlKMGVYQ", "LS0tLS1CRUdJTi", "://", "Signature=", "signature=", "X-Amz-", "hf_",
      ].filter { $0.utf8.count >= 4 }
    literals.append(contentsOf: [
      ":///", "sig=", "\"identity\"", "\\\"identity", "\"room\"", "\\\"room\\", "\"turn_password", "turnPassword",
    ])
    let words = [
      "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "authorization", "cookie",
      "identity", "room_name", "roomName", "phone", "transcript", "full_name", "_key", "_prompt", "signature",
    ]
    for word in words {
      for spelling in [word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()] {
        literals.append(spelling)
        guard spelling.utf8.count >= 6 else { continue }
        literals += inside(of: spelling)
      }
    }
    literals += inside(of: "PRIVATE KEY-----") + inside(of: "eyJhbGciOi") + inside(of: "Bearer ")
    literals += ["apiKey", "accessToken", "refreshToken", "clientSecret", "phoneNumber", "access_key", "ACCESS_KEY"]
    return literals
  }()

  /// What of a word's Base64 its neighbours have no part in, at each of the three places it may begin at.
  private static func inside(of word: String) -> [String] {
    (0..<3).compactMap { shift in
      let digits = Data([UInt8](repeating: 0, count: shift) + Array(word.utf8)).base64EncodedString()
      let sure = digits.dropFirst(shift == 0 ? 0 : 4).dropLast(4)
      return sure.utf8.count >= 4 ? String(sure) : nil
    }
  }

  /// Where something leaks, in bytes from the beginning of the line's text, and what it is.
  func leaks() -> [(Int, String)] {
    var found: [(Int, String)] = []
    func add(_ place: Int, _ kind: String, _ rules: String...) {
      if !rules.contains(where: { detector.relaxed.contains($0) }) { found.append((place, kind)) }
    }
    if let key = find(Self.privateKey), let begin = find(Self.begin), begin < key {
      add(begin, "a private key", "pem-block")
    }
    for text in mayHoldKnown ? detector.known : [] {
      if let place = find(text) { add(place, "a secret of this machine", "known-secret") }
    }
    let atoms = Self.atoms
    var place = line.lowerBound
    var name: (text: Range<Int>, end: Int)?
    while place < line.upperBound {
      guard atoms[Int(bytes[place])] else {
        switch bytes[place] {
        case UInt8(ascii: "@"): mail(place) { add($0, "a mail address", "email") }
        case UInt8(ascii: "+"): phone(place) { add($0, "a telephone number", "phone") }
        case UInt8(ascii: ":"): login(place) { add($0, "a password in an address", "url-password") }
        default: break
        }
        place += 1
        continue
      }
      var end = place + 1
      while end < line.upperBound, atoms[Int(bytes[end])] { end += 1 }
      let word = place..<end
      if word.count >= 20 { judge(word) { add($0, $1, $2) } }
      if word.count >= 6, let before = name, isSeparated(from: before.end, to: place), !isHidden(word) {
        // A scheme is no secret; what follows it is.
        if Self.schemes.contains(where: { isSpelled($0, word) }) {
          name = (before.text, end)
          place = end
          continue
        }
        value(word, of: before.text) { add($0, $1, $2) }
      }
      name = (word, end)
      place = end
    }
    return found
  }

  private static let privateKey = Array("PRIVATE KEY-----".utf8)
  private static let begin = Array("BEGIN".utf8)
  private static let schemes = ["bearer", "basic", "token"].map { Array($0.utf8) }

  /// Judges a word that stands behind a name.
  private func value(_ word: Range<Int>, of name: Range<Int>, _ add: (Int, String, String) -> Void) {
    func text() -> String { String(decoding: plainName(name), as: UTF8.self) }
    if Self.secretEndings.contains(where: { isLast($0, of: name) }) {
      let isPlain = isQuoted(word.lowerBound) && Self.plainEndings.contains { isLast($0, of: name) }
      if isMixed(word) || isPlain && !isTemplate(word),
        ["secret-field", "authorization", "cookie"].allSatisfy({ !detector.relaxed.contains($0) })
      {
        add(word.lowerBound, "the value of '\(text())'", "secret-field")
      }
    }
    if isQuoted(word.lowerBound), Self.personalEndings.contains(where: { isLast($0, of: name) }),
      let rule = Self.personalNames[text()], !isIdentifier(word)
    {
      add(word.lowerBound, "the value of '\(text())'", rule)
    }
  }

  /// Judges one word by itself.
  private func judge(_ word: Range<Int>, _ add: (Int, String, String) -> Void) {
    let place = word.lowerBound
    if let beginnings = Self.byHead[UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])] {
      for (beginning, least, rule) in beginnings where word.count >= least && bytes[word].starts(with: beginning) {
        // A word of one kind of letters is a name that begins alike.
        if Set(bytes[word]).count >= 10, bytes[word].contains(where: { $0 &- 0x30 < 10 }) {
          add(place, "a key or token", rule)
        }
      }
    }
    if bytes[place] == UInt8(ascii: "e"), bytes[place + 1] == UInt8(ascii: "y"), bytes[place + 2] == UInt8(ascii: "J") {
      let parts = bytes[word].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      let isToken = parts.count >= 3 && parts[2].count >= 16 || word.count >= 60 && parts.count <= 2
      if isToken, let head = decoded(parts[0].prefix(parts[0].count / 4 * 4)),
        head.contains("\"alg\"") || head.contains("\"enc\"")
      {
        add(place, "a JSON Web Token", "jwt")
      }
    }
    guard depth < 3, word.count >= 24, beginsText(place), !bytes[word].contains(UInt8(ascii: ".")),
      let text = decoded(bytes[word])
    else { return }
    let inside = LeakWords(detector, Array(text.utf8), depth: depth + 1).leaks()
    if let first = inside.first { add(place, "\(first.1), in Base64", "base64") }
  }

  /// Whether the first byte that two digits of Base64 stand for can be the first of a text.
  private func beginsText(_ place: Int) -> Bool {
    let first = Self.values[Int(bytes[place])] << 2 | Self.values[Int(bytes[place + 1])] >> 4
    return first >= 0x20 && first < 0x80 || first == 0x09 || first == 0x0A || first == 0x0D || first >= 0xC2
  }

  private func decoded(_ digits: ArraySlice<UInt8>) -> String? {
    let standard = digits.filter { $0 != UInt8(ascii: "=") }.map {
      $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
    }
    let padded = standard + [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
    guard let data = Data(base64Encoded: Data(padded)) else { return nil }
    let text = String(validating: Array(data), as: UTF8.self)
    return text.flatMap {
      $0.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0.value == 0x0A || $0.value == 0x0D || $0.value == 0x09 }
        ? $0 : nil
    }
  }

  // MARK: Small judges

  /// What words are made of.
  private static let atoms: [Bool] = (0...255).map { (byte: UInt8) in
    let isLetter = (byte | 0x20) &- 0x61 < 26
    return isLetter || byte &- 0x30 < 10 || "_-./~".utf8.contains(byte)
  }

  /// What digits of Base64 stand for, in both alphabets; 0 for other bytes.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    for (value, byte) in alphabet.utf8.enumerated() { values[Int(byte)] = UInt8(value) }
    for byte in "+-".utf8 { values[Int(byte)] = 62 }
    for byte in "/_".utf8 { values[Int(byte)] = 63 }
    return values
  }()

  private func isAtom(_ byte: UInt8) -> Bool { Self.atoms[Int(byte)] }

  private static func small(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// A name in small letters, without the signs between its words.
  private func plainName(_ word: Range<Int>) -> [UInt8] {
    bytes[word].filter { !"_-.".utf8.contains($0) }.map { Self.small($0) }
  }

  /// Whether a name ends so, whatever its case and the signs between its words.
  private func isLast(_ ending: [UInt8], of name: Range<Int>) -> Bool {
    var (left, place) = (ending.count, name.upperBound)
    while left > 0 {
      place -= 1
      guard place >= name.lowerBound else { return false }
      let byte = bytes[place]
      if byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") { continue }
      guard Self.small(byte) == ending[left - 1] else { return false }
      left -= 1
    }
    return true
  }

  /// Whether a word is this one, whatever its case.
  private func isSpelled(_ text: [UInt8], _ word: Range<Int>) -> Bool {
    guard word.count == text.count else { return false }
    for (offset, byte) in text.enumerated() where Self.small(bytes[word.lowerBound + offset]) != byte { return false }
    return true
  }

  /// Whether only a colon or an equals sign, quotation marks and spaces stand between a name and what follows.
  private func isSeparated(from end: Int, to start: Int) -> Bool {
    guard start - end <= 12 else { return false }
    var (isAssigned, isBlank) = (false, true)
    for place in end..<start {
      switch bytes[place] {
      case UInt8(ascii: " "): continue
      case UInt8(ascii: ":"), UInt8(ascii: "="): isAssigned = true
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "b"): break
      default: return false
      }
      isBlank = false
    }
    guard isBlank, end - line.lowerBound > 6 else { return isAssigned }
    return Self.schemes.contains { isSpelled($0, (end - $0.count)..<end) }
  }

  private func isQuoted(_ place: Int) -> Bool { place > line.lowerBound && bytes[place - 1] == UInt8(ascii: "\"") }

  /// Words that forms and masks have where a value would stand.
  private func isTemplate(_ word: Range<Int>) -> Bool {
    ["string", "redacted", "hidden", "filtered", "replace_me", "undefined", "missing", "invalid", "required"].contains(
      String(decoding: bytes[word], as: UTF8.self).lowercased()) || Set(bytes[word]).count < 4
  }

  private static let hidden = Array("redacted-".utf8)
  private func isHidden(_ word: Range<Int>) -> Bool { bytes[word].starts(with: Self.hidden) }

  /// Identifiers, numbers, versions and moments may stay.
  private func isIdentifier(_ range: Range<Int>) -> Bool {
    let word = Array(bytes[range])
    if word.allSatisfy({ $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) { return true }
    let isUUID = word.count == 36 && word.count { $0 == UInt8(ascii: "-") } == 4
    let head = word.prefix { $0 != UInt8(ascii: "_") }
    let isOwn = head.count <= 3 && head.count < word.count && head.allSatisfy { $0 &- 0x41 < 26 }
    return isUUID || isOwn || word.starts(with: Array("agent-AJ_".utf8))
      || word.first == UInt8(ascii: "v") && word.count > 2 && word[1] &- 0x30 < 10
  }

  /// Letters and digits in a mixture that words do not have.
  private func isMixed(_ range: Range<Int>) -> Bool {
    let word = bytes[range]
    guard word.count >= 8, !isIdentifier(range), !word.contains(UInt8(ascii: "/")) || word.count >= 40 else {
      return false
    }
    let digits = word.count { $0 &- 0x30 < 10 }
    return digits >= 2 && digits < word.count && Set(word).count >= 7
  }

  private static let domains: Set<String> = [
    "com", "org", "net", "io", "de", "ai", "dev", "co", "uk", "fr", "eu", "us", "app", "cloud", "tech", "edu", "gov",
  ]

  private func mail(_ at: Int, _ add: (Int) -> Void) {
    var start = at
    while start > line.lowerBound, isAtom(bytes[start - 1]) { start -= 1 }
    var end = at + 1
    while end < line.upperBound, isAtom(bytes[end]), bytes[end] != UInt8(ascii: "/") { end += 1 }
    let domain = bytes[(at + 1)..<end].split(separator: UInt8(ascii: "."))
    guard start < at, domain.count >= 2, let last = domain.last,
      Self.domains.contains(String(decoding: last, as: UTF8.self).lowercased())
    else { return }
    // `git@github.com:` and the like are addresses of programs.
    if String(decoding: bytes[start..<at], as: UTF8.self) != "git" { add(start) }
  }

  private func phone(_ plus: Int, _ add: (Int) -> Void) {
    var end = plus + 1
    while end < line.upperBound, bytes[end] &- 0x30 < 10 { end += 1 }
    let digits = end - plus - 1
    let isAlone = plus == line.lowerBound || !isAtom(bytes[plus - 1]) || bytes[plus - 1] == UInt8(ascii: "_")
    let isEnd = end == line.upperBound || !isAtom(bytes[end]) || bytes[end] == UInt8(ascii: ".")
    if digits >= 10, digits <= 15, bytes[plus + 1] != UInt8(ascii: "0"), isAlone, isEnd { add(plus) }
  }

  /// `://user:password@`.
  private func login(_ colon: Int, _ add: (Int) -> Void) {
    guard colon + 2 < line.upperBound, bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/")
    else { return }
    var end = colon + 3
    var mark: Int?
    while end < line.upperBound, bytes[end] > 0x20, !"/\"'<>?#@".utf8.contains(bytes[end]) {
      if bytes[end] == UInt8(ascii: ":"), mark == nil { mark = end }
      end += 1
    }
    guard end < line.upperBound, bytes[end] == UInt8(ascii: "@"), let mark, end - mark > 3 else { return }
    if !isHidden((mark + 1)..<end), bytes[mark + 1] != UInt8(ascii: "$"),
      bytes[mark + 1] != UInt8(ascii: "*")
    {
      add(mark + 1)
    }
  }

  private func find(_ text: [UInt8]) -> Int? {
    guard let first = text.first, line.count >= text.count else { return nil }
    var place = line.lowerBound
    while place <= line.upperBound - text.count {
      if bytes[place] == first, bytes[place...].starts(with: text) { return place }
      place += 1
    }
    return nil
  }
}
