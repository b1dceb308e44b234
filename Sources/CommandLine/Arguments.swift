import Vocabulary

/// What a command's initialiser declares its arguments to and takes their values from.
///
/// Each call is the one declaration of an argument: parsing, help, completions and the manual come from it. Options have
/// long names (`--target`) and, the few most used, a short one before it (`-t`). A value comes from the line, else from
/// the named environment variable (when it is set and not empty), else from the default.
package struct Arguments {
  private(set) var declarations = Declarations()
  /// Nil while the command is only described.
  let line: MatchedLine?
  let environment: [String: String]
  let surroundings: Surroundings
  private var problems: [PlacedProblem] = []
  private var heading: String?

  /// Describes a command.
  init() {
    line = nil
    environment = [:]
    surroundings = Surroundings(now: Timestamp(nanoseconds: 0))
  }

  /// Reads a line.
  init(line: MatchedLine, environment: [String: String], now: Timestamp) {
    self.line = line
    self.environment = environment
    surroundings = Surroundings(now: now)
    problems = line.problems
  }

  /// All problems, in the order of the line; those of one word in the order they were found.
  var foundProblems: [UsageProblem] {
    problems.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
      .map(\.element.problem)
  }

  var hasProblems: Bool { !problems.isEmpty }

  /// Whether an option stands in the line; false while the command is described. The environment does not count.
  func isGiven(_ name: String) -> Bool {
    guard let option = declarations.option(name) else { return false }
    return line?.occurrences[option.name] != nil
  }

  mutating func report(_ problem: UsageProblem, at position: Int = .max) {
    problems.append(PlacedProblem(position: position, problem: problem))
  }

  mutating func declare(_ option: OptionDeclaration) {
    var option = option
    option.heading = heading
    declarations.options.append(option)
  }

  mutating func declare(_ positional: PositionalDeclaration) { declarations.positionals.append(positional) }

  mutating func declare(_ rest: RestDeclaration) {
    if declarations.rest != nil { declarations.faults.append("a second command line after '--' is declared") }
    declarations.rest = rest
  }

  mutating func declare(_ combination: Combination, of names: [String]) {
    declarations.combinations.append(combination)
    for name in names where declarations.option(name) == nil {
      declarations.faults.append("a rule speaks of '\(name)', which is not declared before it")
    }
  }

  // MARK: Groups of options

  /// Begins a group of options that help shows under a heading of its own; `endGroup` ends it.
  ///
  /// Options that several commands share are a struct with the same initialiser as a command's, which begins with
  /// `arguments.beginGroup("Output options")` and `defer { arguments.endGroup() }`.
  package mutating func beginGroup(_ heading: String) {
    if self.heading != nil { declarations.faults.append("group '\(heading)' begins inside of another") }
    self.heading = heading
  }

  /// Ends a group of options.
  package mutating func endGroup() {
    if heading == nil { declarations.faults.append("a group ends that has not begun") }
    heading = nil
  }

  /// Notes what is wrong with the declaration when the initialiser is done.
  mutating func finish() {
    if let heading { declarations.faults.append("group '\(heading)' does not end") }
  }
}

// MARK: - Options

extension Arguments {
  /// An option without a value: true when it is given.
  ///
  /// - Parameters:
  ///   - names: Its names, short before long.
  ///   - variable: A variable that sets it: `1`, `true`, `yes`, or `0`, `false`, `no`.
  ///   - isHidden: Whether help, completions and manual leave it out.
  ///   - help: What it does, in a sentence.
  /// - Returns: Whether it is given.
  package mutating func flag(
    _ names: String..., environment variable: String? = nil, isHidden: Bool = false, help: String
  ) -> Bool {
    let option = OptionDeclaration(
      names: names, arity: .none, help: help, environment: variable, isRepeatable: true, isHidden: isHidden)
    declare(option)
    guard line?.occurrences[option.name] == nil else { return true }
    guard let variable, let text = environment[variable], !text.isEmpty else { return false }
    switch text.lowercased() {
    case "1", "true", "yes", "on": return true
    case "0", "false", "no", "off": return false
    default:
      let what = "environment variable \(variable): \(text.quoted) is neither yes nor no"
      report(UsageProblem(what, remedy: "\(variable)=1 or \(variable)=0"))
      return false
    }
  }

  /// How many times an option without a value is given: `-vv` is 2.
  package mutating func count(_ names: String..., help: String) -> Int {
    let option = OptionDeclaration(names: names, arity: .none, help: help, isRepeatable: true)
    declare(option)
    return line?.occurrences[option.name]?.count ?? 0
  }

