import Documents
import Machine
import Vocabulary

/// npm, pnpm, yarn, bun and deno: which script they run, through which shell, and what they do with the signal meanwhile.
extension ProgramCall {
  /// The program among Node's tools.
  func nodeTool() -> ProgramModel? {
    switch launch.name {
    case "npm": npm(launch.words)
    case "npx": executed(launch.words, by: scriptShell(in: launch))
    case "pnpm": pnpm(launch.words)
    case "pnpx": pnpm(["dlx"] + launch.words)
    case "yarn", "yarnpkg": yarn(launch.words)
    case "bun": bun(launch.words)
    case "bunx":
      keeps([launch.with(withoutOptions(launch.words))], "TERM INT: send", "bunx forwards the signal and waits.")
    case "deno": deno(launch.words)
    case "corepack": Programs().model(for: launch.with(withoutOptions(launch.words)))
    default: nodeRunner()
    }
  }

  /// What a package manager's words say.
  private struct Request {
    var folder: String?
    var subcommand: String?
    var rest: [Word] = []
    var options: ProgramArguments
    var silentlyMissing = false
  }

  private static let managerOptions: Set<String> = [
    "--prefix", "-C", "--dir", "--cwd", "-w", "--workspace", "--filter", "-F", "--script-shell", "--loglevel",
    "--userconfig",
    "-p", "--package", "--registry", "--workspace-concurrency", "-j", "--jobs", "--include", "--exclude", "--from",
    "--env-file",
  ]

  private func request(_ words: some Collection<Word>) -> Request? {
    var grammar = ArgumentGrammar()
    grammar.valued = ProgramCall.managerOptions
    guard let parsed = ProgramArguments(words, grammar) else { return nil }
    var request = Request(options: parsed)
    let folder = parsed.value("--prefix", "-C", "--dir", "--cwd")?.known
    request.folder = folder.map { launch.absolute($0) } ?? launch.workingDirectory
    request.subcommand = parsed.command.first?.known
    request.rest = Array(parsed.command.dropFirst())
    return request
  }

  func withoutOptions(_ words: some Collection<Word>) -> [Word] {
    var grammar = ArgumentGrammar()
    grammar.valued = ["-p", "--package"]
    return ProgramArguments(words, grammar)?.command ?? []
  }

  func missing(_ script: String) -> ProgramModel {
    made(.neverStarts(why: "package.json has no script '\(script.harmless)'."), "package.json has no such script.")
  }

  /// The shell that runs scripts: `script-shell` of .npmrc or the environment, else `/bin/sh`.
  private func scriptShell(in launch: Launch) -> Word {
    let settings = RunnerSettings(launch, folder: PackageFile(near: launch.workingDirectory, launch)?.folder)
    return Word(settings["script-shell"] ?? "/bin/sh")
  }

  /// A script with its pre and post scripts, each by `sh -c`; nil when the package has none of that name.
  func scripted(
    _ name: String, _ more: [Word], in package: PackageFile, shell: Word, withHooks: Bool = true
  ) -> [Launch]? {
    guard package.script(name) != nil else { return nil }
    let names = withHooks ? ["pre" + name, name, "post" + name] : [name]
    return names.compactMap { part in
      guard let (line, place) = package.script(part) else { return nil }
      let arguments = part == name ? more.map { " " + quoted($0) }.joined() : ""
      var started = launch.shell(Word(holed: line + arguments), by: shell, at: place)
      started.workingDirectory = package.folder
      started.environment["npm_lifecycle_event"] = Word(part)
      return started
    }
  }

  func quoted(_ word: Word) -> String {
    word.text.contains { " \"'$&|;<>()*?".contains($0) } ? "'\(word.text.replacing("'", with: "'\\''"))'" : word.text
  }

  private func package(_ request: Request) -> PackageFile? { PackageFile(near: request.folder, launch) }

  // MARK: npm

  private static let npmForwards = "TERM INT: send; then raises 500ms"

