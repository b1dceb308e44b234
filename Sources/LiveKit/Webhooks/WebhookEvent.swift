import Documents
import Libraries
package import Vocabulary

/// What a LiveKit server says of its own accord when something happens in a room.
package struct WebhookEvent: Hashable, Sendable {
  /// What happened.
  package let kind: Kind
  /// The event's own id; the same for a repeated delivery.
  package let id: String
  /// When it happened, in whole seconds; deliveries may come late and in another order.
  package let createdAt: Timestamp?
  package let room: ListedRoom?
  package let participant: ListedParticipant?
  /// LiveKit Cloud only.
  package let job: AgentJob?

  /// The kinds that say something of sessions.
  package enum Kind: APIWord {
    case roomStarted, roomFinished, participantJoined, participantLeft, participantAborted, jobStarted, jobEnded
    case unknown(String)

    package static let words: [(word: String, number: Int64?, value: Kind)] = [
      ("room_started", nil, .roomStarted), ("room_finished", nil, .roomFinished),
      ("participant_joined", nil, .participantJoined), ("participant_left", nil, .participantLeft),
      ("participant_connection_aborted", nil, .participantAborted), ("agent_job_started", nil, .jobStarted),
      ("agent_job_ended", nil, .jobEnded),
    ]
  }

  /// The longest body that is read; a real one has about 1,000 bytes.
  package static let bodyLimit = 256 << 10

  /// Reads a delivery after checking that it is signed, body and all, with a secret that is known.
  ///
  /// `authorization` is the header as it came: LiveKit sends the token without `Bearer`. Throws `Refusal`, which holds
  /// nothing of the token or the body.
  package init(
    _ body: [UInt8], authorization: String?, at now: Timestamp, secret: (String) -> Secret?
  ) throws(Refusal) {
    guard let authorization else { throw .unsigned }
    let text = authorization.hasPrefix("Bearer ") ? String(authorization.dropFirst(7)) : authorization
    let token: AccessToken
    do { token = try AccessToken.verified(text, at: now, secret: secret) } catch { throw .token(error) }
    guard let digest = WebhookEvent.bytes(ofBase64: token.bodyDigest),
      Hashing.areEqual(digest, Hashing.digest(.sha256, of: body))
    else { throw .otherBody }
    try self.init(body)
  }

  /// Reads a body that is trusted.
  package init(_ body: [UInt8]) throws(Refusal) {
    let limits = DocumentLimits(bytes: WebhookEvent.bodyLimit, depth: 32, nodes: 20_000)
    // The parser's words would quote the body, which holds a room's credential.
    guard let node = try? JSON.parse(body, file: "webhook", limits: limits), let reader = AnswerReader(node) else {
      throw .malformed("it is no JSON object")
    }
    do throws(AnswerReader.Unsound) {
      kind = try reader.word("event") ?? .unknown("")
      id = try reader.text("id")
      createdAt = try reader.moment("created_at")
      room = try reader.object("room", ListedRoom.init)
      participant = try reader.object("participant", ListedParticipant.init)
      job = try reader.object("job", AgentJob.init)
    } catch {
      throw .malformed("'\(error.path)' is not \(error.wanted)")
    }
  }

  /// The bytes of base64 with its usual alphabet and padding.
  private static func bytes(ofBase64 text: String) -> [UInt8]? {
    let digits = text.utf8.prefix { $0 != UInt8(ascii: "=") }
    return Base64URL.decode(
      digits.map { byte in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
      })
  }

  /// Why a delivery is not believed.
  package enum Refusal: Error, Hashable {
    /// It has no token.
    case unsigned
    /// Its token is refused.
    case token(TokenFailure)
    /// Its token is for another body.
    case otherBody
    /// It is signed and cannot be read.
    case malformed(String)
  }
}

extension ListedParticipant.EndReason {
  /// The reason as the API writes it.
  package var word: String {
    if case .unknown(let word) = self { return word }
    return Self.words.first { $0.value == self }?.word ?? "UNKNOWN_REASON"
  }
}
