/// What the commands of `RUN` do to an image, as far as it matters for its entry: files they write, link and make executable,
/// packages they install, another `/bin/sh`.
struct RunEffects {
  var tree: ImageTree
  var installed: [String: String]
  /// The program that a RUN put behind `/bin/sh`.
  var shell: ShellKind?
  /// Whether a RUN did what cannot be read from it, and may have installed anything.
  var isOpen = false

  /// Applies one `RUN` of the shell form, or what follows `sh -c` in the other.
  ///
  /// `place` is its first line; here-documents of the instruction are its commands' input, or a script when it has no text
  /// but their names.
  mutating func run(
    _ text: String, heredocs: [Dockerfile.Heredoc], environment: [String: String], folder: String, place: Place
  ) {
    if let script = heredocs.first, text.split(separator: " ").allSatisfy({ $0.contains("<<") }) {
      run(script.content, heredocs: [], environment: environment, folder: folder, place: place)
      return
    }
    var folder = folder
    for command in RunCommand.commands(of: text, environment: environment) {
      if command.program == "cd", let aim = command.operands.first {
        folder = ImagePath.resolve(aim, in: folder)
        continue
      }
      apply(command, heredocs: heredocs, folder: folder, place: place)
    }
  }

  private mutating func apply(
    _ command: RunCommand, heredocs: [Dockerfile.Heredoc], folder: String, place: Place
  ) {
    func path(_ text: String) -> String { ImagePath.resolve(text, in: folder) }
    if let output = command.output {
      write(command, to: path(output.path), appends: output.appends, heredocs: heredocs, place: place)
      return
    }
    let operands = command.operands
    switch command.program {
    case "ln": link(command, folder: folder)
    case "chmod":
      guard let mode = operands.first, let isExecutable = Self.executeBit(of: mode) else {
        // `chmod -x` looks like an option.
        for file in operands where command.words.contains("-x") {
          tree.add(.executable(at: path(file), recursive: false, false))
        }
        return
      }
      let recursive = command.words.contains { $0 == "-R" || $0 == "--recursive" }
      for file in operands.dropFirst() {
        for file in expand(path(file)) { tree.add(.executable(at: file, recursive: recursive, isExecutable)) }
      }
    case "cp", "mv", "install": copy(command, folder: folder)
    case "mkdir":
      for name in operands { tree.add(.folder(path(name))) }
    case "rm":
      for name in operands { for name in expand(path(name)) { tree.add(.removed(at: name)) } }
    case "dos2unix":
      for name in operands { for name in expand(path(name)) { tree.add(.unixLines(at: name)) } }
    case "sed" where command.words.contains { $0.hasPrefix("-i") }:
      let stripsReturns = command.words.contains { $0.contains("\\r") || $0.contains("\r") }
      for name in operands.dropFirst(command.words.contains("-e") ? 0 : 1) {
        for name in expand(path(name)) { tree.add(stripsReturns ? .unixLines(at: name) : .made(at: name)) }
      }
    case "dpkg-reconfigure" where operands.contains("dash"): shell = .bash
    case "curl", "wget":
      let options = ["-o", "-O", "--output", "--output-document"]
      if let option = command.words.firstIndex(where: options.contains), option + 1 < command.words.count {
        tree.add(.made(at: path(command.words[option + 1])))
      }
    case "git": tree.add(.ran)
    default:
      if !install(command), !Self.harmless.contains(command.program) {
        tree.add(.ran)
        isOpen = true
      }
    }
  }

  /// Programs that make no file that an entry is likely to start.
  private static let harmless: Set = [
    "", "set", "true", "echo", "printf", "export", "apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper", "pip",
    "pip3",
    "npm", "pnpm", "yarn", "bun", "corepack", "useradd", "groupadd", "adduser", "addgroup", "usermod", "chown", "find",
    "ldconfig", "update-ca-certificates", "locale-gen", "exit", "test", "[", "fi", "done", "}", ")", "cat", "ls",
    "which",
    "debconf-set-selections", "setcap", "touch",
  ]

