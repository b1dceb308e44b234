import Libraries
import LogScan

/// A place that is hidden.
struct Match {
  var range: Range<Int>
  let rule: Int
  /// What a hidden number of JSON is put in, so that it stays JSON.
  var quote: [UInt8] = []
}

/// What goes on beyond the end of the bytes that are at hand.
enum Carry {
  case nothing
  /// A hidden text whose end was not in sight; everything up to it is left out.
  case dropping(until: Ending)
  /// Inside of a PEM block whose end was not in sight.
  case pem
  /// Inside of a list or object whose leaves are hidden.
  case walk(Walk)
  /// Inside of an indented block of YAML.
  case block(Block)

  enum Ending {
    case quote(Quote)
    case line
    case word
  }
}

/// Finds what is to be hidden in a stretch of bytes, with sight of what stands before and behind it.
struct Pass {
  let plan: Plan
  var bytes: [UInt8] = []
  /// Where the stretch begins: what is before it has been written.
  var start = 0
  /// Where it ends; what is behind it is looked at, and written with a match that reaches over.
  var limit = 0
  /// Whether nothing follows `bytes`.
  var isLast = false
  /// How deep in encodings of encodings the bytes were found.
  let depth: Int
  /// Whether nothing is written: only names of rooms and participants are wanted.
  let isLearning: Bool
  var matches: [Match] = []
  var carry = Carry.nothing
  /// How far the stretch has been dealt with beyond the matches.
  var reached = 0
  var pseudonyms: Pseudonyms
  var names: LearnedNames
  var scanner: TriggerScanner
  let matcher: PatternMatcher
  var fields: [UInt64: Field] = [:]
  var nameEnd = 0
  /// How far lines have been read as they are meant.
  var respelled = 0
  var abandoned: String?
  /// What the columns hold, where the file is a table.
  var table: Table?
  /// Where the first line of a table ends, until it has been dealt with.
  var reachedOfTable = 0

  init(
    plan: Plan, pseudonyms: Pseudonyms, names: LearnedNames, isLearning: Bool = false, depth: Int = 0,
    matcher: PatternMatcher = PatternMatcher()
  ) {
    self.plan = plan
    self.pseudonyms = pseudonyms
    self.names = names
    self.depth = depth
    self.matcher = matcher
    self.isLearning = isLearning
    scanner = isLearning ? plan.learningScanner : plan.scanner
    for beginning in isLearning ? [] : names.beginnings { scanner.watch(beginning) }
  }

  /// Fills `matches` with what is to be hidden from `start` to `limit`: in order, none overlapping another.
  mutating func run() {
    matches.removeAll(keepingCapacity: true)
    reached = limit
    nameEnd = 0
    respelled = 0
    resume()
    var hits: [TriggerScanner.Hit] = []
    if start < limit { scanner.hits(in: bytes, start..<limit, into: &hits) }
    for hit in hits {
      if isLearning {
        fieldHit(hit.position)
      } else if hit.trigger == TriggerScanner.name {
        nameHit(hit.position)
      } else {
        switch plan.actions[hit.trigger] {
        case .field: fieldHit(hit.position)
        case .pattern(let rule): patternHit(rule, hit.position)
        case .pem: pemHit(hit.position)
        case .token: tokenHit(hit.position)
        case .secretData: secretDataHit(hit.position)
        case .respelled: respellingHit(hit.position)
        case .known(let length, let isEncoded, let isShort): knownHit(hit.position, length, isEncoded, isShort)
        }
      }
    }
    if !isLearning {
      for rule in plan.searched { search(rule) }
      encodedRuns()
    }
    columns()
    settle()
  }

  /// Orders the matches, and makes one of those that overlap.
  private mutating func settle() {
    matches.removeAll { $0.range.isEmpty || $0.range.upperBound <= start || plan.isOff[$0.rule] }
    matches.sort {
      $0.range.lowerBound != $1.range.lowerBound
        ? $0.range.lowerBound < $1.range.lowerBound : $0.range.upperBound > $1.range.upperBound
    }
    var settled: [Match] = []
    for var match in matches {
      if match.range.lowerBound < start { match.range = start..<match.range.upperBound }
      if let last = settled.last, match.range.lowerBound < last.range.upperBound {
        if match.range.upperBound > last.range.upperBound {
          settled[settled.count - 1].range = last.range.lowerBound..<match.range.upperBound
        }
      } else {
        settled.append(match)
      }
    }
    matches = settled
  }

  /// Hides a range for a rule.
  mutating func hide(_ range: Range<Int>, _ rule: Int, quote: [UInt8] = []) {
    guard !range.isEmpty else { return }
    matches.append(Match(range: range, rule: rule, quote: quote))
    // What reaches the end of what is at hand goes on behind it.
    if range.upperBound == bytes.count, !isLast, case .nothing = carry { carry = .dropping(until: .word) }
  }

