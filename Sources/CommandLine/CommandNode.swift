/// A command or group in its place in the tree.
struct CommandNode {
  /// The names from the program to this one.
  let path: [String]
  let entry: any CommandEntry.Type

  /// The outermost group.
  init(root: any CommandGroup.Type) {
    path = [root.name]
    entry = root
  }

  private init(path: [String], entry: any CommandEntry.Type) {
    self.path = path
    self.entry = entry
  }

  var name: String { entry.name }

  /// What a person types to call it: `sluice runs list`.
  var line: String { path.joined(separator: " ") }

  var isRoot: Bool { path.count == 1 }

  var group: (any CommandGroup.Type)? { entry as? any CommandGroup.Type }

  /// The command that runs here: the entry itself, or the group's fallback.
  var command: (any Command.Type)? { entry as? any Command.Type ?? group?.fallback }

  /// The headings with all commands below this group, hidden ones included.
  var sections: [(heading: String, nodes: [CommandNode])] {
    (group?.sections ?? []).map { section in
      (section.heading, section.entries.map { CommandNode(path: path + [$0.name], entry: $0) })
    }
  }

  /// All commands below this group, hidden ones included.
  var children: [CommandNode] { sections.flatMap(\.nodes) }

  /// The commands that help, completions and manual show.
  var visibleChildren: [CommandNode] { children.filter { !$0.entry.isHidden } }

  /// This node and all below it that are shown, each before those below it.
  var visibleTree: [CommandNode] { [self] + visibleChildren.flatMap(\.visibleTree) }

  /// This node and all below it.
  var tree: [CommandNode] { [self] + children.flatMap(\.tree) }

  /// The command that a word names, by its name or an alias.
  func child(_ word: String) -> CommandNode? {
    children.first { $0.entry.name == word || $0.entry.aliases.contains(word) }
  }

  /// The arguments of the command that runs here, without `--help` and `--version`.
  var declarations: Declarations { command.map(Declarations.init) ?? Declarations() }

  /// The same with `--help`, and `--version` for the program.
  var allDeclarations: Declarations {
    var all = declarations
    all.options += isRoot ? [Declarations.help, Declarations.version] : [Declarations.help]
    return all
  }
}

extension Declarations {
  /// What a command declares: its initialiser run on nothing.
  init(_ command: any Command.Type) {
    var arguments = Arguments()
    _ = command.init(&arguments)
    arguments.finish()
    self = arguments.declarations
  }
}
