package import Journal
package import Platforms
package import Redaction

import Documents
import Machine
import Vocabulary

/// Follows the logs of a fleet's instances while a run goes on, and keeps them in its folder: an instance that has vanished takes
/// its log with it.
///
/// What is kept holds no more than the run's journal does. Secrets, and what people said or are called by, are hidden before a
/// byte is written; names of rooms and participants stay, by which logs and journal are brought together, until the bundle
/// hides them in both. Files have mode 0600 and a size that is bounded: of a long log its end is kept.
package struct LogKeeping: Sendable {
  /// How much one log may take on disk, how many logs there are at most, and how much of what was written before is taken.
  package struct Limits: Sendable {
    package var size = 32 << 20
    package var logs = 256
    package var before = 1 << 20

    /// The defaults.
    package init() {}
  }

  private let platform: any Platform
  private let run: RunFolder
  private let redactor: Redactor
  private let limits: Limits

  /// How often the logs are read, and the platform is asked which there are.
  private static let (pause, listing) = (Duration.milliseconds(500), Duration.seconds(2))
  /// How long the last look may take when the run has ended.
  private static let ending = Duration.seconds(5)

  /// The rules that wait for the bundle: the journal's own words for the same rooms and people.
  private static let later = ["room-name", "participant-identity", "learned-name"]

  /// Keeps what the platform's instances log in the folder of a run, without these secrets and what looks like one.
  package init(
    _ platform: any Platform, in run: RunFolder, options: RedactionOptions, limits: Limits = Limits()
  ) throws(RedactionFailure) {
    var options = options
    options.relaxed += Self.later.filter { !options.relaxed.contains($0) }
    redactor = try Redactor(options: options)
    self.run = run
    self.platform = platform
    self.limits = limits
  }

  /// Follows the logs while the body runs, and once more when it has ended; `note` is told what cannot be followed.
  package func follow<Result>(
    _ note: @escaping @Sendable (String) async -> Void, _ body: () async -> Result
  ) async -> Result {
    let isOver = Locked(false)
    // A task of its own is not cancelled with the run: what is logged until its end is evidence.
    let following = Task { await work(note) { isOver.withLock { $0 } } }
    let result = await body()
    isOver.withLock { $0 = true }
    let watch = Task {
      try await Task.sleep(for: Self.ending)
      following.cancel()
    }
    await following.value
    watch.cancel()
    return result
  }

  private func work(_ note: @Sendable (String) async -> Void, until isOver: () -> Bool) async {
    var kept: [String: KeptLog] = [:]
    var said: Set<String> = []
    func say(_ text: String) async { if said.insert(text).inserted { await note(text) } }
    let streams = LogStreams()
    var listed = ContinuousClock.now - Self.listing
    while true {
      // Asked before the logs are read: what is logged until then is read.
      let isLast = isOver() || Task.isCancelled
      if isLast || ContinuousClock.now - listed >= Self.listing {
        listed = .now
        do {
          for log in try await withDeadline(Self.ending, { [platform] in try await platform.logs() }) {
            guard kept[log.name] == nil else { continue }
            guard kept.count < limits.logs else {
              await say("only the first \(limits.logs) logs are followed")
              break
            }
            kept[log.name] = try KeptLog(log, in: run, redactor: redactor, limits: limits)
            if case .stream(let open) = log.origin { streams.read(log.name, open) }
          }
        } catch {
          if !isLast { await say("the logs of the instances cannot be followed: \(CollectorSink.words(error))") }
        }
      }
      for name in kept.keys.sorted() {
        do {
          for failure in streams.failures(of: name) { await say("the log of \(name.harmless) breaks off: \(failure)") }
          try kept[name]?.read(streams.take(name), isLast: isLast)
        } catch {
          await say("the log of \(name.harmless) cannot be kept: \(CollectorSink.words(error))")
        }
      }
      guard !isLast else { break }
      try? await Task.sleep(for: Self.pause)
    }
    streams.stop()
  }
}

