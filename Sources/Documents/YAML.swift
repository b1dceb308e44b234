import CYAML
package import Vocabulary

/// YAML over libyaml's events, as a tree whose every key and value knows its place.
///
/// What a plain scalar is follows the core schema of YAML 1.2: `no` is text, `0o17` is 15, `017` is 17. Refused, each at its
/// line and column: aliases, anchors, tags, merge keys (`<<`), keys that are no scalars, duplicate keys, a second document,
/// and what passes the limits. A byte order mark is skipped; an empty document is null.
package enum YAML {
  /// The standard limits of a file that people write.
  package static let limits = DocumentLimits(bytes: 4 << 20, depth: 64, nodes: 200_000)

  /// Reads one document, which messages call `file`; throws `DocumentFailure` with the first problem.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: DocumentLimits = YAML.limits, exitStatus: ExitStatus = .badInput
  ) throws -> Node {
    try parse(bytes, file: file, limits: limits, exitStatus: exitStatus, isForeign: false).first
      ?? Node(.scalar(Scalar(text: "", style: .plain, kind: .null)), at: Mark(line: 1, column: 1))
  }

  /// Reads every document of a file that another tool owns: anchors, aliases and merge keys are resolved, tags passed over,
  /// empty documents left out.
  ///
  /// A value that an alias repeats counts as often as it is repeated. Throws `DocumentFailure` with the first problem.
  package static func parseAll(
    _ bytes: [UInt8], file: String, limits: DocumentLimits = YAML.limits, exitStatus: ExitStatus = .badInput
  ) throws -> [Node] {
    try parse(bytes, file: file, limits: limits, exitStatus: exitStatus, isForeign: true)
  }

  private static func parse(
    _ bytes: [UInt8], file: String, limits: DocumentLimits, exitStatus: ExitStatus, isForeign: Bool
  ) throws -> [Node] {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    do {
      guard text.count <= limits.bytes else {
        throw YAMLProblem(what: "the document is \(text.count) bytes long, more than \(limits.bytes)")
      }
      // The parser reads the buffer inside this call only.
      return try unsafe text.withUnsafeBufferPointer { buffer in
        var builder = try unsafe YAMLBuilder(buffer, limits: limits, isForeign: isForeign)
        defer { builder.close() }
        return try builder.documents()
      }
    } catch let problem as YAMLProblem {
      throw DocumentFailure(
        [DocumentProblem(file: file, at: problem.mark, problem.what, hint: problem.hint)], exitStatus: exitStatus)
    }
  }

  /// What a plain scalar is, by the core schema of YAML 1.2.2 §10.3.2.
  package static func kind(ofPlain text: String) -> Scalar.Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "false", "False", "FALSE": return .boolean
    case ".nan", ".NaN", ".NAN": return .number
    default: return numberKind(Array(text.utf8)) ?? .string
    }
  }

  private static func numberKind(_ text: [UInt8]) -> Scalar.Kind? {
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    if text.starts(with: "0o".utf8) || text.starts(with: "0x".utf8) {
      let base = text[1] == UInt8(ascii: "o") ? 8 : 16
      let digits = text.dropFirst(2)
      let fits = digits.allSatisfy { byte in
        byte < 0x80 && Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < base } == true
      }
      return fits && !digits.isEmpty ? .integer : nil
    }
    var rest = text[...]
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) { return .number }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    if rest.isEmpty { return whole.isEmpty ? nil : .integer }
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix(while: isDigit)
      guard !whole.isEmpty || !fraction.isEmpty else { return nil }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard let exponent = rest.first else { return .number }
    guard !whole.isEmpty || text.contains(UInt8(ascii: ".")), exponent | 0x20 == UInt8(ascii: "e") else { return nil }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(isDigit) ? .number : nil
  }
}

private struct YAMLProblem: Error {
  var mark: Mark?
  let what: String
  var hint: String?
}

/// Builds the tree from the parser's events; one event is held at a time.
@safe private struct YAMLBuilder: ~Copyable {
  // Allocated in `init` and freed once, in `close`; libyaml keeps pointers into itself, so it must not move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: DocumentLimits
  /// Whether the file is another tool's: several documents, anchors and tags are taken.
  private let isForeign: Bool
  private var nodes = 0
  /// The values that have an anchor, each with the number of values in it.
  private var anchors: [String: (node: Node, count: Int)] = [:]

