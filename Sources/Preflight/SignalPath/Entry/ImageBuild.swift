import Documents
import Machine

/// An image as one stage of a Dockerfile leaves it.
struct BuiltImage: Sendable {
  /// A command with where it is written.
  struct Command: Sendable {
    var arguments: [String]
    var place: Place
    /// Whether it is the base image's own.
    var isInherited = false
  }

  var entrypoint: Command?
  var command: Command?
  var environment: [String: String] = [:]
  var workingDirectory = "/"
  var stopSignal: (text: String, place: Place)?
  var user: String?
  var facts = ImageFacts()
  var tree = ImageTree()
  /// What could not be known: the base image's entrypoint, a variable without a value.
  var notes: [String] = []
  /// Why no container can be started from it.
  var fault: (what: String, place: Place)?

  fileprivate var shell = ["/bin/sh", "-c"]
  fileprivate var onBuild: [Dockerfile.Instruction] = []
  /// Whether the base image's entrypoint and command are known.
  fileprivate(set) var isBaseKnown = true

  /// Whether the base image has no shell, and nothing put one there.
  var hasNoShell: Bool { lacksShell && !tree.mayHave("/bin/sh") }
  fileprivate var lacksShell = false

  /// How well the context fits the Dockerfile: what it copies that is there, and whether the command's files are.
  var fit: Int {
    let files = arguments.prefix(4).filter { word in
      if case .file = tree.lookUp(ImagePath.resolve(word, in: workingDirectory)) { true } else { false }
    }
    return copied - missed + 2 * files.count
  }
  /// How many sources of COPY the context has, and how many not.
  fileprivate var copied = 0
  fileprivate var missed = 0

  /// The whole argument vector that the image starts; its place is the command's that is written last.
  var arguments: [String] { (entrypoint?.arguments ?? []) + (command?.arguments ?? []) }
}

/// Builds one stage of a Dockerfile in thought, and those that it takes from, by the rules of BuildKit.
struct ImageBuild {
  /// What the user calls the Dockerfile.
  let file: String
  let dockerfile: Dockerfile
  let context: BuildContext
  /// Values of `ARG` that the caller gives.
  let arguments: [String: String]

  private var stages: [Stage] = []
  private var globals: [String: String] = [:]

  private struct Stage {
    let name: String?
    let from: Dockerfile.Instruction
    var instructions: [Dockerfile.Instruction] = []
  }

  private static let platform = [
    "TARGETPLATFORM": "linux/amd64", "TARGETOS": "linux", "TARGETARCH": "amd64", "TARGETVARIANT": "",
    "BUILDPLATFORM": "linux/amd64", "BUILDOS": "linux", "BUILDARCH": "amd64", "BUILDVARIANT": "",
  ]

  /// Cuts a Dockerfile into stages; throws `DocumentFailure` where no stage begins.
  init(_ dockerfile: Dockerfile, file: String, context: BuildContext, arguments: [String: String] = [:]) throws {
    (self.dockerfile, self.file, self.context, self.arguments) = (dockerfile, file, context, arguments)
    globals = Self.platform
    for instruction in dockerfile.instructions {
      switch instruction.keyword {
      case "FROM":
        let words = instruction.text.split(whereSeparator: \.isWhitespace)
        let name = words.count == 3 && words[1].lowercased() == "as" ? words[2].lowercased() : nil
        stages.append(Stage(name: name, from: instruction))
      case "ARG" where stages.isEmpty:
        for (name, value) in instruction.pairs(escape: dockerfile.escape) {
          globals[name] =
            try arguments[name] ?? value.map { try expand($0, globals, at: instruction) } ?? globals[name]
        }
      default:
        guard !stages.isEmpty else {
          throw problem("'\(instruction.keyword)' stands before the first FROM", at: instruction)
        }
        stages[stages.count - 1].instructions.append(instruction)
      }
    }
    guard !stages.isEmpty else {
      throw DocumentFailure([DocumentProblem(file: file, at: nil, "there is no FROM in it")])
    }
  }

  /// The image of a stage, by name or number; of the last one when none is named.
  func image(stage: String? = nil) throws -> BuiltImage {
    guard let stage else { return try image(at: stages.count - 1) }
    guard let index = index(of: stage, before: stages.count) else {
      let names = stages.compactMap(\.name)
      throw DocumentFailure([
        DocumentProblem(
          file: file, at: nil, "there is no stage '\(stage)'",
          hint: names.isEmpty ? "no stage of it has a name" : "its stages: \(names.joined(separator: ", "))")
      ])
    }
    return try image(at: index)
  }

