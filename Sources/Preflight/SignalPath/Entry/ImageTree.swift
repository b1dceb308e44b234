import Machine

/// The files of an image as its Dockerfile makes them: what was done to them, in order.
///
/// Nothing is copied: a lookup goes back through what was done until something answers it.
struct ImageTree: ImageFiles {
  private var steps: [Step] = []
  /// Whether the image begins empty: what no step made is not there.
  var isFromScratch = false

  /// One thing that was done to the files.
  indirect enum Step: Sendable {
    /// A file or folder of a context, at a path of the image; a mode's execute bit when one was given.
    case copied(BuildContext, source: [String], at: String, isFolder: Bool, isExecutable: Bool?)
    /// A file or folder of another image.
    case taken(ImageTree, source: String, at: String)
    /// A file whose text is known.
    case written(at: String, ImageFile)
    /// A file that is made there, with a content that is not known.
    case made(at: String)
    case folder(String)
    case linked(at: String, target: String)
    case executable(at: String, recursive: Bool, Bool)
    /// Its carriage returns at line ends are taken out.
    case unixLines(at: String)
    case removed(at: String)
    /// Something ran that may have made any file.
    case ran
  }

  mutating func add(_ step: Step) { steps.append(step) }

  /// Whether a path is known to be a folder.
  func isFolder(_ path: String) -> Bool {
    if case .folder = lookUp(path) { return true }
    return [
      "/", "/bin", "/etc", "/home", "/opt", "/root", "/sbin", "/srv", "/tmp", "/usr/bin", "/usr/local/bin", "/usr/sbin",
    ]
    .contains(path)
  }

  /// Whether a step may have put a file there, whatever the base image has.
  func mayHave(_ path: String) -> Bool {
    var own = self
    own.isFromScratch = true
    if case .missing = own.lookUp(path) { return false }
    return true
  }

  package func lookUp(_ path: String) -> ImageLookup {
    var budget = 200
    return lookUp(ImagePath.resolve(path, in: "/"), before: steps.count, &budget)
  }

  /// The names in a folder that a build copies whole; nil when a base image or a RUN may have put others there.
  package func names(in path: String) -> [String]? {
    let path = ImagePath.resolve(path, in: "/")
    var names: Set<String> = []
    var isWhole = isFromScratch
    for step in steps {
      switch step {
      case .copied(let context, let source, let at, true, _):
        guard let rest = ImagePath.relative(path, to: at), let found = context.resolved(source + Self.split(rest)),
          let listed = context.names(in: found)
        else { continue }
        names.formUnion(listed.filter { !context.excludes(found + [$0]) })
        isWhole = true
      case .copied(_, _, let at, false, _), .written(let at, _), .made(let at), .linked(let at, _), .folder(let at),
        .taken(_, _, let at):
        if let rest = ImagePath.relative(at, to: path), let name = rest.split(separator: "/").first {
          names.insert(String(name))
        }
      case .removed(let at):
        if let rest = ImagePath.relative(at, to: path), !rest.contains("/") { names.remove(rest) }
      case .executable, .unixLines, .ran: continue
      }
    }
    return isWhole ? names.sorted() : nil
  }

