import Documents

/// Turns one schema document into formulas, keyword by keyword, when they are asked for.
final class SchemaCompiler {
  let schema: JSONSchema
  let side: Side
  let pool: FormulaPool
  private let reasons: ReasonBook
  /// Whether `dependencies` counts in dialects that no longer have it; validators differ.
  private let readsDependencies: Bool
  private var known: [Int: Formula] = [:]
  /// The sites that are being compiled, with the nesting of values at which each began.
  private var open: [Int: Int] = [:]
  private var nesting = 0
  private var evaluating: Set<Int> = []
  private(set) var unitPlaces: [Int: [Keyword]] = [:]

  /// One keyword of a site and what it asks for on its own.
  struct Keyword {
    let name: String
    let formula: Formula
  }

  init(
    _ schema: JSONSchema, _ side: Side, pool: FormulaPool, reasons: ReasonBook,
    readsDependencies: Bool
  ) {
    self.schema = schema
    self.side = side
    self.pool = pool
    self.reasons = reasons
    self.readsDependencies = readsDependencies
  }

  /// What a value must be to be valid at a site.
  func formula(_ site: Int) -> Formula {
    if let formula = known[site] { return formula }
    if let level = open[site] {
      // Reached again for a part of the value, the schema is recursive; for the value itself, it says nothing.
      return level < nesting
        ? pool.reference(side, site)
        : opaque(site, "$ref", "it refers to itself in a circle for one and the same value")
    }
    guard open.count < 200 else { return pool.reference(side, site) }
    open[site] = nesting
    defer { open[site] = nil }
    let formula = pool.all(keywords(of: site).map(\.formula))
    known[site] = formula
    return formula
  }

  /// The formula of a schema that applies to a part of the value.
  private func inner(_ site: Int) -> Formula {
    nesting += 1
    defer { nesting -= 1 }
    return formula(site)
  }

  private func opaque(_ site: Int, _ keyword: String?, _ sentence: String) -> Formula {
    pool.atom(.opaque(reasons.number(side: side, place: schema.place(of: site, keyword: keyword), sentence)))
  }

  /// What each keyword of a site asks for, in the document's order; keywords that work together come under one name.
  func keywords(of site: Int) -> [Keyword] {
    if let known = unitPlaces[site] { return known }
    let here = schema.sites[site]
    if let allows = here.node.boolean { return [Keyword(name: "", formula: allows ? .always : .never)] }
    guard let mapping = here.node.mapping else {
      return [
        Keyword(
          name: "", formula: opaque(site, nil, "a schema is a mapping or a truth value, not \(here.node.kindInWords)"))
      ]
    }
    if here.parent == nil, let named = mapping["$schema"]?.string, SchemaDialect(schema: named) == nil {
      return [Keyword(name: "$schema", formula: opaque(site, "$schema", "the dialect '\(named)' is not known"))]
    }
    var reader = SiteCompiler(self, site, mapping)
    if here.dialect < .draft201909, mapping["$ref"] != nil {
      reader.reference("$ref")
    } else {
      for entry in mapping.entries { reader.read(entry.key, entry.value) }
      reader.readUnevaluated()
    }
    unitPlaces[site] = reader.found
    return reader.found
  }
}

// MARK: One schema

/// Reads the keywords of one schema.
private struct SiteCompiler {
  let compiler: SchemaCompiler
  let site: Int
  let mapping: Mapping
  let dialect: SchemaDialect
  var found: [SchemaCompiler.Keyword] = []
  private var hasProperties = false

  init(_ compiler: SchemaCompiler, _ site: Int, _ mapping: Mapping) {
    self.compiler = compiler
    self.site = site
    self.mapping = mapping
    dialect = compiler.schema.sites[site].dialect
  }

  var pool: FormulaPool { compiler.pool }

  mutating func add(_ keyword: String, _ formula: Formula) {
    found.append(SchemaCompiler.Keyword(name: keyword, formula: formula))
  }

  mutating func add(_ keyword: String, _ atom: Atom) { add(keyword, pool.atom(atom)) }

  /// Says that a keyword's value is not of the kind that it needs.
  mutating func refuse(_ keyword: String, _ wanted: String) {
    add(keyword, compiler.opaqueKeyword(site, keyword, "'\(keyword)' must be \(wanted)"))
  }

  mutating func number(_ keyword: String, _ node: Node, _ atom: (ExactNumber) -> Atom) {
    guard case .number(let number)? = JSONValue(node) else {
      return refuse(keyword, "a number that can be computed with")
    }
    add(keyword, atom(number))
  }

