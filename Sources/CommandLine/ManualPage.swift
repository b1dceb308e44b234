import Vocabulary

/// The manual page of a command, in roff's man macros.
package struct ManualPage: Sendable, Hashable {
  /// The name under which `man` finds it: `sluice-deploy.1`.
  package let fileName: String
  /// The page's text: lines, each with its end; it holds no date, so that it changes only with the declarations.
  package let text: String

  /// A page for the program and one for each command and group below it that is not hidden, each before those below it.
  ///
  /// - Parameters:
  ///   - root: The program.
  ///   - version: The version in the pages' footers.
  /// - Returns: The pages.
  package static func pages(root: any CommandGroup.Type, version: String) -> [ManualPage] {
    let root = CommandNode(root: root)
    return root.visibleTree.map { node in
      var writer = ManualWriter(node: node, root: root)
      return ManualPage(fileName: "\(ManualWriter.title(of: node)).1", text: writer.page(version: version))
    }
  }
}

extension ManualPage {
  /// A page of terms and what they mean, under headings: for what is not a command.
  ///
  /// - Parameters:
  ///   - name: The page's name: `sluice-findings`.
  ///   - section: The manual's section: 7 is for overviews and conventions.
  ///   - summary: One line, without a full stop.
  ///   - description: One paragraph.
  ///   - groups: Headings with their terms; each term has a title and lines of text.
  ///   - footer: The program with its version.
  /// - Returns: The page.
  package static func terms(
    name: String, section: Int, summary: String, description: String,
    groups: [(heading: String, terms: [(term: String, title: String, lines: [String])])], footer: String
  ) -> ManualPage {
    var lines = [
      ".TH \(Roff.word(name.uppercased())) \(section) \"\" \(Roff.heading(footer)) \(Roff.heading(name))", ".nh",
      ".ad l",
      ".SH NAME", "\(Roff.word(name)) \\- \(Roff.word(summary))", ".SH DESCRIPTION", Roff.line(description),
    ]
    for group in groups {
      lines.append(".SH \(Roff.heading(group.heading))")
      for item in group.terms {
        lines += [".TP", "\\fB\(Roff.word(item.term))\\fR \(Roff.word(item.title))"]
        for (index, line) in item.lines.enumerated() {
          if index > 0 { lines.append(".br") }
          lines.append(Roff.line(line))
        }
      }
    }
    return ManualPage(fileName: "\(name).\(section)", text: lines.joined(separator: "\n") + "\n")
  }
}

/// Writes one page.
struct ManualWriter {
  private let node: CommandNode
  private let root: CommandNode
  private let reference: Reference
  private var text = ""

  init(node: CommandNode, root: CommandNode) {
    self.node = node
    self.root = root
    reference = Reference(node)
  }

  static func title(of node: CommandNode) -> String { node.path.joined(separator: "-") }

  mutating func page(version: String) -> String {
    let title = Roff.word(Self.title(of: node))
    let program = Roff.word(root.name)
    let summary = node.entry.summary.hasSuffix(".") ? String(node.entry.summary.dropLast()) : node.entry.summary
    macro("TH \(title.uppercased()) 1 \"\" \"\(program) \(Roff.word(version))\" \"\(program)\"")
    // Names and command lines stay whole, and spaces single.
    macro("nh")
    macro("ad l")
    section("NAME") { $0.line("\(title) \\- \(Roff.word(summary))") }
    section("SYNOPSIS") { page in
      page.line("\\fB\(Roff.word(page.node.line))\\fR \(page.reference.usage.map(Roff.word).joined(separator: " "))")
    }
    section("DESCRIPTION") { $0.description() }
    for (heading, nodes) in reference.commands {
      section(heading) { page in
        for node in nodes { page.item("\\fB\(Roff.word(node.name))\\fR", node.entry.summary) }
      }
    }
    section("ARGUMENTS") { page in
      for (term, text) in page.reference.positionals { page.item("\\fI\(Roff.word(term))\\fR", text) }
    }
    options()
    section("ENVIRONMENT") { page in
      for option in page.reference.declarations.options where !option.isHidden {
        guard let variable = option.environment else { continue }
        page.item("\\fB\(Roff.word(variable))\\fR", "Stands for \(option.name) where that is not given.")
      }
    }
    section("EXAMPLES") { page in
      for example in page.node.entry.examples {
        page.item("\\fB\(Roff.word(example.line))\\fR", example.sentence)
      }
    }
    section("EXIT STATUS") { page in
      for exit in page.node.entry.exits { page.item("\\fB\(exit.status.rawValue)\\fR", exit.meaning) }
    }
    section("SEE ALSO") { page in page.related() }
    return text
  }

  private mutating func description() {
    line(Roff.line(node.entry.summary))
    for block in TextLayout.blocks(of: node.entry.discussion) {
      macro("PP")
      switch block {
      case .prose(let prose): line(Roff.line(prose))
      case .verbatim(let lines):
        macro("nf")
        for verbatim in lines { line(Roff.line(verbatim)) }
        macro("fi")
      }
    }
    guard !node.entry.aliases.isEmpty else { return }
    macro("PP")
    line(Roff.line("Also called: \(node.entry.aliases.joined(separator: ", "))"))
  }

  private mutating func options() {
    let groups = reference.optionGroups
    section("OPTIONS") { page in
      for (index, group) in groups.enumerated() {
        if index > 0 { page.macro("SS \(Roff.heading(group.heading))") }
        for option in group.options { page.item(page.term(of: option), page.reference.text(of: option)) }
      }
      for sentence in page.reference.combinations {
        page.macro("PP")
        page.line(Roff.line(sentence))
      }
    }
  }

  private func term(of option: OptionDeclaration) -> String {
    let names = option.names.map { "\\fB\(Roff.word($0))\\fR" }.joined(separator: ", ")
    let value = reference.value(of: option)
    return value.isEmpty ? names : names + "\\fI\(Roff.word(value))\\fR"
  }

  private mutating func related() {
    let parent = node.path.dropLast().joined(separator: "-")
    var titles = parent.isEmpty ? [] : [parent]
    titles += node.visibleChildren.map(Self.title)
    line(titles.map { "\\fB\(Roff.word($0))\\fR(1)" }.joined(separator: ", "))
  }

  // MARK: Lines

  /// A section with its heading; nothing when nothing stands in it.
  private mutating func section(_ heading: String, _ body: (inout ManualWriter) -> Void) {
    var inner = self
    inner.text = ""
    body(&inner)
    guard !inner.text.allSatisfy(\.isWhitespace) else { return }
    macro("SH \(Roff.heading(heading.uppercased()))")
    text += inner.text
  }

  private mutating func item(_ term: String, _ body: String) {
    macro("TP")
    line(term)
    line(Roff.line(body))
  }

  private mutating func macro(_ macro: String) { text += ".\(macro)\n" }

  private mutating func line(_ line: String) { text += line.isEmpty ? "" : line + "\n" }
}

/// Text as roff reads it.
enum Roff {
  /// Text inside of a line.
  static func word(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      case _ where character.isNewline: result += " "
      default: result.append(character)
      }
    }
    return result
  }

  /// Text that is a line: one that begins like a request is shielded.
  static func line(_ text: String) -> String { text.hasPrefix(".") ? "\\&" + word(text) : word(text) }

  /// A macro's argument.
  static func heading(_ text: String) -> String { "\"\(word(text))\"" }
}
