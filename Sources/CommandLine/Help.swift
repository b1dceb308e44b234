import Vocabulary

/// What `--help` prints: plain text, no line wider than asked for unless a single word is.
enum Help {
  /// The help of a command or group.
  ///
  /// - Parameters:
  ///   - node: The command in its tree.
  ///   - width: The columns of the terminal; below 30 it is taken for 30.
  /// - Returns: Lines, each with its end.
  static func text(of node: CommandNode, width: Int) -> String {
    let width = max(width, 30)
    let reference = Reference(node)
    var sections: [[String]] = [TextLayout.wrap(node.entry.summary, width: width)]
    sections.append(usage(reference, width: width))
    if !node.entry.aliases.isEmpty { sections.append(["Also called: \(node.entry.aliases.joined(separator: ", "))"]) }
    sections.append(TextLayout.paragraphs(node.entry.discussion, width: width))
    let commands = reference.commands.map { ($0.heading, $0.nodes.map { ($0.name, $0.entry.summary) }) }
    sections += tables(commands, width)
    let options = reference.optionGroups.map { heading, options in
      (heading, options.map { (aligned($0, reference, width), reference.text(of: $0)) })
    }
    sections += tables([("Arguments", reference.positionals)] + options, width)
    let rules = reference.combinations.flatMap { TextLayout.wrap($0, width: width, indent: 2, hanging: 2) }
    sections.append(rules.isEmpty ? [] : ["Combinations:"] + rules)
    let examples = node.entry.examples.flatMap {
      ["  \($0.line)"] + TextLayout.wrap($0.sentence, width: width, indent: 6)
    }
    sections.append(examples.isEmpty ? [] : ["Examples:"] + examples)
    sections += tables([("Exit statuses", node.entry.exits.map { ("\($0.status.rawValue)", $0.meaning) })], width)
    if node.group != nil {
      let call = node.isRoot ? "\(node.line) help COMMAND" : "\(node.line) COMMAND --help"
      sections.append(TextLayout.wrap("More on one command: \(call)", width: width))
    }
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private static func usage(_ reference: Reference, width: Int) -> [String] {
    // A part with a space in it stays whole: the space is put back after wrapping.
    let parts = reference.usage.map { $0.replacing(" ", with: "\u{A0}") }
    let line = "Usage: \(reference.node.line) \(parts.joined(separator: " "))"
    return TextLayout.wrap(line, width: width, hanging: 4).map { $0.replacing("\u{A0}", with: " ") }
  }

  /// Tables under their headings, all with their texts at the same column.
  private static func tables(
    _ tables: [(heading: String, rows: [(term: String, text: String)])], _ width: Int
  ) -> [[String]] {
    let column = TextLayout.column(for: tables.flatMap { $0.rows.map(\.term) }, width: width)
    return tables.filter { !$0.rows.isEmpty }.map { heading, rows in
      let rows = rows.map { TextLayout.Row(term: $0.term, text: $0.text) }
      return ["\(heading):"] + TextLayout.table(rows, column: column, width: width)
    }
  }

  /// A term whose long name stands below those of its neighbours, where there is room.
  private static func aligned(_ option: OptionDeclaration, _ reference: Reference, _ width: Int) -> String {
    let term = reference.term(of: option)
    return width < 60 || !(option.names.first?.hasPrefix("--") ?? false) ? term : "    " + term
  }
}