  private func npm(_ words: some Collection<Word>) -> ProgramModel? {
    guard var request = request(words), let subcommand = request.subcommand else { return made(.ends(status: 0)) }
    var script: String?
    if !["exec", "x"].contains(subcommand) { takeLateOptions(&request) }
    var rest = request.rest
    switch subcommand {
    case "start", "stop", "restart", "test", "t": script = subcommand
    case "run", "run-script", "rum", "urn":
      script = rest.first { !$0.text.hasPrefix("-") }?.known
      if let name = script, let index = rest.firstIndex(where: { $0.known == name }) { rest.removeSubrange(...index) }
    case "exec", "x": return executed(rest, by: scriptShell(in: launch))
    default: return made(.ends(status: nil), "npm \(subcommand.harmless) ends by itself.")
    }
    guard let script, let root = package(request) else { return missing(script ?? "") }
    let package = workspace(request, in: root)
    let shell =
      request.options.value("--script-shell")
      ?? Word(RunnerSettings(launch, folder: root.folder)["script-shell"] ?? "/bin/sh")
    let more = rest.drop { $0.text.hasPrefix("-") && $0 != "--" }.filter { $0 != "--" }
    var launches = scripted(script, more, in: package, shell: shell)
    if launches == nil, script == "start", launch.file(package.folder + "/server.js") != nil {
      launches = [launch.shell("node server.js", by: shell, at: package.file.origin)]
    }
    guard let launches else { return missing(script) }
    return keeps(
      launches, ProgramCall.npmForwards, order: .oneAfterAnother,
      "npm sends the signal to the shell of its script only, and leaves half a second after that shell has died of it.",
      place: launches.last?.place)
  }

  /// npm takes its own options behind the script's name too, up to `--`.
  private func takeLateOptions(_ request: inout Request) {
    var grammar = ArgumentGrammar()
    grammar.valued = ProgramCall.managerOptions
    grammar.optionsFollow = true
    grammar.operands = .max
    let late = request.rest.prefix { $0 != "--" }
    guard let parsed = ProgramArguments(late, grammar) else { return }
    request.options.options += parsed.options
    if let folder = parsed.value("--prefix", "-C")?.known { request.folder = launch.absolute(folder) }
    request.rest = parsed.operands + request.rest.dropFirst(late.count)
  }

  /// The package that `--workspace` names, by folder or by name; else the root.
  private func workspace(_ request: Request, in root: PackageFile) -> PackageFile {
    guard let wanted = request.options.value("-w", "--workspace")?.known else { return root }
    let path = Launch.normalized(root.folder + "/" + wanted)
    return root.workspaces(launch).first { $0.name == wanted || $0.folder == path } ?? PackageFile(in: path, launch)
      ?? root
  }

  /// `npx COMMAND`, `npm exec -- COMMAND`, `npm exec -c LINE`: through the script's shell.
  private func executed(_ words: some Collection<Word>, by shell: Word) -> ProgramModel? {
    var grammar = ArgumentGrammar()
    grammar.valued = ["-p", "--package", "-w", "--workspace"]
    grammar.lineOptions = ["-c", "--call"]
    guard let parsed = ProgramArguments(words, grammar) else { return nil }
    guard
      let line = parsed.line
        ?? (parsed.command.isEmpty ? nil : Word(holed: parsed.command.map(quoted).joined(separator: " ")))
    else { return made(.ends(status: 0)) }
    return keeps(
      [launch.shell(line, by: shell)], ProgramCall.npmForwards,
      "npm exec sends the signal to a shell only, and leaves half a second after that shell has died of it.")
  }

  // MARK: pnpm

  /// The major version of a package manager: `packageManager`, what the image installs; nil when neither says.
  private func version(of manager: String, near folder: String?) -> Int? {
    func major(_ text: some StringProtocol) -> Int? { Int(text.drop { !$0.isNumber }.prefix(while: \.isNumber)) }
    if let text = PackageFile(near: folder, launch)?.tree["packageManager"]?.string, text.hasPrefix(manager + "@") {
      return major(text.dropFirst(manager.count + 1))
    }
    return launch.image.installed[manager].flatMap { major($0) }
  }

