import Machine
import Vocabulary

/// One line of the table of programs: whom it is about, how its arguments are read, what it does, and how that is known.
struct ProgramRow: Sendable {
  /// The names it goes by.
  let names: [String]
  /// How its own arguments are told from the command that it starts.
  let grammar: ArgumentGrammar
  /// What it does.
  let action: Action
  /// How that is known.
  let basis: Basis
  /// One sentence for the chain.
  let explanation: String

  /// What a program does.
  enum Action: Sendable {
    case execs
    case supervises(SupervisionPattern)
    case daemonizes
    case neverStarts
    case ends
    case filter
    case runs
    /// It serves requests, and cuts its sessions when it is stopped.
    case serves
    case unknown
    /// Code reads the files that it reads.
    case follows(String)
  }

  /// How it is known what a program does.
  enum Basis: String, Sendable, CaseIterable {
    /// It was run with an agent below it.
    case verified
    /// Its documentation says so.
    case documented
    /// Its code says so.
    case source
  }
}

/// What a program does with its children and with signals, without the children.
struct SupervisionPattern: Sendable {
  var ownGroup = false
  var afterwards = Supervision.Afterwards.leaves
  var handlers: [Signal: [Supervision.Step]] = [:]
  var ignored: Set<Signal> = []

  /// A deadline from here on cuts nothing that the agent's own drain timeout, 1800 s, does not cut.
  static let drainTimeout = Duration.seconds(1800)

  /// The supervision of children.
  func supervision(of launches: [Launch], order: Supervision.Order = .together) -> Supervision {
    Supervision(
      children: launches.map { Supervision.Child($0, ownGroup: ownGroup) }, order: order, afterwards: afterwards,
      handlers: handlers.mapValues(SupervisionPattern.withoutLateKills), ignored: ignored)
  }

  /// Steps in which nothing follows a pause that is longer than any drain.
  private static func withoutLateKills(_ steps: [Supervision.Step]) -> [Supervision.Step] {
    let late = steps.firstIndex { if case .pause(let time) = $0 { time >= drainTimeout } else { false } }
    return late.map { steps[..<$0] + [.awaitChildren] + steps.suffix(1).filter(isLeaving) } ?? steps
  }

  private static func isLeaving(_ step: Supervision.Step) -> Bool {
    if case .leave = step { true } else { false }
  }
}

/// How a program's own arguments are told from the command that it starts.
///
/// Options end at the first operand, as POSIX has it; every program of the table that starts another stops there.
struct ArgumentGrammar: Sendable {
  /// Options that take the next word as their value, as they are written: `-u`, `--user`.
  var valued: Set<String> = []
  /// Operands between the options and the command.
  var operands = 0
  /// Whether `NAME=value` stands before the command.
  var takesAssignments = false
  /// The words one of which must come first; empty when any may.
  var subcommands: [String] = []
  /// Options whose value is a line for the shell.
  var lineOptions: Set<String> = []
  /// Whether the words of the command are joined to a line for the shell.
  var isLine = false
  /// Whether options may follow the operands.
  var optionsFollow = false
  /// Whether nothing is started.
  var startsNothing = false
  /// What must hold for the row to hold.
  var conditions: [Condition] = []

  /// What must hold.
  enum Condition: Hashable, Sendable {
    /// One of the options is there.
    case option([String], isThere: Bool)
    /// It is process 1.
    case first(Bool)
    /// `ps` is on the image.
    case ps(Bool)
    /// bash is on the image.
    case bash(Bool)
  }
}

/// What the arguments of a program say.
struct ProgramArguments {
  /// Options that are there, with their values.
  var options: [(name: String, value: Word?)] = []
  /// `NAME=value` before the command.
  var assignments: [(name: String, value: Word)] = []
  var operands: [Word] = []
  var subcommand: String?
  /// What is started; empty when nothing is.
  var command: [Word] = []
  /// A line for the shell instead.
  var line: Word?

  /// The value of the last of these options that has one.
  func value(_ names: String...) -> Word? { options.last { names.contains($0.name) && $0.value != nil }?.value }

  /// Whether one of these options is there.
  func has(_ names: String...) -> Bool { options.contains { names.contains($0.name) } }

  /// Reads arguments; nil when they do not fit the grammar, because a subcommand is missing.
  init?(_ words: some Collection<Word>, _ grammar: ArgumentGrammar) {
    var rest = words[...]
    while let word = rest.first {
      let text = word.known ?? ""
      if text == "--" {
        rest = rest.dropFirst()
        if subcommand == nil, !grammar.subcommands.isEmpty { continue }
        break
      }
      if text.count > 1, text.hasPrefix("-"), operands.isEmpty || grammar.optionsFollow {
        rest = rest.dropFirst()
        readOption(text, &rest, grammar)
      } else if subcommand == nil, !grammar.subcommands.isEmpty {
        guard grammar.subcommands.contains(text) else { return nil }
        subcommand = text
        rest = rest.dropFirst()
      } else if grammar.takesAssignments, let equals = word.text.firstIndex(of: "="), equals != word.text.startIndex {
        assignments.append((String(word.text[..<equals]), Word(holed: String(word.text[equals...].dropFirst()))))
        rest = rest.dropFirst()
      } else if operands.count < grammar.operands {
        operands.append(word)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    if subcommand == nil, !grammar.subcommands.isEmpty { return nil }
    while operands.count < grammar.operands, let word = rest.first {
      operands.append(word)
      rest = rest.dropFirst()
    }
    line = options.last { grammar.lineOptions.contains($0.name) }?.value
    command = grammar.startsNothing ? [] : Array(rest)
    if grammar.isLine, !command.isEmpty {
      line = Word(holed: command.map(\.text).joined(separator: " "))
      command = []
    }
  }

  private mutating func readOption<Rest: Collection<Word>>(
    _ text: String, _ rest: inout Rest, _ grammar: ArgumentGrammar
  ) where Rest.SubSequence == Rest {
    func takesValue(_ name: String) -> Bool { grammar.valued.contains(name) || grammar.lineOptions.contains(name) }
    if let equals = text.firstIndex(of: "="), text.hasPrefix("--") || takesValue(String(text[..<equals])) {
      options.append((String(text[..<equals]), Word(text[equals...].dropFirst())))
    } else if text.hasPrefix("--") || takesValue(text) {
      options.append((text, takesValue(text) ? rest.popFirst() : nil))
    } else {
      var letters = text.dropFirst()
      while let letter = letters.popFirst() {
        let name = "-\(letter)"
        guard takesValue(name) else {
          options.append((name, nil))
          continue
        }
        options.append((name, letters.isEmpty ? rest.popFirst() : Word(letters)))
        break
      }
      if text.count > 2 { options.append((text, nil)) }
    }
  }
}

extension Collection where SubSequence == Self {
  /// The first element, taken away.
  fileprivate mutating func popFirst() -> Element? {
    guard let first else { return nil }
    self = dropFirst()
    return first
  }
}
