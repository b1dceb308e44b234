import LiveKit
import Vocabulary
import Web

/// Who may ask what, with a LiveKit server's own words for a refusal; it repeats whole tokens in them, so this does too.
enum Admission {
  /// What the token of a request allows; nil when there is none, which is for each method to refuse.
  static func claims(of request: HTTPRequest, _ scenario: Scenario, at now: Timestamp) throws(Refusal) -> AccessToken? {
    guard request.headers["Authorization"] != nil else { return nil }
    guard let token = request.bearerToken else { throw Refusal("invalid authorization token") }
    do {
      return try AccessToken.verified(token, at: now) { $0 == scenario.apiKey ? Secret(scenario.apiSecret) : nil }
    } catch {
      switch error {
      case .malformed: throw Refusal("invalid authorization token")
      case .unknownKey(let key): throw Refusal("invalid API key: \(key)")
      case .algorithm:
        throw Refusal("invalid token: \(token), error: token signature is invalid: signing method none is invalid")
      case .signature:
        throw Refusal("invalid token: \(token), error: token signature is invalid: signature is invalid")
      case .notYetValid:
        throw Refusal("invalid token: \(token), error: token has invalid claims: token is not valid yet")
      case .expired: throw Refusal("invalid token: \(token), error: token has invalid claims: token is expired")
      }
    }
  }

  /// Refuses a call that its token does not allow.
  static func check(_ call: TwirpCall, _ claims: AccessToken?) throws(TwirpError) {
    let video = claims?.video ?? VideoGrants()
    let isAllowed =
      switch call.method.name {
      case "ListRooms": video.roomList
      case "CreateRoom", "DeleteRoom": video.roomCreate
      case "ListParticipants", "GetParticipant", "RemoveParticipant", "ListDispatch", "CreateDispatch",
        "DeleteDispatch":
        // A grant for no room is a grant for none.
        video.roomAdmin && !video.room.isEmpty && video.room == call.request.text("room")
      default: claims?.administersAgents == true
      }
    guard isAllowed else { throw .denied }
  }
}

/// A refusal in plain text, before any service is asked.
struct Refusal: Error {
  let words: String

  init(_ words: String) { self.words = words }

  var response: HTTPResponse { .text(words, status: 401) }
}
