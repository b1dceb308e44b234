import LiveKit
import Machine
import SessionSources
import Vocabulary
import Web

/// A LiveKit server for a rehearsal: one that is there, or one that the rehearsal starts for itself.
///
/// A call is a room that nobody but the agent joins. It is made to close by itself when the call is over, so that no call
/// outlives its rehearsal by more than its own length, whatever becomes of `sluice`.
struct RoomServer: CallServer {
  private let client: LiveKitClient
  private let deployment: DeploymentName
  private let process: OwnLiveKitServer?
  private let agentName = Locked("")
  private let label: String
  private let isFirstFailure = Locked(true)
  private let onFailure: @Sendable (String) -> Void
  let sources: [any SessionSource]

  /// A server over a project; `process` is the server itself where it is the rehearsal's own.
  init(
    _ credentials: LiveKitCredentials, process: OwnLiveKitServer?, label: String, deployment: DeploymentName,
    http: HTTPClient, wallClock: WallClock, onFailure: @escaping @Sendable (String) -> Void
  ) {
    self.onFailure = onFailure
    client = LiveKitClient(credentials, http: http, clock: wallClock)
    self.process = process
    self.label = label
    self.deployment = deployment
    var settings = LiveKitRooms.Settings()
    // Only LiveKit Cloud counts requests.
    if !credentials.server.isCloud { settings.requestsPerMinute = 60_000 }
    settings.looksUpWorkers = true
    let rooms = LiveKitRooms(client: client, clock: wallClock, settings: settings)
    // Rooms tell the worker of a call up to eight seconds late; a server's own log tells at once, and what it holds of
    // calls is not taken for all of them.
    let log = process.map { process in
      var settings = LiveKitServerLog.Settings(.files([process.log]))
      settings.isComplete = false
      return LiveKitServerLog(settings, clock: wallClock)
    }
    sources = [rooms] + (log.map { [$0] } ?? [])
  }

  var environment: [String: String] {
    let server = client.credentials
    return [
      "LIVEKIT_URL": "ws" + server.server.url.dropFirst("http".count), "LIVEKIT_API_KEY": server.apiKey,
      "LIVEKIT_API_SECRET": server.secret.exposed,
    ]
  }

  /// No call of a LiveKit server lists its workers.
  var registered: Int? { nil }

  func serve() async -> (any Failure)? { await process?.run() }

  func meet(agentName: String) { self.agentName.withLock { $0 = agentName } }

  func hold(_ room: String, length: Duration, clock: any Clock<Duration>) async {
    let room = RoomName("\(label)-\(room)")
    do {
      _ = try await client.createRoom(RoomRequest(room, emptyTimeout: length, departureTimeout: .seconds(1)))
      let name = agentName.withLock { $0 }
      // Agents without a name are sent into every room by the server itself.
      if !name.isEmpty {
        _ = try await client.createDispatch(DispatchRequest(room: room, agentName: name, deployment: deployment))
      }
      try await clock.sleep(for: length)
    } catch let failure as LiveKitFailure {
      // A call that could not be made is none. Whether it matters is the verdict's to say.
      let isFirst = isFirstFailure.withLock { first in
        defer { first = false }
        return first
      }
      if isFirst, !Task.isCancelled { onFailure("a call could not be made: \(failure.what)") }
    } catch {
      // The rehearsal ends, and the call with it.
    }
    // A task of its own is not cancelled with this one; a room that closed by itself is missing, which is what is wanted.
    await Task { _ = try? await client.deleteRoom(room) }.value
  }
}
