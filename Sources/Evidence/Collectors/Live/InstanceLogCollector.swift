package import Platforms

import Cutover
import Machine
import SessionSources
import Vocabulary

/// The logs that a platform hands over of its instances, as they are at this moment: of long ones the end.
package struct InstanceLogCollector: Collector {
  package let name = "instance-logs"
  package let budget = CollectorBudget(time: .seconds(90), size: 4 << 30)
  private let logs: Once<[InstanceLog]>
  private let streams: Once<[String: TakenStream]>
  private let kind: String
  private let window: TimeWindow?

  /// How much is taken of one log file, and of one stream; how many streams are read at a time.
  static let (fileLimit, streamLimit, atATime) = (256 << 20, 8 << 20, 16)
  /// How long a stream is read, and how long it may say nothing.
  private static let (streamTime, silence) = (Duration.seconds(10), Duration.seconds(2))

  /// The logs of a platform's instances, as far as they lie in a window.
  package init(_ platform: any Platform, within window: TimeWindow? = nil) {
    kind = platform.traits.kind
    self.window = window
    let logs = Once { try await withDeadline(SourceCollector.limit) { try await platform.logs() } }
    self.logs = logs
    streams = Once { await Self.read(try await logs.answer) }
  }

  package func plan() async -> [PlannedFile] {
    guard let logs = try? await logs.answer else {
      return [PlannedFile(path: BundlePath.logs, source: kind, size: nil, missing: "\(kind) does not list them")]
    }
    return logs.map { log in
      guard case .file(let file) = log.origin else {
        return PlannedFile(path: Self.path(log), source: kind, size: nil)
      }
      return PlannedFile(path: Self.path(log), source: file, size: Files.size(of: file).map { min($0, Self.fileLimit) })
    }
  }

  /// A log's path in a bundle.
  package static func path(_ log: InstanceLog) -> String {
    "\(BundlePath.logs)/\(KeptLogs.fileName(log.name)).log"
  }

  package func collect(into sink: CollectorSink) async throws {
    let logs = try await logs.answer
    if logs.isEmpty { sink.miss(BundlePath.logs, "\(kind) hands over no logs of its instances") }
    let taken = try await streams.answer
    for log in logs {
      try Task.checkCancellation()
      switch log.origin {
      case .file(let file):
        do {
          try await add(file, as: Self.path(log), to: sink)
        } catch let failure as MachineFailure {
          sink.miss(Self.path(log), CollectorSink.words(failure))
        }
      case .stream:
        guard let stream = taken[log.name] else { continue }
        var facts = FileFacts(source: kind, importance: .bulk)
        facts.truncated = stream.cut
        facts.note = stream.note
        if stream.bytes.isEmpty, let note = stream.note {
          sink.miss(Self.path(log), note)
        } else if !stream.bytes.isEmpty {
          let bytes = stream.bytes
          try await sink.add(Self.path(log), { _ in facts }, within: window.map { .log($0) }) { piece in
            piece = bytes
            return false
          }
        }
      }
    }
  }

  private func add(_ file: String, as path: String, to sink: CollectorSink) async throws {
    let reader = try FileReader(file)
    let size = try reader.size()
    guard size > 0 else { return }
    let first = max(0, size - Self.fileLimit)
    var offset = first
    let skipped = first > 0 ? "its first \(ByteText.of(first)) are left out" : nil
    try await sink.add(
      path,
      { cut in
        var facts = FileFacts(source: file, importance: .bulk)
        facts.until = Files.modified(file)
        facts.truncated = [skipped, cut].compactMap(\.self).joined(separator: "; ")
        if facts.truncated?.isEmpty == true { facts.truncated = nil }
        return facts
      }, within: window.map { .log($0) }
    ) { piece in
      piece = try reader.read(min(256 << 10, size - offset), at: offset)
      offset += piece.count
      return offset < size && !piece.isEmpty
    }
  }

  // MARK: Streams

  /// What a stream has told.
  private struct TakenStream: Sendable {
    var bytes: [UInt8] = []
    /// What is missing at its end, and what is worth knowing.
    var cut, note: String?
  }

  private static func read(_ logs: [InstanceLog]) async -> [String: TakenStream] {
    await withTaskGroup(of: (String, TakenStream).self) { group in
      var taken: [String: TakenStream] = [:]
      var running = 0
      for log in logs {
        guard case .stream(let open) = log.origin else { continue }
        if running >= atATime, let (name, stream) = await group.next() {
          taken[name] = stream
          running -= 1
        }
        running += 1
        group.addTask { (log.name, await read(open)) }
      }
      for await (name, stream) in group { taken[name] = stream }
      return taken
    }
  }

  /// Reads a stream until it ends, or says nothing more: what the platform still has comes at once.
  private static func read(
    _ open: @escaping @Sendable (@escaping @Sendable ([UInt8]) async throws -> Void) async throws -> Void
  ) async -> TakenStream {
    let state = Locked((stream: TakenStream(), last: ContinuousClock.now))
    let reading = Task {
      do {
        try await open { piece in
          let isFull = state.withLock { state in
            state.stream.bytes += piece
            state.last = .now
            return state.stream.bytes.count >= streamLimit
          }
          guard !isFull else { throw CancellationError() }
        }
        return nil as String?
      } catch is CancellationError {
        return nil
      } catch {
        return CollectorSink.words(error)
      }
    }
    let watch = Task {
      let began = ContinuousClock.now
      while state.withLock({ ContinuousClock.now - $0.last }) < silence, .now - began < streamTime {
        try await Task.sleep(for: .milliseconds(100))
      }
      reading.cancel()
    }
    let failure = await withTaskCancellationHandler {
      await reading.value
    } onCancel: {
      reading.cancel()
    }
    watch.cancel()
    var stream = state.withLock { $0.stream }
    stream.note = failure.map { "it broke off: \($0)" } ?? (stream.bytes.isEmpty ? "it said nothing" : nil)
    if stream.bytes.count >= streamLimit { stream.cut = "only its first \(ByteText.of(streamLimit)) were read" }
    return stream
  }
}
