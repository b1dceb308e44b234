import Documents
import FoundationEssentials
import Libraries
package import Vocabulary

extension AccessToken {
  /// How far clocks may differ; a real server was seen to allow 60 s on either side.
  package static let leeway = Duration.seconds(60)

  /// The token's text: a JSON web token (RFC 7519) signed by HMAC-SHA-256.
  package func signed(with secret: Secret) throws -> Secret {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let claims = Array(try encoder.encode(Claims(self)))
    let text = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8)) + "." + Base64URL.encode(claims)
    let signature = Hashing.hmacSHA256(of: Array(text.utf8), key: Array(secret.exposed.utf8))
    return Secret(text + "." + Base64URL.encode(signature))
  }

  /// Reads a token after checking, in this order, its form, that it is signed by HS256, its key, its signature and its times.
  ///
  /// `secret` gives the secret of an API key; nil where there is none. The signature is compared in constant time.
  /// Throws `TokenFailure`, which holds nothing of the token.
  package static func verified(
    _ text: String, at now: Timestamp, secret: (String) -> Secret?
  ) throws(TokenFailure) -> AccessToken {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard text.utf8.count <= 65_536, parts.count == 3, let header = Self.object(parts[0]) else { throw .malformed }
    guard header["alg"]?.string == "HS256" else { throw .algorithm }
    guard let signature = Base64URL.decode(parts[2]), let claims = Self.object(parts[1]) else { throw .malformed }
    guard let key = claims["iss"]?.string else { throw .malformed }
    guard let secret = secret(key) else { throw .unknownKey(key) }
    let signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    guard Hashing.areEqual(signature, Hashing.hmacSHA256(of: signed, key: Array(secret.exposed.utf8))) else {
      throw .signature
    }
    guard let token = AccessToken(apiKey: key, claims: claims) else { throw .malformed }
    if let start = token.notBefore, now + leeway < start { throw .notYetValid(from: start) }
    if let end = token.expiresAt, now - leeway >= end { throw .expired(at: end) }
    return token
  }

  private static func object(_ part: Substring.UTF8View) -> Node? {
    guard let bytes = Base64URL.decode(part) else { return nil }
    let limits = DocumentLimits(bytes: 65_536, depth: 16, nodes: 4_096)
    // Why a token is not JSON must not be told: the message would quote it.
    guard let node = try? JSON.parse(bytes, file: "", limits: limits), node.mapping != nil else { return nil }
    return node
  }
}

extension AccessToken {
  /// The claims that are read here; others are left alone. nil where one has another type than it should.
  fileprivate init?(apiKey: String, claims: Node) {
    var reader = ClaimReader(claims)
    self.init(apiKey: apiKey)
    let subject = reader.text("sub")
    let named = reader.text("identity")
    identity = subject.isEmpty ? named : subject
    name = reader.text("name")
    issuedAt = reader.moment("iat")
    notBefore = reader.moment("nbf")
    expiresAt = reader.moment("exp")
    kind = reader.text("kind")
    metadata = reader.text("metadata")
    bodyDigest = reader.text("sha256")
    attributes = reader.texts("attributes")
    if var grants = reader.object("video") {
      video = VideoGrants(&grants)
      reader.isSound = reader.isSound && grants.isSound
    }
    if var grants = reader.object("agent") {
      administersAgents = grants.flag("admin")
      reader.isSound = reader.isSound && grants.isSound
    }
    guard reader.isSound else { return nil }
  }
}

extension VideoGrants {
  fileprivate init(_ reader: inout ClaimReader) {
    roomCreate = reader.flag("roomCreate")
    roomList = reader.flag("roomList")
    roomRecord = reader.flag("roomRecord")
    roomAdmin = reader.flag("roomAdmin")
    roomJoin = reader.flag("roomJoin")
    room = reader.text("room")
    agent = reader.flag("agent")
    hidden = reader.flag("hidden")
    recorder = reader.flag("recorder")
    canPublish = reader.optionalFlag("canPublish")
    canSubscribe = reader.optionalFlag("canSubscribe")
    canPublishData = reader.optionalFlag("canPublishData")
    canSubscribeMetrics = reader.optionalFlag("canSubscribeMetrics")
    canUpdateOwnMetadata = reader.optionalFlag("canUpdateOwnMetadata")
  }
}

