/// One stream of a child: what is kept of it, and its lines.
struct StreamReader: Sendable {
  /// Which end of a long stream is kept.
  enum Keeping {
    case first(Int)
    case last(Int)
  }

  private(set) var file: OpenFile?
  private(set) var kept: [UInt8] = []
  private(set) var isCut = false
  private let stream: OutputLine.Stream
  private let keeping: Keeping
  private var splitter = LineSplitter()

  init(file: OpenFile?, stream: OutputLine.Stream, keeping: Keeping) {
    self.file = file
    self.stream = stream
    self.keeping = keeping
  }

  var isAtEnd: Bool { file == nil }

  mutating func read(_ onLine: ((OutputLine) -> Void)?) {
    guard let file else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    switch file.read(into: &buffer) {
    case .bytes(let count):
      keep(buffer[..<count])
      if let onLine { splitter.feed(buffer[..<count]) { onLine(OutputLine(stream: stream, line: $0)) } }
    case .nothingYet: return
    case .end, .error: self.file = nil
    }
  }

  mutating func finish(_ onLine: ((OutputLine) -> Void)?) {
    file = nil
    if let onLine { splitter.finish { onLine(OutputLine(stream: stream, line: $0)) } }
    if case .last(let limit) = keeping, kept.count > limit { kept.removeFirst(kept.count - limit) }
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    switch keeping {
    case .first(let limit):
      if kept.count + bytes.count > limit { isCut = true }
      kept += bytes.prefix(limit - kept.count)
    case .last(let limit):
      kept += bytes
      if kept.count > limit { isCut = true }
      // Cut at twice the limit, so that each byte is moved once on the average.
      if kept.count > 2 * limit { kept.removeFirst(kept.count - limit) }
    }
  }
}
