import Vocabulary

/// What help and manual say of a command or group, before it is laid out.
struct Reference {
  let node: CommandNode
  let declarations: Declarations

  init(_ node: CommandNode) {
    self.node = node
    declarations = node.allDeclarations
  }

  /// The parts of the usage line after the name, none of which may be broken.
  var usage: [String] {
    var parts: [String] = []
    let options = declarations.options.filter { !$0.isHidden }
    if node.command == nil { parts.append("COMMAND") } else if node.group != nil { parts.append("[COMMAND]") }
    parts.append("[OPTIONS]")
    parts += options.filter(\.isRequired).map { "\($0.name) \($0.placeholder)" }
    parts += declarations.positionals.map { positional in
      switch positional.count {
      case .required: positional.placeholder
      case .optional: "[\(positional.placeholder)]"
      case .several(atLeast: 0): "[\(positional.placeholder)…]"
      case .several: "\(positional.placeholder)…"
      }
    }
    if let rest = declarations.rest { parts += ["--", "\(rest.placeholder)…"] }
    return parts
  }

  /// The headings with the commands below a group.
  var commands: [(heading: String, nodes: [CommandNode])] {
    node.sections.map { ($0.heading, $0.nodes.filter { !$0.entry.isHidden }) }.filter { !$0.1.isEmpty }
  }

  /// Positional arguments and the captured line: term and text.
  var positionals: [(term: String, text: String)] {
    declarations.positionals.map { ($0.placeholder, $0.help + note([$0.fallback.map { "default: \($0)" }])) }
      + (declarations.rest.map { [("-- \($0.placeholder)…", $0.help)] } ?? [])
  }

  /// The headings with their options: the command's own first, then each group in the order of the declaration.
  var optionGroups: [(heading: String, options: [OptionDeclaration])] {
    let visible = declarations.options.filter { !$0.isHidden }
    var headings: [String?] = [nil]
    for option in visible where !headings.contains(option.heading) { headings.append(option.heading) }
    return headings.map { heading in (heading ?? "Options", visible.filter { $0.heading == heading }) }
      .filter { !$0.options.isEmpty }
  }

  /// `-t, --target NAME`.
  func term(of option: OptionDeclaration) -> String {
    option.names.joined(separator: ", ") + value(of: option)
  }

  /// What follows an option's name: its placeholder.
  func value(of option: OptionDeclaration) -> String {
    switch option.arity {
    case .none: ""
    case .one: " \(option.placeholder)"
    case .several: " \(option.placeholder)…"
    }
  }

  /// An option's help with its default and variable.
  func text(of option: OptionDeclaration) -> String {
    let isRepeated = option.isRepeatable && option.arity != .none
    return option.help
      + note([
        option.isRequired ? "required" : nil, option.fallback.map { "default: \($0)" },
        option.environment.map { "environment: \($0)" }, isRepeated ? "may be repeated" : nil,
      ])
  }

  /// The rules over options, as sentences.
  var combinations: [String] { declarations.combinations.map(\.sentence) }

  private func note(_ parts: [String?]) -> String {
    let parts = parts.compactMap { $0 }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
  }
}
