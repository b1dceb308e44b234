import Documents
import Web

/// An error as Twirp answers it.
struct TwirpError: Error {
  /// The codes that are used, with their HTTP statuses.
  enum Code: String {
    case malformed, unauthenticated, unavailable, `internal`
    case badRoute = "bad_route"
    case notFound = "not_found"
    case invalidArgument = "invalid_argument"
    case failedPrecondition = "failed_precondition"
    case resourceExhausted = "resource_exhausted"

    var status: Int {
      switch self {
      case .malformed, .invalidArgument: 400
      case .unauthenticated: 401
      case .badRoute, .notFound: 404
      case .failedPrecondition: 412
      case .resourceExhausted: 429
      case .internal: 500
      case .unavailable: 503
      }
    }
  }

  let code: Code
  let message: String
  var route: String?

  init(_ code: Code, _ message: String, route: String? = nil) {
    self.code = code
    self.message = message
    self.route = route
  }

  /// What a server's inner services say comes out with this prefix.
  static func missing(_ what: String) -> TwirpError { TwirpError(.notFound, "twirp error unknown: " + what) }
  static func invalid(_ what: String) -> TwirpError { TwirpError(.invalidArgument, "twirp error unknown: " + what) }
  /// A missing grant is 401, never 403.
  static let denied = TwirpError(.unauthenticated, "permissions denied")

  /// The answer, which is JSON whatever was asked in.
  var response: HTTPResponse {
    let meta = route.map { ",\"meta\":{\"twirp_invalid_route\":\(Message.quoted($0))}" } ?? ""
    let text = "{\"code\":\"\(code.rawValue)\",\"msg\":\(Message.quoted(message))\(meta)}"
    return .json(Array(text.utf8), status: code.status)
  }
}

/// A Twirp call as it came in: which method, in which form, with which message.
struct TwirpCall {
  /// The two forms of a message.
  enum Form {
    case json, protobuf
  }

  let method: Method
  let form: Form
  let request: Message

  /// One method of the services: the types of its messages.
  struct Method {
    let name: String
    let request: String
    let response: String
  }

  /// Every method that is answered, by its path behind `/twirp/livekit.`.
  static let methods: [String: Method] = Dictionary(
    uniqueKeysWithValues: [
      ("RoomService/ListRooms", "ListRoomsRequest", "ListRoomsResponse"),
      ("RoomService/CreateRoom", "CreateRoomRequest", "Room"),
      ("RoomService/DeleteRoom", "DeleteRoomRequest", "DeleteRoomResponse"),
      ("RoomService/ListParticipants", "ListParticipantsRequest", "ListParticipantsResponse"),
      ("RoomService/GetParticipant", "RoomParticipantIdentity", "ParticipantInfo"),
      ("RoomService/RemoveParticipant", "RoomParticipantIdentity", "RemoveParticipantResponse"),
      ("AgentDispatchService/ListDispatch", "ListAgentDispatchRequest", "ListAgentDispatchResponse"),
      ("AgentDispatchService/CreateDispatch", "CreateAgentDispatchRequest", "AgentDispatch"),
      ("AgentDispatchService/DeleteDispatch", "DeleteAgentDispatchRequest", "AgentDispatch"),
      ("CloudAgent/ListAgents", "ListAgentsRequest", "ListAgentsResponse"),
      ("CloudAgent/ListAgentVersions", "ListAgentVersionsRequest", "ListAgentVersionsResponse"),
      ("CloudAgent/GetClientSettings", "ClientSettingsRequest", "ClientSettingsResponse"),
      ("CloudAgent/DeployAgentV2", "DeployAgentV2Request", "DeployAgentV2Response"),
      ("CloudAgent/RollbackAgent", "RollbackAgentRequest", "RollbackAgentResponse"),
      ("CloudAgent/RestartAgent", "RestartAgentRequest", "RestartAgentResponse"),
      ("CloudAgent/ListAgentSecrets", "ListAgentSecretsRequest", "ListAgentSecretsResponse"),
      ("CloudAgent/UpdateAgentSecrets", "UpdateAgentSecretsRequest", "UpdateAgentSecretsResponse"),
    ].map { path, request, response in
      (path, Method(name: String(path.split(separator: "/")[1]), request: request, response: response))
    })

  /// Understands a request in the order in which Twirp's servers look at it: method, content type, route, body.
  init(_ request: HTTPRequest, path: String) throws(TwirpError) {
    let route = "\(request.method.rawValue) \(request.path)"
    guard request.method == .post else {
      throw TwirpError(
        .badRoute, "unsupported method \"\(request.method.rawValue)\" (only POST is allowed)", route: route)
    }
    guard let method = Self.methods[path] else {
      throw TwirpError(.badRoute, "no handler for path \"\(request.path)\"", route: route)
    }
    self.method = method
    let type = request.headers["Content-Type"] ?? ""
    switch type.prefix(while: { $0 != ";" }) {
    case "application/json":
      form = .json
      let limits = DocumentLimits(bytes: 64 << 20, depth: 64, nodes: 2_000_000)
      // Whatever is wrong with it, a real server says the same.
      guard let node = try? JSON.parse(request.body, file: "", limits: limits),
        let message = Message(json: node, as: method.request)
      else { throw TwirpError(.malformed, "the json request could not be decoded") }
      self.request = message
    case "application/protobuf":
      form = .protobuf
      guard let message = Message(protobuf: request.body[...], as: method.request) else {
        throw TwirpError(.malformed, "the protobuf request could not be decoded")
      }
      self.request = message
    default: throw TwirpError(.badRoute, "unexpected Content-Type: \"\(type)\"", route: route)
    }
  }

  /// The answer in the form that was asked in.
  func response(_ message: Message) -> HTTPResponse {
    switch form {
    case .json: .json(Array(message.json(as: method.response).utf8))
    case .protobuf:
      HTTPResponse(
        status: 200, headers: ["Content-Type": "application/protobuf"], body: message.protobuf(as: method.response))
    }
  }
}