  /// An option with a value, and the value when it is not given.
  ///
  /// - Parameters:
  ///   - names: Its names, short before long.
  ///   - value: The kind of value.
  ///   - fallback: The value when neither line nor environment gives one; help shows it.
  ///   - variable: A variable that gives the value when the line does not.
  ///   - isHidden: Whether help, completions and manual leave it out.
  ///   - help: What it does, in a sentence.
  /// - Returns: The value.
  package mutating func option<Value>(
    _ names: String..., value: ValueKind<Value>, default fallback: Value, environment variable: String? = nil,
    isHidden: Bool = false, help: String
  ) -> Value {
    let shown = value.write(fallback)
    let option = OptionDeclaration(
      names: names, arity: .one, placeholder: value.placeholder, completion: value.completion, help: help,
      fallback: shown.isEmpty ? nil : shown, environment: variable, isHidden: isHidden)
    return read(option, value) ?? fallback
  }

  /// An option with a value that may be absent: nil when neither line nor environment gives one.
  ///
  /// - Parameters:
  ///   - names: Its names, short before long.
  ///   - value: The kind of value.
  ///   - otherwise: Where the caller then takes it from, as help shows it: `as in sluice.yaml`.
  ///   - variable: A variable that gives the value when the line does not.
  ///   - isHidden: Whether help, completions and manual leave it out.
  ///   - help: What it does, in a sentence.
  /// - Returns: The value.
  package mutating func option<Value>(
    _ names: String..., value: ValueKind<Value>, otherwise: String? = nil, environment variable: String? = nil,
    isHidden: Bool = false, help: String
  ) -> Value? {
    let option = OptionDeclaration(
      names: names, arity: .one, placeholder: value.placeholder, completion: value.completion, help: help,
      fallback: otherwise, environment: variable, isHidden: isHidden)
    return read(option, value)
  }

  /// An option that must be given, by the line or by the environment.
  package mutating func requiredOption<Value>(
    _ names: String..., value: ValueKind<Value>, environment variable: String? = nil, help: String
  ) -> Value {
    let option = OptionDeclaration(
      names: names, arity: .one, placeholder: value.placeholder, completion: value.completion, help: help,
      environment: variable, isRequired: true)
    let before = problems.count
    if let value = read(option, value) { return value }
    // A value that is there and wrong is already reported, and so is a name without a value.
    if line != nil, problems.count == before, !isReportedMissing(option) {
      let alternative = variable.map { " or \($0)=\(value.placeholder)" } ?? ""
      report(
        UsageProblem(
          "option '\(option.name)' is required", remedy: "'\(option.name) \(value.placeholder)'\(alternative)"))
    }
    return value.sample()
  }

  /// An option with a value that may be given more than once: its values in order.
  package mutating func repeatedOption<Value>(
    _ names: String..., value: ValueKind<Value>, isHidden: Bool = false, help: String
  ) -> [Value] {
    let option = OptionDeclaration(
      names: names, arity: .one, placeholder: value.placeholder, completion: value.completion, help: help,
      isRepeatable: true, isHidden: isHidden)
    return readAll(option, value)
  }

  /// An option that takes all words up to the next option, so that a shell's glob works, and may be given more than
  /// once: its values in order. `-` is a value like others.
  package mutating func listOption<Value>(
    _ names: String..., value: ValueKind<Value>, isHidden: Bool = false, help: String
  ) -> [Value] {
    let option = OptionDeclaration(
      names: names, arity: .several, placeholder: value.placeholder, completion: value.completion, help: help,
      isRepeatable: true, isHidden: isHidden)
    return readAll(option, value)
  }

  private func isReportedMissing(_ option: OptionDeclaration) -> Bool {
    option.names.contains { name in problems.contains { $0.problem.what == "option '\(name)' needs a value" } }
  }

  private mutating func read<Value>(_ option: OptionDeclaration, _ kind: ValueKind<Value>) -> Value? {
    declare(option)
    if let found = line?.occurrences[option.name] {
      guard let first = found.first, let text = first.value else { return nil }
      return read(text, kind, as: "option '\(first.name)'", at: first.position)
    }
    guard let variable = option.environment, let text = environment[variable], !text.isEmpty else { return nil }
    return read(text, kind, as: "environment variable \(variable)", at: .max)
  }

  private mutating func readAll<Value>(_ option: OptionDeclaration, _ kind: ValueKind<Value>) -> [Value] {
    declare(option)
    var values: [Value] = []
    for found in line?.occurrences[option.name] ?? [] {
      guard let text = found.value else { continue }
      guard let value = read(text, kind, as: "option '\(found.name)'", at: found.position) else { continue }
      values.append(value)
    }
    return values
  }

  /// The value of a text; nil when it has a problem, which is then reported.
  mutating func read<Value>(_ text: String, _ kind: ValueKind<Value>, as place: String, at position: Int) -> Value? {
    do throws(ValueProblem) {
      return try kind.read(text, surroundings)
    } catch {
      let value = text.isEmpty ? "the value" : text.quoted
      report(UsageProblem("\(place): \(value) \(error.what.harmless)", remedy: error.remedy?.harmless), at: position)
      return nil
    }
  }
}
