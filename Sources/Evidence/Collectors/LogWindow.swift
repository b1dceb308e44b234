package import Vocabulary

import Logs

/// The time that a bundle is to tell of.
package struct TimeWindow: Hashable, Sendable {
  /// Its bounds, both within it; nil: none.
  package let since, until: Timestamp?

  /// A window; nil for one without bounds, which leaves nothing out.
  package init?(since: Timestamp?, until: Timestamp?) {
    guard since != nil || until != nil else { return nil }
    (self.since, self.until) = (since, until)
  }

  /// Whether a moment lies in it.
  package func contains(_ moment: Timestamp) -> Bool {
    since.map { moment >= $0 } ?? true && until.map { moment <= $0 } ?? true
  }
}

/// Leaves out of a log, or of a journal, the lines that lie outside of a window. A line without a time goes with the line before
/// it; what stands before the first time stays.
struct LogWindow {
  private let window: TimeWindow
  private let moment: (ArraySlice<UInt8>) -> Timestamp?
  private var isInside = true
  private var pending: [UInt8] = []

  /// No line is waited for beyond this many bytes; a longer one goes with its beginning.
  private static let lineLimit = 1 << 20

  /// The lines of a log, by their writer's clock or else their collector's, in any zone that they name.
  static func log(_ window: TimeWindow) -> LogWindow {
    LogWindow(window: window) { LogRecord.read($0).lazy.compactMap(\.moment).first }
  }

  /// The records of a journal, from its beginning on: what it says later are changes of what it said before.
  static func journal(until: Timestamp) -> LogWindow? {
    TimeWindow(since: nil, until: until).map { window in
      LogWindow(window: window) { line in
        let text = String(decoding: line.suffix(64), as: UTF8.self)
        guard let key = text.ranges(of: "\"time\":\"").last else { return nil }
        return Timestamp(text[key.upperBound...].prefix { $0 != "\"" })
      }
    }
  }

  private init(window: TimeWindow, moment: @escaping (ArraySlice<UInt8>) -> Timestamp?) {
    (self.window, self.moment) = (window, moment)
  }

  /// What of the next piece lies in the window, whole lines; at the end the rest.
  mutating func take(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
    pending += piece
    var output: [UInt8] = []
    var start = 0
    while let end = pending[start...].firstIndex(of: 0x0A) {
      pass(start..<end + 1, to: &output)
      start = end + 1
    }
    if isLast || pending.count - start > Self.lineLimit, start < pending.count {
      pass(start..<pending.count, to: &output)
      start = pending.count
    }
    pending.removeFirst(start)
    return output
  }

  private mutating func pass(_ range: Range<Int>, to output: inout [UInt8]) {
    let line = pending[range]
    if let moment = moment(line.last == 0x0A ? line.dropLast() : line) { isInside = window.contains(moment) }
    if isInside { output += line }
  }
}

extension CollectorSink {
  /// Adds a file piece by piece, without those of its lines that lie outside of a window; nil: all of them stay.
  func add(
    _ path: String, _ facts: (_ cut: String?) -> FileFacts, within window: LogWindow?, rechains: Bool = false,
    _ next: (inout [UInt8]) throws -> Bool
  ) async throws {
    guard var window else { return try await add(path, facts, rechains: rechains, next) }
    try await add(path, facts, rechains: rechains) { piece in
      let goesOn = try next(&piece)
      piece = window.take(piece, isLast: !goesOn)
      return goesOn
    }
  }
}
