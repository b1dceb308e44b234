import Documents
import Machine
import Vocabulary

/// bun and deno: which script they run, and through which shell.
extension ProgramCall {
  private static let bunCommands: Set<String> = [
    "install", "i", "add", "remove", "update", "link", "pm", "build", "init", "create", "upgrade", "test", "ci",
    "audit",
  ]

  func bun(_ words: some Collection<Word>) -> ProgramModel? {
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "--cwd", "--env-file", "-c", "--config", "-r", "--preload", "--shell", "--filter", "-F", "-d", "--define",
      "--port",
    ]
    guard let outer = ProgramArguments(words, grammar), let first = outer.command.first else {
      return made(.ends(status: 0))
    }
    var parsed = outer
    var isRun = false
    if first == "run" || first == "x" || first == "exec" {
      guard let inner = ProgramArguments(outer.command.dropFirst(), grammar) else { return nil }
      isRun = true
      parsed.options += inner.options
      parsed.command = inner.command
    }
    guard let name = parsed.command.first else { return made(.ends(status: 0)) }
    if first == "x" {
      return keeps([launch.with(parsed.command)], "TERM INT: send", "bunx forwards the signal and waits.")
    }
    if first == "exec" { return keeps([launch.shell(name, by: "/bin/sh")], "") }
    if ProgramCall.bunCommands.contains(name.text), !isRun { return made(.ends(status: nil)) }
    let rest = Array(parsed.command.dropFirst())
    let folder = parsed.value("--cwd")?.known.flatMap(launch.absolute) ?? launch.workingDirectory
    guard let known = name.known, let package = PackageFile(near: folder, launch), package.script(known) != nil else {
      return nodeFile(name, rest)
    }
    if parsed.value("--shell") == "bun" {
      let launches = ownShell(known, rest, in: package)
      return keeps(
        launches, "", order: .oneAfterAnother, "bun's own shell has no handler for signals.",
        place: launches.last?.place)
    }
    guard let hasBash = launch.image.hasBash else {
      return made(.unknown(why: "bun run starts bash where there is one, and whether the image has it is not known"))
    }
    let shell: Word = hasBash ? "/bin/bash" : "/bin/sh"
    guard let launches = scripted(known, rest, in: package, shell: shell) else { return missing(known) }
    return keeps(
      launches, "TERM INT: send", order: .oneAfterAnother,
      "bun run forwards the signal to \(shell.text) and waits for it.",
      place: launches.last?.place)
  }

  func deno(_ words: some Collection<Word>) -> ProgramModel? {
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "-c", "--config", "--import-map", "--lock", "--location", "--seed", "--cert", "--cwd", "--env-file",
    ]
    guard let outer = ProgramArguments(words, grammar), let first = outer.command.first?.known,
      let parsed = ProgramArguments(outer.command.dropFirst(), grammar)
    else { return made(.ends(status: 0)) }
    switch first {
    case "run", "serve":
      guard let file = parsed.command.first else { return made(.ends(status: 0)) }
      return nodeFile(file, Array(parsed.command.dropFirst()))
    case "task":
      guard let name = parsed.command.first?.known else { return made(.ends(status: 0)) }
      return denoTask(name, Array(parsed.command.dropFirst()), config: parsed.value("-c", "--config")?.known)
    case "eval", "install", "cache", "compile", "check", "test", "fmt", "lint": return made(.ends(status: nil))
    default: return nodeFile(outer.command[0], Array(outer.command.dropFirst()))
    }
  }

  private func denoTask(_ name: String, _ more: [Word], config: String?) -> ProgramModel {
    let files = (config.map { [$0] } ?? ["deno.json", "deno.jsonc"]).compactMap { launch.file($0) }
    for file in files {
      guard let task = UserDocument.json(file)?["tasks"]?[name], let line = task.string ?? task["command"]?.string
      else { continue }
      let place = file.origin.advanced(by: task.mark.line - 1)
      let launches = OwnShell.launches(line + more.map { " " + quoted($0) }.joined(), launch, at: place)
      return keeps(
        launches, "TERM INT: send", order: .oneAfterAnother,
        "deno task's own shell forwards the signal to the program itself.",
        place: place)
    }
    guard let package = PackageFile(near: launch.workingDirectory, launch) else { return missing(name) }
    let launches = ownShell(name, more, in: package)
    guard !launches.isEmpty else { return missing(name) }
    return keeps(
      launches, "TERM INT: send", order: .oneAfterAnother,
      "deno task's own shell forwards the signal to the program itself.",
      place: launches.last?.place)
  }
}