  private mutating func write(
    _ command: RunCommand, to path: String, appends: Bool, heredocs: [Dockerfile.Heredoc], place: Place
  ) {
    var text: String?
    var line = place
    switch command.program {
    case "cat":
      if let heredoc = heredocs.first(where: { $0.name == command.heredoc }) {
        text = heredoc.content
        line = Place(file: place.file, line: heredoc.line)
      }
    case "echo": text = Self.echoed(command.arguments.dropFirst())
    case "printf": text = Self.printed(command.arguments.dropFirst())
    case "" where command.words.isEmpty: text = ""
    default: break
    }
    guard !command.isPiped, let text, !text.contains("$(") else { return tree.add(.made(at: path)) }
    var before: ImageFile?
    if appends {
      switch tree.lookUp(path) {
      case .file(let file): before = file
      case .missing: break
      case .folder, .unknown: return tree.add(.made(at: path))
      }
    }
    tree.add(
      .written(
        at: path,
        ImageFile(
          text: (before?.text ?? "") + text, origin: before?.origin ?? line, isExecutable: before?.isExecutable ?? false
        )))
  }

  private mutating func link(_ command: RunCommand, folder: String) {
    let operands = command.operands
    guard operands.count == 2, command.words.contains(where: { $0.hasPrefix("-") && $0.contains("s") }) else {
      return tree.add(.ran)
    }
    var at = ImagePath.resolve(operands[1], in: folder)
    if operands[1].hasSuffix("/") || tree.isFolder(at) { at = ImagePath.resolve(ImagePath.name(operands[0]), in: at) }
    tree.add(.linked(at: at, target: operands[0]))
    linkedShell(at: at, target: operands[0])
  }

  private mutating func linkedShell(at path: String, target: String) {
    guard path == "/bin/sh" || path == "/usr/bin/sh" else { return }
    switch ImagePath.name(target) {
    case "ksh93": shell = .ksh
    case let name: shell = ShellKind(rawValue: name) ?? .unknown
    }
  }

  private mutating func copy(_ command: RunCommand, folder: String) {
    let operands = command.operands(after: command.program == "install" ? ["-m", "-o", "-g"] : [])
    guard let last = operands.last, operands.count >= 2 else { return }
    let aim = ImagePath.resolve(last, in: folder)
    let sources = operands.dropLast().flatMap { expand(ImagePath.resolve($0, in: folder)) }
    let intoFolder = sources.count > 1 || last.hasSuffix("/") || tree.isFolder(aim)
    let before = tree
    for source in sources {
      let at = intoFolder ? ImagePath.resolve(ImagePath.name(source), in: aim) : aim
      tree.add(.taken(before, source: source, at: at))
      if command.program == "mv" { tree.add(.removed(at: source)) }
      if command.program == "install" { tree.add(.executable(at: at, recursive: false, true)) }
      linkedShell(at: at, target: source)
    }
  }

  /// The paths that a pattern stands for; itself when it is none or nothing is known.
  private func expand(_ path: String) -> [String] {
    let folder = ImagePath.resolve("..", in: path)
    let pattern = PathPattern(ImagePath.name(path))
    guard !pattern.isLiteral else { return [path] }
    return (tree.names(in: folder) ?? []).filter { pattern.matches([$0]) }.map { ImagePath.resolve($0, in: folder) }
  }

