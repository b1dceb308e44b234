import Documents
import LiveKit
import LiveKitStandIn
import Machine
import TestSupport
import Vocabulary
import Web

/// One question to a real livekit-server 1.13.5 with its answer, from a recording.
struct RecordedAnswer: Sendable, CustomStringConvertible {
  let line: Int
  /// What was special about it: `wrong secret`.
  let label: String
  /// `RoomService/ListRooms`.
  let call: String
  let request: Node
  let grants: VideoGrants
  let administersAgents: Bool
  let status: Int
  let contentType: String
  let answer: Node

  var description: String { "line \(line), \(call), \(label)" }

  /// The questions of a recording, in order; lines that record something else are left out.
  static func all(of recording: String) throws -> [RecordedAnswer] {
    let text = String(
      decoding: try Files.read("\(Fixtures.folder)/livekit-server/\(recording)/api.jsonl", limit: 4 << 20),
      as: UTF8.self)
    return try text.split(separator: "\n").enumerated().compactMap { index, line in
      let node = try JSON.parse(Array(line.utf8), file: recording)
      guard let call = node["call"]?.string, let request = node["request"], let answer = node["response"] else {
        return nil
      }
      // Where the grants were not noted, they were those of the call.
      let noted = node["grants"]?["video"].flatMap { $0.isNull ? nil : $0 }
      var grants = VideoGrants()
      grants.roomList = noted.map { $0["roomList"]?.boolean == true } ?? (call.hasSuffix("ListRooms"))
      grants.roomAdmin = noted.map { $0["roomAdmin"]?.boolean == true } ?? (request["room"] != nil)
      grants.room = noted.map { $0["room"]?.string ?? "" } ?? (request["room"]?.string ?? "")
      grants.roomCreate = noted.map { $0["roomCreate"]?.boolean == true } ?? false
      return RecordedAnswer(
        line: index + 1, label: node["label"]?.string ?? "", call: call, request: request, grants: grants,
        administersAgents: node["grants"]?["agent"]?.isNull == false, status: Int(node["status"]?.integer ?? 0),
        contentType: node["content_type"]?.string ?? "", answer: answer)
    }
  }

  /// The same question to a server under test.
  func ask(_ url: String, with client: HTTPClient) async throws -> HTTPResponse {
    var question = HTTPClient.Request(.post, "\(url)/twirp/livekit.\(call)")
    question.timeout = .seconds(30)
    question.headers["Content-Type"] = label == "content type text/plain" ? "text/plain" : "application/json"
    question.body =
      switch label {
      case "body is not JSON": Array("{".utf8)
      case "empty body": []
      case "unknown field": Array(#"{"names": ["room-x"], "no_such_field": 1}"#.utf8)
      case "body of 11 MB": Array(#"{"names": ["\#(String(repeating: "x", count: 11 << 20))"]}"#.utf8)
      default: Array(request.jsonText.utf8)
      }
    if label == "GET" {
      question.method = .get
      question.body = nil
    }
    if let token = try token { question.headers["Authorization"] = "Bearer \(token)" }
    return try await client.send(question)
  }

  private var token: String? {
    get throws {
      let now = WallClock.live.now
      var token = AccessToken(
        apiKey: label == "unknown API key" ? "nokey" : "devkey", validFrom: now, for: .seconds(600))
      token.video = grants
      token.administersAgents = administersAgents
      var secret = Scenario().apiSecret
      switch label {
      case "no Authorization header": return nil
      case "not a token": return "nonsense"
      case "alg none":
        // The recorded token itself: what it says of its signature is looked at before anything else.
        return answer.string.flatMap { $0.split(separator: " ").first { $0.hasPrefix("eyJ") } }.map {
          String($0.dropLast())
        }
      case "wrong secret": secret = "another secret of thirty-two bytes"
      case "expired ten minutes ago": token.expiresAt = now - .seconds(600)
      case "expired 30 s ago (inside the leeway)": token.expiresAt = now - .seconds(30)
      case "not valid before ten minutes from now": token.notBefore = now + .seconds(600)
      case "not valid before 30 s from now": token.notBefore = now + .seconds(30)
      case "no exp claim": token.expiresAt = nil
      default: break
      }
      return try token.signed(with: Secret(secret)).exposed
    }
  }
}

extension Node {
  /// The value as JSON, for questions: texts, lists and mappings of a recording.
  var jsonText: String {
    switch content {
    case .scalar(let scalar) where scalar.kind == .string: JSONText.quoted(scalar.text)
    case .scalar(let scalar): scalar.text.isEmpty ? "null" : scalar.text
    case .sequence(let elements): "[" + elements.map(\.jsonText).joined(separator: ",") + "]"
    case .mapping(let mapping):
      "{" + mapping.entries.map { "\(JSONText.quoted($0.key)):\($0.value.jsonText)" }.joined(separator: ",") + "}"
    }
  }
}

/// A text of JSON.
enum JSONText {
  static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return "\"\(escaped)\""
  }
}

/// How one answer differs from another of the same question.
struct Difference {
  /// What must be equal besides the shape.
  enum Depth {
    /// Names and kinds of all values, prefixes of ids, units of times.
    case shape
    /// All values but ids and times as well.
    case values
  }

  let depth: Depth
  private(set) var found: [String] = []

  /// Every difference between what was recorded and what is answered, each with its place.
  static func all(_ recorded: Node, _ answered: Node, _ depth: Depth) -> [String] {
    var difference = Difference(depth: depth)
    difference.compare(recorded, answered, "")
    return difference.found
  }

  private mutating func compare(_ recorded: Node, _ answered: Node, _ path: String) {
    switch (recorded.content, answered.content) {
    case (.mapping(let left), .mapping(let right)):
      // Attributes are data, not names of the protocol.
      let areData = path.hasSuffix("attributes") && depth == .shape
      let missing = Set(left.entries.map(\.key)).symmetricDifference(right.entries.map(\.key))
        // Most recordings leave the codecs out.
        .subtracting(left["enabled_codecs"] == nil ? ["enabled_codecs"] : [])
      if !missing.isEmpty, !areData { found.append("\(path): only one has \(missing.sorted())") }
      for entry in left.entries {
        if let other = right[entry.key] { compare(entry.value, other, "\(path).\(entry.key)") }
      }
    case (.sequence(let left), .sequence(let right)):
      if depth == .values, left.count != right.count {
        found.append("\(path): \(right.count) instead of \(left.count)")
      }
      for (left, right) in zip(left, right) { compare(left, right, path + "[]") }
    case (.scalar(let left), .scalar(let right)):
      if left.kind != right.kind { found.append("\(path): \(right.kind) instead of \(left.kind)") }
      compare(left.text, right.text, path)
    default: found.append("\(path): \(answered.kindInWords) instead of \(recorded.kindInWords)")
    }
  }

  private mutating func compare(_ left: String, _ right: String, _ path: String) {
    let prefix = left.prefix { $0 != "_" }
    let isIdentifier = left.contains("_") && (2...3).contains(prefix.count) && prefix.allSatisfy(\.isUppercase)
    if isIdentifier {
      if !right.hasPrefix(prefix + "_") || right.count != left.count { found.append("\(path): \(right) for \(left)") }
    } else if left.count >= 10, left.allSatisfy(\.isNumber) {
      if left.count != right.count { found.append("\(path): \(right) is in another unit than \(left)") }
    } else if depth == .values, left != right, !path.hasSuffix("turn_password"),
      // The count of people is seconds behind, by how much differs.
      !path.hasSuffix("num_participants")
    {
      found.append("\(path): '\(right)' instead of '\(left)'")
    }
  }
}
