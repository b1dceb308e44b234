/// The program's HTTP client: libcurl's multi interface on one thread, with an async face.
///
/// One client serves the program and is shut down on every path. The library is loaded and the thread is started with the
/// first request. Redirects are not followed, bodies are never cut short in silence, and proxies come from the environment
/// (`http_proxy`, `https_proxy`, `no_proxy`) for every host but this machine.
package final class HTTPClient: Sendable {
  /// What holds for all requests of a client.
  package struct Configuration: Sendable {
    /// Requests in flight at once; others wait their turn, in order. Each needs one descriptor.
    package var maximumRequests = 128
    /// Streams of lines open at once, counted apart from requests.
    package var maximumStreams = 64
    /// A file of PEM certificates to trust instead of the system's.
    package var certificateAuthorities: String?

    /// The defaults.
    package init() {}
  }

  /// One request.
  package struct Request: Sendable {
    /// What is asked.
    package var method: HTTPMethod = .get
    /// `http://` or `https://` with host and path.
    package var url: String
    /// Header fields beside `Host`, `User-Agent` and `Content-Length`.
    package var headers: HTTPHeaders = [:]
    /// The body; nil sends none.
    package var body: [UInt8]?
    /// Connects to this Unix socket instead of the URL's host.
    package var unixSocket: String?
    /// The limit on name, connection and TLS handshake together.
    package var connectTimeout: Duration = .seconds(5)
    /// The limit on the whole request, from when its turn comes; of a stream, the limit on its head.
    package var timeout: Duration = .seconds(15)
    /// The longest body that is taken, in bytes; a longer one is an error.
    package var bodyLimit = 8 << 20

    /// A GET of a URL.
    package init(_ url: String, headers: HTTPHeaders = [:]) { self.init(.get, url, headers: headers) }

    /// A request to a URL.
    package init(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil) {
      self.method = method
      self.url = url
      self.headers = headers
      self.body = body
    }
  }

  private let driver: HTTPClientDriver

  /// A client; nothing is loaded or started yet.
  package init(_ configuration: Configuration = Configuration()) { driver = HTTPClientDriver(configuration) }

  /// Sends a request and gives back the whole answer, whatever its status.
  ///
  /// Cancelling the task aborts the transfer and closes its connection.
  package func send(_ request: Request) async throws(WebFailure) -> HTTPResponse {
    let id = driver.newNumber()
    let result: Result<HTTPResponse, WebFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        driver.start(id, request, .whole { continuation.resume(returning: $0) })
      }
    } onCancel: {
      driver.cancel(id)
    }
    return try result.get()
  }

  /// Sends a request and gives back its head and the lines of its body as they come.
  ///
  /// Lines that nobody takes hold the sender back: at most 256 KiB and one line are kept. A line longer than `limit`
  /// bytes is handed out cut and marked. The stream ends with the answer, by an error, by cancellation of the task that
  /// waits for a line, or when it is let go.
  package func lines(_ request: Request, limit: Int = 1 << 20) async throws(WebFailure) -> HTTPLines {
    let buffer = HTTPLineBuffer(id: driver.newNumber(), driver: driver, limit: limit, at: WebAddress.shown(request.url))
    let result: Result<HTTPResponse, WebFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        driver.start(buffer.id, request, .lines(buffer) { continuation.resume(returning: $0) })
      }
    } onCancel: {
      driver.cancel(buffer.id)
    }
    let head = try result.get()
    return HTTPLines(status: head.status, headers: head.headers, buffer: buffer)
  }

  /// Ends every transfer with `cancelled` and waits until the thread has ended; later requests throw `shutDown`.
  package func shutDown() async { await driver.shutDown() }
}
