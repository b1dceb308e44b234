/// What completion scripts know of a program: for each place on a line, what can follow.
///
/// A place is the path of a command without the program's name: `` (the program), `runs`, `runs list`. The scripts look
/// up `PLACE|WORD`; names hold neither spaces nor bars.
struct CompletionTable {
  struct Entry {
    let name: String
    let help: String
  }

  struct Place {
    let place: String
    /// All words that lead on, aliases included, with the places that they lead to.
    let steps: [(words: [String], place: String)]
    /// The commands to offer.
    let commands: [Entry]
    let options: [OptionDeclaration]
    /// What each positional argument is completed with; the last may stand for all that follow.
    let arguments: [Completion]
    let lastArgumentRepeats: Bool
    let capturesRest: Bool
  }

  let program: String
  let places: [Place]

  init(root: any CommandGroup.Type) {
    program = root.name
    places = CommandNode(root: root).visibleTree.map { node in
      let place = node.path.dropFirst().joined(separator: " ")
      let children = node.visibleChildren
      let declarations = node.allDeclarations
      let commands = children.map { Entry(name: $0.name, help: $0.entry.summary) }
      return Place(
        place: place,
        steps: children.map { ([$0.name] + $0.entry.aliases, $0.path.dropFirst().joined(separator: " ")) },
        commands: commands + (node.isRoot ? [Entry(name: "help", help: "Show the help of a command.")] : []),
        options: declarations.options.filter { !$0.isHidden }, arguments: declarations.positionals.map(\.completion),
        lastArgumentRepeats: declarations.positionals.last.map { if case .several = $0.count { true } else { false } }
          ?? false, capturesRest: declarations.rest != nil)
    }
  }

  /// The word that shell functions of the program begin with: its name without what a function's name may not hold.
  var identifier: String { "_" + program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" } }

  /// A completion as words that a script can split at spaces.
  static func action(_ completion: Completion) -> String {
    switch completion {
    case .none: "none"
    case .words(let words): (["words"] + words).joined(separator: " ")
    case .file(let extensions): (["file"] + extensions).joined(separator: " ")
    case .directory: "directory"
    case .dynamic(let kind): "dynamic \(kind)"
    case .command: "command"
    }
  }

  /// How many values follow an option, as a script's word.
  static func takes(_ arity: OptionDeclaration.Arity) -> String {
    switch arity {
    case .none: "none"
    case .one: "one"
    case .several: "several"
    }
  }
}
