package import Vocabulary

/// What a command line asks for.
package enum Parsed: Sendable {
  /// A command with its arguments, ready to run.
  case command(any Command)
  /// Help, as text to print on standard output.
  case help(String)
  /// The program's version.
  case version
  /// A shell wants to know names.
  case completion(CompletionRequest)
}

/// Reads command lines by the declarations of a program.
package struct Parser: Sendable {
  private let root: any CommandGroup.Type

  /// A reader of a program's command lines.
  ///
  /// - Parameter root: The outermost group; its name is the program's.
  package init(root: any CommandGroup.Type) { self.root = root }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - arguments: The words after the program's name.
  ///   - environment: The variables that declarations may name.
  ///   - now: The moment from which ages count.
  ///   - width: The columns that help may fill.
  /// - Returns: What the line asks for.
  /// - Throws: `UsageFailure` with all problems of the line.
  package func parse(
    _ arguments: [String], environment: [String: String], now: Timestamp, width: Int = 80
  ) throws(UsageFailure) -> Parsed {
    if let request = completionRequest(arguments) { return .completion(request) }
    let words = arguments.enumerated().map { Word(position: $0.offset, text: $0.element) }
    return try parse(words[...], at: CommandNode(root: root), Reading(environment, now, width))
  }

  private struct Reading {
    let environment: [String: String]
    let now: Timestamp
    let width: Int

    init(_ environment: [String: String], _ now: Timestamp, _ width: Int) {
      self.environment = environment
      self.now = now
      self.width = width
    }
  }

  private func parse(
    _ words: ArraySlice<Word>, at node: CommandNode, _ reading: Reading
  ) throws(UsageFailure) -> Parsed {
    guard node.group != nil else { return try read(words, at: node, reading) }
    guard let first = words.first else {
      if node.command != nil { return try read(words, at: node, reading) }
      throw missingCommand(at: node)
    }
    if node.isRoot, first.text == "--version" { return .version }
    if node.isRoot, first.text == "help" { return try help(on: words.dropFirst(), at: node, reading) }
    if let child = node.child(first.text) { return try parse(words.dropFirst(), at: child, reading) }
    if first.text.hasPrefix("-"), first.text != "-" {
      if node.command != nil { return try read(words, at: node, reading) }
      // Help is given wherever it is asked for, as after a command's name.
      if words.prefix(while: { $0.text != "--" }).contains(where: { Declarations.help.names.contains($0.text) }) {
        return .help(Help.text(of: node, width: reading.width))
      }
      throw misplacedOption(first.text, at: node)
    }
    throw unknownCommand(first.text, at: node)
  }

  private func read(
    _ words: ArraySlice<Word>, at node: CommandNode, _ reading: Reading
  ) throws(UsageFailure) -> Parsed {
    guard let command = node.command else { throw missingCommand(at: node) }
    let line = LineMatcher.match(Array(words), node.allDeclarations)
    if line.wantsHelp { return .help(Help.text(of: node, width: reading.width)) }
    if node.isRoot, line.occurrences[Declarations.version.name] != nil { return .version }
    var arguments = Arguments(line: line, environment: reading.environment, now: reading.now)
    let value = command.init(&arguments)
    arguments.reportUnexpected(at: node)
    guard !arguments.hasProblems else { throw failure(arguments.foundProblems, at: node) }
    return .command(value)
  }

  private func help(
    on words: ArraySlice<Word>, at root: CommandNode, _ reading: Reading
  ) throws(UsageFailure) -> Parsed {
    var node = root
    for word in words where !Declarations.help.names.contains(word.text) {
      guard let child = node.child(word.text) else { throw unknownCommand(word.text, at: node) }
      node = child
    }
    return .help(Help.text(of: node, width: reading.width))
  }

  /// `__complete KIND PREFIX [WORD…]`.
  private func completionRequest(_ arguments: [String]) -> CompletionRequest? {
    guard arguments.first == CompletionRequest.word, arguments.count >= 2 else { return nil }
    return CompletionRequest(
      kind: arguments[1], prefix: arguments.count > 2 ? arguments[2] : "", words: Array(arguments.dropFirst(3)))
  }
}

// MARK: - Failures

extension Parser {
  private func failure(_ problems: [UsageProblem], at node: CommandNode) -> UsageFailure {
    UsageFailure(problems: problems, help: "\(node.line) --help")
  }

  private func missingCommand(at node: CommandNode) -> UsageFailure {
    let names = node.visibleChildren.map(\.name)
    return failure(
      [UsageProblem("no command is given after '\(node.line)'", remedy: "one of \(names.joined(separator: ", "))")],
      at: node)
  }

  private func unknownCommand(_ word: String, at node: CommandNode) -> UsageFailure {
    let candidates = node.visibleChildren.flatMap { [$0.entry.name] + $0.entry.aliases }
    guard !candidates.isEmpty else {
      return failure([UsageProblem("'\(node.line)' has no command \(word.quoted)")], at: node)
    }
    var meant: [String] = []
    for name in Suggestions.nearest(to: word, among: candidates).compactMap({ node.child($0)?.name })
    where !meant.contains(name) { meant.append(name) }
    let question = Suggestions.question(naming: meant)
    let names = node.visibleChildren.map(\.name)
    let remedy = question ?? (node.isRoot ? nil : "one of \(names.joined(separator: ", "))")
    let what = node.isRoot ? "unknown command \(word.quoted)" : "unknown command \(word.quoted) after '\(node.line)'"
    return failure([UsageProblem(what, remedy: remedy)], at: node)
  }

  private func misplacedOption(_ word: String, at node: CommandNode) -> UsageFailure {
    let name = String(word.prefix { $0 != "=" })
    let isKnown = node.tree.contains { $0.declarations.option(name) != nil }
    let known = node.allDeclarations.options.flatMap(\.names)
    let problem =
      isKnown
      ? UsageProblem(
        "option \(name.quoted) stands before a command", why: "options belong to the command they follow",
        remedy: "'\(node.line) COMMAND \(name.harmless)'")
      : UsageProblem("unknown option \(name.quoted)", remedy: Suggestions.question(for: name, among: known))
    return failure([problem], at: node)
  }
}
