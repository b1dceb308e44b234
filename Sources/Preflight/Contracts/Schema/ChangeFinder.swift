import Documents

/// Finds what in the reader's schema refuses what the writer may write: keyword by keyword, as deep as it can be said.
///
/// Each keyword of the reader is asked on its own whether the writer's schema implies it. One that it does not imply is a
/// change; where it applies schemas to parts of the value, the search goes on in these.
struct ChangeFinder {
  private let search: ValueSearch
  private let writer: SchemaCompiler
  private let reader: SchemaCompiler
  private var found: [SchemaChange] = []
  private var seen: Set<Pair> = []
  private let most = 200

  private struct Pair: Hashable {
    let writer: [Int]
    let reader: Int
  }

  init(_ search: ValueSearch, writer: SchemaCompiler, reader: SchemaCompiler) {
    self.search = search
    self.writer = writer
    self.reader = reader
  }

  /// The changes, in the reader's order, each once.
  func changes() -> [SchemaChange] {
    var finder = self
    finder.compare(applying([0]), 0, depth: 0)
    if finder.found.isEmpty { finder.add("", [0], 0, nil) }
    return finder.found
  }

  /// Sites of the writer that all apply to one value: with what `$ref` and `allOf` bring in.
  private func applying(_ sites: [Int]) -> [Int] {
    var all: [Int] = []
    var visited: Set<Int> = []
    var rest = Array(sites.reversed())
    while let site = rest.popLast(), all.count < 50, visited.count < 200 {
      guard visited.insert(site).inserted else { continue }
      let mapping = writer.schema.sites[site].node.mapping
      let isMereReference = mapping?["$ref"] != nil && mapping?.entries.count == 1
      if !isMereReference || writer.schema.targets(site).isEmpty { all.append(site) }
      for case .site(let target) in writer.schema.targets(site).values { rest.append(target) }
      rest += writer.schema.children(site, "allOf").reversed()
    }
    return all
  }

  /// Compares what the writer's sites allow with what one of the reader's asks; whether there is a change, found now or before.
  @discardableResult
  private mutating func compare(_ writers: [Int], _ site: Int, depth: Int) -> Bool {
    guard depth < 40, found.count < most, seen.insert(Pair(writer: writers, reader: site)).inserted else { return true }
    let allowed = search.pool.all(writers.map(writer.formula))
    guard !search.solve([allowed, !reader.formula(site)]).isNone else { return false }
    var isKnown = false
    for keyword in reader.keywords(of: site) {
      let outcome = search.solve([allowed, !keyword.formula])
      if outcome.isNone { continue }
      isKnown = true
      if !goDeeper(keyword.name, writers, allowed, site, depth) {
        add(keyword.name, writers, site, outcome.value)
      }
    }
    return isKnown
  }

