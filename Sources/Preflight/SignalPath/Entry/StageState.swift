import Documents
import Machine

/// One stage while its instructions are carried out.
struct StageState {
  let build: ImageBuild
  let index: Int
  var image: BuiltImage
  var setsEntrypoint = false
  var setsCommand = false
  /// The stage's `ARG`s; the image's environment outranks them.
  var arguments: [String: String] = [:]
  private var replacedShell: ShellKind?
  /// Whether a RUN may have installed anything.
  private var isOpen = false

  init(build: ImageBuild, index: Int, image: BuiltImage) {
    (self.build, self.index, self.image) = (build, index, image)
  }

  var variables: [String: String] { arguments.merging(image.environment) { $1 } }

  func expand(_ text: String, at instruction: Dockerfile.Instruction) throws -> String {
    try build.expand(text, variables, at: instruction)
  }

  mutating func apply(_ instruction: Dockerfile.Instruction) throws {
    let place = Place(file: build.file, line: instruction.line)
    switch instruction.keyword {
    case "ARG":
      for (name, value) in instruction.pairs(escape: build.dockerfile.escape) {
        arguments[name] =
          try build.arguments[name] ?? value.map { try expand($0, at: instruction) } ?? build.global(name)
      }
    case "ENV":
      let before = variables
      for (name, value) in instruction.pairs(escape: build.dockerfile.escape) {
        image.environment[try build.expand(name, before, at: instruction)] =
          try build.expand(value ?? "", before, at: instruction)
      }
    case "WORKDIR":
      image.workingDirectory = ImagePath.resolve(
        try expand(instruction.text, at: instruction), in: image.workingDirectory)
      image.tree.add(.folder(image.workingDirectory))
    case "USER": image.user = try expand(instruction.text, at: instruction)
    case "STOPSIGNAL": image.stopSignal = (try expand(instruction.text, at: instruction), place)
    case "SHELL":
      guard case .list(let words) = instruction.form, !words.isEmpty else {
        image.fault = ("SHELL needs a JSON array of strings, and no image is built without", place)
        return
      }
      image.shell = words
    case "ENTRYPOINT":
      setsEntrypoint = true
      image.entrypoint = command(instruction, at: place)
    case "CMD":
      setsCommand = true
      image.command = command(instruction, at: place)
    case "COPY", "ADD": try copy(instruction, at: place)
    case "RUN": run(instruction, at: place)
    case "ONBUILD":
      if var trigger = Dockerfile.Instruction(
        instruction.text, line: instruction.line, escape: build.dockerfile.escape)
      {
        trigger.heredocs = instruction.heredocs
        image.onBuild.append(trigger)
      }
    default: break
    }
  }

  mutating func command(_ instruction: Dockerfile.Instruction, at place: Place) -> BuiltImage.Command? {
    switch instruction.form {
    case .list(let words): return BuiltImage.Command(arguments: words, place: place)
    case .shell(""): return nil
    case .shell(let text): return BuiltImage.Command(arguments: image.shell + [text], place: place)
    case .invalid:
      image.fault = (
        "\(instruction.keyword) is a JSON array with something in it that is no string, and no image is built of it",
        place
      )
      return nil
    }
  }

  private mutating func run(_ instruction: Dockerfile.Instruction, at place: Place) {
    var effects = RunEffects(tree: image.tree, installed: image.facts.installed)
    let text: String
    switch instruction.form {
    case .list(let words):
      let isShell = words.count > 2 && words[1].hasPrefix("-") && words[1].hasSuffix("c")
      text = isShell ? words[2] : words.joined(separator: " ")
    case .shell(let script): text = script
    case .invalid: return
    }
    effects.run(
      text, heredocs: instruction.heredocs, environment: variables, folder: image.workingDirectory, place: place)
    image.tree = effects.tree
    image.facts.installed = effects.installed
    replacedShell = effects.shell ?? replacedShell
    isOpen = isOpen || effects.isOpen
  }

