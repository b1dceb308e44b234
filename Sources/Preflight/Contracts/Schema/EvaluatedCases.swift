import Documents

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
    func children(_ keyword: String) -> Range<Int> { compiler.schema.children(site, keyword) }
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
