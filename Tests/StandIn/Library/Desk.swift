import LiveKit
import Machine
import Vocabulary

/// The fleet behind its lock, what was asked of it, and what is to go wrong with the answers.
final class Desk: Sendable {
  private struct State {
    var fleet: Fleet
    var faults: [Fault]
    var calls: [String: Int] = [:]
    var tokens: [AskedToken] = []
  }

  let scenario: Scenario
  private let state: Locked<State>
  private let wallClock: WallClock

  init(_ scenario: Scenario, wallClock: WallClock) {
    self.scenario = scenario
    self.wallClock = wallClock
    state = Locked(State(fleet: Fleet(scenario, at: wallClock.now), faults: scenario.faults))
  }

  var now: Timestamp { wallClock.now }
  var sessions: [SessionTruth] { withFleet { $0.sessions } }
  var calls: [String: Int] { state.withLock { $0.calls } }
  var tokens: [AskedToken] { state.withLock { $0.tokens } }

  func perform(_ command: Command) {
    state.withLock { state in
      state.fleet.advance(to: now)
      state.fleet.perform(command)
      switch command {
      case .fault(let fault): state.faults.append(fault)
      case .calm: state.faults = []
      default: break
      }
    }
  }

  /// Runs the body alone with the fleet, advanced to this moment.
  func withFleet<Value: Sendable, E: Error>(_ body: (inout Fleet) throws(E) -> Value) throws(E) -> Value {
    try state.withLock { (state) throws(E) in
      state.fleet.advance(to: now)
      return try body(&state.fleet)
    }
  }

  /// Counts a request and says what is to go wrong with its answer.
  func note(_ call: String, _ token: AskedToken?) -> Fault.Kind? {
    state.withLock { state in
      state.calls[call, default: 0] += 1
      if let token { state.tokens.append(token) }
      for index in state.faults.indices where state.faults[index].call == call || state.faults[index].call == "*" {
        guard state.faults[index].after == 0 else {
          state.faults[index].after -= 1
          continue
        }
        guard state.faults[index].count != 0 else { continue }
        state.faults[index].count = state.faults[index].count.map { $0 - 1 }
        return state.faults[index].kind
      }
      return nil
    }
  }
}

/// A token as it was shown with a call.
package struct AskedToken: Sendable, Hashable {
  /// The method that it was shown for.
  package let call: String
  /// From its beginning (or issue) to its end; nil when it never ends.
  package let lifetime: Duration?
  /// The room that it is for; empty is none.
  package let room: String
  /// The names of what it allows, sorted: `agent.admin`, `roomList` …
  package let grants: [String]

  init(_ call: String, _ token: AccessToken) {
    let video = token.video ?? VideoGrants()
    let granted = [
      ("agent.admin", token.administersAgents), ("agent", video.agent), ("roomAdmin", video.roomAdmin),
      ("roomCreate", video.roomCreate), ("roomJoin", video.roomJoin), ("roomList", video.roomList),
      ("roomRecord", video.roomRecord),
    ]
    let start = token.notBefore ?? token.issuedAt
    self.call = call
    lifetime = token.expiresAt.flatMap { end in start.map { end - $0 } }
    room = video.room
    grants = granted.filter(\.1).map(\.0)
  }
}
