/// Why a server refuses a request before any handler sees it.
package struct HTTPRejection: Error, Hashable {
  /// The status of the answer, 400 to 505.
  package let status: Int
  /// What is wrong with the request; without any of its text.
  package let reason: String
}

/// Finds the end of a message's head in bytes that come in pieces; looks at every byte once.
package struct HTTPHeadScanner: Sendable {
  private let limits: HTTPServer.Limits
  private var scanned = 0
  private var lineStart = 0
  private var isInFirstLine = true

  /// A scanner at the first byte of a message.
  package init(limits: HTTPServer.Limits) { self.limits = limits }

  /// The length of the head with its empty line; nil while it is incomplete. The bytes given before must be given again.
  package mutating func end(in bytes: [UInt8]) throws(HTTPRejection) -> Int? {
    while scanned < bytes.count {
      let byte = bytes[scanned]
      if byte == UInt8(ascii: "\n") {
        guard scanned > lineStart, bytes[scanned - 1] == UInt8(ascii: "\r") else {
          throw HTTPRejection(status: 400, reason: "a line does not end with CR LF")
        }
        if scanned == lineStart + 1 { return scanned + 1 }
        lineStart = scanned + 1
        isInFirstLine = false
      } else if byte < 0x20 && byte != UInt8(ascii: "\r") && byte != UInt8(ascii: "\t") || byte == 0x7F {
        throw HTTPRejection(status: 400, reason: "a control character in the head")
      } else if scanned > lineStart, bytes[scanned - 1] == UInt8(ascii: "\r") {
        throw HTTPRejection(status: 400, reason: "a CR without LF")
      }
      scanned += 1
      // 32 bytes are room for the longest method, the version and two spaces.
      if isInFirstLine && scanned > limits.targetBytes + 32 {
        throw HTTPRejection(status: 414, reason: "the target is longer than \(limits.targetBytes) bytes")
      }
      if scanned > limits.headBytes {
        throw HTTPRejection(status: 431, reason: "the head is longer than \(limits.headBytes) bytes")
      }
    }
    return nil
  }
}

/// The start line and the fields of a message, as text.
enum HTTPHead {
  /// The lines of a head, without the empty one at its end.
  static func lines(_ head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    head.split(separator: UInt8(ascii: "\n")).map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
      .filter { !$0.isEmpty }
  }

  /// Reads `Name: value` lines.
  static func fields(_ lines: ArraySlice<ArraySlice<UInt8>>, limit: Int) throws(HTTPRejection) -> HTTPHeaders {
    guard lines.count <= limit else {
      throw HTTPRejection(status: 431, reason: "more than \(limit) header fields")
    }
    var headers = HTTPHeaders()
    for line in lines {
      guard line.first != UInt8(ascii: " "), line.first != UInt8(ascii: "\t") else {
        throw HTTPRejection(status: 400, reason: "a header field is folded")
      }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else {
        throw HTTPRejection(status: 400, reason: "a header field has no valid name")
      }
      let value = String(decoding: line[line.index(after: colon)...], as: UTF8.self)
      headers.add(String(value.trimmingSpaces), for: String(decoding: line[..<colon], as: UTF8.self))
    }
    return headers
  }

