import Documents
import Machine
import Vocabulary

/// What is judged: an entry command with the image that it runs in and the platform that stops it.
struct SignalQuestion: Sendable {
  /// nil where nothing can be started: `fault` says why.
  var entry: EntryCommand?
  /// Why no container starts, or none can be judged.
  var fault: (outcome: SignalVerdict.Outcome, what: String, place: Place)?
  /// The words of a CMD in the shell form that an ENTRYPOINT in the list form takes as its arguments; nil without one.
  var shellForm: [Word]?
  /// The platform's way of stopping, where it decides by itself.
  var override: PlatformStart.Override?
  /// What is judged, in words: `Dockerfile`, `compose service 'agent' (compose.yaml)`.
  var subject: String
  var notes: [String] = []
  var findings: [Finding] = []
  /// The Dockerfile that an image was built of, as the program reaches it.
  var dockerfile: String?

  /// Puts a question together from files; `replacing` are texts that stand for files of these paths, to see what a change
  /// would bring.
  static func read(_ files: EntryFiles, in folder: String, replacing: [String: String] = [:]) throws -> SignalQuestion {
    var files = files
    var notes: [String] = []
    if !files.namesAny {
      (files, notes) = files.found(in: files.context ?? folder)
      guard files.namesAny else { throw EntryFailure.nothingFound(folder: files.context ?? folder) }
    }
    // A supervisord.conf from elsewhere brings its own folder along.
    if files.context == nil, let path = files.supervisord, ImagePath.relative(path, to: folder) == nil {
      files.context = Files.folder(of: path)
    }
    let start = try PlatformFiles.start(files, in: folder)
    var question = try SignalQuestion(start: start, files: files, folder: folder, replacing: replacing)
    question.notes = notes + (start?.notes ?? []) + question.notes
    question.findings += start?.findings ?? []
    question.override = start?.override
    return question
  }

  private init(start: PlatformStart?, files: EntryFiles, folder: String, replacing: [String: String]) throws {
    let platformFile = files.manifest ?? files.compose ?? files.unit ?? files.procfile ?? files.supervisord
    subject =
      start.map { "\($0.kind) '\($0.name)'" + (platformFile.map { " (\($0))" } ?? "") } ?? files.dockerfile ?? folder
    let image =
      try start?.isOnHost == true
      ? nil : Self.image(for: start, files: files, folder: folder, replacing: replacing)
    dockerfile = image?.dockerfile
    var built = image?.image ?? Self.host(start, context: files.context ?? folder, replacing: replacing)
    if let file = start?.file { built.tree.add(.written(at: file.at, file.file)) }
    notes = built.notes
    if let fault = built.fault {
      self.fault = (.neverStarts, fault.what, fault.place)
      return
    }
    let entrypoint = start?.entrypoint ?? built.entrypoint.map(Self.command)
    let command = start?.command ?? (start?.entrypoint == nil ? built.command.map(Self.command) : nil)
    let words = (entrypoint?.words ?? []) + (command?.words ?? [])
    let origin = command?.place ?? entrypoint?.place ?? start?.place ?? Place(file: image?.dockerfile ?? folder)
    let usesBaseEntrypoint = start?.entrypoint == nil && built.entrypoint?.isInherited == true
    if start?.entrypoint == nil, built.entrypoint == nil, !built.isBaseKnown, words.isEmpty {
      fault = (.unknown, "the command comes from \(built.facts.name ?? "an image") and is not known", origin)
      return
    }
    guard !words.isEmpty else {
      fault = (.neverStarts, "there is no ENTRYPOINT and no CMD: no container starts", origin)
      return
    }
    if words.first?.known == "/bin/sh", built.hasNoShell {
      fault = (.neverStarts, "\(built.facts.name ?? "the image") has no /bin/sh to run the shell form with", origin)
      return
    }
    if let command, entrypoint != nil, command.words.count == 3, command.words[1].known == "-c" {
      shellForm = command.words
    }
    var facts = built.facts
    facts.hasBaseEntrypoint = usesBaseEntrypoint
    var entry = EntryCommand(
      arguments: words, origin: origin, image: facts, files: built.tree, hasInit: start?.hasInit ?? false)
    entry.environment = built.environment.mapValues { Word($0) }.merging(start?.environment ?? [:]) { $1 }
    entry.workingDirectory = start?.workingDirectory ?? built.workingDirectory
    entry.delivery = start?.delivery ?? .mainProcess
    switch start?.deadline {
    case .known(let clock): entry.stopDeadline = clock
    case .unknown(let name, let written, let place):
      notes.append(
        "how long it has got is not known: \(name) is '\(written)', which is filled in when it is deployed (\(place))")
    case nil: break
    }
    // A unit's ExecStop is judged with the unit.
    entry.preStop = start?.isOnHost == true ? nil : start?.preStop
    if let written = start?.stopSignal ?? built.stopSignal {
      guard let signal = Signal(name: written.text) else {
        fault = (.neverStarts, "'\(written.text)' is no signal: no container starts", written.place)
        return
      }
      entry.stopSignal = signal
      entry.stopSignalOrigin = written.place
    }
    self.entry = entry
  }