  private func pnpm(_ words: some Collection<Word>) -> ProgramModel? {
    guard let request = request(words), let subcommand = request.subcommand else { return made(.ends(status: 0)) }
    let version = version(of: "pnpm", near: request.folder)
    let isNative = (version ?? 10) >= 12
    let settings = RunnerSettings(launch, folder: package(request)?.folder)
    var script = subcommand
    var rest = request.rest
    switch subcommand {
    case "install", "i", "add", "ci", "fetch", "deploy", "prune", "config", "store", "rebuild":
      return made(.ends(status: nil), "pnpm \(subcommand) ends by itself.")
    case "run", "run-script":
      rest = Array(rest.drop { $0.text.hasPrefix("-") })
      guard let name = rest.first?.known else { return made(.ends(status: 0)) }
      script = name
      rest.removeFirst()
    case "exec", "dlx":
      let command = withoutOptions(rest)
      guard !command.isEmpty else { return made(.ends(status: 0)) }
      let line = command.map(quoted).joined(separator: " ")
      let isLine = rest.contains { ["-c", "--shell-mode"].contains($0.text) }
      let started = isLine ? launch.shell(Word(holed: line)) : launch.with(command)
      return isNative
        ? keeps([started], ProgramCall.pnpmNative, ProgramCall.pnpmNativeWords)
        : keeps(
          [started], "TERM INT: send, raise, pause 5s, send KILL",
          "pnpm exec forwards the signal, ends itself by it unless it is process 1, and kills after 5 s.")
    default: break
    }
    guard let root = package(request) else { return missing(script) }
    let filter = request.options.value("--filter", "-F")?.known
    let isRecursive = request.options.has("-r", "--recursive") || filter != nil
    let packages = isRecursive ? filtered(root.workspaces(launch), by: filter, in: root) : [root]
    let shell = Word(settings["script-shell"] ?? "/bin/sh")
    if settings["shell-emulator"] == "true" {
      let launches = packages.flatMap { package in ownShell(script, rest, in: package) }
      guard !launches.isEmpty else { return missing(script) }
      return keeps(
        launches, "TERM: send; ignores INT", order: .oneAfterAnother,
        "pnpm's own shell sends TERM to the program itself.", place: launches.last?.place)
    }
    let launches = packages.compactMap { scripted(script, rest.filter { $0 != "--" }, in: $0, shell: shell) }
    guard let first = launches.first else {
      return ["start", "test"].contains(script) || subcommand == "run" ? missing(script) : nil
    }
    if launches.count > 1, request.options.has("--parallel", "-r", "--recursive") {
      return keeps(
        launches.flatMap(\.self), "TERM INT: send, send, leave 1",
        "pnpm stops all packages' scripts when the first one ends on the signal.")
    }
    return isNative
      ? keeps(
        first, ProgramCall.pnpmNative, order: .oneAfterAnother, ProgramCall.pnpmNativeWords, place: first.last?.place)
      : keeps(
        first, "TERM INT: send", order: .oneAfterAnother,
        "pnpm sends the signal to the shell of its script only, and leaves when that shell has died of it.",
        place: first.last?.place)
  }

  private static let pnpmNative = "own-group; then descendants; TERM INT: send to groups"
  private static let pnpmNativeWords = "pnpm 12 sends the signal to its script's whole group and waits for all of it."

  private func filtered(_ packages: [PackageFile], by filter: String?, in root: PackageFile) -> [PackageFile] {
    guard let filter else { return packages }
    let name = filter.filter { !"{}.^".contains($0) || $0 == "." }
    let path = Launch.normalized(root.folder + "/" + name.trimming(while: { "./".contains($0) }))
    return packages.filter { package in
      let own = package.name ?? ""
      return own == name || own.hasSuffix("/" + name) || package.folder == path
    }
  }

  func ownShell(_ script: String, _ more: [Word], in package: PackageFile) -> [Launch] {
    guard let (line, place) = package.script(script) else { return [] }
    var started = launch
    started.workingDirectory = package.folder
    let whole = line + more.filter { $0 != "--" }.map { " " + quoted($0) }.joined()
    return OwnShell.launches(whole, started, at: place)
  }

  // MARK: yarn

