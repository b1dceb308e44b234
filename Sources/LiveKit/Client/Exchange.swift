import Documents
import FoundationEssentials
import Vocabulary
import Web

/// One call on its way: how messages call it, whom it asks and with what token.
struct Exchange {
  let call: String
  /// The address without a slash at its end.
  let base: String
  /// What must not come back in a message, beside whatever looks like a token.
  var hidden: [Secret] = []

  init(_ call: String, at base: String) {
    self.call = call
    self.base = base
  }

  func failure(_ reason: LiveKitFailure.Reason) -> LiveKitFailure {
    LiveKitFailure(call: call, server: WebAddress.shown(base), reason: reason)
  }

  /// A request's body, with the protocol's names: `emptyTimeout` is `empty_timeout`.
  func encode(_ body: some Encodable) throws(LiveKitFailure) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(body)) } catch { throw failure(.unwritable) }
  }

  /// What the body of a good answer says.
  func read<Value>(
    _ body: [UInt8], _ read: (AnswerReader) throws(AnswerReader.Unsound) -> Value
  ) throws(LiveKitFailure) -> Value {
    let node: Node
    do {
      node = try JSON.parse(body, file: call, limits: LiveKitClient.answerLimit)
    } catch {
      // The parser's words quote the document.
      let place = (error as? DocumentFailure)?.problems.first?.mark.map { " (at \($0))" } ?? ""
      throw failure(.malformed("it is not JSON\(place)"))
    }
    guard let answer = AnswerReader(node) else { throw failure(.malformed("it is no JSON object")) }
    do {
      return try read(answer)
    } catch {
      throw failure(.malformed("'\(error.path)' is not \(error.wanted)"))
    }
  }

  // MARK: Refusals

  /// What a status other than 200 means.
  func refusal(_ response: HTTPResponse, from service: LiveKitClient.Service) -> LiveKitFailure {
    let words = Words(response.body)
    switch (response.status, words?.code) {
    case (503, .unavailable) where service == .dispatches: return failure(.roomUnanswered)
    case (429, _), (503, _):
      return failure(.overloaded(status: response.status, retryAfter: retryAfter(response)))
    case (401, _): return failure(.denied(denial(response.body, words)))
    case (404, nil) where service == .agents && words == nil: return failure(.notCloud)
    case (let status, let code):
      guard let words else { return failure(.status(status)) }
      return failure(.refused(code ?? (status == 404 ? .notFound : .unknown), message: clean(words.message)))
    }
  }

  /// The body of an error: Twirp's, or that of the log server, which has no code.
  private struct Words {
    let code: TwirpCode?
    let message: String

    init?(_ body: [UInt8]) {
      let limits = DocumentLimits(bytes: 65_536, depth: 8, nodes: 1_024)
      // A refusal in other words than JSON is told by its status.
      guard let node = try? JSON.parse(body, file: "", limits: limits), node.mapping != nil else { return nil }
      let code = node["code"]?.string
      guard let message = node["msg"]?.string ?? code.map({ _ in "" }) else { return nil }
      self.code = code.map { TwirpCode($0) }
      self.message = message
    }
  }

  /// Reads why a token was refused. A real server sends the whole token back in these words, so none of them is shown, and
  /// nothing but advice is made of them.
  private func denial(_ body: [UInt8], _ words: Words?) -> LiveKitFailure.Denial {
    let text = words?.message ?? String(decoding: body.prefix(65_536), as: UTF8.self)
    if text.hasPrefix("permissions denied") { return .missingGrant }
    if text.hasPrefix("invalid authorization token") { return .noToken }
    if text.hasPrefix("invalid API key") { return .unknownKey }
    if text.contains("signature is invalid") { return .wrongSecret }
    if text.contains("token is expired") { return .expired }
    if text.contains("token is not valid yet") { return .notYetValid }
    return .unclear
  }

  /// How long the server asks to be left alone, at most an hour: in seconds, or as a date, which is measured from the
  /// server's own `Date`, so that no clock of this machine comes into it; nil: it does not say.
  private func retryAfter(_ response: HTTPResponse) -> Duration? {
    guard let field = response.headers["Retry-After"] else { return nil }
    if let seconds = Int64(field) { return seconds >= 0 ? .seconds(min(seconds, 3_600)) : nil }
    guard let until = Timestamp(httpDate: field),
      let now = response.headers["Date"].flatMap({ Timestamp(httpDate: $0) })
    else { return nil }
    return min(max(until - now, .zero), .seconds(3_600))
  }

  /// What a self-hosted server puts before its own words.
  private static let noise = "twirp error unknown: "

  /// A server's words without anything that looks like a token, and without what this call hides.
  func clean(_ words: String) -> String {
    var text = String(words.prefix(65_536))
    for secret in hidden where !secret.isEmpty { text = text.replacing(secret.exposed, with: "(secret)") }
    let pieces = text.split(separator: " ", omittingEmptySubsequences: false).map { piece in
      // `eyJ` is how the base64 of `{"` begins, and so how a token begins.
      piece.contains("eyJ") ? "(token)" : String(piece)
    }
    text = pieces.joined(separator: " ")
    if text.hasPrefix(Exchange.noise) { text.removeFirst(Exchange.noise.count) }
    return String(text.harmless.prefix(300))
  }
}