  /// Looks for the change in the schemas that a keyword applies; whether one was found there.
  private mutating func goDeeper(
    _ keyword: String, _ writers: [Int], _ allowed: Formula, _ site: Int, _ depth: Int
  ) -> Bool {
    var isFound = false
    func children(_ keywords: String...) -> [Int] {
      reader.schema.sites[site].parts.filter { keywords.contains($0.keyword) }.flatMap(\.sites)
    }
    switch keyword {
    case "$ref", "$recursiveRef", "$dynamicRef":
      guard case .site(let target)? = reader.schema.targets(site)[keyword] else { return false }
      return compare(writers, target, depth: depth + 1)
    case "allOf":
      for child in children("allOf") where compare(writers, child, depth: depth + 1) { isFound = true }
    case "properties", "patternProperties", "additionalProperties":
      for child in children("properties") where found.count < most {
        let name = ExactText(reader.schema.sites[child].key ?? "")
        let (schemas, isOpen) = writerMembers(writers, name)
        if schemas.isEmpty || isOpen {
          let outcome = search.solve(schemas.map(writer.formula) + [!reader.formula(child)])
          // A member that the writer never writes changes nothing.
          guard !outcome.isNone, !isNeverThere(name, allowed) else { continue }
          add("property", writers, child, outcome.value)
          isFound = true
        } else {
          let same = search.solve(schemas.map(writer.formula) + [!reader.formula(child)])
          guard !same.isNone, !isNeverThere(name, allowed) else { continue }
          compare(applying(schemas), child, depth: depth + 1)
          isFound = true
        }
      }
      for child in children("patternProperties") where found.count < most {
        let pattern = reader.schema.sites[child].key ?? ""
        let rule = MemberRule(patterns: [ExactText(pattern): reader.formula(child)])
        let outcome = search.solve([allowed, !search.pool.atom(.members(rule))])
        guard !outcome.isNone else { continue }
        let same = writers.compactMap { writer.schema.child($0, "patternProperties", ExactText(pattern)) }
        if same.isEmpty || !compare(applying(same), child, depth: depth + 1) {
          add("patternProperties", writers, child, outcome.value)
        }
        isFound = true
      }
      for child in children("additionalProperties") {
        var rule = MemberRule(rest: reader.formula(child))
        for other in children("properties") { rule.named[ExactText(reader.schema.sites[other].key ?? "")] = .always }
        for other in children("patternProperties") {
          rule.patterns[ExactText(reader.schema.sites[other].key ?? "")] = .always
        }
        let outcome = search.solve([allowed, !search.pool.atom(.members(rule))])
        guard !outcome.isNone else { continue }
        isFound = true
        let before = found.count
        // Properties that the writer declares and the reader does not are named one by one.
        for own in writers.flatMap({ writer.schema.children($0, "properties") }) {
          let name = ExactText(writer.schema.sites[own].key ?? "")
          guard rule.named[name] == nil, !isNeverThere(name, allowed),
            !rule.patterns.keys.contains(where: { search.patterns.matches($0, name) != false })
          else { continue }
          let member = search.solve([writer.formula(own), !rule.rest])
          if !member.isNone { add("refused", [own], child, member.value) }
        }
        let open = search.solve([allowed, !search.pool.atom(.members(refusingDeclared(rule, writers)))])
        if found.count == before || !open.isNone { add("additionalProperties", writers, child, outcome.value) }
      }
    case "items", "prefixItems":
      let tuple = reader.schema.sites[site].node[keyword]?.sequence != nil ? keyword : "prefixItems"
      for (position, child) in children(tuple).enumerated()
      where reader.schema.sites[child].key != nil && found.count < most {
        let schemas = writerElements(writers, position)
        let outcome = search.solve(schemas.map(writer.formula) + [!reader.formula(child)])
        guard !outcome.isNone else { continue }
        let broken = ItemRule(
          prefix: Array(repeating: .always, count: position) + [reader.formula(child)], rest: .always)
        guard !search.solve([allowed, !search.pool.atom(.items(broken))]).isNone else { continue }
        if schemas.isEmpty || !compare(applying(schemas), child, depth: depth + 1) {
          add("tuple", writers, child, outcome.value)
        }
        isFound = true
      }
      for child in children("items", "additionalItems") where reader.schema.sites[child].key == nil {
        let first = children(tuple).count { reader.schema.sites[$0].key != nil }
        let rule = ItemRule(prefix: Array(repeating: .always, count: first), rest: reader.formula(child))
        let outcome = search.solve([allowed, !search.pool.atom(.items(rule))])
        guard !outcome.isNone else { continue }
        let schemas = writerElements(writers, max(first, writerPrefix(writers)))
        let name = first == 0 ? "items" : "additionalItems"
        if first != writerPrefix(writers) || schemas.isEmpty || !compare(applying(schemas), child, depth: depth + 1) {
          add(name, writers, child, outcome.value)
        }
        isFound = true
      }
    default: return false
    }
    return isFound
  }

  private func isNeverThere(_ name: ExactText, _ allowed: Formula) -> Bool {
    search.solve([allowed, search.pool.atom(.kind(.object)), search.pool.atom(.required([name]))]).isNone
  }

  /// A rule that also allows what the writer declares.
  private func refusingDeclared(_ rule: MemberRule, _ writers: [Int]) -> MemberRule {
    var rule = rule
    for own in writers.flatMap({ writer.schema.children($0, "properties") }) {
      rule.named[ExactText(writer.schema.sites[own].key ?? "")] =
        rule.named[ExactText(writer.schema.sites[own].key ?? "")] ?? .always
    }
    return rule
  }

  /// The writer's schemas for a member, and whether it leaves the member open in all of them.
  private func writerMembers(_ writers: [Int], _ name: ExactText) -> (sites: [Int], isOpen: Bool) {
    var result: [Int] = []
    var isNamed = false
    for site in writers {
      let schema = writer.schema
      let named = schema.child(site, "properties", name).map { [$0] } ?? []
      let matching = schema.children(site, "patternProperties").filter {
        search.patterns.matches(ExactText(schema.sites[$0].key ?? ""), name) == true
      }
      let all = (named + matching).sorted()
      isNamed = isNamed || !all.isEmpty
      result += all.isEmpty ? Array(schema.children(site, "additionalProperties")) : all
    }
    return (result, !isNamed)
  }