  private mutating func copy(_ instruction: Dockerfile.Instruction, at place: Place) throws {
    var words: [String]
    if case .list(let list) = instruction.form {
      words = list
    } else {
      words = DockerfileLine.words(of: instruction.text, escape: build.dockerfile.escape)
    }
    words = try words.map { word in
      instruction.heredocs.contains { word.contains($0.name) && word.contains("<<") }
        ? word : try expand(word, at: instruction)
    }
    guard words.count >= 2, let last = words.popLast() else {
      throw build.problem("\(instruction.keyword) needs a source and a destination", at: instruction)
    }
    let aim = ImagePath.resolve(last, in: image.workingDirectory)
    let mode = instruction.flag("chmod").flatMap(RunEffects.executeBit)
    let from = try instruction.flag("from").map { try expand($0, at: instruction) }
    let intoFolder = last.hasSuffix("/") || last == "." || last.isEmpty || words.count > 1 || image.tree.isFolder(aim)
    func place(of name: String) -> String { intoFolder ? ImagePath.resolve(name, in: aim) : aim }

    for word in words {
      if let heredoc = instruction.heredocs.first(where: { word.contains("<<") && word.contains($0.name) }) {
        let text = heredoc.isExpanded ? try expandHeredoc(heredoc.content, at: instruction) : heredoc.content
        let file = ImageFile(
          text: text, origin: Place(file: build.file, line: heredoc.line), isExecutable: mode ?? false)
        image.tree.add(.written(at: place(of: heredoc.name), file))
      } else if instruction.keyword == "ADD", word.contains("://") || word.hasPrefix("git@") {
        let at = place(of: word.split(separator: "?")[0].split(separator: "/").last.map(String.init) ?? "")
        image.tree.add(.made(at: at))
        if let mode { image.tree.add(.executable(at: at, recursive: false, mode)) }
      } else if let from {
        take(word, from: try build.files(of: from, before: index), to: aim, intoFolder: intoFolder)
      } else {
        copy(word, to: aim, intoFolder: intoFolder, mode: mode, keepsParents: instruction.flag("parents") != nil)
      }
    }
  }

  /// Variables in a here-document of `COPY`; quotes in it are text.
  private func expandHeredoc(_ text: String, at instruction: Dockerfile.Instruction) throws -> String {
    guard text.contains("$") || text.unicodeScalars.contains(build.dockerfile.escape) else { return text }
    do throws(DockerfileWords.Problem) {
      return try DockerfileWords(escape: build.dockerfile.escape, environment: variables, keepsQuotes: true).word(text)
    } catch {
      throw build.problem(error.what, at: instruction)
    }
  }

  private mutating func take(_ source: String, from tree: ImageTree, to aim: String, intoFolder: Bool) {
    let path = ImagePath.resolve(source, in: "/")
    // A folder's content is copied, not the folder; of an unknown path that has a dot the name, as of a file.
    if tree.isFolder(path) || source.hasSuffix("/") || !intoFolder {
      image.tree.add(.taken(tree, source: path, at: aim))
    } else if case .unknown = tree.lookUp(path), ImagePath.name(path) == ImagePath.name(aim) {
      image.tree.add(.taken(tree, source: path, at: aim))
    } else {
      image.tree.add(.taken(tree, source: path, at: ImagePath.resolve(ImagePath.name(path), in: aim)))
    }
  }

  private mutating func copy(_ source: String, to aim: String, intoFolder: Bool, mode: Bool?, keepsParents: Bool) {
    let components = ImagePath.resolve(source, in: "/").split(separator: "/").map(String.init)
    for path in matches(components) {
      guard let found = build.context.resolved(path), let kind = build.context.kind(of: found),
        !build.context.excludes(path) || kind == .directory
      else {
        image.missed += 1
        continue
      }
      image.copied += 1
      let parents = keepsParents ? path.dropLast().joined(separator: "/") : ""
      let isFolder = kind == .directory
      let name = isFolder && !keepsParents || !isFolder && !intoFolder ? "" : path.last ?? ""
      let at = ImagePath.resolve([parents, name].filter { !$0.isEmpty }.joined(separator: "/"), in: aim)
      image.tree.add(.copied(build.context, source: path, at: at, isFolder: isFolder, isExecutable: mode))
    }
  }

  /// The paths of the context that a source with patterns stands for.
  private func matches(_ source: [String]) -> [[String]] {
    var paths: [[String]] = [[]]
    for component in source {
      let pattern = PathPattern(component)
      if pattern.isLiteral {
        paths = paths.map { $0 + [component] }
      } else {
        paths = paths.flatMap { path in
          (build.context.names(in: path) ?? []).filter { pattern.matches([$0]) }.prefix(1000).map { path + [$0] }
        }
      }
      if paths.count > 1000 { return Array(paths.prefix(1000)) }
    }
    return paths
  }

  /// The image at the end of the stage, with what its RUNs and packages say of its shell and tools.
  func finished() -> BuiltImage {
    var image = image
    if let replacedShell {
      image.facts.shell = replacedShell
      image.facts.why = "a RUN puts \(replacedShell.rawValue) behind /bin/sh"
    }
    let installed = image.facts.installed
    if installed["procps"] != nil || installed["procps-ng"] != nil || installed["busybox"] != nil {
      image.facts.hasPs = true
    }
    if installed["bash"] != nil { image.facts.hasBash = true }
    // An image rarely gets ps by chance; bash comes along with much.
    if isOpen, image.facts.hasBash == false { image.facts.hasBash = nil }
    image.facts.hasBaseEntrypoint = image.entrypoint?.isInherited == true
    return image
  }
}
