import Documents

/// Finds every schema of a document and resolves every reference in it. Walks without recursion: depth costs no stack.
struct SchemaIndex {
  private(set) var sites: [JSONSchema.Site] = []
  private(set) var targets: [Int: [String: JSONSchema.Target]] = [:]
  private(set) var hasOldDependencies = false
  private var resources: [(address: Address, root: Int)] = []
  private var resourceByAddress: [String: Int] = [:]
  private var anchors: [Anchor: Int] = [:]
  private var dynamicAnchors: [String: [Int]] = [:]
  private var recursiveAnchors: Set<Int> = []
  private var references: [(site: Int, keyword: String, text: String)] = []
  /// Where each step from a site to one below it leads.
  private(set) var reached: [Step: Int] = [:]

  private struct Anchor: Hashable {
    let resource: Int
    let name: String
  }

  /// One step down from a site.
  struct Step: Hashable, Sendable {
    let site: Int
    let keyword: String
    let key: ExactText?
  }

  init(root: Node, dialect: SchemaDialect) {
    resources = [(Address(""), 0)]
    append(
      JSONSchema.Site(node: root, parent: nil, keyword: "", key: nil, dialect: dialect, resource: 0))
  }

  /// Fills `sites` and `targets`.
  mutating func walk() {
    var next = 0
    var resolved = 0
    while next < sites.count {
      while next < sites.count {
        enter(next)
        next += 1
      }
      // A pointer may lead to a place that no keyword of JSON Schema leads to: it becomes a site and is walked too.
      while resolved < references.count {
        let reference = references[resolved]
        targets[reference.site, default: [:]][reference.keyword] = target(of: reference)
        resolved += 1
      }
    }
  }

  private mutating func append(_ site: JSONSchema.Site) { sites.append(site) }

  private mutating func enter(_ index: Int) {
    let site = sites[index]
    guard let mapping = site.node.mapping else { return }
    let hidesSiblings = site.dialect < .draft201909 && mapping["$ref"] != nil
    var resource = site.resource
    var dialect = site.dialect
    let idKeyword = site.dialect == .draft04 ? "id" : "$id"
    if !hidesSiblings, let id = mapping[idKeyword]?.string {
      if site.dialect < .draft201909, id.hasPrefix("#") {
        anchors[Anchor(resource: resource, name: String(id.dropFirst()))] = index
      } else {
        if let named = mapping["$schema"]?.string.flatMap(SchemaDialect.init(schema:)) { dialect = named }
        let address = resources[resource].address.resolving(id)
        if index == 0 {
          resources[0] = (address, 0)
        } else {
          resources.append((address, index))
          resource = resources.count - 1
        }
        if resourceByAddress[address.text] == nil { resourceByAddress[address.text] = resource }
        sites[index] = JSONSchema.Site(
          node: site.node, parent: site.parent, keyword: site.keyword, key: site.key, dialect: dialect,
          resource: resource)
      }
    }
    if dialect >= .draft201909 {
      if let name = mapping["$anchor"]?.string { anchors[Anchor(resource: resource, name: name)] = index }
      if dialect >= .draft202012, let name = mapping["$dynamicAnchor"]?.string {
        anchors[Anchor(resource: resource, name: name)] = index
        dynamicAnchors[name, default: []].append(index)
      }
      if mapping["$recursiveAnchor"]?.boolean == true { recursiveAnchors.insert(index) }
    }
    if let text = mapping["$ref"]?.string { references.append((index, "$ref", text)) }
    if dialect == .draft201909, let text = mapping["$recursiveRef"]?.string {
      references.append((index, "$recursiveRef", text))
    }
    if dialect == .draft202012, let text = mapping["$dynamicRef"]?.string {
      references.append((index, "$dynamicRef", text))
    }
    let first = sites.count
    var parts: [JSONSchema.Part] = []
    func add(_ node: Node, _ keyword: String, _ key: String?) {
      append(
        JSONSchema.Site(node: node, parent: index, keyword: keyword, key: key, dialect: dialect, resource: resource))
      reached[Step(site: index, keyword: keyword, key: key.map(ExactText.init))] = sites.count - 1
    }
    for entry in mapping.entries {
      if entry.key == "dependencies", dialect > .draft07 { hasOldDependencies = true }
      let start = sites.count
      defer { if start < sites.count { parts.append(JSONSchema.Part(keyword: entry.key, sites: start..<sites.count)) } }
      switch entry.key {
      case "additionalItems", "additionalProperties", "contains", "else", "if", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties", "contentSchema":
        add(entry.value, entry.key, nil)
      case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies":
        for child in entry.value.mapping?.entries ?? [] where entry.key != "dependencies" || child.value.sequence == nil
        {
          add(child.value, entry.key, child.key)
        }
      case "allOf", "anyOf", "oneOf", "prefixItems", "items":
        if let elements = entry.value.sequence {
          for (position, element) in elements.enumerated() { add(element, entry.key, "\(position)") }
        } else if entry.key == "items" {
          add(entry.value, entry.key, nil)
        }
      default: break
      }
    }
    sites[index].children = first..<sites.count
    sites[index].parts = parts
  }
}

// MARK: References