/// Takes claims out of an object; null counts as absent, another type makes it unsound.
private struct ClaimReader {
  let object: Node
  var isSound = true

  init(_ object: Node) { self.object = object }

  mutating func text(_ key: String) -> String { take(key, \.string) ?? "" }
  mutating func flag(_ key: String) -> Bool { take(key, \.boolean) ?? false }
  mutating func optionalFlag(_ key: String) -> Bool? { take(key, \.boolean) }

  /// Seconds since the epoch; a fraction is allowed and cut.
  mutating func moment(_ key: String) -> Timestamp? {
    take(key, \.number).flatMap { seconds in
      guard seconds >= 0, seconds < 9_000_000_000 else {
        isSound = false
        return nil
      }
      return Timestamp(milliseconds: Int64(seconds) * 1_000)
    }
  }

  mutating func object(_ key: String) -> ClaimReader? {
    take(key) { $0.mapping == nil ? nil : ClaimReader($0) }
  }

  mutating func texts(_ key: String) -> [String: String] {
    guard let entries = take(key, \.mapping)?.entries else { return [:] }
    var result: [String: String] = [:]
    for entry in entries {
      if let text = entry.value.string { result[entry.key] = text } else { isSound = false }
    }
    return result
  }

  private mutating func take<Value>(_ key: String, _ value: (Node) -> Value?) -> Value? {
    guard let node = object[key], !node.isNull else { return nil }
    if let value = value(node) { return value }
    isSound = false
    return nil
  }
}

/// The claims as they are written; nil is absent.
private struct Claims: Encodable {
  let iss: String
  let sub: String
  let identity: String?
  let name: String?
  let iat: Int64?
  let nbf: Int64?
  let exp: Int64?
  let video: Video?
  let agent: Agent?
  let attributes: [String: String]?
  let kind: String?
  let metadata: String?
  let sha256: String?

  init(_ token: AccessToken) {
    func present(_ text: String) -> String? { text.isEmpty ? nil : text }
    iss = token.apiKey
    sub = token.identity
    identity = present(token.identity)
    name = present(token.name)
    iat = token.issuedAt.map { $0.nanoseconds / 1_000_000_000 }
    nbf = token.notBefore.map { $0.nanoseconds / 1_000_000_000 }
    exp = token.expiresAt.map { $0.nanoseconds / 1_000_000_000 }
    video = token.video.map(Video.init)
    agent = token.administersAgents ? Agent(admin: true) : nil
    attributes = token.attributes.isEmpty ? nil : token.attributes
    kind = present(token.kind)
    metadata = present(token.metadata)
    sha256 = present(token.bodyDigest)
  }

  struct Agent: Encodable { let admin: Bool }

  struct Video: Encodable {
    let roomCreate: Bool?
    let roomList: Bool?
    let roomRecord: Bool?
    let roomAdmin: Bool?
    let roomJoin: Bool?
    let room: String?
    let agent: Bool?
    let hidden: Bool?
    let recorder: Bool?
    let canPublish: Bool?
    let canSubscribe: Bool?
    let canPublishData: Bool?
    let canSubscribeMetrics: Bool?
    let canUpdateOwnMetadata: Bool?

    init(_ grants: VideoGrants) {
      func present(_ flag: Bool) -> Bool? { flag ? true : nil }
      roomCreate = present(grants.roomCreate)
      roomList = present(grants.roomList)
      roomRecord = present(grants.roomRecord)
      roomAdmin = present(grants.roomAdmin)
      roomJoin = present(grants.roomJoin)
      room = grants.room.isEmpty ? nil : grants.room
      agent = present(grants.agent)
      hidden = present(grants.hidden)
      recorder = present(grants.recorder)
      canPublish = grants.canPublish
      canSubscribe = grants.canSubscribe
      canPublishData = grants.canPublishData
      canSubscribeMetrics = grants.canSubscribeMetrics
      canUpdateOwnMetadata = grants.canUpdateOwnMetadata
    }
  }
}