  mutating func hide(_ range: Range<Int>, _ rule: Builtin) { hide(range, rule.rawValue) }

  // MARK: What was open at the end of the stretch before

  private mutating func resume() {
    let open = carry
    carry = .nothing
    switch open {
    case .nothing: break
    case .dropping(let ending): drop(until: ending)
    case .pem: pem(from: start)
    case .walk(var walk):
      let end = self.walk(&walk, from: start, to: bytes.count)
      reached = max(reached, min(end, bytes.count))
    case .block(let block): self.block(block, from: start)
    }
  }

  /// Leaves out what is left of a text that has been hidden.
  private mutating func drop(until ending: Carry.Ending) {
    var end = start
    var isOpen = false
    switch ending {
    case .quote(let quote):
      if let close = close(quote, from: start, to: bytes.count) {
        end = close.value
      } else {
        end = bytes.count; isOpen = true
      }
    case .line:
      while end < bytes.count, !Bytes.isNewline(bytes[end]) { end += 1 }
      isOpen = end == bytes.count
    case .word:
      while end < bytes.count, !Bytes.isSpace(bytes[end]), !Bytes.isQuote(bytes[end]) { end += 1 }
      isOpen = end == bytes.count
    }
    dropped = start..<end
    if isOpen, !isLast { carry = .dropping(until: ending) }
  }

  /// What is left out at the beginning of the stretch.
  var dropped: Range<Int>?

  // MARK: Patterns

  private mutating func patternHit(_ index: Int, _ place: Int) {
    let rule = plan.rules[index]
    guard let pattern = plan.patterns[index] else { return }
    if let glance = rule.glance {
      guard place + glance.offset < bytes.count, glance.bytes.contains(bytes[place + glance.offset])
      else { return }
    }
    // No pattern is longer than what is looked ahead.
    let end = min(bytes.count, place + 4_096)
    switch rule.reach {
    case .word:
      guard isBoundary(place) else { return }
      match(index, rule, pattern, from: place, to: end, anchored: true)
    case .here: match(index, rule, pattern, from: place, to: end, anchored: true)
    case .back:
      var from = place
      while from > 0, place - from < 256, !Self.stopsBack(bytes[from - 1]) { from -= 1 }
      while from <= place {
        guard let found = match(index, rule, pattern, from: from, to: end, anchored: false), found.upperBound <= place,
          found.upperBound > from
        else { return }
        from = found.upperBound
      }
    }
  }

  private static func stopsBack(_ byte: UInt8) -> Bool {
    Bytes.isSpace(byte) || Bytes.isQuote(byte) || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
      || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
  }

  /// Hides a match when its check holds; returns where the whole match stands.
  @discardableResult private mutating func match(
    _ index: Int, _ rule: Rule, _ pattern: Pattern, from: Int, to end: Int, anchored: Bool
  ) -> Range<Int>? {
    do {
      guard let groups = try matcher.match(pattern, in: bytes, from: from, to: end, anchored: anchored),
        let whole = groups[0]
      else { return nil }
      let group = rule.pattern != nil && rule.triggers.isEmpty ? min(1, pattern.groups) : rule.group
      if let range = groups[group] ?? nil, !isPseudonym(range), holds(rule.check, range) { hide(range, index) }
      return whole
    } catch {
      abandoned = rule.name
      return nil
    }
  }

  private mutating func search(_ index: Int) {
    guard let pattern = plan.patterns[index] else { return }
    var from = start
    while from < limit {
      guard let whole = match(index, plan.rules[index], pattern, from: from, to: bytes.count, anchored: false),
        whole.lowerBound < limit
      else { return }
      from = max(whole.upperBound, from + 1)
    }
  }

  private func holds(_ check: Rule.Check, _ range: Range<Int>) -> Bool {
    let text = bytes[range]
    switch check {
    case .nothing: return true
    case .random: return Bytes.looksRandom(text)
    case .basic:
      let plain = Base64.decode(text)
      return plain.contains(UInt8(ascii: ":")) && plain.allSatisfy { $0 >= 0x20 } || Bytes.looksRandom(text)
    case .mail:
      guard let dot = text.lastIndex(of: UInt8(ascii: ".")) else { return false }
      let end = String(decoding: text[(dot + 1)...].map { Bytes.lower($0) }, as: UTF8.self)
      return !Self.unitTypes.contains(end)
    case .phone:
      let digits = text.count { Bytes.isDigit($0) } - (text.starts(with: [UInt8(ascii: "%")]) ? 1 : 0)
      return digits >= 7 && digits <= 18
    case .address:
      return !text.starts(with: Array("127.".utf8)) && !text.elementsEqual("0.0.0.0".utf8)
        && !text.elementsEqual("::1".utf8)
    }
  }

