package import Cutover
package import LiveKit
package import Machine
package import Vocabulary

/// Sessions by identity, from the rooms of a LiveKit project and the agents in them.
///
/// The first sweep asks about every room. After it a poll asks about new and changed rooms, about those with sessions that
/// still matter, and about a few of the others in turn. A budget of requests is kept by asking later: what is known of
/// rooms that wait keeps its age, and the reading says how old the oldest part is. Webhooks, where somebody hands them
/// over, tell the same sooner; polling fills in what they miss.
package actor LiveKitRooms: SessionSource {
  package nonisolated let traits: SourceTraits
  private let client: LiveKitClient
  private let clock: WallClock
  private let settings: Settings
  private var book: RoomBook
  private var budget: RequestBudget
  private var backoff = Backoff()
  private var resumesAt: ContinuousClock.Instant?
  /// Rooms that looked empty when no request was left to see whether they are still listed.
  private var doubtful: [(sid: RoomSID, asked: Timestamp)] = []
  /// Whether the budget kept the last poll from asking about something.
  private var isShort = false

  /// What belongs to the fleet, and what a poll may use up.
  package struct Settings: Sendable {
    /// The attribute that a release stamps on its agents.
    package var releaseAttribute = "app.version"
    /// The name under which the fleet's agents are dispatched; nil: every agent of the project is the fleet's.
    package var agentName: String?
    /// Requests in any minute; LiveKit Cloud refuses more than 1,000 of all tools of a project together.
    package var requestsPerMinute = 300
    /// Rooms asked about in a poll although nothing says that they changed.
    package var roomsInTurn = 8
    /// Requests at once.
    package var width = 24
    /// How long a poll waits for dispatches; a server takes 3 s to say nothing of a room that closes.
    package var dispatchLimit: Duration = .milliseconds(1_500)
    /// Whether another source knows workers, so that a session's is worth a question.
    package var looksUpWorkers = false
    /// Which release each worker runs, from logs or the platform; nil: nobody knows.
    package var workerVersions: (@Sendable () async -> [WorkerID: VersionName])?

    /// The defaults.
    package init() {}
  }

  /// A source over one project.
  package init(
    id: SourceID = "livekit-rooms", client: LiveKitClient, clock: WallClock = .live, settings: Settings = Settings()
  ) {
    // A room and its agent are listed at once, a dead agent for 21.2 s more (livekit-server 1.13.5); a second is left for
    // servers of several nodes. What is asked later than a poll began is said by the reading's age.
    traits = SourceTraits(
      id: id, kind: "livekit-rooms", sees: [.sessions, .unserved], arrivalLag: .seconds(1),
      lingering: .seconds(21.2))
    self.client = client
    self.clock = clock
    self.settings = settings
    book = RoomBook(
      stamps: RoomBook.Stamps(
        attribute: settings.releaseAttribute, agentName: settings.agentName, looksUpWorkers: settings.looksUpWorkers),
      source: id)
    budget = RequestBudget(perMinute: settings.requestsPerMinute)
  }

  package func expect(_ rollout: Rollout) async { book.rollout = rollout }

  /// Asks once, so that a wrong key or address is told at once and not watched until the timeout.
  package func check() async throws(LiveKitFailure) {
    guard budget.take() else { return }
    _ = try await client.listRooms()
  }

  /// Takes in a webhook; false: it is not signed by this project.
  func receive(_ body: [UInt8], authorization: String?) -> Bool {
    let credentials = client.credentials
    do throws(WebhookEvent.Refusal) {
      let event = try WebhookEvent(body, authorization: authorization, at: clock.now) { key in
        key == credentials.apiKey ? credentials.secret : nil
      }
      book.take(event, at: clock.now)
      return true
    } catch {
      // What is signed and cannot be read is LiveKit's: refused, it would only be sent again.
      if case .malformed = error { return true }
      return false
    }
  }

  /// Counts a webhook that was not believed.
  func refuse() { book.troubles.noteRefusal(at: clock.now) }

  package func reading(within limit: Duration) async -> Reading {
    if let versions = settings.workerVersions { book.workerVersions = await versions() }
    do throws(SourceFailure) {
      let began = try await sweep(until: ContinuousClock.now + limit)
      let backlog = book.backlog(before: began)
      // Half of the budget goes to listings, rooms that come and dispatches.
      var turn = Duration.zero
      if isShort, let backlog { turn = .seconds(Int64((Double(backlog.urgent) / budget.perSecond * 2).rounded(.up))) }
      book.troubles.backlog = isShort ? backlog : nil
      book.troubles.pace = (turn, settings.requestsPerMinute)
      return Reading(
        source: traits.id, takenAt: clock.now, asOf: backlog?.knownAt ?? began, turn: turn,
        answer: .snapshot(book.observation))
    } catch {
      return Reading(source: traits.id, takenAt: clock.now, answer: .failure(error))
    }
  }

  /// Asks about all that is due and returns when it began to.
  private func sweep(until deadline: ContinuousClock.Instant) async throws(SourceFailure) -> Timestamp {
    if let resumesAt, resumesAt > .now {
      throw SourceFailure(
        kind: .timeout, detail: "the server asked to be left alone for \((resumesAt - .now).text) more")
    }
    let began = clock.now
    isShort = false
    try await list(until: deadline)
    for (sid, asked) in doubtful { book.hear([], in: sid, asked: asked, at: clock.now) }
    doubtful = []
    let refusal = await hear(book.due(inTurn: budget.isPlentiful ? settings.roomsInTurn : 0), until: deadline)
    if refusal == nil { await hearDispatches(until: min(deadline, .now + settings.dispatchLimit)) }
    if let refusal, refusal.isTotal { throw SourceFailure(refusal.failure) }
    if let missing = book.unheardAtFirst {
      throw SourceFailure(
        kind: .timeout, detail: "the first look at all rooms is not complete: \(missing) are still to be asked about")
    }
    return began
  }

  private func list(until deadline: ContinuousClock.Instant) async throws(SourceFailure) {
    // A listing after which nobody could be asked about would only use up what asking needs.
    guard budget.take(leaving: 1) else {
      throw SourceFailure(
        kind: .timeout, detail: "the budget of \(settings.requestsPerMinute) requests a minute is used up")
    }
    let asked = clock.now
    do throws(LiveKitFailure) {
      let rooms = try await asking(until: deadline).listRooms()
      book.list(rooms, asked: asked, at: clock.now)
      backoff.reset()
    } catch {
      pause(for: error)
      throw SourceFailure(error)
    }
  }

  /// A question that failed, and whether all that were asked with it did.
  private struct Refusal {
    var failure: LiveKitFailure
    var isTotal: Bool
  }

  /// Asks who is in rooms; what looks empty is believed where the room is listed afterwards.
  private func hear(_ rooms: [RoomSID], until deadline: ContinuousClock.Instant) async -> Refusal? {
    var empty: [(sid: RoomSID, asked: Timestamp)] = []
    let refusal = await ask(rooms, until: deadline) { client, name throws(LiveKitFailure) in
      try await client.listParticipants(of: name)
    } take: { sid, participants, asked in
      if participants.isEmpty, book.rooms[sid]?.isKnownOccupied(book) == true {
        empty.append((sid, asked))
      } else {
        book.hear(participants, in: sid, asked: asked, at: clock.now)
      }
    }
    guard !empty.isEmpty else { return refusal }
    do throws(SourceFailure) {
      try await list(until: deadline)
    } catch {
      // The next poll's listing tells.
      doubtful = empty
      return refusal
    }
    for (sid, asked) in empty { book.hear([], in: sid, asked: asked, at: clock.now) }
    return refusal
  }

  /// Asks under which names agents were sent, where that is not known; what is not answered is asked later.
  private func hearDispatches(until deadline: ContinuousClock.Instant) async {
    let rooms = book.dispatchesDue(at: clock.now)
    book.willAskAboutDispatches(of: rooms, at: clock.now)
    _ = await ask(rooms, until: deadline) { client, name throws(LiveKitFailure) in
      try await client.listDispatches(of: name)
    } take: { sid, dispatches, _ in
      book.hear(dispatches, in: sid, at: clock.now)
    }
  }

  /// Asks about rooms, a few at once, for as long as the budget and the time last; the first refusal that a server means
  /// for everybody ends it.
  private func ask<Answer: Sendable>(
    _ rooms: [RoomSID], until deadline: ContinuousClock.Instant,
    _ question: @escaping @Sendable (LiveKitClient, RoomName) async throws(LiveKitFailure) -> Answer,
    take: (RoomSID, Answer, Timestamp) -> Void
  ) async -> Refusal? {
    typealias Outcome = (sid: RoomSID, asked: Timestamp, answer: Result<Answer, LiveKitFailure>)
    return await withTaskGroup(of: Outcome.self, returning: Refusal?.self) { group in
      var waiting = rooms[...]
      var running = 0
      var answered = 0
      var failure: LiveKitFailure?
      while true {
        while running < settings.width, failure?.endsSweep != true, ContinuousClock.now < deadline,
          let (sid, name) = nextOpen(of: &waiting)
        {
          guard budget.take() else {
            isShort = true
            waiting = []
            break
          }
          running += 1
          let (client, asked) = (asking(until: deadline), clock.now)
          group.addTask {
            do throws(LiveKitFailure) {
              return (sid, asked, .success(try await question(client, name)))
            } catch {
              return (sid, asked, .failure(error))
            }
          }
        }
        guard let outcome = await group.next() else { break }
        running -= 1
        switch outcome.answer {
        case .success(let answer):
          answered += 1
          take(outcome.sid, answer, outcome.asked)
        case .failure(let new):
          // A room that closed meanwhile is missing from the next listing.
          guard !new.isAboutRoom else { break }
          pause(for: new)
          if failure == nil || new.endsSweep { failure = new }
        }
      }
      return failure.map { Refusal(failure: $0, isTotal: answered == 0) }
    }
  }

  /// The next of the rooms that no webhook has closed meanwhile.
  private func nextOpen(of waiting: inout ArraySlice<RoomSID>) -> (RoomSID, RoomName)? {
    while let sid = waiting.popFirst() {
      if let room = book.rooms[sid] { return (sid, room.name) }
    }
    return nil
  }

  private func asking(until deadline: ContinuousClock.Instant) -> LiveKitClient {
    var client = client
    client.timeout = max(.milliseconds(100), min(client.timeout, deadline - .now))
    return client
  }

  private func pause(for failure: LiveKitFailure) {
    guard failure.isOverload else { return }
    let wait = backoff.next(retryAfter: failure.retryAfter)
    resumesAt = max(resumesAt ?? .now, .now + wait)
  }
}

extension Room {
  /// Whether the book has somebody in it, so that an empty list of participants would end something.
  fileprivate func isKnownOccupied(_ book: RoomBook) -> Bool {
    !people.isEmpty || sessions.contains { book.sessions[$0]?.isThere == true }
  }
}

extension LiveKitFailure {
  /// Whether it says something of one room alone.
  fileprivate var isAboutRoom: Bool { reason == .roomUnanswered || isMissing }

  /// Whether asking about other rooms would get the same.
  fileprivate var endsSweep: Bool {
    if case .denied = reason { return true }
    return isOverload
  }
}

extension SourceFailure {
  /// Why a call of LiveKit's API gave nothing that can be used.
  init(_ failure: LiveKitFailure) {
    if case .transport(let transport) = failure.reason {
      self.init(transport)
      return
    }
    let kind: Kind =
      switch failure.reason {
      case .denied: .denied
      case .overloaded, .roomUnanswered: .timeout
      default: .malformed
      }
    self.init(kind: kind, detail: [failure.what, failure.why].compactMap { $0 }.joined(separator: ": ").harmless)
  }
}
