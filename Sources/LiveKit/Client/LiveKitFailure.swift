import Vocabulary
package import Web

/// A call of a LiveKit server's API that gave nothing; no part of it holds a token or a secret.
package struct LiveKitFailure: Failure, Hashable {
  /// What was called: `ListRooms`, `logs`.
  package let call: String
  /// The address that was asked, fit to be shown.
  package let server: String
  /// What happened.
  package let reason: Reason

  /// A call that failed.
  package init(call: String, server: String, reason: Reason) {
    self.call = call
    self.server = server
    self.reason = reason
  }

  /// What can happen to a call.
  package enum Reason: Hashable, Sendable {
    /// No answer.
    case transport(WebFailure)
    /// 429 or 503: asked too often, or too busy; back off.
    case overloaded(status: Int, retryAfter: Duration?)
    /// No node of the server holds the room (503 after 3 s): it has closed, if the next ListRooms lacks it.
    case roomUnanswered
    /// The token was not accepted.
    case denied(Denial)
    /// Refused with a code and the server's words, made harmless and freed of tokens.
    case refused(TwirpCode, message: String)
    /// 200 with `success: false`, and the service's words.
    case unsuccessful(message: String)
    /// The address knows no hosted agents: it is not LiveKit Cloud.
    case notCloud
    /// Another status, with no words that could be trusted.
    case status(Int)
    /// 200 with something that is no answer to the call.
    case malformed(String)
    /// The region of a log server is no host label.
    case invalidRegion
    /// The request or its token could not be written.
    case unwritable
  }

  /// Why a token was not accepted, as far as the server's words tell; it changes nothing but the advice.
  package enum Denial: Hashable, Sendable {
    case noToken, unknownKey, wrongSecret, expired, notYetValid, missingGrant, unclear
  }

  /// Whether the same call may succeed later: overload, a server's fault, or no answer.
  package var isTransient: Bool {
    switch reason {
    case .overloaded: true
    case .transport(let failure): failure.exitStatus == .unavailable && failure != .shutDown && failure != .cancelled
    case .refused(let code, _): [.unavailable, .internal, .unknown, .deadlineExceeded, .aborted].contains(code)
    case .status(let status): status >= 500 && status != 501
    case .roomUnanswered, .denied, .unsuccessful, .notCloud, .malformed, .invalidRegion, .unwritable: false
    }
  }

  /// Whether the server asks to be asked less.
  package var isOverload: Bool { if case .overloaded = reason { true } else { false } }

  /// How long the server asks to be left alone; nil where it does not say.
  package var retryAfter: Duration? {
    if case .overloaded(_, let delay) = reason { delay } else { nil }
  }

  /// Whether what was named is not there (404 `not_found`): for a deletion that is success.
  package var isMissing: Bool { if case .refused(.notFound, _) = reason { true } else { false } }
}
