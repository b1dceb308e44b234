import Documents
import Vocabulary
import Web

/// The second port, for tests in another process.
extension Desk {
  /// `POST /stand-in/command` with a command as YAML or JSON: `{"do": "deploy", "name": "v2"}`, answered with 204.
  /// `GET /stand-in/sessions`: what really happened. `GET /stand-in/calls`: how often each method was asked.
  func controlAnswer(_ request: HTTPRequest) -> HTTPResponse {
    switch (request.method, request.path) {
    case (.post, "/stand-in/command"):
      do {
        perform(try Command(yaml: request.body, rollout: withFleet { $0.scenario.rollout }))
        return HTTPResponse(status: 204)
      } catch {
        return .text("\(error)\n", status: 400)
      }
    case (.get, "/stand-in/sessions"): return json(sessions.map(Session.init))
    case (.get, "/stand-in/calls"): return json(calls)
    default: return .text("POST /stand-in/command, GET /stand-in/sessions, GET /stand-in/calls\n", status: 404)
    }
  }

  private func json(_ value: some Encodable) -> HTTPResponse {
    do { return .json(try CanonicalJSON.encode(value)) } catch { return .text("\(error)", status: 500) }
  }

  private struct Session: Encodable {
    let room: String
    let agent, version, stamp, worker, region, end: String?
    let createdAt: Timestamp
    let joinedAt, personLeftAt, endedAt: Timestamp?

    init(_ truth: SessionTruth) {
      room = truth.room
      agent = truth.agent
      version = truth.version
      stamp = truth.stamp
      worker = truth.worker
      region = truth.region
      end = truth.end?.rawValue
      createdAt = truth.createdAt
      joinedAt = truth.joinedAt
      personLeftAt = truth.personLeftAt
      endedAt = truth.endedAt
    }
  }
}