/// The logs that a run has kept.
package enum KeptLogs {
  /// Where they are.
  package static func folder(of run: RunFolder) -> String { "\(run.path)/logs" }

  /// How far each was read.
  static func positions(of run: RunFolder) -> String { "\(run.path)/positions" }

  /// The name of a file: everything but letters, digits, `#`, `-`, `_` and inner dots becomes `%41`.
  static func fileName(_ text: String) -> String {
    text.utf8.prefix(120).enumerated().map { index, byte in
      let letter = Character(UnicodeScalar(byte))
      let stays = letter.isASCII && (letter.isLetter || letter.isNumber || "#-_".contains(letter))
      return stays || letter == "." && index > 0
        ? String(letter) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// Where a log's beginning is put when it has become too long; the one of before is let go of.
  static func older(_ path: String) -> String { "\(path.dropLast(4)).older.log" }
}

/// How far a log was read, so that a run that is resumed goes on there.
private struct KeptPosition: Codable {
  var file: String
  var offset: Int
}

/// One log that is kept.
private struct KeptLog {
  private let path: String
  private let positionPath: String
  private let source: String?
  private let redactor: Redactor
  private let limits: LogKeeping.Limits
  private var reader: FileReader?
  private var offset = 0
  /// What was read and not yet written: it may be the beginning of something longer.
  private var pending: [UInt8] = []
  private var idle = 0

  /// A secret of several lines must not be cut in two: what came last waits until nothing follows it.
  private static let (lookAhead, patience) = (64 << 10, 2)
  /// How much is read at a time.
  private static let piece = 4 << 20

  init(_ log: InstanceLog, in run: RunFolder, redactor: Redactor, limits: LogKeeping.Limits) throws {
    let name = KeptLogs.fileName(log.name)
    path = "\(KeptLogs.folder(of: run))/\(name).log"
    positionPath = "\(KeptLogs.positions(of: run))/\(name).json"
    (self.redactor, self.limits) = (redactor, limits)
    guard case .file(let file) = log.origin else {
      source = nil
      return
    }
    source = file
    try open(file)
    guard let size = try reader?.size() else { return }
    if let position = try? CanonicalJSON.decode(KeptPosition.self, from: Files.read(positionPath, limit: 4_096)),
      position.file == file, position.offset <= size
    {
      offset = position.offset
    } else if size > limits.before {
      offset = size - limits.before
    }
  }

  private mutating func open(_ file: String) throws {
    reader = try FileReader(file)
    offset = 0
  }

  /// Takes what its file or its stream has brought, and writes what is complete.
  mutating func read(_ piece: [UInt8], isLast: Bool) throws {
    var new = piece
    if let source {
      if let size = try reader?.size(), size < offset { offset = 0 }
      // A log that grows as fast as it is read is read on at the next look.
      for _ in 0..<16 {
        guard let more = try reader?.read(Self.piece, at: offset), !more.isEmpty else { break }
        offset += more.count
        new += more
        if new.count >= Self.piece { try write(&new, isLast: false) }
      }
      // Rotated: what the old file held is read.
      if let reader, let now = try? FileReader(source), now.id != reader.id { try open(source) }
    }
    idle = new.isEmpty ? idle + 1 : 0
    try write(&new, isLast: isLast || idle >= Self.patience)
  }

  private mutating func write(_ new: inout [UInt8], isLast: Bool) throws {
    pending += new
    new = []
    guard !pending.isEmpty else { return }
    let ready = isLast ? pending[...] : pending.dropLast(Self.lookAhead)
    guard let end = ready.lastIndex(of: 0x0A).map({ $0 + 1 }) ?? (isLast ? pending.count : nil) else { return }
    let redacted = try redactor.redact(Array(pending[..<end]), file: path).bytes
    try Files.makeDirectory(Files.folder(of: path))
    if (Files.size(of: path) ?? 0) + redacted.count > limits.size / 2, Files.size(of: path) ?? 0 > 0 {
      try Files.rename(path, to: KeptLogs.older(path))
    }
    try AppendFile(path).append(redacted)
    pending.removeFirst(end)
    guard let source else { return }
    try Files.makeDirectory(Files.folder(of: positionPath))
    try Files.write(
      try CanonicalJSON.encode(KeptPosition(file: source, offset: offset - pending.count)), to: positionPath,
      durably: false)
  }
}

/// Streams that are read side by side, each by a task of its own, as fast as what they bring is taken.
private final class LogStreams: Sendable {
  private let state = Locked(State())

  private struct State {
    var pieces: [String: [UInt8]] = [:]
    var failures: [String: [String]] = [:]
    var tasks: [Task<Void, Never>] = []
  }

  /// How much waits to be taken at most.
  private static let limit = 4 << 20

  /// Reads a stream, again when it breaks off, until all are stopped.
  func read(
    _ name: String,
    _ open: @escaping @Sendable (@escaping @Sendable ([UInt8]) async throws -> Void) async throws -> Void
  ) {
    let task = Task { [self] in
      var delay = Duration.seconds(1)
      let lines = Locked(RecentLines())
      while !Task.isCancelled {
        lines.withLock { $0.begin() }
        do {
          try await open { piece in
            let fresh = lines.withLock { $0.fresh(piece) }
            try await self.put(fresh, name)
          }
        } catch {
          if !Task.isCancelled { state.withLock { $0.failures[name, default: []].append(CollectorSink.words(error)) } }
        }
        do { try await Task.sleep(for: delay) } catch { return }
        delay = min(delay * 2, .seconds(30))
      }
    }
    state.withLock { $0.tasks.append(task) }
  }

  private func put(_ piece: [UInt8], _ name: String) async throws {
    while state.withLock({ ($0.pieces[name]?.count ?? 0) > Self.limit }) {
      try await Task.sleep(for: .milliseconds(50))
    }
    state.withLock { $0.pieces[name, default: []] += piece }
  }

  /// What a stream has brought since the last time.
  func take(_ name: String) -> [UInt8] { state.withLock { $0.pieces.removeValue(forKey: name) ?? [] } }

  /// What it failed of since the last time.
  func failures(of name: String) -> [String] { state.withLock { $0.failures.removeValue(forKey: name) ?? [] } }

  /// Ends all of them.
  func stop() { for task in state.withLock({ $0.tasks }) { task.cancel() } }
}

/// Leaves out what a stream that was opened again tells a second time.
private struct RecentLines {
  private var known: Set<[UInt8]> = []
  private var order: [[UInt8]] = []
  private var isAgain = false

  private static let most = 4_096

  /// A connection begins.
  mutating func begin() { isAgain = !known.isEmpty }

  /// The piece without those lines at the connection's beginning that were told before.
  mutating func fresh(_ piece: [UInt8]) -> [UInt8] {
    var fresh: [UInt8] = []
    for line in piece.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if isAgain, line.isEmpty || known.contains(Array(line)) { continue }
      isAgain = false
      fresh += line + [0x0A]
      guard !line.isEmpty, known.insert(Array(line)).inserted else { continue }
      order.append(Array(line))
    }
    // The end of the last line is the piece's own.
    if !fresh.isEmpty { fresh.removeLast() }
    if order.count > 2 * Self.most {
      known.subtract(order.prefix(Self.most))
      order.removeFirst(Self.most)
    }
    return fresh
  }
}
