import Documents
import Vocabulary

/// Compares two lists of tools, each tool in four directions.
///
/// `directions` are strict set inclusion, a missing result schema allowing anything. `changes` carry the judgement for a
/// rolling deploy: what the old version does today cannot wait, so it breaks; what only the new version would do can
/// wait until no old one is left, so it is conditional.
struct ToolComparison {
  private let old: Side
  private let new: Side
  private let contract: String
  private(set) var directions = Dictionary(
    uniqueKeysWithValues: ContractDirection.ofTools.map { ($0, ContractAnswer.compatible) })
  private(set) var changes: [ContractChange] = []

  /// One version's list; nil: the file is not there, which is a list of none.
  struct Side {
    let list: ToolList?
    let file: String
    /// Where the file begins, for a tool that is not in it.
    func place(_ tool: Tool) -> ContractPlace {
      ContractPlace(file: file, pointer: tool.pointer, mark: tool.node.mark)
    }
  }

  init(old: Side, new: Side, contract: String) {
    self.old = old
    self.new = new
    self.contract = contract
    let olds = old.list?.tools ?? []
    let news = new.list?.tools ?? []
    let byName = Dictionary(uniqueKeysWithValues: news.map { ($0.name, $0) })
    let known = Set(olds.map(\.name))
    for tool in olds {
      if let other = byName[tool.name] { compare(tool, other) }
    }
    let removed = olds.filter { byName[$0.name] == nil }
    let added = news.filter { !known.contains($0.name) }
    compareNames(removed: removed, added: added)
    for (side, list) in [(old, old.list), (new, new.list)] {
      guard list?.isCutOff == true else { continue }
      changes.append(
        ContractChange(
          .toolListIncomplete, .undecided, contract: contract,
          "'\(side.file)' ends with a nextCursor, so there are tools that it does not show"))
    }
  }

  // MARK: Tools of one version only

  private mutating func compareNames(removed: [Tool], added: [Tool]) {
    var left = added
    for tool in removed {
      // The rest of the list may hold it still.
      let isGone = new.list?.isCutOff != true
      worsen(.argsOldCallerNewTool, isGone ? .breaking : .undecided)
      let successor = isGone ? Self.successor(of: tool, among: left) : nil
      if let successor {
        left.removeAll { $0.name == successor.name }
        worsen(.argsNewCallerOldTool, .breaking)
        changes.append(
          ContractChange(
            .toolRenamed, .breaking, [.argsOldCallerNewTool, .argsNewCallerOldTool], contract: contract,
            subject: tool.name, old: old.place(tool), new: new.place(successor),
            "the tool '\(tool.name)' is gone, and '\(successor.name)' is probably what it is called now"))
      } else {
        changes.append(
          ContractChange(
            .toolRemoved, isGone ? .breaking : .undecided, [.argsOldCallerNewTool], contract: contract,
            subject: tool.name, old: old.place(tool),
            "the tool '\(tool.name)' is gone: an old caller is told that it is unknown"))
      }
    }
    for tool in left {
      let isNew = old.list?.isCutOff != true
      worsen(.argsNewCallerOldTool, isNew ? .breaking : .undecided)
      changes.append(
        ContractChange(
          .toolAdded, .conditional, [.argsNewCallerOldTool], contract: contract, subject: tool.name,
          new: new.place(tool),
          "the tool '\(tool.name)' is new: an old version that is asked for it does not know it"))
    }
  }

  /// What a tool is probably called now: nearly the same name, or the same schemas where they say enough to tell by.
  private static func successor(of tool: Tool, among added: [Tool]) -> Tool? {
    let near = nearestName(to: tool.name, among: added.map(\.name))
    let plain = tool.name.plainName
    return added.first { $0.name.plainName == plain } ?? added.first { $0.name == near }
      ?? added.first { candidate in
        guard let input = tool.input, let other = candidate.input,
          input.node["properties"]?.mapping?.entries.isEmpty == false, let value = JSONValue(input.node)
        else { return false }
        return JSONValue(other.node) == value
          && tool.output.map { JSONValue($0.node) } == candidate.output.map { JSONValue($0.node) }
      }
  }

  private mutating func worsen(_ direction: ContractDirection, _ answer: ContractAnswer) {
    directions[direction] = max(directions[direction] ?? .compatible, answer)
  }

  // MARK: Tools of both

  private mutating func compare(_ tool: Tool, _ other: Tool) {
    let arguments = pair(tool, other, \.input)
    let results = pair(tool, other, \.output)
    take(
      arguments, subject: tool.name,
      .argsOldCallerNewTool, .argsNewCallerOldTool)
    if (tool.output == nil) == (other.output == nil) {
      take(results, subject: tool.name, .resultNewToolOldReader, .resultOldToolNewReader)
    } else {
      takeResultSchema(results, tool, other)
    }
    compareWords(tool, other)
    if let before = tool.input?.node, let after = other.input?.node {
      var defaults = DefaultComparison()
      defaults.compare(before, after, pointer: "")
      for found in defaults.found {
        changes.append(
          ContractChange(
            .defaultChanged, .conditional, contract: contract, subject: tool.name,
            old: ContractPlace(
              file: old.file, pointer: (tool.input?.pointer ?? "") + found.pointer, mark: found.old),
            new: ContractPlace(
              file: new.file, pointer: (other.input?.pointer ?? "") + found.pointer, mark: found.new),
            found.sentence))
      }
    }
  }

