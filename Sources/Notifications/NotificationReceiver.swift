package import Vocabulary
import Documents
import Libraries
import Web

/// Whom to tell: one address and what is understood there.
package struct NotificationReceiver: Sendable {
  /// What messages call it: `slack`, `webhook-2`. Its address is a secret and stands in none.
  package var name: String
  /// What it understands.
  package var kind: Kind
  /// Where it listens.
  package var url: Secret
  /// With what bodies are signed; nil: they are not. Of a webhook only.
  package var secret: Secret?
  /// The limit on telling it, all attempts together.
  package var timeout: Duration = .seconds(30)

  /// A receiver.
  package init(name: String, kind: Kind, url: Secret, secret: Secret? = nil) {
    self.name = name
    self.kind = kind
    self.url = url
    self.secret = secret
  }

  /// What an address understands.
  package enum Kind: String, CaseIterable, Sendable {
    /// `sluice.notification/1` as it is.
    case webhook
    /// Slack's incoming webhooks, and what is compatible with them.
    case slack
    /// Teams' workflows: a message with an Adaptive Card.
    case teams
  }

  /// The request that tells a notification. A signature covers the time, so that a copy of an old one is known by its age.
  func request(_ notification: Notification, at now: Timestamp) throws -> HTTPClient.Request {
    let body =
      switch kind {
      case .webhook: try CanonicalJSON.encode(notification)
      case .slack: try CanonicalJSON.encodeKeysAsNamed(SlackMessage(notification))
      case .teams: try CanonicalJSON.encodeKeysAsNamed(TeamsMessage(notification))
      }
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if kind == .webhook {
      headers["Sluice-Event"] = notification.event
      // The same for every attempt, so that a receiver can tell a repetition.
      headers["Sluice-Delivery"] = "\(notification.run)/\(notification.event)"
      if let secret { headers["Sluice-Signature"] = Self.signature(of: body, with: secret, at: now) }
    }
    return HTTPClient.Request(.post, url.exposed, headers: headers, body: body)
  }

  /// `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY`.
  package static func signature(of body: [UInt8], with secret: Secret, at now: Timestamp) -> String {
    let seconds = "\(now.nanoseconds / 1_000_000_000)"
    let digest = Hashing.hmacSHA256(of: Array("\(seconds).".utf8) + body, key: Array(secret.exposed.utf8))
    return "t=\(seconds),v1=" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
