import Vocabulary

/// The jobs of one worker by the order in which they were first mentioned, found by their ids at once.
///
/// Between `limit` and twice as many are kept: the oldest that ended well are forgotten first, those with troubles never.
package struct JobList: Sendable {
  /// How many jobs are kept at least.
  package static let limit = 512

  /// Jobs that were not kept, because there were too many.
  package private(set) var omitted = 0
  private var jobs: [WorkerStory.Job] = []
  private var places: [SessionID: Int] = [:]

  /// No jobs yet.
  package init() {}

  /// Where a job stands; nil when it is not kept.
  func place(of id: SessionID) -> Int? { places[id] }

  /// Adds a job that is not in the list; its place, or nil when there are too many with troubles.
  mutating func add(_ id: SessionID) -> Int? {
    if jobs.count == 2 * Self.limit { forget() }
    guard jobs.count < 2 * Self.limit else {
      omitted += 1
      return nil
    }
    jobs.append(WorkerStory.Job(id: id))
    places[id] = jobs.count - 1
    return jobs.count - 1
  }

  /// Forgets the oldest that ended well, then the oldest of whose end nothing was heard, down to the limit.
  private mutating func forget() {
    let before = jobs.count
    var surplus = before - Self.limit
    for needsEnd in [true, false] where surplus > 0 {
      jobs.removeAll { job in
        guard surplus > 0, !job.isTrouble, job.ended != nil || !needsEnd else { return false }
        surplus -= 1
        return true
      }
    }
    omitted += before - jobs.count
    if jobs.count < before { place() }
  }

  private mutating func place() {
    places = Dictionary(zip(jobs.map(\.id), jobs.indices), uniquingKeysWith: { $1 })
  }
}

extension JobList: RandomAccessCollection, MutableCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { jobs.count }
  package subscript(place: Int) -> WorkerStory.Job {
    _read { yield jobs[place] }
    _modify { yield &jobs[place] }
  }
}

extension JobList: Hashable, Codable {
  private enum CodingKeys: CodingKey { case kept, omitted }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    jobs = try values.decode([WorkerStory.Job].self, forKey: .kept)
    omitted = try values.decode(Int.self, forKey: .omitted)
    place()
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(jobs, forKey: .kept)
    try values.encode(omitted, forKey: .omitted)
  }
}
