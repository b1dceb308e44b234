/// A makefile as far as its recipes need it: rules with their prerequisites and lines, variables that are set to text.
struct Makefile {
  /// A rule.
  struct Rule {
    var prerequisites: [String] = []
    var lines: [(text: String, line: Int)] = []
  }

  private(set) var rules: [String: Rule] = [:]
  private(set) var variables: [String: String] = [:]
  /// The first target that is no special one.
  private(set) var firstTarget: String?
  private(set) var hasOneShell = false

  /// Reads a makefile. Conditionals are read as if all their parts held; a target's last recipe counts.
  init(_ text: String) {
    var current: [String] = []
    var pending = ""
    var first = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if pending.isEmpty { first = index + 1 }
      if line.hasSuffix("\\") {
        pending += line.dropLast() + " "
        continue
      }
      let whole = pending + line
      pending = ""
      if whole.hasPrefix("\t") {
        let recipe = String(whole.dropFirst().trimmedOfBlanks)
        if recipe.isEmpty || recipe.hasPrefix("#") { continue }
        for target in current { rules[target, default: Rule()].lines.append((recipe, first)) }
      } else {
        readPlain(whole, &current, line: first)
      }
    }
  }

  private mutating func readPlain(_ line: String, _ current: inout [String], line number: Int) {
    let text = line.prefix { $0 != "#" }.trimmedOfBlanks
    guard !text.isEmpty else { return }
    let words = text.split(separator: " ")
    if let equals = text.firstIndex(of: "="),
      text.firstIndex(of: ":").map({ $0 >= equals || text[$0...].hasPrefix(":=") || text[$0...].hasPrefix("::=") })
        ?? true
    {
      var name = text[..<equals]
      while let last = name.last, ":?+! ".contains(last) { name.removeLast() }
      let isDefault = text[..<equals].hasSuffix("?")
      let key = String(name.split(separator: " ").last ?? "")
      if !(isDefault && variables[key] != nil) { variables[key] = String(text[equals...].dropFirst().trimmedOfBlanks) }
      current = []
    } else if let colon = text.firstIndex(of: ":") {
      let targets = expanded(String(text[..<colon])).split(separator: " ").map(String.init)
      var rest = text[colon...].drop { $0 == ":" }
      let inline = rest.firstIndex(of: ";").map { rest[$0...].dropFirst().trimmedOfBlanks }
      rest = rest.prefix { $0 != ";" }
      let prerequisites = expanded(String(rest)).split(separator: " ").map(String.init).filter { $0 != "|" }
      if targets == [".ONESHELL"] { hasOneShell = true }
      current = targets
      for target in targets {
        rules[target, default: Rule()].prerequisites += prerequisites
        if let inline, !inline.isEmpty { rules[target]?.lines.append((String(inline), number)) }
        if firstTarget == nil, !target.hasPrefix("."), !target.contains("%") { firstTarget = target }
      }
    } else if !["ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "include", "-include", "export", "unexport"]
      .contains(words.first ?? "")
    {
      current = []
    }
  }

  /// A text with its variables replaced; functions and unknown variables become holes, `$$` a dollar.
  func expanded(_ text: String, _ more: [String: String] = [:], depth: Int = 0) -> String {
    guard text.contains("$"), depth < 16 else { return text }
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "$", let next = rest.first else {
        result.append(character)
        continue
      }
      rest = rest.dropFirst()
      if next == "$" {
        result.append("$")
        continue
      }
      var name = String(next)
      if next == "(" || next == "{" {
        let end = rest.firstIndex(of: next == "(" ? ")" : "}") ?? rest.endIndex
        name = String(rest[..<end])
        rest = rest[end...].dropFirst()
      }
      if let value = more[name] ?? variables[name] {
        result += expanded(value, more, depth: depth + 1)
      } else {
        result.unicodeScalars.append(Word.hole)
      }
    }
    return result
  }

  /// What the goals run, in order: prerequisites before the rules that need them; at most 1000 lines.
  func recipe(of goals: [String], _ more: [String: String]) -> [(text: String, line: Int)] {
    var done: Set<String> = []
    var lines: [(text: String, line: Int)] = []
    func add(_ target: String, depth: Int) {
      guard done.insert(target).inserted, depth < 64, lines.count < 1000, let rule = rules[target] else { return }
      for prerequisite in rule.prerequisites { add(prerequisite, depth: depth + 1) }
      var values = more
      (values["@"], values["<"], values["^"]) = (
        target, rule.prerequisites.first ?? "", rule.prerequisites.joined(separator: " ")
      )
      let own = rule.lines.map { (text: expanded($0.text, values), line: $0.line) }
      guard hasOneShell, let first = own.first else { return lines += own }
      lines.append((own.map(\.text).joined(separator: "\n"), first.line))
    }
    for goal in goals { add(goal, depth: 0) }
    return lines
  }
}