  private func yarn(_ words: some Collection<Word>) -> ProgramModel? {
    guard let request = request(words) else { return nil }
    let root = package(request)
    let isModern: Bool =
      if let version = version(of: "yarn", near: request.folder) {
        version >= 2
      } else {
        root.map {
          launch.file($0.folder + "/.yarnrc.yml") != nil
            || (launch.file($0.folder + "/yarn.lock")?.text.contains("__metadata") ?? false)
        }
          ?? false
      }
    guard let subcommand = request.subcommand else { return made(.ends(status: 0)) }
    return isModern
      ? modernYarn(subcommand, request.rest, root) : classicYarn(subcommand, request.rest, root)
  }

  private func classicYarn(_ subcommand: String, _ rest: [Word], _ root: PackageFile?) -> ProgramModel? {
    let pattern = "TERM: send, leave 1; ignores INT"
    let words = "yarn 1 forwards the signal and leaves at once, before its script has ended."
    switch subcommand {
    case "node": return keeps([launch.with(["node"] + rest)], pattern, words)
    case "exec": return keeps([launch.with(withoutOptions(rest))], pattern, words)
    case "workspace":
      guard let name = rest.first?.known, let root,
        let package = root.workspaces(launch).first(where: { $0.name == name })
      else { return missing(rest.first?.text ?? "") }
      let next = rest.dropFirst().filter { $0 != "run" }
      return classicYarn(next.first?.known ?? "", Array(next.dropFirst()), package)
    default: break
    }
    let script = subcommand == "run" ? rest.first?.known ?? "" : subcommand
    let more = subcommand == "run" ? Array(rest.dropFirst()) : rest
    guard let root, let launches = scripted(script, more, in: root, shell: "/bin/sh") else {
      if ["install", "add", "cache", "config", "build"].contains(subcommand) { return made(.ends(status: nil)) }
      return subcommand == "run" || ["start", "test"].contains(script)
        ? missing(script) : keeps([launch.with([Word(script)] + more)], pattern, words)
    }
    return keeps(launches, pattern, order: .oneAfterAnother, words, place: launches.last?.place)
  }

  private func modernYarn(_ subcommand: String, _ rest: [Word], _ root: PackageFile?) -> ProgramModel? {
    let pattern = "TERM: send; ignores INT"
    let words = "yarn's own shell sends TERM to the program itself and waits."
    var script = subcommand
    var more = rest
    var packages = root.map { [$0] } ?? []
    switch subcommand {
    case "node": return keeps([launch.with(["node"] + rest)], pattern, words)
    case "exec", "dlx": return keeps([launch.with(withoutOptions(rest))], pattern, words)
    case "install": return made(.ends(status: nil))
    case "workspaces" where rest.first != "foreach": return made(.ends(status: nil))
    case "workspaces", "workspace":
      let isAll = subcommand == "workspaces"
      packages = root?.workspaces(launch) ?? []
      if !isAll, let name = rest.first?.known { packages = packages.filter { $0.name == name } }
      more = Array(rest.dropFirst()).filter { !$0.text.hasPrefix("-") && $0 != "run" }
      script = more.first?.known ?? ""
      more = Array(more.dropFirst())
    case "run":
      let words = rest.drop { $0.text.hasPrefix("-") }
      script = words.first?.known ?? ""
      more = Array(words.dropFirst())
    default: break
    }
    let launches = packages.flatMap { ownShell(script, more, in: $0) }
    guard !launches.isEmpty else {
      return ["run", "start", "test"].contains(subcommand)
        ? missing(script) : keeps([launch.with([Word(script)] + more)], pattern, words)
    }
    if launches.contains(where: { $0.arguments.first == "exec" }) {
      let why = "yarn's own shell has no exec: the script ends with 127."
      return made(.neverStarts(why: why), why, place: launches.first?.place)
    }
    return keeps(launches, pattern, order: .oneAfterAnother, words, place: launches.last?.place)
  }
}

extension String {
  /// Without characters at the start that the condition holds for.
  fileprivate func trimming(while condition: (Character) -> Bool) -> String { String(drop(while: condition)) }
}
