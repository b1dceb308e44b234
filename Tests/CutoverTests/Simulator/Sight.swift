import Cutover
import Vocabulary

/// Whether the sources of a history can tell that a clean rollout was clean. Each rule has its reason.
enum Sight: Sendable, Equatable {
  /// They can: the verdict must be passed within two polls of the truth.
  case must
  /// A careful judge may pass it or call it inconclusive.
  case may(String)
  /// Nothing that they say proves it: passing would be a guess.
  case cannot(String)

  init(of history: History, truth: Truth) {
    let world = history.world
    let kinds = history.sources.map(\.kind)
    let isExact = kinds.contains(.exactPlatform)
    let saysRequest = isExact || kinds.contains(.poorPlatform(saysDrainRequest: true))
    let namesInstances = kinds.contains(.dispatchServer(namesInstances: true)) || kinds.contains(.workerLogs)
    // Worker ids become instances where some source lists which worker is which instance.
    let mapsWorkers = isExact || namesInstances
    let sessionSources = history.sources.filter(\.seesSessions)

    guard !sessionSources.isEmpty else {
      // Counts alone do not see one session end and another start between two polls.
      self = kinds.contains(.workerHTTP) ? .may("counts only") : .cannot("no source sees sessions")
      return
    }
    let attributes = sessionSources.contains {
      switch $0.kind {
      case .rooms(let stamps, let namesWorkers): stamps || (namesWorkers && mapsWorkers)
      case .dispatchServer(let named): named || mapsWorkers
      default: true
      }
    }
    guard attributes else {
      self = .cannot("no source says which version serves a session")
      return
    }
    if Sight.newSessions(of: history, truth: truth, lenient: true) < world.policy.minimumNewSessions {
      // No traffic proves nothing about where new sessions land.
      self = .cannot("fewer new sessions than the policy asks for")
      return
    }
    if let blind = history.sources.first(where: { !$0.faults.isNone }) {
      self = .may("\(blind.traits.id) fails at times")
      return
    }
    if truth.clockSpread > 0 {
      self = .may("clocks differ")
      return
    }
    if !truth.closeCalls.isEmpty {
      // Only clocks that nobody compared say that these began in time.
      self = .may("a session on old began just before the grace ended and was first listed after it")
      return
    }
    let listsRegions =
      isExact || namesInstances || kinds.contains { if case .poorPlatform = $0 { true } else { false } }
    if listsRegions, let empty = truth.emptied.first {
      self = .cannot("no instance of the new version ever serves in \(empty)")
      return
    }
    if !listsRegions, world.instances.contains(where: { $0.region != nil }) {
      self = .may("only sessions name regions")
      return
    }
    let stampsAlone = sessionSources.allSatisfy {
      if case .rooms(_, let namesWorkers) = $0.kind { return !(namesWorkers && mapsWorkers) }
      return false
    }
    if world.isVersionAmbiguous, stampsAlone {
      // A stamp says v1 for the generation that comes and for one that goes.
      self = .may("the version's name is that of two generations")
      return
    }
    if world.instances.contains(where: { !$0.logsDrain }), !kinds.contains(where: Sight.seesEndings) {
      // Node logs no drain at its default level, and 143 is also what a worker gives that was told twice.
      self = .may("no drain in the log and no endings")
      return
    }
    if isExact {
      // Exit status and drain log settle every end on an instance that drained.
      self = .must
      return
    }
    if saysRequest, kinds.contains(.dispatchServer(namesInstances: true)) {
      // The server saw each session end, the platform saw each instance told and gone.
      self = .must
      return
    }
    if kinds == [.rooms(stamps: true, namesWorkers: false), .workerHTTP] {
      let endings = Set(world.sessions.filter { $0.endedAt > world.firstPoll }.map(\.ending))
      // An address that never answered is an instance of which nothing is known.
      let answered = world.instances.filter { !$0.isIncoming }.allSatisfy {
        $0.exit.map { $0.at > world.firstPoll + 500 } ?? true
      }
      if answered, world.policy.interval <= .seconds(2), !endings.contains(.agentLeft) {
        // Each person was seen to leave first, at polls close enough to tell six seconds.
        self = .must
        return
      }
    }
    self = .may("ends are read from absences")
  }

  private static func seesEndings(_ kind: SimulatedSource.Kind) -> Bool {
    if case .dispatchServer = kind { return true }
    return kind == .workerLogs
  }

  /// How many sessions start on the incoming version after the cutover point and grace and before the watch gives up.
  static func newSessions(of history: History, truth: Truth, lenient: Bool) -> Int {
    let world = history.world
    guard truth.cutover != nil else { return 0 }
    let timeout = Int((world.policy.timeout ?? .zero).seconds * 1_000)
    let grace = Int(world.policy.grace.seconds * 1_000)
    let first =
      lenient
      ? (world.instances.filter(\.isIncoming).map(\.startedAt).min() ?? 0) - truth.clockSpread
      : (truth.cutover ?? .max / 2)
    return world.sessions.count { session in
      session.instance.map { world.instances[$0].isIncoming } == true
        && session.startedAt.map { $0 > first + grace && $0 < timeout } == true
    }
  }

  /// The first poll by which everything that the policy waits for has happened and has been listed; nil: not in time.
  static func firstCertainPoll(of history: History, truth: Truth) -> Int? {
    let world = history.world
    guard let cutover = truth.cutover, let drained = truth.drainedAt else { return nil }
    func milliseconds(_ duration: Duration) -> Int { Int(duration.seconds * 1_000) }
    let graceEnds = cutover + milliseconds(world.policy.grace)
    let lag = milliseconds(history.sources.filter(\.seesSessions).map(\.traits.arrivalLag).max() ?? .zero)

    // A: the session that makes the minimum full was listed while it was served, or is still listed with its end.
    let lists = history.sources.filter(\.seesSessions)
    let listed = world.sessions.compactMap { session -> Int? in
      // An answer is dated by its end, up to 0.3 s after what it describes: so late a request to drain may seem.
      guard let started = session.startedAt, started > graceEnds + 300, let index = session.instance,
        world.instances[index].isIncoming
      else { return nil }
      return lists.compactMap { source -> Int? in
        if case .rooms = source.kind {
          let from = started + session.arrivalLag
          return history.polls.firstIndex { $0 >= from && $0 < session.agentListedUntil }
        }
        return history.polls.firstIndex { $0 >= started }
      }.max()
    }.sorted()
    guard listed.count >= world.policy.minimumNewSessions else { return nil }
    let minimum = listed[world.policy.minimumNewSessions - 1]

    // B: quiet since the last session that could still start on an outgoing instance.
    let quietSince = max(
      graceEnds,
      world.sessions.filter { session in session.instance.map { !world.instances[$0].isIncoming } == true }
        .compactMap(\.startedAt).max() ?? graceEnds)
    let quietEnds = quietSince + milliseconds(world.policy.quiet) + lag
    guard let quiet = history.polls.firstIndex(where: { $0 >= quietEnds }) else { return nil }

    // C: everything gone, as long as the policy wants it seen, and no session can still be missing from a listing.
    guard let gone = history.polls.firstIndex(where: { $0 >= max(drained + lag, graceEnds) }) else { return nil }
    let held = gone + world.policy.hold - 1
    return max(minimum, quiet, held)
  }
}
