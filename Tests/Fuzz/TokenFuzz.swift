import LiveKit
import Vocabulary

/// No text traps, and none but the one that was signed is accepted.
func fuzzToken(_ bytes: [UInt8]) {
  let secret = Secret("a-secret-of-at-least-thirty-two-bytes")
  let text = String(decoding: bytes, as: UTF8.self)
  guard let signed = try? AccessToken(apiKey: "devkey").signed(with: secret) else { return }
  for candidate in [text, signed.exposed + text, text + signed.exposed] where candidate != signed.exposed {
    let read = try? AccessToken.verified(candidate, at: Timestamp(nanoseconds: 0)) { _ in secret }
    precondition(read == nil, "a token that nobody signed")
  }
}