  mutating func count(_ keyword: String, _ node: Node, _ atom: (Int) -> Atom) {
    guard let count = Self.count(node) else { return refuse(keyword, "a whole number that is not negative") }
    add(keyword, atom(count))
  }

  static func count(_ node: Node) -> Int? {
    guard case .number(let number)? = JSONValue(node), number.isIntegral, number.exponent < 18,
      let count = number.scaled(to: 0).small, count >= 0
    else { return nil }
    return count
  }

  mutating func read(_ keyword: String, _ node: Node) {
    switch keyword {
    case "type": type(node)
    case "enum":
      guard let values = node.sequence else { return refuse(keyword, "a list") }
      among(keyword, values)
    case "const": if dialect >= .draft06 { among(keyword, [node]) }
    case "multipleOf":
      guard case .number(let number)? = JSONValue(node), number > ExactNumber(0) else {
        return refuse(keyword, "a number above zero")
      }
      add(keyword, .multipleOf(number))
    case "minimum":
      let isExclusive = dialect == .draft04 && mapping["exclusiveMinimum"]?.boolean == true
      number(keyword, node) { isExclusive ? .exclusiveMinimum($0) : .minimum($0) }
    case "maximum":
      let isExclusive = dialect == .draft04 && mapping["exclusiveMaximum"]?.boolean == true
      number(keyword, node) { isExclusive ? .exclusiveMaximum($0) : .maximum($0) }
    case "exclusiveMinimum":
      if dialect > .draft04 {
        number(keyword, node) { .exclusiveMinimum($0) }
      } else if node.boolean == nil {
        refuse(keyword, "a truth value in draft-04")
      }
    case "exclusiveMaximum":
      if dialect > .draft04 {
        number(keyword, node) { .exclusiveMaximum($0) }
      } else if node.boolean == nil {
        refuse(keyword, "a truth value in draft-04")
      }
    case "minLength": count(keyword, node) { .minLength($0) }
    case "maxLength": count(keyword, node) { .maxLength($0) }
    case "minItems": count(keyword, node) { .minItems($0) }
    case "maxItems": count(keyword, node) { .maxItems($0) }
    case "minProperties": count(keyword, node) { .minProperties($0) }
    case "maxProperties": count(keyword, node) { .maxProperties($0) }
    case "pattern":
      guard let pattern = node.string else { return refuse(keyword, "text") }
      add(keyword, .pattern(ExactText(pattern)))
    case "uniqueItems":
      guard let isUnique = node.boolean else { return refuse(keyword, "a truth value") }
      if isUnique { add(keyword, .uniqueItems) }
    case "required":
      guard let names = names(node) else { return refuse(keyword, "a list of names") }
      add(keyword, names.isEmpty ? .always : pool.atom(.required(names)))
    case "properties", "patternProperties", "additionalProperties":
      // One rule together, under the first of the three.
      guard !hasProperties else { return }
      hasProperties = true
      add(keyword, members())
    case "propertyNames":
      if dialect >= .draft06, let child = child(keyword) { add(keyword, .propertyNames(compiler.innerFormula(child))) }
    case "items":
      if dialect < .draft202012, node.sequence != nil {
        tuple(keyword, rest: "additionalItems")
      } else {
        items(keyword)
      }
    case "prefixItems":
      if dialect == .draft202012 { mapping["items"] == nil ? tuple(keyword, rest: nil) : () }
    case "contains": if dialect >= .draft06 { contains() }
    case "dependencies": if dialect <= .draft07 || compiler.countsDependencies { dependencies(node) }
    case "dependentRequired": if dialect >= .draft201909 { dependencies(node, keyword) }
    case "dependentSchemas": if dialect >= .draft201909 { dependencies(node, keyword) }
    case "allOf", "anyOf", "oneOf": combination(keyword, node)
    case "not": if let child = child(keyword) { add(keyword, !compiler.formula(child)) }
    case "if": if dialect >= .draft07 { condition() }
    case "$ref": reference(keyword)
    case "$recursiveRef": if dialect == .draft201909 { reference(keyword) }
    case "$dynamicRef": if dialect == .draft202012 { reference(keyword) }
    default: break
    }
  }

  func child(_ keyword: String, _ key: String? = nil) -> Int? {
    compiler.schema.sites[site].children.first {
      compiler.schema.sites[$0].keyword == keyword && (key == nil || compiler.schema.sites[$0].key == key)
    }
  }

  func children(_ keyword: String) -> [Int] {
    compiler.schema.sites[site].children.filter { compiler.schema.sites[$0].keyword == keyword }
  }

  func names(_ node: Node) -> Set<ExactText>? {
    guard let elements = node.sequence else { return nil }
    let names = elements.compactMap { $0.string.map(ExactText.init) }
    return names.count == elements.count ? Set(names) : nil
  }

