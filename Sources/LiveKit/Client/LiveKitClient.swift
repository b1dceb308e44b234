import Documents
package import Machine
import Vocabulary
package import Web

/// The API of a LiveKit server and of LiveKit Cloud: Twirp in JSON, one short token for each call.
///
/// A token allows what its call needs and no more, for one room where the call is about one, and holds for five minutes.
/// Nothing is asked twice: a caller that asks again spaces its calls with `Backoff`. The client holds no connection of its own.
package struct LiveKitClient: Sendable {
  /// Whom it asks and with which key.
  package let credentials: LiveKitCredentials
  /// The limit on one call.
  package var timeout = Duration.seconds(15)
  let http: HTTPClient
  let clock: WallClock

  /// The longest answer that is read: ListRooms of about 25,000 rooms.
  static let answerLimit = DocumentLimits(bytes: 32 << 20, depth: 32, nodes: 2_000_000)

  /// A client over the program's HTTP client.
  package init(_ credentials: LiveKitCredentials, http: HTTPClient, clock: WallClock = .live) {
    self.credentials = credentials
    self.http = http
    self.clock = clock
  }

  /// Calls a method and reads its answer.
  func call<Value>(
    _ service: Service, _ method: String, _ body: some Encodable, allowing grant: Grant,
    _ read: (AnswerReader) throws(AnswerReader.Unsound) -> Value
  ) async throws(LiveKitFailure) -> Value {
    let base = service == .agents ? credentials.server.agentsURL : credentials.server.url
    var exchange = Exchange(method, at: base)
    let token = try token(allowing: grant, for: &exchange)
    var request = HTTPClient.Request(
      .post, "\(base)/twirp/livekit.\(service.rawValue)/\(method)",
      headers: ["Authorization": "Bearer \(token.exposed)", "Content-Type": "application/json"],
      body: try exchange.encode(body))
    request.timeout = timeout
    request.bodyLimit = LiveKitClient.answerLimit.bytes
    let response: HTTPResponse
    do { response = try await http.send(request) } catch { throw exchange.failure(.transport(error)) }
    guard response.status == 200 else { throw exchange.refusal(response, from: service) }
    return try exchange.read(response.body, read)
  }

  /// A token that allows one thing, from a minute ago on for the sake of servers whose clock is behind.
  func token(
    allowing grant: Grant, for exchange: inout Exchange, lifetime: Duration = .seconds(300)
  ) throws(LiveKitFailure) -> Secret {
    let skew = Duration.seconds(60)
    var token = AccessToken(apiKey: credentials.apiKey, validFrom: clock.now - skew, for: skew + lifetime)
    switch grant {
    case .listRooms: token.video = VideoGrants { $0.roomList = true }
    case .makeRooms: token.video = VideoGrants { $0.roomCreate = true }
    case .room(let name):
      token.video = VideoGrants {
        $0.roomAdmin = true
        $0.room = name.rawValue
      }
    case .agents: token.administersAgents = true
    }
    do {
      let text = try token.signed(with: credentials.secret)
      exchange.hidden = [text, credentials.secret]
      return text
    } catch {
      throw exchange.failure(.unwritable)
    }
  }

  enum Service: String {
    case rooms = "RoomService"
    case dispatches = "AgentDispatchService"
    case agents = "CloudAgent"
  }

  /// What one token allows.
  enum Grant: Hashable {
    case listRooms, makeRooms, agents
    case room(RoomName)
  }
}

extension VideoGrants {
  fileprivate init(_ change: (inout VideoGrants) -> Void) {
    self.init()
    change(&self)
  }
}
