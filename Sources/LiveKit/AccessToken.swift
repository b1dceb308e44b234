package import Vocabulary

/// What a LiveKit token says: who it is from, who it is for, how long it holds and what it allows.
///
/// A nil or empty property is absent from the token. Signing and verifying are in `AccessToken+JWT.swift`.
package struct AccessToken: Hashable, Sendable {
  /// The API key whose secret signs it (`iss`).
  package var apiKey: String
  /// Whom it is for (`sub`, and `identity` as the server writes it): a participant's identity; empty for workers and API calls.
  package var identity = ""
  package var name = ""
  /// Whole seconds count; what is below a second is cut.
  package var issuedAt: Timestamp?
  /// The first moment it holds; nil is always.
  package var notBefore: Timestamp?
  /// The moment from which it holds no longer; nil is never, which a real server accepts.
  package var expiresAt: Timestamp?
  /// What it allows around rooms.
  package var video: VideoGrants?
  /// Whether it administers hosted agents (`agent.admin`).
  package var administersAgents = false
  package var attributes: [String: String] = [:]
  /// `agent` for agents, `standard` or empty for people.
  package var kind = ""
  package var metadata = ""
  /// The base64 SHA-256 of a webhook's body.
  package var bodyDigest = ""

  /// A token of an API key that allows nothing and never ends.
  package init(apiKey: String) { self.apiKey = apiKey }

  /// A token that holds from now for a while.
  package init(apiKey: String, validFrom now: Timestamp, for lifetime: Duration) {
    self.apiKey = apiKey
    issuedAt = now
    notBefore = now
    expiresAt = now + lifetime
  }
}

/// What a token allows around rooms; names are those of the claim `video`.
package struct VideoGrants: Hashable, Sendable {
  package var roomCreate = false
  package var roomList = false
  package var roomRecord = false
  package var roomAdmin = false
  package var roomJoin = false
  /// The room that `roomJoin` and `roomAdmin` are for; empty is every room.
  package var room = ""
  /// Lets a worker register.
  package var agent = false
  package var hidden = false
  package var recorder = false
  /// nil is the server's default, which is yes; for the next two as well.
  package var canPublish: Bool?
  package var canSubscribe: Bool?
  package var canPublishData: Bool?
  /// nil is the server's default, which is no; for the next one as well.
  package var canSubscribeMetrics: Bool?
  package var canUpdateOwnMetadata: Bool?

  /// Grants of nothing.
  package init() {}
}

/// Why a token is refused; no case holds any part of the token.
package enum TokenFailure: Failure, Hashable {
  /// Not three parts of base64url, or not the JSON of a token.
  case malformed
  /// Signed in another way than HS256, or not at all.
  case algorithm
  /// The API key is not known; the key is no secret.
  case unknownKey(String)
  /// The signature is not that of the key's secret.
  case signature
  /// It does not hold yet, by more than the leeway.
  case notYetValid(from: Timestamp)
  /// It holds no longer, by more than the leeway.
  case expired(at: Timestamp)

  package var what: String { "the access token is refused" }
  package var why: String? {
    switch self {
    case .malformed: "it is not a JSON web token"
    case .algorithm: "it is not signed by HS256"
    case .unknownKey(let key): "its API key '\(key.harmless)' is not known"
    case .signature: "its signature is not made with the secret of its API key"
    case .notYetValid(let moment): "it holds from \(moment) only"
    case .expired(let moment): "it has been over since \(moment)"
    }
  }
  package var remedy: String? {
    switch self {
    case .unknownKey, .signature: "check LIVEKIT_API_KEY and LIVEKIT_API_SECRET"
    case .notYetValid, .expired: "check the clocks of both machines"
    case .malformed, .algorithm: nil
    }
  }
  package var exitStatus: ExitStatus { .configuration }
}
