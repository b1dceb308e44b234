/// The tables of a completion script as functions of `case` statements that bash and zsh read alike.
enum PosixCases {
  /// A text in single quotes.
  static func quote(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }

  /// The functions that answer from the table; they set the caller's `place`, `takes`, `action` and `found`.
  ///
  /// - Parameters:
  ///   - table: What there is.
  ///   - names: The quoted words of the arrays of commands and options that a place offers.
  /// - Returns: The functions, an empty line before each.
  static func functions(
    _ table: CompletionTable, names: (CompletionTable.Place) -> (commands: [String], options: [String])
  ) -> String {
    let id = table.identifier
    let steps = table.places.flatMap { place in
      place.steps.map { (keys(place, $0.words), "place=\(quote($0.place))") }
    }
    let options = table.places.flatMap { place in
      place.options.map {
        let action = $0.arity == .none ? "" : CompletionTable.action($0.completion)
        return (keys(place, $0.names), "takes=\(CompletionTable.takes($0.arity)) action=\(quote(action))")
      }
    }
    let arguments = table.places.flatMap { place in
      place.arguments.enumerated().map { index, completion in
        let isOpen = place.lastArgumentRepeats && index == place.arguments.count - 1
        let key = isOpen ? quote("\(place.place)|") + "*" : quote("\(place.place)|\(index + 1)")
        return (key, "action=\(quote(CompletionTable.action(completion)))")
      }
    }
    let captures = table.places.filter(\.capturesRest).map { (quote($0.place), ":") }
    let offered = table.places.map { ($0, names($0)) }
    return [
      function("\(id)_step", "PLACE WORD: goes to the command that a word names.", "$1|$2", steps),
      function("\(id)_option", "PLACE OPTION: what an option takes.", "$1|$2", options),
      function("\(id)_argument", "PLACE NUMBER: what an argument is.", "$1|$2", arguments),
      function("\(id)_captures", "PLACE: whether a command line follows after --.", "$1", captures),
      function(
        "\(id)_commands", "PLACE: the commands there.", "$1",
        offered.filter { !$1.commands.isEmpty }.map { (quote($0.place), list($1.commands)) }),
      function(
        "\(id)_options", "PLACE: the options there.", "$1", offered.map { (quote($0.place), list($1.options)) }),
    ].joined()
  }

  private static func keys(_ place: CompletionTable.Place, _ words: [String]) -> String {
    words.map { quote("\(place.place)|\($0)") }.joined(separator: "|")
  }

  private static func list(_ words: [String]) -> String {
    "found=(\n      \(words.joined(separator: "\n      "))\n    )"
  }

  private static func function(
    _ name: String, _ comment: String, _ subject: String, _ cases: [(pattern: String, body: String)]
  ) -> String {
    let lines = cases.map { "    \($0.pattern)) \($0.body) ;;\n" }.joined()
    return "\n# \(comment)\n\(name)() {\n  case \"\(subject)\" in\n\(lines)    *) return 1 ;;\n  esac\n}\n"
  }
}
