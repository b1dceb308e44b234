package import Journal
package import Vocabulary

import Logs
import Machine

/// Log files and folders, unpacked where they are gzip, each read once from its beginning to where it ended when it was
/// opened.
package struct LogCollector: Collector {
  package let name = "logs"
  package let budget: CollectorBudget
  private let paths: [String]
  private let directory: String
  /// Whether files of the folder that is given are called by their own names.
  private var isFlat = false
  /// The time that is wanted; nil: all of it.
  package var window: TimeWindow?

  /// How many files are collected at most; a folder with more is taken for a mistake.
  private static let fileLimit = 10_000
  /// How much is read of what has no end of its own: a FIFO, standard input, a device.
  package static let endlessLimit = 256 << 20
  /// How many files are read at a time.
  private static let width = 2

  /// Files, folders with everything below them, or `-` for standard input; relative to a directory.
  package init(
    _ paths: [String], in directory: String,
    budget: CollectorBudget = CollectorBudget(time: .seconds(600), size: 256 << 30)
  ) {
    self.paths = paths
    self.directory = directory
    self.budget = budget
  }

  /// The logs that a run has kept of its instances, by their names.
  package init(
    keptBy run: RunFolder, budget: CollectorBudget = CollectorBudget(time: .seconds(600), size: 16 << 30)
  ) {
    self.init([KeptLogs.folder(of: run)], in: run.path, budget: budget)
    isFlat = true
  }

  /// When the last of the files changed; nil where nothing says so.
  package var lastChange: Timestamp? {
    found().filter { $0.path != "-" }.compactMap { Files.modified($0.place) }.max()
  }

  package func plan() async -> [PlannedFile] {
    found().map { file in
      let size = Files.kind(of: file.place) == .file ? Files.size(of: file.place) : nil
      let isMissing = file.path != "-" && Files.kind(of: file.place) == nil
      return PlannedFile(
        path: file.name, source: file.path, size: size, missing: isMissing ? "no such file or directory" : nil)
    }
  }

  package func collect(into sink: CollectorSink) async throws {
    let files = found()
    if files.count == Self.fileLimit { sink.miss(BundlePath.logs, "only the first \(files.count) files are taken") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, file) in files.enumerated() {
        try Task.checkCancellation()
        // What can be read once only teaches nothing beforehand.
        if sink.isLearning, file.path == "-" || Files.kind(of: file.place) != .file { continue }
        if number >= Self.width { try await group.next() }
        group.addTask {
          do {
            try await collect(file, into: sink)
          } catch let failure as MachineFailure {
            sink.miss(file.name, CollectorSink.words(failure))
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func collect(_ file: LogPlace, into sink: CollectorSink) async throws {
    let isRegular = file.path != "-" && Files.kind(of: file.place) == .file
    let before = isRegular ? try FileReader(file.place) : nil
    let size = try before?.size()
    let stream = file.path == "-" ? ByteStream.standardInput : try ByteStream(unhurried: file.place)
    let input = LogInput(stream, name: file.path, limit: size ?? Self.endlessLimit)
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    let path = file.path
    var isCut = false
    try await sink.add(
      file.name,
      { cut in
        var facts = FileFacts(source: path, importance: .bulk)
        if isRegular { facts.until = Files.modified(file.place) }
        facts.truncated =
          cut ?? (isCut && size == nil ? "only its first \(ByteText.of(Self.endlessLimit)) were read" : nil)
        facts.note = note(file, before, size)
        return facts
      }, within: window.map { .log($0) }
    ) { piece in
      switch try input.read(into: &buffer, at: 0) {
      case .bytes(let count): piece = Array(buffer[..<count])
      case .nothingYet: piece = []
      case .end:
        piece = []
        isCut = input.isAtLimit
        return false
      }
      return true
    }
  }

  /// What happened to a file's name while it was read.
  private func note(_ file: LogPlace, _ before: FileReader?, _ size: Int?) -> String? {
    guard let before, let size else { return nil }
    guard let now = try? FileReader(file.place) else {
      return "it was removed while it was read; what was in it is here"
    }
    guard now.id == before.id else { return "it was rotated while it was read: this is the file of before" }
    guard let end = try? now.size() else { return nil }
    if end < size { return "it was cut to \(end) bytes while it was read" }
    return end > size ? "it went on growing while it was read: this is as far as it went before" : nil
  }

  /// A log, and what it is called in the bundle.
  private struct LogPlace {
    let path: String
    let place: String
    let name: String
  }

  private func found() -> [LogPlace] {
    var files: [LogPlace] = []
    var pending = paths.reversed().map { (path: $0, below: nil as String?) }
    while let (path, below) = pending.popLast(), files.count < Self.fileLimit {
      let place = path.hasPrefix("/") ? path : "\(directory)/\(path)"
      let last = path == "-" ? "standard-input" : path.split(separator: "/").last.map(String.init) ?? "root"
      let name = isFlat || below == nil ? last : "\(below ?? "")/\(last)"
      // A folder behind a link could be one of those that hold it.
      let isFolder = path != "-" && Files.kind(of: place) == .directory
      if isFolder, below == nil || Files.link(at: place) == nil {
        guard let entries = try? Files.list(place) else {
          // It is read as a file, which fails and names it.
          files.append(LogPlace(path: path, place: place, name: "\(BundlePath.logs)/\(Self.logName(name))"))
          continue
        }
        for entry in entries.reversed() {
          pending.append(("\(path.hasSuffix("/") ? String(path.dropLast()) : path)/\(entry)", name))
        }
      } else if !isFolder {
        files.append(LogPlace(path: path, place: place, name: "\(BundlePath.logs)/\(Self.logName(name))"))
      }
    }
    return files
  }

  /// The name of the unpacked log, made of what an archive may have as a name.
  private static func logName(_ name: String) -> String {
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let parts = plain.split(separator: "/").map { part in
      let text = part.harmless.map { $0 == "\\" || $0 == "\u{FFFD}" ? "_" : $0 }
      return text.allSatisfy { $0 == "." } ? "_" : String(String(text).prefix(100))
    }
    let path = parts.suffix(6).joined(separator: "/")
    return path.split(separator: "/").last?.contains(".") == true ? path : path + ".log"
  }
}
