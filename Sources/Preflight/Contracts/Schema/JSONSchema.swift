package import Documents

/// One schema document: its dialect, and where its `$id`, anchors and pointers lead. Nothing is ever fetched.
package struct JSONSchema: Sendable {
  /// The limits for reading schemas with `JSON.parse`.
  package static let limits = DocumentLimits(bytes: 32 << 20, depth: 256, nodes: 4_000_000)

  /// The document's root.
  package let root: Node
  /// The dialect of the root.
  package let dialect: SchemaDialect
  /// Every schema in the document, parents before their children; the root is the first.
  private(set) var sites: [Site] = []
  /// Where the `$ref`, `$dynamicRef` or `$recursiveRef` of a site leads.
  private(set) var targets: [Int: [String: Target]] = [:]

  /// A schema document; `dialect` counts where the document names none in `$schema` and shows none by what it uses.
  package init(_ root: Node, dialect: SchemaDialect = .draft202012) {
    self.root = root
    self.dialect =
      root["$schema"]?.string.flatMap(SchemaDialect.init(schema:)) ?? Self.shownDialect(root, otherwise: dialect)
    var index = SchemaIndex(root: root, dialect: self.dialect)
    index.walk()
    sites = index.sites
    targets = index.targets
    hasOldDependencies = index.hasOldDependencies
    steps = index.reached
  }

  private let steps: [SchemaIndex.Step: Int]

  /// The sites that stand under a keyword of a site, in the document's order.
  func children(_ site: Int, _ keyword: String) -> Range<Int> {
    sites[site].parts.first { $0.keyword == keyword }?.sites ?? 0..<0
  }

  /// The site under a keyword of a site that has this name there.
  func child(_ site: Int, _ keyword: String, _ key: ExactText) -> Int? {
    guard let child = steps[SchemaIndex.Step(site: site, keyword: keyword, key: key)] else { return nil }
    return children(site, keyword).contains(child) ? child : nil
  }

  /// One schema of the document.
  struct Site: Sendable {
    let node: Node
    /// The site above it; nil for the root and for what only a pointer reaches.
    let parent: Int?
    /// The keyword of the parent that it stands under, or the pointer's tokens from there.
    let keyword: String
    /// Its name or position under that keyword.
    let key: String?
    let dialect: SchemaDialect
    /// The resource it belongs to.
    let resource: Int
    /// The sites below it, in the document's order.
    var children: Range<Int> = 0..<0
    /// The same by the keyword that they stand under.
    var parts: [Part] = []
  }

  /// What stands under one keyword of a site.
  struct Part: Sendable {
    let keyword: String
    let sites: Range<Int>
  }

  /// Where a reference leads.
  enum Target: Hashable, Sendable {
    case site(Int)
    /// Nowhere that can be known, and why.
    case unknown(String)
  }

  /// Whether `dependencies` is used in a dialect that has it no longer.
  private(set) var hasOldDependencies = false

  /// Where the reference keywords of a site lead.
  func targets(_ site: Int) -> [String: Target] { targets[site] ?? [:] }

  /// The place of a site, or of a keyword in it.
  func place(of site: Int, keyword: String? = nil) -> SchemaPlace {
    var tokens: [String] = []
    var current = site
    while let parent = sites[current].parent {
      tokens.append("/" + sites[current].keyword + (sites[current].key.map { "/" + Self.escaped($0) } ?? ""))
      current = parent
    }
    let entry = keyword.flatMap { sites[site].node.mapping?.entry($0) }
    return SchemaPlace(
      pointer: tokens.reversed().joined() + (entry.map { "/" + Self.escaped($0.key) } ?? ""),
      mark: entry?.keyMark ?? sites[site].node.mark)
  }

  private static func escaped(_ token: String) -> String {
    guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return token }
    return token.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
  }

  /// The dialect of a document that names none and has what only an old one has: tuples under `items`, truth values under
  /// `exclusiveMinimum`.
  private static func shownDialect(_ root: Node, otherwise dialect: SchemaDialect) -> SchemaDialect {
    guard dialect == .draft202012 else { return dialect }
    var shown = dialect
    var rest = [(root, 0)]
    while let (node, depth) = rest.popLast() {
      if let elements = node.sequence {
        rest += elements.map { ($0, depth + 1) }
      } else if let mapping = node.mapping {
        for entry in mapping.entries {
          switch entry.key {
          case "exclusiveMinimum" where entry.value.boolean != nil, "exclusiveMaximum" where entry.value.boolean != nil:
            return .draft04
          case "items" where entry.value.sequence != nil: shown = .draft201909
          case "enum", "const", "default", "examples", "example": continue
          default: break
          }
          if entry.value.scalar == nil { rest.append((entry.value, depth + 1)) }
        }
      }
    }
    return shown
  }
}