extension SchemaIndex {
  private mutating func target(of reference: (site: Int, keyword: String, text: String)) -> JSONSchema.Target {
    let home = sites[reference.site].resource
    let parts = reference.text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    var resource = home
    if let address = parts.first, !address.isEmpty {
      let wanted = resources[home].address.resolving(String(address)).text
      guard let found = resourceByAddress[wanted] else {
        return .unknown("'\(reference.text)' is not in this file, and nothing is fetched")
      }
      resource = found
    }
    guard let fragment = Address.decoded(parts.count > 1 ? String(parts[1]) : "") else {
      return .unknown("'\(reference.text)' is no reference")
    }
    var found: Int?
    if fragment.isEmpty {
      found = resources[resource].root
    } else if fragment.hasPrefix("/") {
      found = site(at: fragment, from: resources[resource].root)
    } else {
      found = anchors[Anchor(resource: resource, name: fragment)]
    }
    guard let found else { return .unknown("'\(reference.text)' leads nowhere in this file") }
    switch reference.keyword {
    case "$dynamicRef":
      guard let others = dynamicAnchors[fragment], others.contains(found), others.count > 1 else { return .site(found) }
      return .unknown("'\(fragment)' is anchored \(others.count) times, and which one counts depends on the way to it")
    case "$recursiveRef":
      guard recursiveAnchors.contains(found), recursiveAnchors.count > 1 else { return .site(found) }
      return .unknown("where '$recursiveRef' leads depends on the way to it")
    default: return .site(found)
    }
  }

  /// The site that a JSON pointer names.
  private mutating func site(at pointer: String, from start: Int) -> Int? {
    let tokens = pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.unescaped)
    var current = start
    var position = 0
    while position < tokens.count {
      if let next = reached[Step(site: current, keyword: tokens[position], key: nil)] {
        (current, position) = (next, position + 1)
      } else if position + 1 < tokens.count,
        let next = reached[Step(site: current, keyword: tokens[position], key: ExactText(tokens[position + 1]))]
      {
        (current, position) = (next, position + 2)
      } else {
        return siteBeyondKeywords(tokens[position...], below: current)
      }
    }
    return current
  }

  private mutating func siteBeyondKeywords(_ tokens: ArraySlice<String>, below site: Int) -> Int? {
    let path = tokens.joined(separator: "/")
    let step = Step(site: site, keyword: path, key: ExactText(""))
    if let known = reached[step] { return known }
    var node = sites[site].node
    for token in tokens {
      guard let next = node[token] ?? Int(token).flatMap({ node[$0] }) else { return nil }
      node = next
    }
    append(
      JSONSchema.Site(
        node: node, parent: site, keyword: path, key: nil, dialect: sites[site].dialect, resource: sites[site].resource)
    )
    reached[step] = sites.count - 1
    return sites.count - 1
  }

  private static func unescaped(_ token: Substring) -> String {
    var result = ""
    var rest = token
    while let tilde = rest.firstIndex(of: "~") {
      result += rest[..<tilde]
      let code = rest[tilde...].dropFirst().first
      result += code == "1" ? "/" : "~"
      rest = rest[tilde...].dropFirst(2)
    }
    return result + rest
  }
}

/// An absolute or relative address, as far as `$id` and `$ref` need it.
struct Address {
  let text: String

  /// An address without its fragment.
  init(_ text: String) { self.text = String(text.prefix { $0 != "#" }) }

  /// The address that a reference means where this one is the base (RFC 3986, 5.2).
  func resolving(_ reference: String) -> Address {
    let reference = Address(reference).text
    guard !reference.isEmpty else { return self }
    let (scheme, authority, path) = Self.parts(of: text)
    let (ownScheme, ownAuthority, ownPath) = Self.parts(of: reference)
    if !ownScheme.isEmpty { return Address(reference) }
    if !ownAuthority.isEmpty { return Address(scheme + reference) }
    let merged =
      ownPath.hasPrefix("/")
      ? ownPath : String(path[..<(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)]) + ownPath
    let slash = !authority.isEmpty && !merged.hasPrefix("/") ? "/" : ""
    return Address(scheme + authority + Self.withoutDots(slash + merged))
  }

  /// `https:`, `//host`, `/path`.
  private static func parts(of text: String) -> (scheme: String, authority: String, path: String) {
    var rest = Substring(text)
    var scheme = ""
    if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/"), colon > rest.startIndex {
      scheme = String(rest[...colon])
      rest = rest[colon...].dropFirst()
    }
    var authority = ""
    if rest.hasPrefix("//") {
      let end = rest.dropFirst(2).firstIndex(of: "/") ?? rest.endIndex
      authority = String(rest[..<end])
      rest = rest[end...]
    }
    return (scheme, authority, String(rest))
  }

  private static func withoutDots(_ path: String) -> String {
    guard path.contains(".") else { return path }
    var result: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    for (position, segment) in segments.enumerated() {
      switch segment {
      case ".": if position == segments.count - 1 { result.append("") }
      case "..":
        if result.count > 1 || result.first.map({ !$0.isEmpty }) == true { result.removeLast() }
        if position == segments.count - 1 { result.append("") }
      default: result.append(segment)
      }
    }
    return result.joined(separator: "/")
  }

  /// Text without its percent escapes; nil when they are not UTF-8.
  static func decoded(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