  /// Takes packages from the commands of package managers; false for another command.
  private mutating func install(_ command: RunCommand) -> Bool {
    let words = Array(command.arguments)
    // What follows these options is no package.
    let operands = command.operands(after: [
      "-r", "-c", "-i", "-t", "-f", "--requirement", "--constraint", "--index-url", "--target", "--virtual",
    ])
    func add(_ packages: some Sequence<String>, separators: Set<Character>) {
      for package in packages {
        // A scope's `@` is the name's first character.
        let start = package.first == "@" ? package.index(after: package.startIndex) : package.startIndex
        let end = package[start...].firstIndex(where: separators.contains) ?? package.endIndex
        let version = package[end...].drop { separators.contains($0) || "<>~!".contains($0) }
        installed[String(package[..<end])] = String(version)
        if package.contains("$") { isOpen = true }
      }
    }
    switch command.program {
    case "apt-get", "apt", "dnf", "microdnf", "yum", "zypper":
      guard let at = operands.firstIndex(where: { ["install", "in", "reinstall"].contains($0) }) else { return true }
      add(operands[(at + 1)...], separators: ["=", "/"])
    case "apk":
      guard let at = operands.firstIndex(of: "add") else { return true }
      add(operands[(at + 1)...].filter { !$0.hasPrefix(".") }, separators: ["=", "~", "<", ">"])
    case "pip", "pip3", "pipx":
      guard operands.first == "install" else { return true }
      add(
        operands.dropFirst().filter { $0.first?.isLetter == true && !$0.contains("/") },
        separators: ["=", "<", ">", "~", "!", "[", ";"])
    case "python", "python3", "uv":
      guard let at = operands.firstIndex(of: "install"),
        operands[..<at].contains(where: { $0 == "pip" || $0 == "tool" })
      else { return true }
      add(
        operands[(at + 1)...].filter { $0.first?.isLetter == true && !$0.contains("/") },
        separators: ["=", "<", ">", "~", "!", "[", ";"])
    case "npm", "pnpm", "bun":
      let isGlobal = words.contains { ["-g", "--global", "--location=global"].contains($0) }
      guard isGlobal, let verb = operands.first, ["install", "i", "add"].contains(verb) else { return true }
      add(operands.dropFirst(), separators: ["@"])
    case "yarn":
      guard operands.starts(with: ["global", "add"]) else { return true }
      add(operands.dropFirst(2), separators: ["@"])
    case "corepack":
      guard let verb = operands.first else { return true }
      if ["prepare", "install"].contains(verb) { add(operands.dropFirst(), separators: ["@"]) }
      installed["corepack"] = installed["corepack"] ?? ""
    case "gem": add(operands.dropFirst(), separators: [":"])
    default: return false
    }
    return true
  }

  /// Whether a mode lets a file be executed: `755`, `a+x`, `u=rwx`; nil when it says nothing of that.
  static func executeBit(of mode: String) -> Bool? {
    if !mode.isEmpty, mode.allSatisfy({ "01234567".contains($0) }) {
      return UInt32(mode, radix: 8).map { $0 & 0o111 != 0 }
    }
    for clause in mode.split(separator: ",").reversed() {
      guard let operation = clause.firstIndex(where: { "+-=".contains($0) }) else { continue }
      let permissions = clause[clause.index(after: operation)...]
      switch clause[operation] {
      case "+" where permissions.contains("x"): return true
      case "-" where permissions.contains("x"): return false
      case "=": return permissions.contains("x")
      default: continue
      }
    }
    return nil
  }

  /// What `echo` writes: backslashes as dash's does, which builds run with on most images; `-e` and `-n` heeded.
  private static func echoed(_ words: ArraySlice<String>) -> String {
    let options = words.prefix { ["-e", "-n", "-ne", "-en"].contains($0) }
    let text = words.dropFirst(options.count).joined(separator: " ")
    return escaped(text) + (options.contains { $0.contains("n") } ? "" : "\n")
  }

  /// What `printf` writes of a format and its arguments.
  private static func printed(_ words: ArraySlice<String>) -> String? {
    guard let format = words.first else { return nil }
    var arguments = words.dropFirst()
    var result = ""
    repeat {
      var rest = format[...]
      while let percent = rest.firstIndex(of: "%") {
        result += escaped(String(rest[..<percent]))
        rest = rest[percent...].dropFirst()
        switch rest.popFirst() {
        case "%": result += "%"
        case "s": result += arguments.popFirst() ?? ""
        case "b": result += escaped(arguments.popFirst() ?? "")
        default: return nil
        }
      }
      result += escaped(String(rest))
    } while !arguments.isEmpty && format.contains("%")
    return result
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      guard character == "\\", let next = rest.first else {
        result.append(character)
        continue
      }
      let replacement: Character? =
        switch next {
        case "n": "\n"
        case "t": "\t"
        case "r": "\r"
        case "\\": "\\"
        default: nil
        }
      if let replacement {
        result.append(replacement)
        rest = rest.dropFirst()
      } else {
        result.append("\\")
      }
    }
    return result
  }
}
