import Cutover
import LiveKit
import Vocabulary

/// What a source of rooms has to report beside its sessions.
struct RoomTroubles: Sendable {
  private let source: SourceID
  private var stale = Named()
  private var remade = Named()
  /// Webhooks that were refused, and when the last one was.
  private(set) var refusals: (count: Int, at: Timestamp)?
  /// Rooms that wait to be asked about; nil: none does.
  var backlog: RoomBook.Backlog?
  /// How long one turn of asking takes by the budget, and the budget.
  var pace: (turn: Duration, requestsPerMinute: Int)?

  init(source: SourceID) { self.source = source }

  /// A few names and the number of all.
  private struct Named {
    var names: Set<String> = []
    var count = 0
    var at: Timestamp?

    mutating func add(_ name: RoomName, at moment: Timestamp) {
      guard !names.contains(name.rawValue) else { return }
      count += 1
      at = at ?? moment
      if names.count < 100 { names.insert(name.rawValue) }
    }

    var text: String {
      let shown = names.sorted().prefix(5).map(\.harmless).joined(separator: ", ")
      return count > 5 ? "\(shown) and \(count - 5) more" : shown
    }
  }

  mutating func note(staleDispatchIn room: RoomName, at moment: Timestamp) { stale.add(room, at: moment) }
  mutating func note(remade room: RoomName, at moment: Timestamp) { remade.add(room, at: moment) }
  mutating func noteRefusal(at moment: Timestamp) { refusals = ((refusals?.count ?? 0) + 1, moment) }

  /// What is wrong or worth knowing.
  var findings: [Finding] {
    var found: [Finding] = []
    if let at = stale.at {
      found.append(
        finding(
          "RTE-005", .warning, "dispatches are listed as running where their agent is not: \(stale.text)", at,
          "no agent is among the participants", "trust participants over dispatches"))
    }
    if let at = remade.at {
      found.append(
        finding(
          "OBS-004", .warning,
          "the LiveKit server restarted: rooms came back under other ids (\(remade.text)); the sessions that it broke are "
            + "not charged to the rollout", at, "several rooms with people in them changed their sid at once",
          "agents do not come back by themselves: people in these rooms wait for nobody, dispatch again or close them"))
    }
    if let backlog, let pace {
      found.append(
        finding(
          "OBS-004", .info,
          "rooms are asked about in turn, each within about \(pace.turn.text): the budget of \(pace.requestsPerMinute) "
            + "requests a minute does not allow for all at each poll", backlog.knownAt,
          "the oldest of \(backlog.waiting) that wait is known up to this moment",
          "raise requests-per-minute (LiveKit Cloud takes 1,000), lengthen the interval, or use --listen"))
    }
    if let refusals {
      found.append(
        finding(
          "OBS-004", .warning,
          "\(refusals.count) webhook\(refusals.count == 1 ? "" : "s") could not be trusted and \(refusals.count == 1 ? "was" : "were") refused",
          refusals.at, "no valid signature of the project's key over the body",
          "check that the webhook is signed with the API key that sluice uses"))
    }
    return found
  }

  private func finding(
    _ code: FindingCode, _ severity: Finding.Severity, _ summary: String, _ at: Timestamp, _ detail: String,
    _ remedy: String
  ) -> Finding {
    Finding(
      code: code, status: .confirmed, severity: severity, summary: summary,
      evidence: [Evidence(source: source, at: at, excerpt: detail)], remedy: Finding.Remedy(remedy))
  }
}
