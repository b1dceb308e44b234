package import Machine

/// An answer whose body is read line by line; it is read once.
package struct HTTPLines: AsyncSequence, Sendable {
  /// One line without its end, and whether it was longer than the limit.
  package typealias Element = LineSplitter.Line

  /// The answer's status; look at it before reading.
  package let status: Int
  /// The answer's header fields.
  package let headers: HTTPHeaders

  private let owner: Owner

  init(status: Int, headers: HTTPHeaders, buffer: HTTPLineBuffer) {
    self.status = status
    self.headers = headers
    owner = Owner(buffer: buffer)
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(owner: owner) }

  /// Reads on where the last iterator stopped.
  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let owner: Owner

    package mutating func next() async throws(WebFailure) -> Element? { try await owner.buffer.next() }
  }

  /// Ends the transfer when nobody can read it any longer.
  fileprivate final class Owner: Sendable {
    let buffer: HTTPLineBuffer

    init(buffer: HTTPLineBuffer) { self.buffer = buffer }

    deinit { buffer.abandon() }
  }
}

/// Lines between the driver's thread and the task that reads them.
final class HTTPLineBuffer: Sendable {
  private struct State {
    var splitter: LineSplitter
    /// Lines in order; those before `taken` are gone.
    var lines: [LineSplitter.Line] = []
    var taken = 0
    /// Bytes that are kept, about.
    var size = 0
    var isPaused = false
    var end: Result<Void, WebFailure>?
    var waiter: CheckedContinuation<Result<LineSplitter.Line?, WebFailure>, Never>?

    mutating func pop() -> LineSplitter.Line? {
      guard taken < lines.count else { return nil }
      let line = lines[taken]
      taken += 1
      size -= line.bytes.count + 1
      if taken == lines.count || taken > 4096 {
        lines.removeFirst(taken)
        taken = 0
      }
      return line
    }

    mutating func add(_ line: LineSplitter.Line) {
      lines.append(line)
      size += line.bytes.count + 1
    }
  }

  /// When the sender is held back: 256 KiB; it goes on below half of it.
  private static let highWater = 256 << 10

  let id: UInt64
  private let driver: HTTPClientDriver
  private let name: String
  private let state: Locked<State>

  init(id: UInt64, driver: HTTPClientDriver, limit: Int, at name: String) {
    self.id = id
    self.driver = driver
    self.name = name
    state = Locked(State(splitter: LineSplitter(limit: limit)))
  }

  // MARK: The driver's side

  /// Takes bytes; false when the reader is behind, and then none of them.
  func take(_ bytes: ArraySlice<UInt8>) -> Bool {
    let (waiter, line, isTaken) = state.withLock { state in
      guard state.size < HTTPLineBuffer.highWater else {
        state.isPaused = true
        return (HTTPLineBuffer.none, LineSplitter.Line?.none, false)
      }
      var lines: [LineSplitter.Line] = []
      state.splitter.feed(bytes) { lines.append($0) }
      for line in lines { state.add(line) }
      guard state.waiter != nil, let line = state.pop() else { return (nil, nil, true) }
      defer { state.waiter = nil }
      return (state.waiter, line, true)
    }
    waiter?.resume(returning: .success(line))
    return isTaken
  }

  private static let none: CheckedContinuation<Result<LineSplitter.Line?, WebFailure>, Never>? = nil

  /// The transfer is over.
  func finish(_ end: Result<Void, WebFailure>) {
    let (waiter, answer) = state.withLock { state in
      var last: [LineSplitter.Line] = []
      // Half a line of half an answer is no line.
      if case .success = end { state.splitter.finish { last.append($0) } }
      for line in last { state.add(line) }
      if state.end == nil { state.end = end }
      defer { state.waiter = nil }
      return (state.waiter, state.waiter == nil ? .success(nil) : HTTPLineBuffer.answer(&state))
    }
    waiter?.resume(returning: answer)
  }

  // MARK: The reader's side

  func next() async throws(WebFailure) -> LineSplitter.Line? {
    let result: Result<LineSplitter.Line?, WebFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (answer, resumes) = state.withLock { state in wait(&state, continuation) }
        if resumes { driver.resume(id) }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      abandon()
    }
    return try result.get()
  }

  /// What the reader gets at once, and whether the sender may go on; nil when the reader waits.
  private func wait(
    _ state: inout State, _ continuation: CheckedContinuation<Result<LineSplitter.Line?, WebFailure>, Never>
  ) -> (Result<LineSplitter.Line?, WebFailure>?, Bool) {
    guard state.waiter == nil else { return (.failure(.alreadyReceiving(at: name)), false) }
    // Cancellation sets its flag before it calls `abandon`, and both look under this lock.
    guard !Task.isCancelled else { return (.failure(.cancelled), false) }
    let hasLine = state.taken < state.lines.count
    let answer = hasLine || state.end != nil ? HTTPLineBuffer.answer(&state) : nil
    if answer == nil { state.waiter = continuation }
    guard state.isPaused, state.size < HTTPLineBuffer.highWater / 2 else { return (answer, false) }
    state.isPaused = false
    return (answer, true)
  }

  private static func answer(_ state: inout State) -> Result<LineSplitter.Line?, WebFailure> {
    if let line = state.pop() { return .success(line) }
    guard case .failure(let failure) = state.end else { return .success(nil) }
    return .failure(failure)
  }

  /// Nobody reads on: the transfer is cancelled.
  func abandon() {
    let (waiter, isRunning) = state.withLock { state in
      let isRunning = state.end == nil
      if isRunning { state.end = .failure(.cancelled) }
      defer { state.waiter = nil }
      return (state.waiter, isRunning)
    }
    waiter?.resume(returning: .failure(.cancelled))
    if isRunning { driver.cancel(id) }
  }
}