  private func writerPrefix(_ writers: [Int]) -> Int {
    writers.map { site in
      writerTuple(site).count
    }.max() ?? 0
  }

  /// The schemas of the first elements, each by its position.
  private func writerTuple(_ site: Int) -> Range<Int> {
    let prefix = writer.schema.children(site, "prefixItems")
    guard prefix.isEmpty else { return prefix }
    let items = writer.schema.children(site, "items")
    return items.first.map { writer.schema.sites[$0].key != nil } == true ? items : 0..<0
  }

  private func writerElements(_ writers: [Int], _ position: Int) -> [Int] {
    writers.flatMap { site in
      let tuple = writerTuple(site)
      if position < tuple.count { return [tuple.lowerBound + position] }
      let rest = tuple.isEmpty ? ["items"] : ["items", "additionalItems"]
      let parts = writer.schema.sites[site].parts.filter { rest.contains($0.keyword) }
      return parts.flatMap(\.sites).filter { writer.schema.sites[$0].key == nil }
    }
  }

  // MARK: Saying it

  private mutating func add(_ keyword: String, _ writers: [Int], _ site: Int, _ witness: JSONValue?) {
    let (kind, name) = describe(keyword, writers, site)
    let owner = writers.first { writer.schema.sites[$0].node[name] != nil } ?? writers.first ?? 0
    let writerNode = writer.schema.sites[owner].node[name]
    let isPart = [
      "property", "refused", "tuple", "patternProperties", "additionalProperties", "items", "additionalItems",
    ]
    .contains(keyword)
    let readerPlace = reader.schema.place(of: site, keyword: isPart ? nil : name)
    let change = SchemaChange(
      kind: kind,
      writer: writer.schema.place(of: owner, keyword: keyword == "property" || keyword == "refused" ? nil : name),
      reader: readerPlace,
      sentence: sentence(
        kind, name: reader.schema.sites[site].key ?? "", ownName: writer.schema.sites[owner].key ?? "",
        from: writerNode, to: isPart ? nil : reader.schema.sites[site].node[name]), witness: witness)
    let isKnown = found.contains {
      $0.kind == change.kind && $0.writer == change.writer && $0.reader == change.reader
        && $0.sentence == change.sentence
    }
    if !isKnown { found.append(change) }
  }

  /// The kind of change that a keyword makes, and the keyword as it is called in the files.
  private func describe(_ keyword: String, _ writers: [Int], _ site: Int) -> (SchemaChange.Kind, String) {
    func writes(_ name: String) -> Bool { writers.contains { writer.schema.sites[$0].node[name] != nil } }
    switch keyword {
    case "property": return (.propertyConstrained, "properties")
    case "refused": return (.propertyRefused, "additionalProperties")
    case "tuple": return (.tupleNarrowed, "items")
    case "type": return (.typeNarrowed, keyword)
    case "enum": return (writes("enum") || writes("const") ? .enumNarrowed : .enumAdded, keyword)
    case "const": return (.constChanged, keyword)
    case "minimum", "exclusiveMinimum": return (.minimumRaised, keyword)
    case "maximum", "exclusiveMaximum": return (.maximumLowered, keyword)
    case "multipleOf": return (.multipleOfChanged, keyword)
    case "minLength": return (.minLengthRaised, keyword)
    case "maxLength": return (.maxLengthLowered, keyword)
    case "pattern": return (.patternChanged, keyword)
    case "required": return (.requiredAdded, keyword)
    case "properties": return (.propertyConstrained, keyword)
    case "patternProperties": return (.patternPropertiesNarrowed, keyword)
    case "additionalProperties": return (.additionalPropertiesNarrowed, keyword)
    case "unevaluatedProperties": return (.unevaluatedPropertiesNarrowed, keyword)
    case "propertyNames": return (.propertyNamesNarrowed, keyword)
    case "minProperties": return (.minPropertiesRaised, keyword)
    case "maxProperties": return (.maxPropertiesLowered, keyword)
    case "dependentRequired": return (.dependentRequiredAdded, keyword)
    case "dependentSchemas": return (.dependentSchemaNarrowed, keyword)
    case "dependencies":
      let hasSchemas = !reader.schema.children(site, keyword).isEmpty
      return (hasSchemas ? .dependentSchemaNarrowed : .dependentRequiredAdded, keyword)
    case "items": return (.itemsNarrowed, keyword)
    case "prefixItems": return (.tupleNarrowed, keyword)
    case "additionalItems": return (.additionalItemsNarrowed, keyword)
    case "unevaluatedItems": return (.unevaluatedItemsNarrowed, keyword)
    case "minItems": return (.minItemsRaised, keyword)
    case "maxItems": return (.maxItemsLowered, keyword)
    case "uniqueItems": return (.uniqueItemsAdded, keyword)
    case "contains", "maxContains": return (.containsNarrowed, keyword)
    case "anyOf": return (.anyOfNarrowed, keyword)
    case "oneOf": return (.oneOfNarrowed, keyword)
    case "not": return (.notWidened, keyword)
    case "if": return (.conditionNarrowed, keyword)
    default: return (.nothingAllowed, keyword)
    }
  }