  mutating func type(_ node: Node) {
    let names = node.sequence?.map { $0.string } ?? [node.string]
    var types: [Formula] = []
    for name in names {
      switch name {
      case "null": types.append(pool.atom(.kind(.null)))
      case "boolean": types.append(pool.atom(.kind(.boolean)))
      case "string": types.append(pool.atom(.kind(.string)))
      case "number": types.append(pool.atom(.kind(.number)))
      case "integer":
        types.append(
          pool.all([pool.atom(.kind(.number)), pool.atom(dialect == .draft04 ? .writtenAsInteger : .integral)]))
      case "array": types.append(pool.atom(.kind(.array)))
      case "object": types.append(pool.atom(.kind(.object)))
      default: return refuse("type", "one or several of JSON's types")
      }
    }
    add("type", pool.any(types))
  }

  mutating func among(_ keyword: String, _ nodes: [Node]) {
    let values = nodes.compactMap(JSONValue.init)
    guard values.count == nodes.count else { return refuse(keyword, "of values that can be computed with") }
    add(keyword, values.isEmpty ? .never : pool.atom(.among(Set(values))))
  }

  func members() -> Formula {
    var rule = MemberRule()
    for child in children("properties") {
      rule.named[ExactText(compiler.schema.sites[child].key ?? "")] = compiler.innerFormula(child)
    }
    for child in children("patternProperties") {
      rule.patterns[ExactText(compiler.schema.sites[child].key ?? "")] = compiler.innerFormula(child)
    }
    for (keyword, node) in ["properties", "patternProperties"].compactMap({ name in mapping[name].map { (name, $0) } })
    where node.mapping == nil {
      return compiler.opaqueKeyword(site, keyword, "'\(keyword)' must be a mapping")
    }
    rule.rest = child("additionalProperties").map(compiler.innerFormula) ?? .always
    return memberFormula(rule)
  }

  /// The rule without what it does not ask for.
  func memberFormula(_ rule: MemberRule) -> Formula {
    var rule = rule
    if rule.rest == .always {
      if rule.patterns.isEmpty { rule.named = rule.named.filter { $0.value != .always } }
      if rule.named.isEmpty { rule.patterns = rule.patterns.filter { $0.value != .always } }
    }
    return rule.named.isEmpty && rule.patterns.isEmpty && rule.rest == .always ? .always : pool.atom(.members(rule))
  }

  mutating func items(_ keyword: String) {
    guard mapping["items"]?.sequence == nil else { return refuse(keyword, "a schema in \(dialect.name)") }
    guard let child = child("items") else { return }
    let prefix = dialect == .draft202012 ? children("prefixItems").map(compiler.innerFormula) : []
    add(keyword, itemFormula(ItemRule(prefix: prefix, rest: compiler.innerFormula(child))))
  }

  mutating func tuple(_ keyword: String, rest: String?) {
    guard mapping[keyword]?.sequence != nil else { return refuse(keyword, "a list of schemas") }
    let rest = rest.flatMap { child($0) }.map(compiler.innerFormula) ?? .always
    add(keyword, itemFormula(ItemRule(prefix: children(keyword).map(compiler.innerFormula), rest: rest)))
  }

  func itemFormula(_ rule: ItemRule) -> Formula {
    var prefix = rule.prefix
    while let last = prefix.last, last == rule.rest { prefix.removeLast() }
    return prefix.isEmpty && rule.rest == .always
      ? .always : pool.atom(.items(ItemRule(prefix: prefix, rest: rule.rest)))
  }

  mutating func contains() {
    guard let child = child("contains") else { return }
    let element = compiler.innerFormula(child)
    var least: Int? = 1
    var most: Int?
    if dialect >= .draft201909 {
      least = mapping["minContains"].map { Self.count($0) } ?? 1
      if let node = mapping["maxContains"] {
        guard let count = Self.count(node) else { return refuse("maxContains", "a whole number that is not negative") }
        most = count
      }
    }
    guard let least else { return refuse("minContains", "a whole number that is not negative") }
    if least > 0 { add("contains", .containsAtLeast(element, least)) }
    if let most { add(least > 0 ? "maxContains" : "contains", .containsAtMost(element, most)) }
  }