  init(_ bytes: UnsafeBufferPointer<UInt8>, limits: DocumentLimits, isForeign: Bool) throws {
    unsafe self.bytes = unsafe bytes
    self.limits = limits
    self.isForeign = isForeign
    unsafe parser = .allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw YAMLProblem(what: "there is no memory to read it")
    }
    // A fixed encoding: libyaml would guess UTF-16 from a mark.
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  mutating func close() {
    // Frees what the parser still holds, after an error too.
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  mutating func documents() throws -> [Node] {
    var roots: [Node] = []
    var documents = 0
    while true {
      let event = try next()
      switch event.kind {
      case .streamEnd: return roots
      case .documentStart:
        documents += 1
        anchors = [:]
        guard documents == 1 || isForeign else {
          throw YAMLProblem(mark: event.mark, what: "a second document begins", hint: "keep one document in a file")
        }
      case .other: continue
      default:
        let root = try node(event, depth: 0)
        if !isForeign || !root.isNull { roots.append(root) }
      }
    }
  }

  private mutating func node(_ event: Event, depth: Int) throws -> Node {
    let before = nodes
    try count(1, at: event.mark)
    let result = try content(of: event, depth: depth)
    if let anchor = event.anchor { anchors[anchor] = (result, nodes - before) }
    return result
  }

  private mutating func count(_ more: Int, at mark: Mark) throws {
    nodes += more
    guard nodes <= limits.nodes else { throw YAMLProblem(mark: mark, what: "more than \(limits.nodes) values") }
  }

  private mutating func content(of event: Event, depth: Int) throws -> Node {
    switch event.kind {
    case .alias(let name):
      guard let (node, values) = anchors[name] else {
        throw YAMLProblem(mark: event.mark, what: "there is no anchor '\(name)' before its alias")
      }
      try count(values, at: event.mark)
      return node
    case .scalar(let text, let style):
      let kind = style == .plain ? YAML.kind(ofPlain: text) : .string
      return Node(.scalar(Scalar(text: text, style: style, kind: kind)), at: event.mark)
    case .sequenceStart:
      try check(depth: depth + 1, at: event.mark)
      var elements: [Node] = []
      while true {
        let next = try next()
        if case .end = next.kind { return Node(.sequence(elements), at: event.mark) }
        elements.append(try node(next, depth: depth + 1))
      }
    case .mappingStart:
      try check(depth: depth + 1, at: event.mark)
      return Node(.mapping(try mapping(depth: depth + 1)), at: event.mark)
    default: throw YAMLProblem(mark: event.mark, what: "a value is expected")
    }
  }

  private mutating func mapping(depth: Int) throws -> Mapping {
    var entries: [Mapping.Entry] = []
    var places: [ExactText: Mark] = [:]
    var merged: [Mapping.Entry] = []
    while true {
      let event = try next()
      if case .end = event.kind {
        // A key that is written outranks a merged one, and the mapping that is merged first the later ones.
        for entry in merged where places.updateValue(entry.keyMark, forKey: ExactText(entry.key)) == nil {
          entries.append(entry)
        }
        return Mapping(entries)
      }
      guard case .scalar(let key, let style) = event.kind else {
        throw YAMLProblem(mark: event.mark, what: "a key must be text, not a list or a mapping")
      }
      if style == .plain, key.isEmpty { throw YAMLProblem(mark: event.mark, what: "a key is missing before ':'") }
      if style == .plain, key == "<<" {
        guard isForeign else {
          throw YAMLProblem(mark: event.mark, what: "merge keys ('<<') are not read", hint: "write the keys out")
        }
        let value = try node(try next(), depth: depth)
        for source in value.sequence ?? [value] {
          guard let mapping = source.mapping else {
            throw YAMLProblem(mark: event.mark, what: "'<<' takes mappings, not \(source.kindInWords)")
          }
          merged += mapping.entries
        }
        continue
      }
      if let first = places.updateValue(event.mark, forKey: ExactText(key)) {
        throw YAMLProblem(mark: event.mark, what: "the key '\(key)' is there twice; the first is at \(first)")
      }
      entries.append(Mapping.Entry(key: key, keyMark: event.mark, value: try node(try next(), depth: depth)))
    }
  }

  private func check(depth: Int, at mark: Mark) throws {
    guard depth <= limits.depth else { throw YAMLProblem(mark: mark, what: "nested more than \(limits.depth) deep") }
  }
}

extension YAMLBuilder {
  /// An event with everything copied out of libyaml's memory.
  fileprivate struct Event {
    enum Kind {
      case scalar(String, Scalar.Style)
      case alias(String)
      case sequenceStart, mappingStart, end, documentStart, streamEnd, other
    }
    let kind: Kind
    let mark: Mark
    var anchor: String?
  }