  private func sentence(
    _ kind: SchemaChange.Kind, name: String, ownName: String, from: Node?, to: Node?
  ) -> String {
    func shown(_ node: Node?) -> String {
      guard let node, let text = JSONValue(node)?.text else { return "what it is" }
      return text.utf8.count <= 60 ? text : "\(text.prefix(57))…"
    }
    func changed(_ keyword: String) -> String {
      from == nil ? "'\(keyword)' is new: \(shown(to))" : "'\(keyword)' went from \(shown(from)) to \(shown(to))"
    }
    switch kind {
    case .nothingAllowed: return "the reader accepts less here than the writer may write"
    case .typeNarrowed: return changed("type")
    case .enumAdded, .enumNarrowed: return changed("enum")
    case .constChanged: return changed("const")
    case .minimumRaised:
      return from == nil
        ? "a lower limit is new: \(shown(to))" : "the lower limit went from \(shown(from)) to \(shown(to))"
    case .maximumLowered:
      return from == nil
        ? "an upper limit is new: \(shown(to))" : "the upper limit went from \(shown(from)) to \(shown(to))"
    case .multipleOfChanged: return changed("multipleOf")
    case .minLengthRaised: return changed("minLength")
    case .maxLengthLowered: return changed("maxLength")
    case .patternChanged: return changed("pattern")
    case .requiredAdded:
      let before = Set(from?.sequence?.compactMap(\.string) ?? [])
      let new = (to?.sequence?.compactMap(\.string) ?? []).filter { !before.contains($0) }
      return new.isEmpty
        ? "a required property may be missing" : "required now: \(new.map { "'\($0)'" }.joined(separator: ", "))"
    case .propertyConstrained: return "the property '\(name)' has a schema now, and the writer leaves it open"
    case .propertyRefused: return "the property '\(ownName)' is refused, and the writer may write it"
    case .additionalPropertiesNarrowed: return "fewer additional properties are accepted"
    case .unevaluatedPropertiesNarrowed: return "fewer unevaluated properties are accepted"
    case .patternPropertiesNarrowed: return "properties that match '\(name)' are restricted further"
    case .propertyNamesNarrowed: return "fewer property names are accepted"
    case .minPropertiesRaised: return changed("minProperties")
    case .maxPropertiesLowered: return changed("maxProperties")
    case .dependentRequiredAdded: return "a property now requires others that may be missing"
    case .dependentSchemaNarrowed: return "a property now restricts the rest of the object further"
    case .itemsNarrowed: return "fewer elements are accepted"
    case .tupleNarrowed: return "the element at position \(name) is restricted further"
    case .additionalItemsNarrowed: return "fewer elements are accepted after the listed ones"
    case .unevaluatedItemsNarrowed: return "fewer unevaluated elements are accepted"
    case .minItemsRaised: return changed("minItems")
    case .maxItemsLowered: return changed("maxItems")
    case .uniqueItemsAdded: return "elements must differ now"
    case .containsNarrowed: return "what the array must contain is restricted further"
    case .anyOfNarrowed: return "no branch of 'anyOf' accepts some values that the writer may write"
    case .oneOfNarrowed: return "not exactly one branch of 'oneOf' accepts some values that the writer may write"
    case .notWidened: return "'not' excludes values that the writer may write"
    case .conditionNarrowed: return "'if', 'then' and 'else' refuse values that the writer may write"
    }
  }
}