  mutating func dependencies(_ node: Node, _ keyword: String = "dependencies") {
    guard let entries = node.mapping?.entries else { return refuse(keyword, "a mapping") }
    var parts: [Formula] = []
    for entry in entries {
      let has = pool.atom(.required([ExactText(entry.key)]))
      if entry.value.sequence != nil || keyword == "dependentRequired"
        || dialect == .draft04 && entry.value.string != nil
      {
        guard let names = names(entry.value) ?? entry.value.string.map({ [ExactText($0)] }) else {
          return refuse(keyword, "a mapping to lists of names")
        }
        parts.append(pool.any([!has, names.isEmpty ? .always : pool.atom(.required(names))]))
      } else if let child = child(keyword, entry.key) {
        // For what is no object, `has` holds without anything being there.
        parts.append(pool.any([!pool.atom(.kind(.object)), !has, compiler.formula(child)]))
      }
    }
    add(keyword, pool.all(parts))
  }

  mutating func combination(_ keyword: String, _ node: Node) {
    guard node.sequence?.isEmpty == false else { return refuse(keyword, "a list of schemas that is not empty") }
    let parts = children(keyword).map(compiler.formula)
    switch keyword {
    case "allOf": add(keyword, pool.all(parts))
    case "anyOf": add(keyword, pool.any(parts))
    default: add(keyword, pool.exactlyOne(parts))
    }
  }

  mutating func condition() {
    guard let test = child("if") else { return }
    let condition = compiler.formula(test)
    let then = child("then").map(compiler.formula) ?? .always
    let otherwise = child("else").map(compiler.formula) ?? .always
    add("if", pool.all([pool.any([!condition, then]), pool.any([condition, otherwise])]))
  }

  mutating func reference(_ keyword: String) {
    switch compiler.schema.targets(site)[keyword] {
    case .site(let target)?: add(keyword, compiler.formula(target))
    case .unknown(let why)?: add(keyword, compiler.opaqueKeyword(site, keyword, why))
    case nil: refuse(keyword, "text")
    }
  }

  mutating func readUnevaluated() {
    guard dialect >= .draft201909 else { return }
    for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
      guard let child = child(keyword) else { continue }
      guard let cases = EvaluatedCases(compiler).cases(of: site, excludingUnevaluated: true) else {
        add(keyword, compiler.opaqueKeyword(site, keyword, "what is evaluated here depends on too many branches"))
        continue
      }
      if keyword == "unevaluatedItems", cases.contains(where: \.evaluated.isDisputed) {
        add(
          keyword,
          compiler.opaqueKeyword(site, keyword, "validators differ about 'contains' and 'unevaluatedItems' in 2019-09"))
        continue
      }
      let schema = compiler.innerFormula(child)
      let parts = cases.map { condition, evaluated in
        let rule =
          keyword == "unevaluatedItems"
          ? (evaluated.hasAllItems
            ? .always
            : itemFormula(
              ItemRule(
                prefix: Array(repeating: .always, count: evaluated.prefix),
                rest: pool.any([schema] + evaluated.contained))))
          : (evaluated.hasAllMembers
            ? .always
            : memberFormula(
              MemberRule(
                named: Dictionary(uniqueKeysWithValues: evaluated.names.map { ($0, .always) }),
                patterns: Dictionary(uniqueKeysWithValues: evaluated.patterns.map { ($0, .always) }), rest: schema)))
        return pool.any([!condition, rule])
      }
      add(keyword, pool.all(parts))
    }
  }
}

extension SchemaCompiler {
  fileprivate func opaqueKeyword(_ site: Int, _ keyword: String, _ sentence: String) -> Formula {
    opaque(site, keyword, sentence)
  }

  func innerFormula(_ site: Int) -> Formula { inner(site) }

  fileprivate var countsDependencies: Bool { readsDependencies }
}

/// The reasons of one comparison, each once, by number.
final class ReasonBook {
  private(set) var all: [Reason] = []
  private var numbers: [Reason: Int] = [:]

  struct Reason: Hashable {
    /// The schema that it is found in; nil for the comparison itself.
    let side: Side?
    let place: SchemaPlace
    let sentence: String
  }

  func number(side: Side?, place: SchemaPlace, _ sentence: String) -> Int {
    let reason = Reason(side: side, place: place, sentence: sentence)
    if let known = numbers[reason] { return known }
    numbers[reason] = all.count
    all.append(reason)
    return all.count - 1
  }
}

// MARK: What is evaluated

/// What the keywords of a schema have looked at when a value is valid: what `unevaluated…` leaves out.
struct Evaluated: Hashable {
  var hasAllMembers = false
  var names: Set<ExactText> = []
  var patterns: Set<ExactText> = []
  var hasAllItems = false
  var prefix = 0
  /// Elements that are such are evaluated.
  var contained: Set<Formula> = []
  /// Whether a `contains` of 2019-09 has looked at elements: validators do not agree that it has.
  var isDisputed = false