  private func pair(_ tool: Tool, _ other: Tool, _ part: (Tool) -> Tool.Schema?) -> SchemaPair {
    func version(_ tool: Tool, _ file: String) -> SchemaPair.Version {
      guard let schema = part(tool) else {
        let anything = Node(.scalar(Scalar(text: "true", style: .plain, kind: .boolean)), at: tool.node.mark)
        return SchemaPair.Version(anything, file: file, pointer: tool.pointer)
      }
      return SchemaPair.Version(schema.node, file: file, pointer: schema.pointer)
    }
    return SchemaPair(old: version(tool, old.file), new: version(other, new.file))
  }

  /// A result schema of one version only: the other one's results may be anything.
  private mutating func takeResultSchema(_ pair: SchemaPair, _ tool: Tool, _ other: Tool) {
    var broken: [ContractDirection] = []
    let outcomes = pair.outcomes()
    for direction in [ContractDirection.resultNewToolOldReader, .resultOldToolNewReader] {
      let answer = outcomes[direction].answer
      worsen(direction, answer)
      if answer != .compatible { broken.append(direction) }
    }
    let isAdded = tool.output == nil
    let effect: ContractChange.Effect = broken.isEmpty ? .none : isAdded ? .conditional : .breaking
    changes.append(
      ContractChange(
        isAdded ? .resultSchemaAdded : .resultSchemaRemoved, effect, broken, contract: contract, subject: tool.name,
        old: old.place(tool), new: new.place(other),
        isAdded
          ? "the result of '\(tool.name)' has a schema, which an old tool's results need not fit"
          : "the result of '\(tool.name)' has no schema any more, and an old reader expects one"))
  }

  /// Compares in both directions. What is written as soon as the deploy begins (`now`) breaks; `later` can be phased.
  private mutating func take(
    _ pair: SchemaPair, subject: String, _ now: ContractDirection, _ later: ContractDirection
  ) {
    var list = SchemaChangeList(pair, contract: contract, subject: subject)
    let outcomes = pair.outcomes()
    for direction in [now, later] {
      let outcome = outcomes[direction]
      worsen(direction, outcome.answer)
      list.take(outcome, direction, effect: direction == later || outcome.isOnlyUndeclared ? .conditional : .breaking)
    }
    changes += list.changes
  }

  /// Descriptions, titles, icons and hints: no value depends on them, a model and a person may.
  private mutating func compareWords(_ tool: Tool, _ other: Tool) {
    func value(_ tool: Tool, _ key: String) -> JSONValue? { tool.node[key].flatMap { JSONValue($0) } }
    let changed = ["title", "description", "icons", "annotations"].filter { value(tool, $0) != value(other, $0) }
    if !changed.isEmpty {
      changes.append(
        ContractChange(
          .wordsChanged, .none, contract: contract, subject: tool.name, old: old.place(tool), new: new.place(other),
          "\(changed.map { "'\($0)'" }.joined(separator: ", ")) of the tool '\(tool.name)' changed"))
    }
    func hint(_ tool: Tool, _ name: String, _ missing: Bool) -> Bool {
      tool.node["annotations"]?[name]?.boolean ?? missing
    }
    // What a missing hint means is in MCP's schema.
    let wasHarmless = hint(tool, "readOnlyHint", false) || !hint(tool, "destructiveHint", true)
    let isHarmless = hint(other, "readOnlyHint", false) || !hint(other, "destructiveHint", true)
    let lostReadOnly = hint(tool, "readOnlyHint", false) && !hint(other, "readOnlyHint", false)
    if lostReadOnly || (wasHarmless && !isHarmless) {
      changes.append(
        ContractChange(
          .toolHints, .conditional, contract: contract, subject: tool.name, old: old.place(tool), new: new.place(other),
          "the tool '\(tool.name)' no longer says that it \(lostReadOnly ? "only reads" : "destroys nothing")"))
    }
  }
}

extension String {
  /// A name without case and without what divides its words, to tell renamed tools by.
  fileprivate var plainName: String { lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." } }
}

/// Finds defaults that differ at the same place of two schemas.
private struct DefaultComparison {
  private(set) var found: [Difference] = []

  /// One default in both versions; nil where that one has none.
  struct Difference {
    let pointer: String
    let old: Mark
    let new: Mark
    let sentence: String
  }

  mutating func compare(_ old: Node, _ new: Node, pointer: String) {
    let (before, after) = (old["default"].flatMap { JSONValue($0) }, new["default"].flatMap { JSONValue($0) })
    if before != after {
      func words(_ value: JSONValue?) -> String { value?.text ?? "none" }
      found.append(
        Difference(
          pointer: pointer, old: old["default"]?.mark ?? old.mark, new: new["default"]?.mark ?? new.mark,
          sentence: "the default of '\(pointer)' is \(words(after)), and was \(words(before))"))
    }
    for entry in old["properties"]?.mapping?.entries ?? [] {
      guard let other = new["properties"]?[entry.key] else { continue }
      compare(entry.value, other, pointer: "\(pointer)/properties/\(entry.key.pointerToken)")
    }
    if let items = old["items"], let others = new["items"] { compare(items, others, pointer: "\(pointer)/items") }
  }
}

extension String {
  /// A key as a part of a JSON pointer.
  var pointerToken: String {
    guard utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return self }
    return reduce(into: "") { result, character in
      switch character {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.append(character)
      }
    }
  }
}

extension Finding.Severity {
  /// The order of severities, the worst greatest.
  var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .critical: 2
    }
  }
}
