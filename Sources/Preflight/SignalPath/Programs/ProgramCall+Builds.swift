import Documents
import Machine
import Vocabulary

/// Build tools: the recipes that they run.
extension ProgramCall {
  /// GNU make: `-f FILE`, `-C FOLDER`, goals and `NAME=value`. A line without shell's marks is started directly.
  func make() -> ProgramModel {
    var grammar = ArgumentGrammar()
    grammar.valued = ["-f", "--file", "--makefile", "-C", "--directory", "-j", "-l", "-o", "-W", "-I", "-E"]
    grammar.optionsFollow = true
    grammar.operands = .max
    guard let parsed = ProgramArguments(launch.words, grammar) else { return made(.unknown(why: row.explanation)) }
    var started = launch
    if let folder = parsed.value("-C", "--directory")?.known { started.workingDirectory = launch.absolute(folder) }
    let names = parsed.value("-f", "--file", "--makefile").map { [$0.text] } ?? ["GNUmakefile", "makefile", "Makefile"]
    guard let file = names.lazy.compactMap({ started.file($0) }).first else {
      return made(.unknown(why: "make's file is not in the context."))
    }
    let makefile = Makefile(file.text)
    var values: [String: String] = ["MAKE": "make", "CURDIR": started.workingDirectory ?? "."]
    for (name, value) in launch.environment where makefile.variables[name] == nil { values[name] = value.text }
    var goals: [String] = []
    for operand in parsed.operands {
      guard let equals = operand.text.firstIndex(of: "=") else {
        goals.append(operand.text)
        continue
      }
      values[String(operand.text[..<equals])] = String(operand.text[equals...].dropFirst())
    }
    if goals.isEmpty, let goal = makefile.variables[".DEFAULT_GOAL"] ?? makefile.firstTarget { goals = [goal] }
    let shell = values["SHELL"].flatMap { _ in makefile.variables["SHELL"] } ?? makefile.variables["SHELL"] ?? "/bin/sh"
    let launches = makefile.recipe(of: goals, values).map { line in
      let text = String(line.text.drop { "@-+ ".contains($0) })
      let place = file.origin.advanced(by: line.line - 1)
      return shell == "/bin/sh"
        ? started.line(text, at: place) : started.shell(Word(holed: text), by: Word(shell), at: place)
    }
    guard !launches.isEmpty else {
      return made(.neverStarts(why: "make has no recipe for '\(goals.joined(separator: " "))'."), place: file.origin)
    }
    // As process 1 it inherits, and waits for, what its dead shell leaves behind.
    return keeps(
      launches, "then \(launch.isFirst ? "descendants" : "raises"); TERM HUP: send; ignores INT QUIT",
      order: .oneAfterAnother, place: launches.last?.place)
  }

  /// just: recipes of a justfile, each line by its shell; from 1.41 on TERM is sent on.
  func just() -> ProgramModel {
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "-f", "--justfile", "-d", "--working-directory", "--shell", "--set", "--shell-arg", "--dotenv-path",
    ]
    guard let parsed = ProgramArguments(launch.words, grammar),
      let file = (parsed.value("-f", "--justfile").map { [$0.text] } ?? ["justfile", "Justfile", ".justfile"])
        .lazy.compactMap({ launch.file($0) }).first
    else { return made(.unknown(why: "just's file is not in the context.")) }
    let justfile = Justfile(file.text)
    let goal = parsed.command.first?.known ?? justfile.first ?? ""
    let launches = justfile.lines(of: goal).map { line in
      launch.with(justfile.shell + [Word(holed: line.text)], at: file.origin.advanced(by: line.line - 1))
    }
    guard !launches.isEmpty else { return made(.neverStarts(why: "just has no recipe '\(goal.harmless)'.")) }
    return keeps(
      launches, "TERM: send, await, leave 143; INT HUP QUIT: await, leave 130", order: .oneAfterAnother,
      place: launches.last?.place)
  }

  /// task: a Taskfile's commands, by a shell of its own that sends nothing on.
  func task() -> ProgramModel {
    var grammar = ArgumentGrammar()
    grammar.valued = ["-t", "--taskfile", "-d", "--dir", "-o", "--output", "-C", "--concurrency"]
    guard let parsed = ProgramArguments(launch.words, grammar),
      let file =
        (parsed.value("-t", "--taskfile").map { [$0.text] } ?? ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml"])
        .lazy.compactMap({ launch.file($0) }).first,
      let tasks = UserDocument.yaml(file)?["tasks"]
    else { return made(.unknown(why: "task's file is not in the context, or cannot be read.")) }
    let launches = taskLines(parsed.command.first?.known ?? "default", in: tasks, depth: 0).flatMap { line in
      OwnShell.launches(line.text, launch, at: file.origin.advanced(by: line.line - 1))
    }
    guard !launches.isEmpty else { return made(.neverStarts(why: "task has no such task.")) }
    return keeps(launches, "ignores TERM INT HUP", order: .oneAfterAnother, place: launches.last?.place)
  }

  private func taskLines(_ name: String, in tasks: Node, depth: Int) -> [(text: String, line: Int)] {
    guard depth < 16, let task = tasks[name] else { return [] }
    let commands = task["cmds"] ?? task["cmd"] ?? task
    let before = (task["deps"]?.sequence ?? []).flatMap { dependency in
      taskLines((dependency.text ?? dependency["task"]?.text) ?? "", in: tasks, depth: depth + 1)
    }
    return before
      + (commands.sequence ?? [commands]).flatMap { command -> [(text: String, line: Int)] in
        if let other = command["task"]?.text { return taskLines(other, in: tasks, depth: depth + 1) }
        return (command.text ?? command["cmd"]?.text).map { [($0, command.mark.line)] } ?? []
      }
  }
}