  func merging(_ other: Evaluated) -> Evaluated {
    Evaluated(
      hasAllMembers: hasAllMembers || other.hasAllMembers, names: names.union(other.names),
      patterns: patterns.union(other.patterns), hasAllItems: hasAllItems || other.hasAllItems,
      prefix: max(prefix, other.prefix), contained: contained.union(other.contained),
      isDisputed: isDisputed || other.isDisputed)
  }
}

/// The ways in which a valid value can be evaluated, each with the condition under which it is that way.
final class EvaluatedCases {
  typealias Cases = [(condition: Formula, evaluated: Evaluated)]
  let compiler: SchemaCompiler
  private let limit = 64
  private var work = 0

  init(_ compiler: SchemaCompiler) { self.compiler = compiler }

  /// Cases of which exactly one holds for each value that is valid at a site; nil when there are too many.
  func cases(of site: Int, excludingUnevaluated: Bool = false, depth: Int = 0) -> Cases? {
    let here = compiler.schema.sites[site]
    work += 1
    guard depth < 40, work < 2_000 else { return nil }
    guard let mapping = here.node.mapping else { return [(.always, Evaluated())] }
    let pool = compiler.pool
    func children(_ keyword: String) -> [Int] { here.children.filter { compiler.schema.sites[$0].keyword == keyword } }
    func inside(_ site: Int) -> Cases? { self.cases(of: site, depth: depth + 1) }

    var own = Evaluated()
    own.names = Set(children("properties").compactMap { compiler.schema.sites[$0].key.map(ExactText.init) })
    own.patterns = Set(children("patternProperties").compactMap { compiler.schema.sites[$0].key.map(ExactText.init) })
    own.hasAllMembers =
      mapping["additionalProperties"] != nil || !excludingUnevaluated && mapping["unevaluatedProperties"] != nil
    if here.dialect == .draft202012 {
      own.prefix = children("prefixItems").count
      own.hasAllItems = mapping["items"] != nil
      if let child = children("contains").first { own.contained = [compiler.innerFormula(child)] }
    } else if let items = mapping["items"] {
      own.prefix = items.sequence?.count ?? 0
      own.hasAllItems = items.sequence == nil || mapping["additionalItems"] != nil
    }
    own.isDisputed = here.dialect == .draft201909 && mapping["contains"] != nil && !own.hasAllItems
    if !excludingUnevaluated, mapping["unevaluatedItems"] != nil { own.hasAllItems = true }

    var result: Cases = [(.always, own)]
    /// Splits every case by cases of which exactly one holds.
    func split(_ cases: Cases?) -> Bool {
      guard let cases else { return false }
      var merged: [Evaluated: [Formula]] = [:]
      for (condition, evaluated) in result {
        for (other, more) in cases {
          let both = pool.all([condition, other])
          if both != .never { merged[evaluated.merging(more), default: []].append(both) }
        }
      }
      result = merged.map { (pool.any($0.value), $0.key) }.sorted { $0.0 < $1.0 }
      return result.count <= limit
    }
    /// The cases of a schema that need not be valid.
    func optional(_ site: Int, when condition: Formula = .always) -> Cases? {
      guard let cases = inside(site) else { return nil }
      let valid = pool.all([condition, compiler.formula(site)])
      return [(!valid, Evaluated())] + cases.map { (pool.all([valid, $0.condition]), $0.evaluated) }
    }

    for keyword in ["$ref", "$recursiveRef", "$dynamicRef"] where mapping[keyword] != nil {
      if case .site(let target)? = compiler.schema.targets(site)[keyword], !split(inside(target)) { return nil }
    }
    for child in here.children {
      let below = compiler.schema.sites[child]
      switch below.keyword {
      case "allOf": if !split(inside(child)) { return nil }
      case "anyOf", "oneOf": if !split(optional(child)) { return nil }
      case "dependentSchemas":
        let has = pool.all([
          pool.atom(.kind(.object)), pool.atom(.required([ExactText(below.key ?? "")])),
        ])
        if !split(optional(child, when: has)) { return nil }
      case "if":
        let test = compiler.formula(child)
        guard let passed = inside(child), let then = children("then").first.map(inside) ?? [(.always, Evaluated())],
          let otherwise = children("else").first.map(inside) ?? [(.always, Evaluated())]
        else { return nil }
        var cases: Cases = otherwise.map { (pool.all([!test, $0.condition]), $0.evaluated) }
        for (condition, evaluated) in passed {
          for (other, more) in then { cases.append((pool.all([test, condition, other]), evaluated.merging(more))) }
        }
        if !split(cases) { return nil }
      default: break
      }
    }
    return result
  }
}