  private func lookUp(_ path: String, before end: Int, _ budget: inout Int) -> ImageLookup {
    // Links and copies of copies lead on; a circle of them ends here.
    guard budget > 0 else { return .unknown }
    budget -= 1
    var isExecutable: Bool?
    var hasUnixLines = false
    var mayHaveBeenMade = !isFromScratch
    var folderIsKnown = false

    func finished(_ lookup: ImageLookup) -> ImageLookup {
      guard case .file(let file) = lookup, isExecutable != nil || hasUnixLines else { return lookup }
      return .file(
        ImageFile(
          text: hasUnixLines ? file.text.withUnixLines : file.text, origin: file.origin,
          isExecutable: isExecutable ?? file.isExecutable))
    }

    for index in (0..<end).reversed() {
      switch steps[index] {
      case .copied(let context, let source, let at, let isFolder, let mode):
        guard let rest = ImagePath.relative(path, to: at), isFolder || rest.isEmpty else {
          if ImagePath.relative(at, to: path) != nil { return .folder }
          continue
        }
        switch Self.look(in: context, source, Self.split(rest), at: at, isExecutable: mode) {
        case .answer(let lookup): return finished(lookup)
        case .link(let target): return finished(lookUp(target, before: end, &budget))
        case .nothing(let isKnown):
          folderIsKnown = folderIsKnown || isKnown && !mayHaveBeenRun(after: index, before: end)
        }
      case .taken(let tree, let source, let at):
        guard let rest = ImagePath.relative(path, to: at) else {
          if ImagePath.relative(at, to: path) != nil { return .folder }
          continue
        }
        switch tree.lookUp(ImagePath.resolve(rest, in: source)) {
        case .missing: continue
        case .unknown: mayHaveBeenMade = true
        case let found: return finished(found)
        }
      case .written(let at, let file):
        if at == path { return finished(.file(file)) }
        if ImagePath.relative(at, to: path) != nil { return .folder }
      case .made(let at):
        if ImagePath.relative(path, to: at) != nil { return .unknown }
        if ImagePath.relative(at, to: path) != nil { return .folder }
      case .folder(let at):
        if ImagePath.relative(at, to: path) != nil { return .folder }
      case .linked(let at, let target):
        guard let rest = ImagePath.relative(path, to: at) else { continue }
        let aim = ImagePath.resolve(target, in: ImagePath.resolve("..", in: at))
        return finished(lookUp(ImagePath.resolve(rest, in: aim), before: end, &budget))
      case .executable(let at, let recursive, let value):
        if path == at || recursive && ImagePath.relative(path, to: at) != nil { isExecutable = isExecutable ?? value }
      case .unixLines(let at): if path == at { hasUnixLines = true }
      case .removed(let at): if ImagePath.relative(path, to: at) != nil { return .missing }
      case .ran: mayHaveBeenMade = true
      }
    }
    return folderIsKnown || !mayHaveBeenMade ? .missing : .unknown
  }

  private func mayHaveBeenRun(after index: Int, before end: Int) -> Bool {
    steps[index..<end].contains { if case .ran = $0 { true } else { false } }
  }

  private enum Found {
    case answer(ImageLookup)
    case link(String)
    /// There is nothing; whether the folder is there, so that it would be known.
    case nothing(Bool)
  }

  /// What a copied file or folder has at a path below it. A link in it leads through the image, not through the context.
  private static func look(
    in context: BuildContext, _ source: [String], _ rest: [String], at: String, isExecutable: Bool?
  ) -> Found {
    guard let source = context.resolved(source) else { return .nothing(false) }
    let path = source + rest
    if let (depth, target) = context.firstLink(on: path, from: source.count) {
      let folder = ImagePath.resolve(path[source.count..<depth].joined(separator: "/"), in: at)
      let aim = ImagePath.resolve(target, in: folder)
      return .link(ImagePath.resolve(path.dropFirst(depth + 1).joined(separator: "/"), in: aim))
    }
    guard !context.excludes(path) else { return .nothing(false) }
    switch context.kind(of: path) {
    case .directory: return .answer(.folder)
    case .file:
      guard let text = context.text(path) else { return .answer(.unknown) }
      return .answer(
        .file(
          ImageFile(
            text: text, origin: Place(file: context.name(path), line: 1),
            isExecutable: isExecutable ?? context.isExecutable(path))))
    case .other: return .answer(.unknown)
    case nil: return .nothing(context.kind(of: path.dropLast()) == .directory)
    }
  }

  private static func split(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }
}

extension String {
  /// With the carriage return before each line end taken out.
  fileprivate var withUnixLines: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0 != "\r" }))
  }
}
