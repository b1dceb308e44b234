/// A list or an object on the way through it: its leaves are hidden, its names and its form stay.
struct Walk {
  var field: Field
  /// How many brackets are open.
  var depth = 0
  /// What the last name says of the value that follows.
  var leaf = Leaf.hidden
  /// Whether no name keeps its value.
  var isWhole = false

  enum Leaf {
    case hidden
    case kept
  }
}

/// An indented block of YAML whose leaves are hidden.
struct Block {
  var field: Field
  /// How far the block's name is indented: what is further in belongs to it.
  var indent: Int
  /// Whether all of it is one text, after `|` or `>`.
  var isText: Bool
  /// Whether its first line is yet to come.
  var isFirst: Bool
  /// Whether no name keeps its value.
  var isWhole = false
}

extension Pass {
  /// A list or object as the value of a field.
  mutating func opened(_ start: Int, _ field: Field, _ name: Range<Int>, _ key: Quote?) {
    if field == .room, bytes[start] != UInt8(ascii: "[") {
      return conceal(member("name", of: start) ?? start..<start, .room)
    }
    guard field.hasParts || field == .room else { return }
    if field == .metadata, isOfKubernetes(start, name) { return }
    if field == .identity, bytes[start] == UInt8(ascii: "{") { return }
    if bytes[start] == UInt8(ascii: "("), field != .chat, field != .transcript { return }
    var walk = Walk(field: field)
    let end = self.walk(&walk, from: start, to: bytes.count)
    if case .walk = carry { reached = max(reached, end) }
  }

  /// Goes through a list or an object and hides its leaves; returns where it ends, or where the stretch does.
  mutating func walk(_ walk: inout Walk, from start: Int, to end: Int) -> Int {
    var place = start
    let isWhole = end == bytes.count
    while place < end {
      if isWhole, !isLast, place >= limit, walk.depth > 0 {
        carry = .walk(walk)
        return place
      }
      let byte = bytes[place]
      if let mark = quote(at: place) {
        guard let close = close(mark.quote, from: mark.end, to: end) else {
          if walk.leaf == .hidden { matches.append(Match(range: mark.end..<end, rule: walk.field.builtin.rawValue)) }
          // The text's own end is looked for first; what is open around it ends with its line.
          carry = .dropping(until: .quote(mark.quote))
          return end
        }
        leaf(mark.end..<close.value, &walk, isName: isName(close.end, end))
        place = max(close.end, place + 1)
        continue
      }
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("):
        walk.depth += 1
        place += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
        walk.depth -= 1
        place += 1
        walk.leaf = .hidden
        if walk.depth <= 0 { return place }
      case UInt8(ascii: ","):
        place += 1
        walk.leaf = .hidden
      case Bytes.backslash:
        // A line end or a tab that is escaped is no word.
        while place < end, bytes[place] == Bytes.backslash { place += 1 }
        if place < end, "nrt".utf8.contains(bytes[place]) { place += 1 }
      default:
        guard Bytes.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else {
          place += 1
          continue
        }
        let from = place
        while place < end, !Bytes.isSpace(bytes[place]), !",:={}[]()\"'".utf8.contains(bytes[place]),
          bytes[place] != Bytes.backslash
        { place += 1 }
        place = max(place, from + 1)
        leaf(from..<place, &walk, isName: isName(place, end), isBare: true)
      }
    }
    return end
  }

  /// Whether a colon or an equals sign follows: what was read is a name.
  private func isName(_ place: Int, _ end: Int) -> Bool {
    let next = skipSpace(place)
    return next < end && (bytes[next] == UInt8(ascii: ":") || bytes[next] == UInt8(ascii: "="))
  }

  private mutating func leaf(_ range: Range<Int>, _ walk: inout Walk, isName: Bool, isBare: Bool = false) {
    if isName {
      walk.leaf = !walk.isWhole && keeps(bytes[range], walk.field) ? .kept : .hidden
      return
    }
    guard walk.leaf == .hidden, !range.isEmpty, !isPseudonym(range) else { return }
    if isBare,
      isEmptyWord(range)
        || !isLongNumber(range) && bytes[range].allSatisfy({ Bytes.isDigit($0) || ".-+eE".utf8.contains($0) })
    {
      return
    }
    if walk.field == .secret || walk.field == .cookie {
      if !isPlaceholder(range), !isEmptyWord(range) { hide(range, walk.field.builtin.rawValue) }
    } else if range.count > 1,
      bytes[range.lowerBound] == UInt8(ascii: "{") || bytes[range.lowerBound] == UInt8(ascii: "["), range.count > 2
    {
      var inner = Walk(field: walk.field)
      _ = self.walk(&inner, from: range.lowerBound, to: range.upperBound)
    } else if !isCorrelation(range), !isEmptyWord(range) {
      hide(range, walk.field.builtin.rawValue, quote: isBare ? [UInt8(ascii: "\"")] : [])
      if walk.field.isLearned { learn(range, walk.field.builtin) }
    }
  }

