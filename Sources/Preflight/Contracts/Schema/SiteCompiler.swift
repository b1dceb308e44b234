import Documents

/// Reads the keywords of one schema.
struct SiteCompiler {
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
    add(keyword, compiler.opaque(site, keyword, "'\(keyword)' must be \(wanted)"))
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
    case "dependencies": if dialect <= .draft07 || compiler.readsDependencies { dependencies(node) }
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
    guard let key else { return children(keyword).first }
    return compiler.schema.child(site, keyword, ExactText(key))
  }

  func children(_ keyword: String) -> Range<Int> { compiler.schema.children(site, keyword) }

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
      return compiler.opaque(site, keyword, "'\(keyword)' must be a mapping")
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
    case .unknown(let why)?: add(keyword, compiler.opaque(site, keyword, why))
    case nil: refuse(keyword, "text")
    }
  }

  mutating func readUnevaluated() {
    guard dialect >= .draft201909 else { return }
    for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
      guard let child = child(keyword) else { continue }
      guard let cases = EvaluatedCases(compiler).cases(of: site, excludingUnevaluated: true) else {
        add(keyword, compiler.opaque(site, keyword, "what is evaluated here depends on too many branches"))
        continue
      }
      if keyword == "unevaluatedItems", cases.contains(where: \.evaluated.isDisputed) {
        add(
          keyword,
          compiler.opaque(site, keyword, "validators differ about 'contains' and 'unevaluatedItems' in 2019-09"))
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