  fileprivate mutating func next() throws -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
    // Every event owns memory, whatever is thrown below.
    defer { unsafe yaml_event_delete(&event) }
    let mark = unsafe Mark(line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      try unsafe refuse(anchor: scalar.anchor != nil, tag: scalar.tag != nil, at: mark)
      // The pointer and the length are the event's own; libyaml has validated the UTF-8.
      let text = unsafe String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let style: Scalar.Style =
        switch unsafe scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
      return Event(kind: .scalar(text, style), mark: mark, anchor: unsafe name(scalar.anchor))
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      try unsafe refuse(anchor: start.anchor != nil, tag: start.tag != nil, at: mark)
      return Event(kind: .sequenceStart, mark: mark, anchor: unsafe name(start.anchor))
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      try unsafe refuse(anchor: start.anchor != nil, tag: start.tag != nil, at: mark)
      return Event(kind: .mappingStart, mark: mark, anchor: unsafe name(start.anchor))
    case YAML_ALIAS_EVENT:
      guard isForeign, let alias = unsafe name(event.data.alias.anchor) else {
        throw YAMLProblem(mark: mark, what: "aliases are not read", hint: "write the value out")
      }
      return Event(kind: .alias(alias), mark: mark)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .end, mark: mark)
    case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, mark: mark)
    case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, mark: mark)
    default: return Event(kind: .other, mark: mark)
    }
  }

  /// The name of an anchor; the event's own text, which ends with a zero byte.
  private func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe anchor.map { unsafe String(cString: $0) }
  }

  private func refuse(anchor: Bool, tag: Bool, at mark: Mark) throws {
    if isForeign { return }
    if anchor { throw YAMLProblem(mark: mark, what: "anchors are not read", hint: "write the value out") }
    if tag { throw YAMLProblem(mark: mark, what: "tags are not read", hint: "leave the tag out; quotes make text") }
  }

  /// libyaml's error with the place it belongs to.
  private func problem() -> YAMLProblem {
    // The texts are constants of libyaml.
    let what = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
    switch unsafe parser.pointee.error {
    case YAML_READER_ERROR:
      // Only the byte's offset is known: the problem is in the bytes, before lines are counted.
      let offset = unsafe min(parser.pointee.problem_offset, bytes.count)
      return YAMLProblem(mark: place(ofByte: offset), what: what)
    case YAML_MEMORY_ERROR: return YAMLProblem(what: "there is no memory to read it")
    default:
      let mark = unsafe parser.pointee.problem_mark
      let context = unsafe parser.pointee.context.map { unsafe " " + String(cString: $0) } ?? ""
      let isTab = byte(atScalar: Int(mark.index)) == 0x09
      return YAMLProblem(
        mark: Mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1), what: what + context,
        hint: isTab ? "indent with spaces; YAML allows no tabs there" : nil)
    }
  }

  private func place(ofByte offset: Int) -> Mark {
    var reader = unsafe JSONReader(Array(bytes.prefix(offset)), limits: limits)
    return reader.mark(at: offset)
  }

  /// The byte that begins the scalar of a position; marks count scalars.
  private func byte(atScalar position: Int) -> UInt8? {
    var scalars = 0
    for offset in unsafe 0..<bytes.count {
      let byte = unsafe bytes[offset]
      guard byte & 0xC0 != 0x80 else { continue }
      if scalars == position { return byte }
      scalars += 1
    }
    return nil
  }
}
