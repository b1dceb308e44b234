import Machine
import Vocabulary

/// What sluice knows of the programs that stand between a platform and an agent, of Python and of Node: the table, and the
/// code that follows the files that some of them read.
package struct Programs: ProgramCatalogue {
  /// The catalogue.
  package init() {}

  package func model(for launch: Launch) -> ProgramModel? {
    if launch.isPython { return PythonProgram(launch).model }
    // `node22` is a node.
    let versionless = String(launch.name.prefix { !$0.isNumber })
    for row in ProgramTable.rows[launch.name] ?? ProgramTable.rows[versionless] ?? [] {
      guard let arguments = ProgramArguments(launch.arguments.dropFirst(), row.grammar) else { continue }
      let answers = row.grammar.conditions.map { launch.meets($0, arguments) }
      guard !answers.contains(false) else { continue }
      let call = ProgramCall(row: row, launch: launch, arguments: arguments)
      guard let model = call.model else { continue }
      guard answers.contains(nil) else { return model }
      return call.made(
        .unknown(
          why: "what \(launch.name.harmless) does depends on whether the image has ps or bash, which is not known"))
    }
    return PythonProgram.consoleScript(launch)
  }

  /// The names of the programs of the table, sorted.
  package static var names: [String] { ProgramTable.rows.keys.sorted() }
}

/// A program of the table, started with arguments that fit its line.
struct ProgramCall {
  let row: ProgramRow
  let launch: Launch
  let arguments: ProgramArguments

  /// What it does; nil when its line does not fit after all.
  var model: ProgramModel? {
    let model: ProgramModel?
    switch row.action {
    case .execs: model = withCommand { .execs($0) }
    case .supervises(let pattern): model = withCommand { .supervises(pattern.supervision(of: [$0])) }
    case .daemonizes: model = made(.daemonizes(commands.map(\.asChild)))
    case .neverStarts: model = made(.neverStarts(why: row.explanation))
    case .ends: model = made(.ends(status: launch.name == "false" ? 1 : nil))
    case .filter: model = made(.filter)
    case .runs: model = made(.runs(nil, handled: [.terminate, .interrupt]))
    case .serves: model = serving()
    case .unknown: model = made(.unknown(why: row.explanation))
    case .follows(let what): model = follow(what)
    }
    return model
  }

  /// A model with the line's own name and explanation.
  func made(
    _ reaction: Reaction, _ explanation: String? = nil, place: Place? = nil, findings: [Finding] = []
  ) -> ProgramModel {
    ProgramModel(
      name: launch.name, reaction: reaction, explanation: explanation ?? row.explanation, place: place,
      findings: findings)
  }

  /// What the arguments start: the command, or the line of an option through `/bin/sh -c`; at most one.
  var commands: [Launch] {
    if let line = arguments.line { return [started.shell(line)] }
    return arguments.command.isEmpty ? [] : [started.with(arguments.command)]
  }

  /// The launch with the assignments of the arguments.
  private var started: Launch {
    var started = launch
    for assignment in arguments.assignments { started.environment[assignment.name] = assignment.value }
    return started
  }

  /// The model of a program that starts the command of its arguments.
  func withCommand(_ reaction: (Launch) -> Reaction) -> ProgramModel {
    guard let command = commands.first else { return made(.ends(status: nil), "It is given no command.") }
    let reaction = reaction(command)
    if case .execs = reaction { return made(reaction) }
    return made(reaction.ofChildren)
  }

  /// A server that closes its sessions: the agent, if there is one, is inside.
  func serving(_ explanation: String? = nil) -> ProgramModel {
    ProgramModel.server(launch.name, at: launch.place, explanation ?? row.explanation)
  }
}

extension ProgramModel {
  /// An agent whose first arguments are a shell and `-c`: a shell-form CMD behind an exec-form ENTRYPOINT. No agent takes
  /// that for a command of its own.
  static func withShellArguments(_ launch: Launch, _ arguments: [Word]) -> ProgramModel? {
    guard arguments.count >= 2, let shell = arguments[0].known, shell.hasPrefix("/"), shell.hasSuffix("sh"),
      arguments[1].text.hasPrefix("-"), arguments[1].text.contains("c")
    else { return nil }
    let why = "It is given '\(shell.harmless)' as its first argument: a shell-form CMD follows an exec-form ENTRYPOINT."
    return ProgramModel(name: launch.name, reaction: .neverStarts(why: why), explanation: why)
  }

  /// A file whose name still has a variable in it: nothing has put its value in, as the list form of CMD does not.
  static func withVariable(_ launch: Launch, _ path: Word) -> ProgramModel? {
    guard let name = path.known, name.contains("$"), launch.file(name) == nil else { return nil }
    let why = "There is no file '\(name.harmless)': the list form of a command puts no variable in."
    return ProgramModel(name: launch.name, reaction: .neverStarts(why: why), explanation: why)
  }

  /// A server that closes its open sessions when it is told to stop.
  static func server(_ name: String, at place: Place, _ explanation: String) -> ProgramModel {
    ProgramModel(
      name: name, reaction: .agent(AgentBehaviour(first: [.terminate: .ends, .interrupt: .ends])),
      explanation: explanation, place: place,
      findings: [
        Finding(
          code: "DRN-011", status: .confirmed, severity: .critical,
          summary: "\(name) closes every open session when it is told to stop",
          evidence: [Evidence(source: "entry command", locator: place.description, at: nil, excerpt: name)],
          remedy: Finding.Remedy(
            "let sluice guard take the signal, wait for the sessions' end, and stop the server then",
            commands: ["sluice guard -- \(name) …"]))
      ])
  }
}

extension Reaction {
  /// The same reaction with every child started as a child, not as process 1.
  fileprivate var ofChildren: Reaction {
    guard case .supervises(var supervision) = self else { return self }
    for index in supervision.children.indices {
      supervision.children[index].launch = supervision.children[index].launch.asChild
    }
    return .supervises(supervision)
  }
}

extension Launch {
  /// The same start below another process.
  var asChild: Launch {
    var launch = self
    launch.isFirst = false
    return launch
  }

  /// The start of a line by `/bin/sh -c`, or by another shell.
  func shell(_ line: Word, by shell: Word = "/bin/sh", at place: Place? = nil) -> Launch {
    with([shell, "-c", line], at: place)
  }

  /// The arguments after the program's name.
  var words: ArraySlice<Word> { arguments.dropFirst() }

  /// A file's text by its path as seen from here; nil when it is not there, not known or a folder.
  func file(_ path: some StringProtocol) -> ImageFile? {
    guard let absolute = absolute(path), case .file(let file) = files.lookUp(absolute) else { return nil }
    return file
  }

  /// Whether a condition of the table holds; nil where that depends on what is not known of the image.
  func meets(_ condition: ArgumentGrammar.Condition, _ arguments: ProgramArguments) -> Bool? {
    switch condition {
    case .option(let names, let isThere):
      names.contains { name in arguments.options.contains { $0.name == name } } == isThere
    case .first(let holds): isFirst == holds
    case .ps(let holds): image.hasPs.map { $0 == holds }
    case .bash(let holds): image.hasBash.map { $0 == holds }
    }
  }
}
