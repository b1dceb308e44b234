/// The error codes of Twirp, LiveKit's way of calling services over HTTP.
package enum TwirpCode: Hashable, Sendable {
  case canceled, unknown, invalidArgument, malformed, deadlineExceeded, notFound, badRoute, alreadyExists,
    permissionDenied, unauthenticated, resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented,
    `internal`, unavailable, dataLoss
  /// A code that Twirp's specification does not list.
  case other(String)

  /// What a code in an answer stands for.
  package init(_ word: String) { self = TwirpCode.words[word] ?? .other(word) }

  static let words: [String: TwirpCode] = [
    "canceled": .canceled, "unknown": .unknown, "invalid_argument": .invalidArgument, "malformed": .malformed,
    "deadline_exceeded": .deadlineExceeded, "not_found": .notFound, "bad_route": .badRoute,
    "already_exists": .alreadyExists, "permission_denied": .permissionDenied, "unauthenticated": .unauthenticated,
    "resource_exhausted": .resourceExhausted, "failed_precondition": .failedPrecondition, "aborted": .aborted,
    "out_of_range": .outOfRange, "unimplemented": .unimplemented, "internal": .internal, "unavailable": .unavailable,
    "dataloss": .dataLoss,
  ]
}
