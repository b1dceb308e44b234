import Glibc
import Vocabulary

/// One run of a child, on a thread of its own: feeds it, reads it, stops it, and sees its end.
struct RunLoop: Sendable {
  struct Settings: Sendable {
    let deadline: Duration
    let stop: StopPolicy
    let keeping: Int
    let onLine: (@Sendable (OutputLine) -> Void)?
  }

  /// How long a descendant that holds a stream open is read after the program's end.
  private static let lastCall: Duration = .milliseconds(200)
  /// How often a group that was told to end is looked at once its leader has ended.
  private static let groupInterval: Duration = .milliseconds(20)
  /// How long a killed process may take to end: one that hangs in the kernel holds nobody.
  private static let killLimit: Duration = .seconds(10)

  let child: ChildProcess
  private let settings: Settings
  private let cancellation: OpenFile
  private var input: OpenFile?
  private let given: [UInt8]
  private var taken = 0
  private var streams: [StreamReader]

  private let deadline: ContinuousClock.Instant
  private var cause: CompletedRun.Cause?
  private var killAt: ContinuousClock.Instant?
  /// Set once the group was killed.
  private var abandonAt: ContinuousClock.Instant?
  private var hasEnded = false
  /// Set once the program has ended, and its group where that was stopped.
  private var lastCallAt: ContinuousClock.Instant?

  init(
    child: ChildProcess, input: OpenFile?, given: [UInt8], output: OpenFile?, errors: OpenFile?,
    cancellation: OpenFile, settings: Settings
  ) {
    self.child = child
    self.input = input
    self.given = given
    self.cancellation = cancellation
    self.settings = settings
    deadline = ContinuousClock.now + settings.deadline
    streams = [
      StreamReader(file: output, stream: .output, keeping: .first(settings.keeping)),
      StreamReader(file: errors, stream: .errors, keeping: .last(settings.keeping)),
    ]
  }

  mutating func run() -> CompletedRun {
    while true {
      let next = advance(ContinuousClock.now)
      if lastCallAt != nil, streams.allSatisfy(\.isAtEnd) { break }
      if let end = lastCallAt ?? abandonAt, ContinuousClock.now >= end { break }
      wait(until: next)
    }
    for index in streams.indices { streams[index].finish(settings.onLine) }
    // The child is a zombie still, so its group's id is its own.
    if cause != nil { child.send(.kill, to: .group) }
    return CompletedRun(
      end: hasEnded ? child.reap() : .unknown, cause: cause ?? .finished, output: streams[0].kept,
      errors: streams[1].kept, isOutputCut: streams[0].isCut, areErrorsCut: streams[1].isCut)
  }

  /// Does what is due and returns when the next thing will be.
  private mutating func advance(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    if !hasEnded, cause == nil, now >= deadline { stop(.deadline, now) }
    if let killAt, abandonAt == nil, now >= killAt {
      child.send(.kill, to: .group)
      abandonAt = now + RunLoop.killLimit
    }
    guard hasEnded else { return cause == nil ? deadline : abandonAt ?? killAt ?? deadline }
    if let lastCallAt { return lastCallAt }
    // Stopping means the whole group: members that outlive their leader have until the grace is over.
    if cause != nil, abandonAt == nil, child.isolation != .shared, !ProcessTable.members(ofGroup: child.pid).isEmpty {
      return now + RunLoop.groupInterval
    }
    let end = now + RunLoop.lastCall
    lastCallAt = end
    return end
  }

  private mutating func stop(_ cause: CompletedRun.Cause, _ now: ContinuousClock.Instant) {
    guard self.cause == nil, !hasEnded else { return }
    self.cause = cause
    killAt = now + settings.stop.grace
    child.send(settings.stop.signal, to: settings.stop.addressee)
  }

  /// Waits for the next event of any descriptor and handles all that are there.
  private mutating func wait(until instant: ContinuousClock.Instant) {
    let milliseconds = Int32(clamping: max(0, (instant - .now).nanoseconds) / 1_000_000 + 1)
    var waits: [pollfd] = []
    func add(_ file: OpenFile?, _ events: Int32) {
      waits.append(pollfd(fd: file?.descriptor ?? -1, events: Int16(events), revents: 0))
    }
    add(streams[0].file, POLLIN)
    add(streams[1].file, POLLIN)
    add(input, POLLOUT)
    add(hasEnded ? nil : child.handle, POLLIN)
    add(hasEnded || cause != nil ? nil : cancellation, POLLIN)
    // The array holds `count` entries for the call; a negative descriptor is skipped.
    guard unsafe poll(&waits, nfds_t(waits.count), milliseconds) > 0 else { return }
    for index in streams.indices where waits[index].revents != 0 { streams[index].read(settings.onLine) }
    if waits[2].revents != 0 { feed() }
    if waits[3].revents != 0 { hasEnded = true }
    if waits[4].revents != 0 { stop(.cancelled, .now) }
  }

  private mutating func feed() {
    guard let file = input else { return }
    switch file.write(given, from: taken) {
    case .success(let count): taken += count
    case .failure(let error) where error.code == EAGAIN || error.code == EINTR: return
    // The child closed its end: it wants no more.
    case .failure: taken = given.count
    }
    if taken == given.count { input = nil }
  }
}
