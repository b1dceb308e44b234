import Archive
import Journal

import Machine
import Vocabulary

/// Where a collector puts what it found: everything passes the filter here, and nothing else reaches the disk.
///
/// It belongs to one collector, whose tasks may use it at a time. Budgets are kept here: a file that would break one ends there, and says so.
package final class CollectorSink: Sendable {
  /// Whether the filter only learns: nothing is kept.
  package let isLearning: Bool
  private let filter: any BundleFilter
  private let spool: Spool?
  private let budget: CollectorBudget
  private let deadline: ContinuousClock.Instant
  private let state = Locked(State())

  private struct State {
    var used = 0
    var files: [CollectedFile] = []
    var absences: [BundleManifest.Absence] = []
    var items: [BundleManifest.Item] = []
    var versions: [String: String] = [:]
    var clocks: [BundleManifest.ClockOffset] = []
    var refusal: EvidenceFailure?
  }

  /// A sink; without a spool the filter only learns.
  init(filter: any BundleFilter, spool: Spool?, budget: CollectorBudget) {
    self.filter = filter
    self.spool = spool
    self.budget = budget
    isLearning = spool == nil
    deadline = .now + budget.time
  }

  var files: [CollectedFile] { state.withLock { $0.files } }
  /// In an order that does not tell which of several tasks was first.
  var absences: [BundleManifest.Absence] {
    state.withLock { $0.absences }.sorted { ($0.what, $0.why) < ($1.what, $1.why) }
  }
  var items: [BundleManifest.Item] { state.withLock { $0.items } }
  var versions: [String: String] { state.withLock { $0.versions } }
  var clocks: [BundleManifest.ClockOffset] { state.withLock { $0.clocks } }
  /// Why nothing at all may be released.
  var refusal: EvidenceFailure? { state.withLock { $0.refusal } }

  /// Says that something is not in the bundle.
  package func miss(_ what: String, _ why: String) {
    state.withLock { $0.absences.append(BundleManifest.Absence(what: what, why: why)) }
  }

  /// Says how complete one of the five items is.
  package func mark(_ item: EvidenceItem) {
    let mark = BundleManifest.Item(
      number: item.number, path: item.name, title: item.title, state: item.completeness.word,
      why: item.completeness.why)
    state.withLock { $0.items.append(mark) }
  }

  /// Names a program's or a source's version.
  package func version(of name: String, _ version: String) { state.withLock { $0.versions[name] = version } }

  /// Says how far a source's clock is off.
  package func clock(_ offset: BundleManifest.ClockOffset) { state.withLock { $0.clocks.append(offset) } }

  /// Adds a file that is in memory.
  package func add(_ path: String, _ facts: FileFacts, _ bytes: [UInt8]) async throws {
    var rest = bytes[...]
    try await add(path, { _ in facts }) { piece in
      piece = Array(rest.prefix(256 << 10))
      rest = rest.dropFirst(piece.count)
      return !rest.isEmpty
    }
  }

  /// Adds a file piece by piece.
  ///
  /// `next` puts the next piece, which may be empty, in place of the last and says false with the last one; it must
  /// return within
  /// half a second, and what it throws ends the file there. `facts` is asked at the end; `cut` is why the file ends
  /// early.
  package func add(
    _ path: String, _ facts: (_ cut: String?) -> FileFacts, rechains: Bool = false,
    _ next: (inout [UInt8]) throws -> Bool
  ) async throws {
    var stream = isLearning ? filter.learner(path) : filter.stream(path)
    var piece: [UInt8] = []
    var cut: String?
    var chain = rechains ? JournalChain() : nil
    /// Appends what may be released by now; false at the end.
    func pass(_ output: inout [UInt8]) throws -> Bool {
      var goesOn = false
      do {
        goesOn = try next(&piece)
      } catch let error as CancellationError {
        throw error
      } catch {
        piece = []
        cut = Self.words(error)
      }
      if goesOn, let reason = spend(piece.count) {
        // What is over the budget is not redacted either, which takes the most time.
        (goesOn, cut, piece) = (false, reason, [])
      }
      do {
        if chain == nil {
          try stream.take(piece[...], into: &output)
          if !goesOn { try stream.finish(into: &output) }
        } else {
          var redacted: [UInt8] = []
          try stream.take(piece[...], into: &redacted)
          if !goesOn { try stream.finish(into: &redacted) }
          chain?.take(redacted, isLast: !goesOn, into: &output)
        }
      } catch let unreadable as UnreadableContent {
        throw unreadable
      } catch {
        let refusal = EvidenceFailure.notRedacted(file: path, reason: Self.words(error))
        state.withLock { $0.refusal = $0.refusal ?? refusal }
        throw refusal
      }
      return goesOn
    }
    do {
      guard let spool else {
        var nothing: [UInt8] = []
        while try pass(&nothing) {
          nothing.removeAll(keepingCapacity: true)
          try Task.checkCancellation()
          await Task.yield()
        }
        return
      }
      let content = try await spool.pack { try pass(&$0) }
      var facts = facts(cut)
      facts.truncated = facts.truncated ?? cut
      let file = CollectedFile(path: path, facts: facts, content: content, spool: spool, hidden: stream.hidden)
      state.withLock { $0.files.append(file) }
    } catch let unreadable as UnreadableContent {
      if !isLearning { miss(path, "it is \(unreadable.what), in which nothing can be redacted") }
    }
  }

  /// Takes from the budget; why the file ends here, when nothing is left.
  private func spend(_ count: Int) -> String? {
    if ContinuousClock.now >= deadline { return "the time of \(budget.time.seconds) s for its collector was over" }
    return state.withLock { state in
      state.used += count
      return state.used > budget.size ? "the \(ByteText.of(budget.size)) for its collector were full" : nil
    }
  }

  static func words(_ error: any Error) -> String {
    guard let failure = error as? any Failure else { return "\(error)".harmless }
    return [failure.what, failure.why].compactMap { $0 }.joined(separator: ": ")
  }
}

/// A file that waits to be put in a bundle: redacted, compressed.
struct CollectedFile: Sendable {
  /// Its path, redacted when it is put in.
  var path: String
  var facts: FileFacts
  var content: PackedContent
  let spool: Spool
  let hidden: [String: Int]
}
