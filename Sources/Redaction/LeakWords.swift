import FoundationEssentials

/// One line, cut into words and judged.
struct LeakWords {
  private let detector: LeakDetector
  private let line: [UInt8]
  private let depth: Int

  init(_ detector: LeakDetector, _ line: [UInt8], depth: Int = 0) {
    self.detector = detector
    self.line = line
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

  /// How names end whose values are secret, without the signs between their words.
  private static let secretEndings = [
    "password", "passwd", "passphrase", "secret", "apikey", "accesskey", "secretkey", "signingkey", "encryptionkey",
    "privatekey", "speechkey", "authkey", "token", "jwt", "authorization", "cookie", "signature", "secretkeybase",
    "pwd",
  ]

  /// Names whose values are personal, with the rule that hides them.
  private static let personalNames: [String: String] = [
    "identity": "participant-identity", "participantidentity": "participant-identity", "roomname": "room-name",
    "room": "room-name", "phonenumber": "personal-field",
    "participantname": "participant-name", "sipphonenumber": "personal-field", "usertranscript": "transcript",
    "chatctx": "chat-context",
  ]

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

  /// Where something leaks, and what it is.
  func leaks() -> [(Int, String)] {
    var found: [(Int, String)] = []
    func add(_ place: Int, _ kind: String, _ rules: String...) {
      if !rules.contains(where: { detector.relaxed.contains($0) }) { found.append((place, kind)) }
    }
    if let key = find("PRIVATE KEY-----", from: 0), line[..<key].contains(UInt8(ascii: "B")),
      let begin = find("BEGIN", from: 0), begin < key
    {
      add(begin, "a private key", "pem-block")
    }
    for text in detector.known {
      if let place = find(text, from: 0) { add(place, "a secret of this machine", "known-secret") }
    }
    var place = 0
    var name: (text: String, end: Int)?
    while place < line.count {
      guard isAtom(line[place]) else {
        if line[place] == UInt8(ascii: "@") { mail(place) { add($0, "a mail address", "email") } }
        if line[place] == UInt8(ascii: "+") { phone(place) { add($0, "a telephone number", "phone") } }
        if line[place] == UInt8(ascii: ":") { login(place) { add($0, "a password in an address", "url-password") } }
        place += 1
        continue
      }
      var end = place
      while end < line.count, isAtom(line[end]) { end += 1 }
      let word = Array(line[place..<end])
      judge(word, place) { add($0, $1, $2) }
      if let before = name, isSeparated(from: before.end, to: place), !isHidden(word), word.count >= 6 {
        // A scheme is no secret; what follows it is.
        let isScheme = ["bearer", "basic", "token"].contains(String(decoding: word, as: UTF8.self).lowercased())
        if isScheme { name = (before.text, end); place = end; continue }
        let isSecret = Self.secretEndings.contains { before.text.hasSuffix($0) }
        let isPlain = isQuoted(place) && ["password", "passphrase", "passwd"].contains { before.text.hasSuffix($0) }
        if isSecret, isMixed(word) || isPlain && !isTemplate(word) {
          add(place, "the value of '\(before.text)'", "secret-field", "authorization", "cookie")
        }
        if let rule = Self.personalNames[before.text], isQuoted(place), !isIdentifier(word) {
          add(place, "the value of '\(before.text)'", rule)
        }
      }
      name = (plainName(word), end)
      place = end
    }
    return found
  }

  /// Judges one word by itself.
  private func judge(_ word: [UInt8], _ place: Int, _ add: (Int, String, String) -> Void) {
    for (beginning, least, rule) in Self.beginnings
    where word.count >= least && word.starts(with: Array(beginning.utf8)) {
      // A word of one kind of letters is a name that begins alike.
      if Set(word).count >= 10, word.contains(where: { $0 &- 0x30 < 10 }) { add(place, "a key or token", rule) }
    }
    if word.starts(with: Array("eyJ".utf8)) {
      let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      let isToken = parts.count >= 3 && parts[2].count >= 16 || word.count >= 60 && parts.count <= 2
      if isToken, let head = decoded(parts[0].prefix(parts[0].count / 4 * 4)),
        head.contains("\"alg\"") || head.contains("\"enc\"")
      {
        add(place, "a JSON Web Token", "jwt")
      }
    }
    guard depth < 3, word.count >= 24, !word.contains(UInt8(ascii: ".")), let text = decoded(word[...]) else { return }
    let inside = LeakWords(detector, Array(text.utf8), depth: depth + 1).leaks()
    if let first = inside.first { add(place, "\(first.1), in Base64", "base64") }
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

  private func isAtom(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "~"): true
    default: false
    }
  }

