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

  var shell = ["/bin/sh", "-c"]
  var onBuild: [Dockerfile.Instruction] = []
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
  var copied = 0
  var missed = 0

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

  func index(of name: String, before end: Int) -> Int? {
    if let named = stages[..<end].lastIndex(where: { $0.name == name.lowercased() }) { return named }
    return Int(name).flatMap { (0..<end).contains($0) ? $0 : nil }
  }

  func image(at index: Int) throws -> BuiltImage {
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
  func expand(
    _ text: String, _ environment: [String: String], at instruction: Dockerfile.Instruction
  ) throws -> String {
    do throws(DockerfileWords.Problem) {
      return try DockerfileWords(escape: dockerfile.escape, environment: environment).word(text)
    } catch {
      throw problem(error.what, at: instruction)
    }
  }

  func problem(_ what: String, at instruction: Dockerfile.Instruction) -> DocumentFailure {
    DocumentFailure([DocumentProblem(file: file, at: Mark(line: instruction.line, column: 1), what)])
  }

  /// The files that `--from` names: a stage's, or those of an image that nothing is known of.
  func files(of name: String, before index: Int) throws -> ImageTree {
    guard let source = self.index(of: name, before: index) else { return ImageTree() }
    return try image(at: source).tree
  }

  func global(_ name: String) -> String? { globals[name] }
}