  /// Whether bytes are a token (RFC 9110 §5.6.2), as methods and field names are.
  static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { tokenBytes[Int($0)] }
  }

  private static let tokenBytes: [Bool] = (0..<256).map { value in
    let byte = UInt8(value)
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      return true
    default: return "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

/// The head of a request, understood.
package struct HTTPRequestHead: Sendable {
  /// How the end of the body is told.
  enum Framing: Hashable {
    case none
    case length(Int)
    case chunked
  }

  let method: HTTPMethod
  let target: String
  let path: String
  let query: [HTTPRequest.QueryItem]
  let headers: HTTPHeaders
  let framing: Framing
  /// Whether the connection may serve another request.
  let keepsAlive: Bool
  /// Whether the client waits for 100 before it sends the body.
  let expectsContinue: Bool
  /// HTTP/1.1, which knows chunks; else HTTP/1.0.
  let isCurrent: Bool

  /// Reads a head that `HTTPHeadScanner` found.
  package init(_ head: ArraySlice<UInt8>, limits: HTTPServer.Limits) throws(HTTPRejection) {
    let lines = HTTPHead.lines(head)
    guard let start = lines.first else { throw HTTPRejection(status: 400, reason: "an empty head") }
    let parts = start.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3, HTTPHead.isToken(parts[0]), !parts[1].isEmpty else {
      throw HTTPRejection(status: 400, reason: "the request line is not 'METHOD target HTTP/1.1'")
    }
    isCurrent = try HTTPRequestHead.isCurrentVersion(parts[2])
    guard parts[1].count <= limits.targetBytes else {
      throw HTTPRejection(status: 414, reason: "the target is longer than \(limits.targetBytes) bytes")
    }
    headers = try HTTPHead.fields(lines.dropFirst(), limit: limits.headerCount)
    guard let method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self)) else {
      throw HTTPRejection(status: 501, reason: "the method is not known")
    }
    self.method = method
    target = String(decoding: parts[1], as: UTF8.self)
    (path, query) = try HTTPTarget.parse(target)
    let hosts = headers.values(of: "Host").count
    guard hosts == 1 || hosts == 0 && !isCurrent else {
      throw HTTPRejection(status: 400, reason: "there must be one Host field")
    }
    framing = try HTTPRequestHead.framing(method, headers, limits)
    let connection = headers.tokens(of: "Connection")
    keepsAlive = isCurrent && !connection.contains("close")
    let expectations = headers.tokens(of: "Expect")
    guard expectations.allSatisfy({ $0 == "100-continue" }) else {
      throw HTTPRejection(status: 417, reason: "the expectation is not known")
    }
    expectsContinue = isCurrent && !expectations.isEmpty
  }

  private static func isCurrentVersion(_ text: ArraySlice<UInt8>) throws(HTTPRejection) -> Bool {
    let bytes = Array(text)
    guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[6] == UInt8(ascii: "."),
      [bytes[5], bytes[7]].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw HTTPRejection(status: 400, reason: "the request line is not 'METHOD target HTTP/1.1'") }
    guard bytes[5] == UInt8(ascii: "1") else {
      throw HTTPRejection(status: 505, reason: "only HTTP/1.0 and HTTP/1.1 are spoken")
    }
    return bytes[7] != UInt8(ascii: "0")
  }

  private static func framing(
    _ method: HTTPMethod, _ headers: HTTPHeaders, _ limits: HTTPServer.Limits
  ) throws(HTTPRejection) -> Framing {
    let codings = headers.tokens(of: "Transfer-Encoding")
    let lengths = Set(headers.values(of: "Content-Length").flatMap { $0.split(separator: ",") }.map(\.trimmingSpaces))
    guard codings.isEmpty || lengths.isEmpty else {
      throw HTTPRejection(status: 400, reason: "both Content-Length and Transfer-Encoding")
    }
    if !codings.isEmpty {
      guard codings.last == "chunked" else {
        throw HTTPRejection(status: 400, reason: "the last coding is not chunked")
      }
      guard codings.count == 1 else { throw HTTPRejection(status: 501, reason: "only the chunked coding is known") }
      return .chunked
    }
    guard let text = lengths.first else {
      guard ![.post, .put, .patch].contains(method) else {
        throw HTTPRejection(status: 411, reason: "neither Content-Length nor chunks")
      }
      return .none
    }
    guard lengths.count == 1, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw HTTPRejection(status: 400, reason: "Content-Length is not one number")
    }
    guard let length = Int(text), length <= limits.bodyBytes else { throw HTTPRejection.bodyTooLong(limits.bodyBytes) }
    return length == 0 ? .none : .length(length)
  }
}

extension HTTPRejection {
  static func bodyTooLong(_ limit: Int) -> HTTPRejection {
    HTTPRejection(status: 413, reason: "the body is longer than \(limit) bytes")
  }
}

/// The parts of a request target.
enum HTTPTarget {
  /// The path and the query of `/a%20b?c=d`, of `http://host/…` (as a proxy gets it), and of `*`.
  static func parse(_ target: String) throws(HTTPRejection) -> (String, [HTTPRequest.QueryItem]) {
    var rest = target[...]
    for scheme in ["http://", "https://"] where rest.prefix(scheme.count).isSameName(scheme) {
      rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
      if rest.first != "/" { rest = "/" + rest }
    }
    guard rest.first == "/" || rest == "*" else { throw HTTPRejection(status: 400, reason: "the target is no path") }
    let parts = rest.prefix { $0 != "#" }.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = try unescape(parts[0], plusIsSpace: false)
    guard parts.count == 2 else { return (path, []) }
    var query: [HTTPRequest.QueryItem] = []
    for item in parts[1].split(separator: "&") {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = pair.count == 2 ? try unescape(pair[1], plusIsSpace: true) : ""
      query.append(HTTPRequest.QueryItem(name: try unescape(pair[0], plusIsSpace: true), value: value))
    }
    return (path, query)
  }

  /// Resolves `%41`; in a query also `+`.
  private static func unescape(_ text: Substring, plusIsSpace: Bool) throws(HTTPRejection) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
          throw HTTPRejection(status: 400, reason: "a broken escape in the target")
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard let result = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw HTTPRejection(status: 400, reason: "the target is not UTF-8")
    }
    return result
  }
}

extension UInt8 {
  /// What a hexadecimal digit stands for.
  var hexadecimalValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