  private func index(of name: String, before end: Int) -> Int? {
    if let named = stages[..<end].lastIndex(where: { $0.name == name.lowercased() }) { return named }
    return Int(name).flatMap { (0..<end).contains($0) ? $0 : nil }
  }

  private func image(at index: Int) throws -> BuiltImage {
    let stage = stages[index]
    let reference = try expand(
      stage.from.text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "", globals, at: stage.from)
    var image: BuiltImage
    if let base = self.index(of: reference, before: index), Int(reference) == nil {
      image = try self.image(at: base)
    } else {
      image = based(on: reference, at: stage.from)
    }
    var state = StageState(build: self, index: index, image: image)
    for instruction in image.onBuild { try state.apply(instruction) }
    state.image.onBuild = []
    for instruction in stage.instructions { try state.apply(instruction) }
    if !state.setsCommand, state.setsEntrypoint { state.image.command = nil }
    return state.finished()
  }

  /// The image that a registry has under a reference, as far as it is known.
  private func based(on reference: String, at instruction: Dockerfile.Instruction) -> BuiltImage {
    let base = BaseImages.image(reference)
    let place = Place(file: file, line: instruction.line)
    var image = BuiltImage()
    image.tree.isFromScratch = reference == "scratch"
    image.workingDirectory = base.workingDirectory
    image.stopSignal = base.stopSignal.map { ($0, place) }
    func command(_ words: [String]?) -> BuiltImage.Command? {
      words.flatMap { $0.isEmpty ? nil : BuiltImage.Command(arguments: $0, place: place, isInherited: true) }
    }
    image.entrypoint = command(base.entrypoint)
    image.command = command(base.command)
    image.isBaseKnown = base.entrypoint != nil
    image.facts.name = reference
    image.facts.hasPs = base.hasPs
    image.facts.hasBash = base.hasBash
    image.facts.shell = base.shell.flatMap { ShellKind(rawValue: $0.rawValue) } ?? .unknown
    image.facts.why =
      switch base.shell {
      case .dash: "\(reference) has Debian's or Ubuntu's dash as /bin/sh"
      case .busybox: "\(reference) has busybox as /bin/sh"
      case .bash: "\(reference) has bash as /bin/sh"
      case .absent: "\(reference) has no /bin/sh"
      case nil: "it is not known which shell \(reference.isEmpty ? "the base image" : reference) has as /bin/sh"
      }
    if reference.isEmpty || reference.contains("$") {
      image.notes.append("the base image comes from a variable without a value (line \(instruction.line))")
    } else if !base.isKnown {
      image.notes.append("\(reference) is not among the known images: an entrypoint of its own would not be seen")
    }
    image.lacksShell = base.shell == BaseImage.Shell.absent
    return image
  }

  /// A text with its variables put in.
  fileprivate func expand(
    _ text: String, _ environment: [String: String], at instruction: Dockerfile.Instruction
  ) throws -> String {
    do throws(DockerfileWords.Problem) {
      return try DockerfileWords(escape: dockerfile.escape, environment: environment).word(text)
    } catch {
      throw problem(error.what, at: instruction)
    }
  }

  fileprivate func problem(_ what: String, at instruction: Dockerfile.Instruction) -> DocumentFailure {
    DocumentFailure([DocumentProblem(file: file, at: Mark(line: instruction.line, column: 1), what)])
  }

  /// The files that `--from` names: a stage's, or those of an image that nothing is known of.
  fileprivate func files(of name: String, before index: Int) throws -> ImageTree {
    guard let source = self.index(of: name, before: index) else { return ImageTree() }
    return try image(at: source).tree
  }

  fileprivate func global(_ name: String) -> String? { globals[name] }
}

/// One stage while its instructions are carried out.
private struct StageState {
  let build: ImageBuild
  let index: Int
  var image: BuiltImage
  var setsEntrypoint = false
  var setsCommand = false
  /// The stage's `ARG`s; the image's environment outranks them.
  private var arguments: [String: String] = [:]
  private var replacedShell: ShellKind?
  /// Whether a RUN may have installed anything.
  private var isOpen = false

  init(build: ImageBuild, index: Int, image: BuiltImage) {
    (self.build, self.index, self.image) = (build, index, image)
  }

  private var variables: [String: String] { arguments.merging(image.environment) { $1 } }

  private func expand(_ text: String, at instruction: Dockerfile.Instruction) throws -> String {
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

  private mutating func command(_ instruction: Dockerfile.Instruction, at place: Place) -> BuiltImage.Command? {
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