  private static func command(_ command: BuiltImage.Command) -> PlatformStart.Command {
    PlatformStart.Command(words: command.arguments.map { Word($0) }, place: command.place)
  }

  /// The image that a platform's file means: built of the Dockerfile that it or the caller names, else one with a known name.
  private static func image(
    for start: PlatformStart?, files: EntryFiles, folder: String, replacing: [String: String]
  ) throws -> (image: BuiltImage, dockerfile: String?) {
    let build = start?.build
    let given = build?.context ?? files.context
    let path =
      files.dockerfile ?? build?.dockerfile
      ?? ["Dockerfile", "Containerfile"].map { (given ?? folder) + "/" + $0 }
      .first { build?.inline == nil && Files.kind(of: $0) == .file }
    let arguments = files.buildArguments.merging(build?.arguments ?? [:]) { mine, _ in mine }
    let stage = files.stage ?? build?.stage
    func context(_ folder: String) -> BuildContext { BuildContext(folder, dockerfile: path, replacing: replacing) }
    if let inline = build?.inline, files.dockerfile == nil {
      let name = start.map { "\($0.place.file) (dockerfile_inline)" } ?? "dockerfile_inline"
      let dockerfile = try Dockerfile(Array(inline.utf8), file: name)
      return (
        try ImageBuild(dockerfile, file: name, context: context(given ?? folder), arguments: arguments).image(
          stage: stage), nil
      )
    }
    if let path, build != nil || files.dockerfile != nil || start.map({ usesOwnImage($0) }) != false {
      let bytes = try replacing[path].map { Array($0.utf8) } ?? PlatformFiles.bytes(path, limit: Dockerfile.limit)
      let dockerfile = try Dockerfile(bytes, file: path)
      // Without a context that is named: the Dockerfile's folder or the one of the call, whichever has what it copies.
      let folders =
        given.map { [$0] } ?? (folder == Files.folder(of: path) ? [folder] : [Files.folder(of: path), folder])
      let images = try folders.map {
        try ImageBuild(dockerfile, file: path, context: context($0), arguments: arguments).image(stage: stage)
      }
      return (images[images.count > 1 && images[1].fit > images[0].fit ? 1 : 0], path)
    }
    let name = start?.image ?? "the image"
    let text = "FROM \(name.contains(where: \.isWhitespace) ? "unknown" : name)"
    var image = try ImageBuild(
      Dockerfile(Array(text.utf8), file: start?.place.file ?? name), file: start?.place.file ?? name,
      context: context(given ?? folder)
    ).image()
    if let place = start?.place {
      image.entrypoint?.place = place
      image.command?.place = place
    }
    image.notes.append("\(name) is not built here: --dockerfile names how it is")
    return (image, nil)
  }

  /// Whether an image is not a well-known one: it is then the one that the Dockerfile at hand builds.
  private static func usesOwnImage(_ start: PlatformStart) -> Bool {
    start.image.map { !BaseImages.image($0).isKnown && start.likeness > -5 } ?? true
  }

  /// The machine that a unit or a Procfile's process runs on: the context's files lie in its working directory.
  private static func host(_ start: PlatformStart?, context: String, replacing: [String: String]) -> BuiltImage {
    host(at: start?.workingDirectory ?? "/app", context: context, replacing: replacing)
  }

  /// The machine that a command runs on in a folder, which has the context's files.
  static func host(at folder: String, context: String? = nil, replacing: [String: String] = [:]) -> BuiltImage {
    let context = context ?? folder
    var image = BuiltImage()
    image.workingDirectory = folder
    image.tree.add(
      .copied(BuildContext(context, replacing: replacing), source: [], at: folder, isFolder: true, isExecutable: nil))
    image.facts.shell = .dash
    image.facts.hasPs = true
    image.facts.hasBash = true
    image.facts.why = "the host is taken for Debian or Ubuntu: dash is its /bin/sh"
    return image
  }
}
