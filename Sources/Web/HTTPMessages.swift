package import Machine

/// The request methods that are known; a server answers 501 to any other.
package enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
}

/// A request as a server received it, whole.
package struct HTTPRequest: Sendable {
  /// What is asked.
  package let method: HTTPMethod
  /// The request target as it was sent: `/agent?worker_token=x`.
  package let target: String
  /// The target's path with its escapes resolved: `/agent`.
  package let path: String
  /// The target's query items with their escapes resolved, in order.
  package let query: [QueryItem]
  /// The header fields.
  package let headers: HTTPHeaders
  /// The body, its transfer coding removed; empty when there is none.
  package let body: [UInt8]
  /// Who asks; nil where the system does not tell.
  package let peer: SocketAddress?

  /// `name=value` in a query.
  package struct QueryItem: Sendable, Hashable {
    /// The part before `=`.
    package let name: String
    /// The part after `=`; empty when there is no `=`.
    package let value: String
  }

  /// The first value of a query item.
  package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The token of `Authorization: Bearer …`; nil when there is none.
  package var bearerToken: String? {
    guard let value = headers["Authorization"], value.prefix(7).isSameName("bearer ") else { return nil }
    return String(value.dropFirst(7).trimmingSpaces)
  }
}

/// An answer: what a client received, or what a server sends.
package struct HTTPResponse: Sendable {
  /// 100 to 599.
  package var status: Int
  /// The header fields; a server adds `Content-Length`, `Transfer-Encoding`, `Date` and `Connection` by itself.
  package var headers: HTTPHeaders
  /// The whole body, its transfer coding removed.
  package var body: [UInt8]
  /// Writes the body of a server's answer piece by piece (chunked), instead of `body`; nil in what a client receives.
  package var stream: (@Sendable (HTTPBodyWriter) async throws -> Void)?

  /// An answer with its body.
  package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer with a text.
  package static func text(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
  }

  /// An answer with a JSON document, encoded by the caller.
  package static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: bytes)
  }

  /// An answer whose body is written while it is made.
  package static func streamed(
    status: Int = 200, headers: HTTPHeaders = [:], _ stream: @escaping @Sendable (HTTPBodyWriter) async throws -> Void
  ) -> HTTPResponse {
    var response = HTTPResponse(status: status, headers: headers)
    response.stream = stream
    return response
  }

  /// The usual text of a status: `Not Found`; empty for one that is not listed.
  package static func reason(_ status: Int) -> String { reasons[status] ?? "" }

  private static let reasons = [
    100: "Continue", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content",
    206: "Partial Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 411: "Length Required",
    413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 417: "Expectation Failed",
    422: "Unprocessable Content", 426: "Upgrade Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
  ]
}