  /// A number that may be one of a telephone: longer than counts are, and no moment.
  private func isLongNumber(_ range: Range<Int>) -> Bool {
    let text = bytes[range]
    guard text.count >= 7, text.allSatisfy({ Bytes.isDigit($0) }) else { return false }
    return !([10, 13, 16, 19].contains(text.count) && text.first == UInt8(ascii: "1"))
  }

  /// Whether the value of a name inside of hidden data stays.
  private func keeps(_ name: ArraySlice<UInt8>, _ field: Field) -> Bool {
    if plan.releaseAttributes.contains(Array(name)) { return true }
    let text = String(decoding: name, as: UTF8.self)
    switch field {
    case .attributes:
      return text.hasPrefix("lk.") && text != "lk.publish_on_behalf" && text != "lk.transcription"
        || ["sip.callID", "sip.callStatus", "sip.trunkID", "sip.ruleID", "sip.callIDFull"].contains(text)
    case .chat, .transcript: return Self.frame.contains(text)
    case .secret, .cookie:
      let last = FieldNames.words(of: name).last ?? ""
      return [
        "alg", "typ", "name", "optional", "id", "path", "mode", "ref", "type", "kind", "namespace", "file", "version",
        "url",
      ]
      .contains(last)
    default: return false
    }
  }

  /// Names of chat items and transcripts that say how, and not what.
  private static let frame: Set<String> = [
    "role", "type", "kind", "id", "call_id", "callId", "status", "language", "model", "finish_reason", "created_at",
    "createdAt", "interrupted", "is_final", "isFinal",
    "start_time", "end_time", "startTime", "endTime", "confidence", "speaker_id", "item_id", "speech_id", "segment_id",
    "track_id", "index", "object", "group_id", "is_error",
  ]

  /// Whether `metadata` is that of Kubernetes, whose names are needed.
  private func isOfKubernetes(_ open: Int, _ name: Range<Int>) -> Bool {
    let head = bytes[open..<min(bytes.count, open + 4_096)]
    // Names are looked for in the object itself, or right behind a short one.
    var end = open + 1
    var depth = 1
    while end < head.endIndex, depth > 0 {
      if bytes[end] == UInt8(ascii: "{") { depth += 1 } else if bytes[end] == UInt8(ascii: "}") { depth -= 1 }
      end += 1
    }
    let inside = String(decoding: bytes[open..<end], as: UTF8.self)
    if Self.kubernetes.contains(where: { inside.contains($0) }) { return true }
    let around =
      String(decoding: bytes[max(0, open - 200)..<open], as: UTF8.self)
      + String(decoding: bytes[end..<min(bytes.count, end + 80)], as: UTF8.self)
    return ["apiVersion", "\"kind\"", "\"spec\"", "\\\"spec", "\\\"kind"].contains { around.contains($0) }
  }

  static let kubernetes = [
    "creationTimestamp", "resourceVersion", "namespace", "\"labels", "\\\"labels", "managedFields", "ownerReferences",
    "generateName", "annotations", "finalizers", "selfLink", "labels:", "generation", "deletionTimestamp",
  ]

  // MARK: Members of objects

  /// Where the object begins that a place stands in; nil when that is out of sight.
  func object(around place: Int, mark: Quote) -> Int? {
    var depth = 0
    var from = place
    while from > 0, place - from < 4_096 {
      from -= 1
      switch bytes[from] {
      case UInt8(ascii: "}"): depth += 1
      case UInt8(ascii: "{"):
        if depth == 0 { return from }
        depth -= 1
      default: break
      }
    }
    return nil
  }

