import Cutover
import LiveKit
import Machine
import Vocabulary

/// Follows a workload's pods for as long as it lives: a listing, then a watch from there, then the next watch from where that ended.
///
/// The end of a stream says nothing: the watch goes on from the last version that was read, so nothing is missed. Only where
/// the API server no longer keeps that version there is a listing anew, and what went in between was not seen.
final class PodWatch: Sendable {
  /// What is known, and whether more is coming.
  struct State: Sendable {
    var book: PodBook
    /// Where the next watch begins; nil: with a listing.
    var version: String?
    /// Why nothing comes at the moment; nil: all is well.
    var failure: KubernetesFailure?
    /// Until when what is known is whole, where the watch is not open.
    var closedAt: Timestamp?
    /// Lines of the present watch, and whether one could not be read.
    var lines = 0
    var isBroken = false
    var child: ChildProcess?
    var openedAt: Timestamp?

    /// Why what is known may not be all; nil: the watch is open, or has been opened anew and was not refused.
    func trouble(at now: Timestamp) -> KubernetesFailure? {
      // kubectl says nothing when a watch is open and nothing happens; one that is refused ends in less time.
      if child != nil, let openedAt, now - openedAt >= .seconds(2) { return nil }
      return failure
    }
  }

  private let state: Locked<State>
  private let task: Task<Void, Never>

  var now: State { state.withLock { $0 } }

  /// Lists and watches until it is let go; `tell` gets one line for each gap.
  init(
    _ kubectl: Kubectl, path: String, selector: String, clock: WallClock,
    tell: @escaping @Sendable (String) -> Void
  ) {
    let state = Locked(State(book: PodBook(container: kubectl.settings.container)))
    self.state = state
    task = BackgroundTasks.start {
      await Follower(
        kubectl: kubectl, path: path, query: ["labelSelector=\(selector.queryEscaped)"], state: state, clock: clock,
        tell: tell
      ).run()
    }
  }

  deinit { task.cancel() }

  /// What is known once there was a whole listing; throws why there is none within the limit.
  func listed(within limit: Duration) async throws -> State {
    let found = try await repeating(every: .milliseconds(20), within: limit) { () -> State? in
      let now = self.now
      // A failure that waiting does not mend is said at once.
      if now.book.listedAt == nil, let failure = now.failure, !failure.isTransient { throw failure }
      return now.book.listedAt == nil ? nil : now
    }
    if let found { return found }
    throw now.failure ?? KubernetesFailure.silent(doing: "listing the pods", after: limit)
  }
}

/// The loop of a watch.
private struct Follower: Sendable {
  let kubectl: Kubectl
  let path: String
  let query: [String]
  let state: Locked<PodWatch.State>
  let clock: WallClock
  let tell: @Sendable (String) -> Void

  func run() async {
    var backoff = Backoff(base: .milliseconds(500), cap: .seconds(15))
    while !Task.isCancelled {
      do {
        if state.withLock({ $0.version }) == nil { try await list() }
        if try await watch() { backoff.reset() }
        continue
      } catch let failure as KubernetesFailure {
        note(failure)
      } catch {
        if Task.isCancelled { return }
        note(.malformed(what: "kubectl could not be run: \("\(error)".harmless)"))
      }
      do { try await Task.sleep(for: backoff.next()) } catch { return }
    }
  }

  private func note(_ failure: KubernetesFailure) {
    let isNew = state.withLock { state in
      defer { (state.failure, state.closedAt) = (failure, state.closedAt ?? clock.now) }
      if failure.isTooOld { state.version = nil }
      return state.failure == nil
    }
    if isNew {
      tell("the watch of the pods is closed: \([failure.what, failure.why].compactMap(\.self).joined(separator: "; "))")
    }
  }

  private func list() async throws {
    let listing = try await kubectl.list(path, query: query, of: APIObject.Pod.self, doing: "listing the pods")
    let now = clock.now
    let (gone, since) = state.withLock { state in
      let since = state.closedAt
      let gone = state.book.reconcile(listing.items, at: now)
      (state.version, state.failure, state.closedAt) = (listing.resourceVersion, nil, nil)
      return (gone, since)
    }
    guard let since else { return }
    tell(
      "the watch of the pods has a gap from \(since) to \(now): "
        + (gone == 0 ? "every pod of before is still there" : "\(gone) pods went in it, how is not known"))
  }