/// A justfile as far as its recipes need it.
struct Justfile {
  private var recipes: [String: (dependencies: [String], lines: [(text: String, line: Int)])] = [:]
  private var variables: [String: String] = [:]
  /// The first recipe.
  private(set) var first: String?
  /// The words that run a line.
  private(set) var shell: [Word] = ["sh", "-cu"]

  /// Reads a justfile.
  init(_ text: String) {
    var current: String?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.trimmedOfBlanks
      if trimmed.isEmpty || trimmed.hasPrefix("#") && !trimmed.hasPrefix("#!") { continue }
      if line.first?.isWhitespace == true {
        if let current { recipes[current]?.lines.append((String(trimmed), index + 1)) }
        continue
      }
      current = nil
      if let assignment = trimmed.firstRange(of: ":=") {
        let name = trimmed[..<assignment.lowerBound].trimmedOfBlanks
        let value = trimmed[assignment.upperBound...].trimmedOfBlanks
        if name == "set shell" {
          shell = value.split { "[],".contains($0) }.map { Word($0.trimmedOfBlanks.filter { !"'\"".contains($0) }) }
        } else if value.count > 1, let quote = value.first, "'\"".contains(quote), value.last == quote {
          variables[String(name)] = String(value.dropFirst().dropLast())
        }
      } else if let colon = trimmed.firstIndex(of: ":"), let name = trimmed[..<colon].split(separator: " ").first {
        let plain = String(name.drop { $0 == "@" })
        let dependencies = trimmed[colon...].dropFirst().split { " &()".contains($0) }.map(String.init)
        recipes[plain] = (dependencies, [])
        if first == nil { first = plain }
        current = plain
      }
    }
  }

  /// What a recipe runs, its dependencies first.
  func lines(of recipe: String) -> [(text: String, line: Int)] { lines(of: recipe, depth: 0) }

  private func lines(of name: String, depth: Int) -> [(text: String, line: Int)] {
    guard depth < 16, let recipe = recipes[name] else { return [] }
    let before = recipe.dependencies.flatMap { lines(of: $0, depth: depth + 1) }
    if let first = recipe.lines.first, first.text.hasPrefix("#!") {
      return before + [(recipe.lines.map { filled($0.text) }.joined(separator: "\n"), first.line)]
    }
    return before + recipe.lines.map { (filled(String($0.text.drop { "@-".contains($0) })), $0.line) }
  }

  /// A line with `{{name}}` replaced; what is not a plain variable becomes a hole.
  private func filled(_ line: String) -> String {
    var result = ""
    var rest = line[...]
    while let open = rest.firstRange(of: "{{") {
      result += rest[..<open.lowerBound]
      let end = rest[open.upperBound...].firstRange(of: "}}")
      let name = rest[open.upperBound..<(end?.lowerBound ?? rest.endIndex)].trimmedOfBlanks
      if let value = variables[String(name)] { result += value } else { result.unicodeScalars.append(Word.hole) }
      rest = rest[(end?.upperBound ?? rest.endIndex)...]
    }
    return result + rest
  }
}

/// Shells that runners bring along: they start a line's programs themselves, one after the other, and are no process.
enum OwnShell {
  /// What a line starts, in order. `&&`, `||`, `;` and pipes part commands; assignments before one are its environment.
  static func launches(_ line: String, _ launch: Launch, at place: Place) -> [Launch] {
    var launches: [Launch] = []
    var folder = launch.workingDirectory
    for part in commands(line) {
      var started = launch.with([], at: place).asChild
      started.workingDirectory = folder
      var words = PlainWords.split(part)[...]
      while let word = words.first, let equals = word.text.firstIndex(of: "="), isName(word.text[..<equals]) {
        started.environment[String(word.text[..<equals])] = Word(holed: String(word.text[equals...].dropFirst()))
        words = words.dropFirst()
      }
      words = words.prefix { !$0.text.hasPrefix(">") && !$0.text.hasPrefix("2>") }
      guard !words.isEmpty else { continue }
      if words.first == "cd" {
        folder = words.dropFirst().first.flatMap { started.absolute($0.text) }
        continue
      }
      started.arguments = Array(words)
      launches.append(started)
    }
    return launches
  }

  private static func isName(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }

  /// The commands between `&&`, `||`, `;`, `|`, `&` and line ends outside of quotes.
  private static func commands(_ line: String) -> [String] {
    var parts: [String] = [""]
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if ";|&\n".contains(character) {
        // `2>&1` keeps its mark.
        if character == "&", parts[parts.count - 1].hasSuffix(">") {
          parts[parts.count - 1].append("&")
        } else {
          parts.append("")
        }
        continue
      }
      parts[parts.count - 1].append(character)
    }
    return parts.filter { !$0.trimmedOfBlanks.isEmpty }
  }
}