  /// The quoted value of a member of the object that opens at a place.
  func member(_ name: String, of open: Int) -> Range<Int>? {
    guard open < bytes.count else { return nil }
    var place = open + 1
    var depth = 0
    let end = min(bytes.count, open + 8_192)
    var isWanted = false
    while place < end {
      if let mark = quote(at: place), let close = close(mark.quote, from: mark.end, to: end) {
        let range = mark.end..<close.value
        if isName(close.end, end) {
          isWanted = depth == 0 && bytes[range].elementsEqual(name.utf8)
        } else if isWanted {
          return range
        }
        place = max(close.end, place + 1)
        continue
      }
      switch bytes[place] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 { return nil }
      case UInt8(ascii: ","): isWanted = false
      default: break
      }
      place += 1
    }
    return nil
  }

  /// `sid` tells whose the `name` beside it is: a room's or a participant's.
  mutating func sidHit(_ name: Range<Int>) {
    guard name.count == 3, bytes[name].elementsEqual("sid".utf8), let key = quote(at: name.upperBound) else { return }
    let colon = skipSpace(key.end)
    guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":"), let mark = quote(at: skipSpace(colon + 1)) else {
      return
    }
    let rest = bytes[mark.end...].prefix(3)
    let rule: Field
    if rest.elementsEqual("RM_".utf8) {
      rule = .room
    } else if rest.elementsEqual("PA_".utf8) {
      rule = .personName
    } else {
      return
    }
    guard let open = object(around: name.lowerBound, mark: key.quote), let value = member("name", of: open) else {
      return
    }
    conceal(value, rule)
  }

  /// The name of a participant stands beside its identity.
  mutating func siblings(of name: Range<Int>, quote: Quote?) {
    guard let quote, bytes[name].elementsEqual("identity".utf8),
      let open = object(around: name.lowerBound, mark: quote),
      let value = member("name", of: open)
    else { return }
    conceal(value, .personName)
  }

  // MARK: Blocks of YAML

  /// The lines that are indented further than a name that has its line for itself.
  mutating func openBlock(_ field: Field, _ name: Range<Int>, _ end: Int, isText: Bool = false) {
    guard field.hasParts || isText || field == .room, end < bytes.count else { return }
    let line = lineStart(name.lowerBound)
    var indent = line
    while indent < name.lowerBound, bytes[indent] == UInt8(ascii: " ") || bytes[indent] == UInt8(ascii: "-") {
      indent += 1
    }
    guard indent == name.lowerBound || indent + 1 == name.lowerBound && Bytes.isQuote(bytes[indent]) else { return }
    if field == .room, !isText { return }
    if field == .metadata || field == .attributes, !isText {
      let head = String(decoding: bytes[end..<min(bytes.count, end + 400)], as: UTF8.self)
      if Self.kubernetes.contains(where: { head.contains($0) }) || head.contains("  name:") { return }
    }
    let next = min(bytes.count, lineEnd(end) + 1)
    block(Block(field: field, indent: indent - line, isText: isText, isFirst: true), from: next)
  }

  mutating func block(_ open: Block, from start: Int) {
    var block = open
    var line = start
    while line < bytes.count {
      if line >= limit, !isLast {
        carry = .block(block)
        reached = max(reached, line)
        return
      }
      let end = lineEnd(line)
      var text = line
      while text < end, bytes[text] == UInt8(ascii: " ") || bytes[text] == 0x09 { text += 1 }
      let isList = text < end && bytes[text] == UInt8(ascii: "-")
      if text < end {
        let indent = text - line
        guard indent > block.indent || indent == block.indent && isList && !block.isText else { return }
        self.line(text, end, &block)
      }
      line = end + 1
      block.isFirst = false
    }
    if !isLast { carry = .block(block) }
  }

  private mutating func line(_ start: Int, _ end: Int, _ block: inout Block) {
    var from = start
    var to = end
    while to > from, Bytes.isSpace(bytes[to - 1]) { to -= 1 }
    if !block.isText {
      while from < to, bytes[from] == UInt8(ascii: "-") || bytes[from] == UInt8(ascii: " ") { from += 1 }
      var name = from
      while name < to, Bytes.isName(bytes[name]) || Bytes.isQuote(bytes[name]) { name += 1 }
      if name > from, name < to, bytes[name] == UInt8(ascii: ":"),
        name + 1 == to || bytes[name + 1] == UInt8(ascii: " ")
      {
        let key = bytes[from..<name].filter { !Bytes.isQuote($0) }
        if !block.isWhole, keeps(key[...], block.field) { return }
        from = skipSpace(name + 1)
      }
      if from < to, to - from >= 2, Bytes.isQuote(bytes[from]), bytes[to - 1] == bytes[from] {
        (from, to) = (from + 1, to - 1)
      }
    }
    guard from < to, !isPseudonym(from..<to), !isEmptyWord(from..<to) else { return }
    let isNumber =
      bytes[from..<to].allSatisfy { Bytes.isDigit($0) || $0 == UInt8(ascii: ".") } && !isLongNumber(from..<to)
    let isLeaf =
      block.isText || block.field == .secret ? !isPlaceholder(from..<to) : !isNumber && !isCorrelation(from..<to)
    if isLeaf, !bytes[from..<to].elementsEqual("|".utf8), !bytes[from..<to].elementsEqual(">".utf8) {
      hide(from..<to, block.field.builtin.rawValue)
    }
  }
}
