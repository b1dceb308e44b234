import Documents

/// Turns one schema document into formulas, keyword by keyword, when they are asked for.
final class SchemaCompiler {
  let schema: JSONSchema
  let side: Side
  let pool: FormulaPool
  private let reasons: ReasonBook
  /// Whether `dependencies` counts in dialects that no longer have it; validators differ.
  let readsDependencies: Bool
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
  func innerFormula(_ site: Int) -> Formula {
    nesting += 1
    defer { nesting -= 1 }
    return formula(site)
  }

  /// A formula for what is not understood, with its reason.
  func opaque(_ site: Int, _ keyword: String?, _ sentence: String) -> Formula {
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