  /// Ends of names that have an @ and are no mail addresses: units of systemd, files.
  private static let unitTypes: Set<String> = [
    "service", "socket", "timer", "target", "mount", "slice", "scope", "path", "device", "swap", "js", "ts", "py",
    "json", "so", "tgz",
  ]

  private mutating func knownHit(_ place: Int, _ length: Int, _ isEncoded: Bool, _ isShort: Bool) {
    var (from, to) = (place, place + length)
    if isShort {
      guard isBoundary(from), to == bytes.count || !Bytes.isWord(bytes[to]) else { return }
    }
    if isEncoded {
      while from > start, Bytes.isBase64(bytes[from - 1]) { from -= 1 }
      while to < bytes.count, Bytes.isBase64(bytes[to]) || bytes[to] == UInt8(ascii: "=") { to += 1 }
    }
    hide(from..<to, .knownSecret)
  }

  // MARK: Names

  private mutating func nameHit(_ place: Int) {
    var hash = pseudonyms.start
    var end = place
    var found: (Int, UInt8)?
    let last = min(bytes.count, place + names.longest)
    while end < last, !Bytes.isNewline(bytes[end]) {
      hash = Pseudonyms.step(hash, bytes[end])
      end += 1
      guard Bytes.isWord(bytes[end - 1]), end == bytes.count || !Bytes.isWord(bytes[end]) else { continue }
      if let rule = names.rules[Pseudonyms.finish(hash)] { found = (end, rule) }
    }
    guard let (end, rule) = found, isFree(place..<end), !isPseudonym(place..<end) else { return }
    matches.append(Match(range: place..<end, rule: Int(rule)))
  }

  /// Whether a name stands alone: hyphens and low lines join words, unless the name has marks of its own.
  private func isFree(_ range: Range<Int>) -> Bool {
    func joins(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") }
    let before = range.lowerBound > 0 && joins(bytes[range.lowerBound - 1])
    let after = range.upperBound < bytes.count && joins(bytes[range.upperBound])
    guard before || after else { return true }
    return range.count >= 8 && bytes[range].contains { joins($0) || Bytes.isDigit($0) }
  }

  /// Learns a name from a field, in the spellings that it may have elsewhere.
  mutating func learn(_ range: Range<Int>, _ rule: Builtin) {
    guard range.count <= 160, !plan.isOff[Builtin.learnedName.rawValue],
      names.rules[pseudonyms.hash(of: bytes[range])].map({ $0 > UInt8(rule.rawValue) }) ?? true
    else { return }
    let plain = Canonical.text(bytes[range])
    for spelling in [Array(bytes[range]), plain, KnownSecrets.percentEncoded(plain, small: false)]
    where LearnedNames.isParticular(spelling[...]) {
      let isNew = names.insert(spelling[...], hash: pseudonyms.hash(of: spelling[...]), rule: rule)
      if isNew, !isLearning { scanner.watch(spelling) }
    }
  }

  // MARK: Small questions

  /// Whether a word may begin at a place: the byte before belongs to none, or to an escape as in `\nsk-` or `%3Dsk-`.
  func isBoundary(_ place: Int) -> Bool {
    guard place > 0, Bytes.isWord(bytes[place - 1]) else { return true }
    if place > 1, bytes[place - 2] == Bytes.backslash { return true }
    if place > 2, bytes[place - 3] == UInt8(ascii: "%"), Bytes.isHex(bytes[place - 1]), Bytes.isHex(bytes[place - 2]) {
      return true
    }
    if place > 5, bytes[place - 6] == Bytes.backslash, bytes[place - 5] == UInt8(ascii: "u") { return true }
    return place > 1 && bytes[place - 1] == UInt8(ascii: "m")
      && bytes[max(0, place - 12)..<place].contains(Bytes.escape)
  }

  /// Whether all of a range is a pseudonym.
  func isPseudonym(_ range: Range<Int>) -> Bool { Pseudonyms.length(at: range.lowerBound, in: bytes) == range.count }

  /// Where the line begins that a place stands in, as far as it is in sight.
  func lineStart(_ place: Int) -> Int {
    var from = place
    while from > 0, place - from < 1 << 14, bytes[from - 1] != Bytes.newline { from -= 1 }
    return from
  }

  /// Where the line ends that a place stands in.
  func lineEnd(_ place: Int) -> Int {
    var end = place
    while end < bytes.count, !Bytes.isNewline(bytes[end]) { end += 1 }
    return end
  }
}
