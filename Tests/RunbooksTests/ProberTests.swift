import Cutover
import Journal
import LiveKit
import Machine
import SessionSources
import TestSupport
import Testing
import Vocabulary

@testable import Runbooks

/// Probes beside an engine that says what a verifier would: when they are made, what becomes of them, that none is left.
struct ProberTests {
  /// Rooms that answer as they are told, and remember what was done to them.
  private final class Rooms: ProbeRooms {
    struct State {
      var opened: [RoomName] = []
      var closed: Set<RoomName> = []
      var limits: Set<Duration> = []
    }
    let state = Locked(State())
    let version: VersionName?
    let refuses: Bool

    init(version: VersionName?, refuses: Bool = false) {
      self.version = version
      self.refuses = refuses
    }

    func open(_ room: RoomName, closingAfter limit: Duration) async throws {
      state.withLock {
        $0.opened.append(room)
        $0.limits.insert(limit)
      }
      if refuses { throw LiveKitFailure(call: "CreateRoom", server: "here", reason: .status(500)) }
    }

    func agent(in room: RoomName) async throws -> ProbedAgent? { version.map { ProbedAgent(version: $0) } }

    func close(_ room: RoomName) async throws { state.withLock { _ = $0.closed.insert(room) } }

    var opened: [RoomName] { state.withLock { $0.opened } }
    var left: Set<RoomName> { state.withLock { Set($0.opened).subtracting($0.closed) } }
  }

  private static let policy: Policy = {
    var policy = Policy()
    policy.interval = .milliseconds(5)
    policy.grace = .seconds(2)
    policy.quiet = .milliseconds(30)
    policy.joinTimeout = .milliseconds(20)
    return policy
  }()

  private static let began = Timestamp(milliseconds: 1_795_000_000_000)

  private static func assessment(
    cutover: Timestamp? = began, at: Duration = .seconds(60), onIncoming: Int, kind: Rollout.Kind = .deploy
  ) -> Assessment {
    let rollout = Rollout(
      target: "t", run: "r", kind: kind, began: began, incoming: Generation(version: "v2"), outgoing: [],
      window: DrainWindow(clocks: []))
    var assessment = Assessment(of: rollout, timesOutAt: began + .seconds(600))
    assessment.at = began + at
    assessment.window.cutoverAt = cutover
    if onIncoming > 0 {
      assessment.exposure = Assessment.Exposure(sessions: onIncoming, onIncoming: onIncoming, excludedShare: 0.5)
    }
    return assessment
  }

  /// Accompanies an engine that reports until the body says that it is enough; returns the notes.
  private func accompany(
    _ rooms: Rooms, until isEnough: @escaping @Sendable () -> Bool,
    _ assessment: @escaping @Sendable () -> Assessment
  ) async throws -> (notes: [String], actions: [ActionRecord]) {
    let folder = try TemporaryFolder()
    let run = try RunStore(home: folder.file("home")).create(at: Self.began)
    let journal = try await JournalWriter(run, clock: .live)
    let prober = Prober(
      rooms: rooms, policy: Self.policy, journal: journal, clock: ContinuousClock(), wallClock: .live)
    let notes = Locked<[String]>([])
    let outcome = await prober.accompany({ if case .note(let text, _) = $0 { notes.withLock { $0.append(text) } } }) {
      report in
      while !isEnough(), !Task.isCancelled {
        report(.assessed(assessment()))
        // Cancelled together with the test.
        try? await Task.sleep(for: .milliseconds(2))
      }
      return .assessed(assessment())
    }
    guard case .assessed = outcome else { throw Unexpected() }
    #expect(rooms.left.isEmpty)
    var reader = try JournalReader(run.journal)
    var actions: [ActionRecord] = []
    while let record = try reader.next() {
      if case .action(let action) = record.event { actions.append(action) }
    }
    return (notes.withLock { $0 }, actions)
  }

  private struct Unexpected: Error {}

  @Test func asManyAreMadeAsAreMissingToTheMinimumAndNoneIsLeft() async throws {
    let rooms = Rooms(version: "v2")
    let (notes, actions) = try await accompany(rooms, until: { rooms.state.withLock { $0.closed.count } >= 2 }) {
      // One real session was seen; each probe that was made counts as it would in a source.
      Self.assessment(onIncoming: 1 + rooms.opened.count)
    }
    #expect(rooms.opened.count == 2)
    #expect(rooms.opened.allSatisfy { $0.isProbe })
    #expect(notes == (1...2).map { "probe \($0): landed on v2, the new version" })
    #expect(actions.map(\.phase) == [.intended, .done, .intended, .done])
    // The room outlives the longest wait for its agent, and closes by itself soon after.
    #expect(rooms.state.withLock { $0.limits }.allSatisfy { $0 > Self.policy.joinTimeout && $0 < .seconds(60) })
  }

  @Test func nobodyWhoJoinsIsAnOutcomeOfItsOwnAndIsNotTriedForEver() async throws {
    let rooms = Rooms(version: nil)
    let (notes, _) = try await accompany(rooms, until: { rooms.state.withLock { $0.closed.count } >= 9 }) {
      Self.assessment(onIncoming: 0)
    }
    #expect(rooms.opened.count == 9)
    #expect(notes.allSatisfy { $0.hasSuffix("nobody joined within 20ms") })
  }

  @Test func anOldVersionThatTakesAProbeIsSaidAndARoomThatCannotBeMadeIsToo() async throws {
    let old = Rooms(version: "v1")
    let landed = try await accompany(old, until: { !old.state.withLock { $0.closed }.isEmpty }) {
      Self.assessment(onIncoming: 0)
    }
    #expect(landed.notes.first == "probe 1: landed on v1, which is not the new version")
    let refusing = Rooms(version: "v2", refuses: true)
    let refused = try await accompany(refusing, until: { !refusing.state.withLock { $0.closed }.isEmpty }) {
      Self.assessment(onIncoming: 0)
    }
    #expect(refused.notes.first?.contains("could not be made") == true)
    #expect(refused.actions.last?.phase == .failed)
  }

  @Test func aRunThatEndsTakesItsProbeBack() async throws {
    let rooms = Rooms(version: "v2")
    // The engine ends as soon as a room is open: its agent has joined and the sources have not looked yet.
    _ = try await accompany(rooms, until: { !rooms.opened.isEmpty }) { Self.assessment(onIncoming: 0) }
    #expect(rooms.opened.count == 1)
  }

  @Test(arguments: [
    (Timestamp?.none, Duration.seconds(60), 0, Rollout.Kind.deploy, false), (began, .seconds(1), 0, .deploy, false),
    (began, .seconds(3), 0, .deploy, true), (began, .seconds(3), 3, .deploy, false),
    (nil, .seconds(3), 0, .observed, true), (nil, .seconds(1), 0, .observed, false),
  ])
  func aProbeIsDueOnlyWhenASessionCountsAndOneIsMissing(
    _ cutover: Timestamp?, _ at: Duration, _ onIncoming: Int, _ kind: Rollout.Kind, _ isDue: Bool
  ) async throws {
    let folder = try TemporaryFolder()
    let journal = try await JournalWriter(try RunStore(home: folder.path).create(at: Self.began), clock: .live)
    let prober = Prober(
      rooms: Rooms(version: nil), policy: Self.policy, journal: journal, clock: ContinuousClock(), wallClock: .live)
    let assessment = Self.assessment(cutover: cutover, at: at, onIncoming: onIncoming, kind: kind)
    #expect(prober.isMissingSessions(assessment) == isDue)
  }
}
