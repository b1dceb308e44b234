package import Cutover
import Vocabulary

/// Turns samples of whole listings into the form in which they are journaled and verified: changes, and a whole listing at
/// intervals, so that an hour of a large fleet stays small and a journal can be read from the middle.
///
/// What it returns goes to the journal and to the verifier alike: then a replay takes in exactly what the run did.
package struct SampleCompactor: Sendable {
  /// A whole listing after so many samples of a source.
  package static let fullAfterSamples = 100
  /// A whole listing after so long.
  package static let fullAfter: Duration = .seconds(600)

  private struct Source {
    var tracker = ObservationTracker()
    var samples = 0
    var fullAt: Timestamp
  }

  private var sources: [SourceID: Source] = [:]

  /// A compactor that has seen nothing: the first listing of each source stays whole. A resumed run begins with one.
  package init() {}

  /// The sample in its journaled form. Failures and what sources give as changes stay as they are.
  package mutating func compact(_ sample: Sample) -> Sample {
    Sample(
      sequence: sample.sequence, at: sample.at,
      readings: sample.readings.map { reading in
        Reading(
          source: reading.source, takenAt: reading.takenAt, asOf: reading.asOf, turn: reading.turn,
          answer: compact(reading.answer, of: reading.source, at: sample.at))
      })
  }

  private mutating func compact(_ answer: Reading.Answer, of id: SourceID, at: Timestamp) -> Reading.Answer {
    guard case .snapshot(let listing) = answer else {
      if case .changes(let changes) = answer { sources[id]?.tracker.apply(changes) }
      return answer
    }
    guard var source = sources.removeValue(forKey: id) else {
      var first = Source(fullAt: at)
      _ = first.tracker.changes(to: listing)
      sources[id] = first
      return answer
    }
    let changes = source.tracker.changes(to: listing)
    source.samples += 1
    let isFull =
      source.samples >= SampleCompactor.fullAfterSamples || at - source.fullAt >= SampleCompactor.fullAfter
    if isFull {
      source.samples = 0
      source.fullAt = at
    }
    sources[id] = source
    return isFull ? answer : .changes(changes)
  }
}