  private func plainName(_ word: [UInt8]) -> String {
    String(
      decoding: word.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") },
      as: UTF8.self
    ).lowercased()
  }

  /// Whether only a colon or an equals sign, quotation marks and spaces stand between a name and what follows.
  private func isSeparated(from end: Int, to start: Int) -> Bool {
    let between = line[end..<start]
    guard between.count <= 12 else { return false }
    let isPlain = between.allSatisfy { "\"'\\:= b".utf8.contains($0) }
    return isPlain && between.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }
      || between.allSatisfy { $0 == UInt8(ascii: " ") } && end > 6
        && ["bearer", "basic", "token"].contains {
          String(decoding: line[max(0, end - $0.utf8.count)..<end], as: UTF8.self).lowercased() == $0
        }
  }

  private func isQuoted(_ place: Int) -> Bool { place > 0 && line[place - 1] == UInt8(ascii: "\"") }

  /// Words that forms and masks have where a value would stand.
  private func isTemplate(_ word: [UInt8]) -> Bool {
    ["string", "redacted", "hidden", "filtered", "replace_me", "undefined", "missing", "invalid", "required"].contains(
      String(decoding: word, as: UTF8.self).lowercased()) || Set(word).count < 4
  }

  private func isHidden(_ word: [UInt8]) -> Bool { word.starts(with: Array("redacted-".utf8)) }

  /// Identifiers, numbers, versions and moments may stay.
  private func isIdentifier(_ word: [UInt8]) -> Bool {
    if word.allSatisfy({ $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }) { return true }
    let isUUID = word.count == 36 && word.count { $0 == UInt8(ascii: "-") } == 4
    let head = word.prefix { $0 != UInt8(ascii: "_") }
    let isOwn = head.count <= 3 && head.count < word.count && head.allSatisfy { $0 &- 0x41 < 26 }
    return isUUID || isOwn || word.starts(with: Array("agent-AJ_".utf8))
      || word.first == UInt8(ascii: "v") && word.count > 2 && word[1] &- 0x30 < 10
  }

  /// Letters and digits in a mixture that words do not have.
  private func isMixed(_ word: [UInt8]) -> Bool {
    guard word.count >= 8, !isIdentifier(word), !word.contains(UInt8(ascii: "/")) || word.count >= 40 else {
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
    while start > 0, isAtom(line[start - 1]) { start -= 1 }
    var end = at + 1
    while end < line.count, isAtom(line[end]), line[end] != UInt8(ascii: "/") { end += 1 }
    let domain = line[(at + 1)..<end].split(separator: UInt8(ascii: "."))
    guard start < at, domain.count >= 2, let last = domain.last,
      Self.domains.contains(String(decoding: last, as: UTF8.self).lowercased())
    else { return }
    // `git@github.com:` and the like are addresses of programs.
    if String(decoding: line[start..<at], as: UTF8.self) != "git" { add(start) }
  }

  private func phone(_ plus: Int, _ add: (Int) -> Void) {
    var end = plus + 1
    while end < line.count, line[end] &- 0x30 < 10 { end += 1 }
    let digits = end - plus - 1
    let isAlone = plus == 0 || !isAtom(line[plus - 1]) || line[plus - 1] == UInt8(ascii: "_")
    let isEnd = end == line.count || !isAtom(line[end]) || line[end] == UInt8(ascii: ".")
    if digits >= 10, digits <= 15, line[plus + 1] != UInt8(ascii: "0"), isAlone, isEnd { add(plus) }
  }

  /// `://user:password@`.
  private func login(_ colon: Int, _ add: (Int) -> Void) {
    guard line[colon...].starts(with: Array("://".utf8)) else { return }
    var end = colon + 3
    var mark: Int?
    while end < line.count, line[end] > 0x20, !"/\"'<>?#@".utf8.contains(line[end]) {
      if line[end] == UInt8(ascii: ":"), mark == nil { mark = end }
      end += 1
    }
    guard end < line.count, line[end] == UInt8(ascii: "@"), let mark, end - mark > 3 else { return }
    if !isHidden(Array(line[(mark + 1)..<end])), line[mark + 1] != UInt8(ascii: "$"),
      line[mark + 1] != UInt8(ascii: "*")
    {
      add(mark + 1)
    }
  }

  private func find(_ text: String, from: Int) -> Int? { find(Array(text.utf8), from: from) }

  private func find(_ text: [UInt8], from: Int) -> Int? {
    guard let first = text.first, line.count >= text.count else { return nil }
    return (from...(line.count - text.count)).first { line[$0] == first && line[$0...].starts(with: text) }
  }
}
