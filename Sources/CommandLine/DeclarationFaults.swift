/// What is wrong with a program's declarations, for a test to ask: parsing takes them as they are.
package enum DeclarationFaults {
  /// All faults, each with the command it is in; empty when the declarations hold together.
  package static func all(root: any CommandGroup.Type) -> [String] {
    CommandNode(root: root).tree.flatMap { node in
      (faults(ofNames: node) + faults(ofOptions: node) + faults(ofPositionals: node) + faults(ofHelp: node))
        .map { "'\(node.line)': \($0)" }
    }
  }

  private static func faults(ofNames node: CommandNode) -> [String] {
    var faults: [String] = []
    var seen: Set<String> = node.isRoot ? ["help", CompletionRequest.word] : []
    for word in node.children.flatMap({ [$0.name] + $0.entry.aliases }) {
      if !isName(word) { faults.append("command '\(word)' is not of lower-case letters, digits and hyphens") }
      if !seen.insert(word).inserted { faults.append("command '\(word)' is there twice") }
    }
    if node.group != nil, node.children.isEmpty { faults.append("the group has no command") }
    return faults
  }

  private static func faults(ofOptions node: CommandNode) -> [String] {
    let declarations = node.declarations
    var faults = declarations.faults
    var seen = Set(Declarations.help.names + (node.isRoot ? Declarations.version.names : []))
    for option in declarations.options {
      if option.names.isEmpty { faults.append("an option has no name: \(option.help)") }
      for name in option.names {
        let body = name.drop { $0 == "-" }
        let isShort = name.count == 2 && body.count == 1 && (body.first?.isLetter ?? false)
        let isLong = name.hasPrefix("--") && name.count > 3 && isName(String(body))
        if !isShort && !isLong { faults.append("option '\(name)' is neither like '-x' nor like '--word'") }
        if !seen.insert(name).inserted { faults.append("option '\(name)' is there twice") }
      }
      for word in words(of: option.completion) where word.contains(where: \.isWhitespace) {
        faults.append("option '\(option.name)': '\(word)' has a space, which scripts cannot carry")
      }
    }
    return faults
  }

  private static func faults(ofPositionals node: CommandNode) -> [String] {
    let positionals = node.declarations.positionals
    var faults: [String] = []
    for (before, after) in zip(positionals, positionals.dropFirst()) {
      switch (before.count, after.count) {
      case (.several, _): faults.append("argument \(after.placeholder) follows a list that takes all")
      case (.optional, .required): faults.append("argument \(after.placeholder) is required after an optional one")
      default: break
      }
    }
    if node.group != nil, !positionals.isEmpty { faults.append("the fallback of a group takes arguments") }
    return faults
  }

  private static func faults(ofHelp node: CommandNode) -> [String] {
    let declarations = node.declarations
    let texts = declarations.options.map(\.help) + declarations.positionals.map(\.help) + [node.entry.summary]
    let sentences = texts + (declarations.rest.map { [$0.help] } ?? []) + node.entry.examples.map(\.sentence)
    return sentences.filter { !$0.hasSuffix(".") || $0.contains(where: \.isNewline) }
      .map { "'\($0)' is not a sentence on one line" }
  }

  private static func isName(_ word: String) -> Bool {
    guard let first = word.utf8.first, first != UInt8(ascii: "-") else { return false }
    return word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }

  private static func words(of completion: Completion) -> [String] {
    switch completion {
    case .words(let words): words
    case .file(let extensions): extensions
    case .dynamic(let kind): [kind]
    case .none, .directory, .command: []
    }
  }
}