  /// Reads one watch to its end; true: it was a good one. Throws why it could not go on.
  private func watch() async throws -> Bool {
    let version = state.withLock { state in
      (state.lines, state.isBroken) = (0, false)
      return state.version ?? "0"
    }
    let seconds = Int(kubectl.settings.watchLimit.seconds)
    let query =
      self.query + [
        "watch=1", "allowWatchBookmarks=true", "timeoutSeconds=\(seconds)", "resourceVersion=\(version.queryEscaped)",
      ]
    let began = clock.now
    let (state, clock) = (state, clock)
    let run = try await kubectl.invocation(["get", "--raw", "\(path)?\(query.joined(separator: "&"))"]).run(
      within: kubectl.settings.watchLimit + .seconds(20), keeping: 65_536,
      onLine: { output in
        guard output.stream == .output else { return }
        state.withLock { $0.take(output.line, at: clock.now) }
      },
      onStart: { child in state.withLock { ($0.child, $0.openedAt) = (child, clock.now) } })
    try Task.checkCancellation()
    let (lines, isBroken, next) = state.withLock { state in
      (state.child, state.openedAt, state.closedAt) = (nil, nil, clock.now)
      return (state.lines, state.isBroken, state.version)
    }
    if next == nil {
      tell("the API server no longer keeps the version that the watch was at; listing anew")
      return true
    }
    if run.cause == .finished, run.end != .exited(0), !isBroken {
      throw KubernetesFailure.refused(KubectlFault(run.errorText), doing: "watching the pods")
    }
    // A stream that ends at once, again and again, is as good as none.
    if lines == 0, clock.now - began < .seconds(1) {
      throw KubernetesFailure.malformed(what: "the watch ended at once, without a word")
    }
    if isBroken {
      if lines == 0 { state.withLock { $0.version = nil } }
      tell("a line of the watch was cut off; going on from the one before")
    } else if clock.now - began < kubectl.settings.watchLimit - .seconds(5) {
      tell("the watch of the pods was closed after \((clock.now - began).text); going on where it ended")
    }
    state.withLock { ($0.closedAt, $0.failure) = (nil, nil) }
    return lines > 0
  }
}

extension PodWatch.State {
  /// Takes in one line of a watch.
  fileprivate mutating func take(_ line: LineSplitter.Line, at now: Timestamp) {
    guard !isBroken, version != nil else { return }
    do {
      guard !line.isCut else { throw KubernetesFailure.malformed(what: "a line of more than 256 KiB") }
      let type = try APIObject.decode(APIObject.EventType.self, from: line.bytes).type
      switch type {
      case "ERROR":
        // 410 is what is met: the version is older than what the API server keeps. After any other, a listing is safe.
        (version, closedAt) = (nil, now)
        child?.send(.terminate, to: .group)
        return
      case "BOOKMARK":
        version =
          try APIObject.decode(APIObject.Event<APIObject.Bookmark>.self, from: line.bytes).object.metadata
          .resourceVersion ?? version
      default:
        let pod = try APIObject.decode(APIObject.Event<APIObject.Pod>.self, from: line.bytes).object
        book.put(pod, isDeleted: type == "DELETED", at: now)
        version = pod.metadata.resourceVersion ?? version
      }
      lines += 1
    } catch {
      isBroken = true
      child?.send(.terminate, to: .group)
    }
    (failure, closedAt) = (nil, nil)
  }
}

extension APIObject {
  /// What a bookmark carries: a version and nothing else.
  struct Bookmark: Decodable, Sendable {
    var metadata: Version
    struct Version: Decodable, Sendable { var resourceVersion: String? }
  }
}

extension KubernetesFailure {
  var isTransient: Bool {
    switch self {
    case .refused(let fault, _): fault.kind != .unknown && fault.isTransient
    case .silent, .malformed: true
    default: false
    }
  }

  var isTooOld: Bool {
    if case .refused(let fault, _) = self { fault.kind == .tooOld } else { false }
  }

  /// What a session source says of it.
  var asSourceFailure: SourceFailure {
    let detail = [what, why].compactMap(\.self).joined(separator: "; ")
    let kind: SourceFailure.Kind =
      switch self {
      case .refused(let fault, _): fault.sourceKind
      case .kubectlMissing: .missing
      case .silent: .timeout
      default: .malformed
      }
    return SourceFailure(kind: kind, detail: detail)
  }
}
