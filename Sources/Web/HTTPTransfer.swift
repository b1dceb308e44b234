import CCurl
import Machine
import Vocabulary

/// One transfer in libcurl: its options, what its callbacks collect, and how it ended.
///
/// Made, used and let go on the driver's thread.
@safe final class HTTPTransfer {
  let id: UInt64
  let request: HTTPClient.Request
  let sink: HTTPClientDriver.Sink
  /// The URL fit to be shown.
  let name: String
  /// Owned; freed with this object, which the driver has taken out of the multi handle by then.
  let easy: UnsafeMutableRawPointer
  /// Of a stream whose head has not come: when to give up.
  private(set) var headDeadline: ContinuousClock.Instant?

  private var fields: UnsafeMutablePointer<curl_slist>?
  private let words: UnsafeMutablePointer<CChar>
  private var status = 0
  private var headers = HTTPHeaders()
  private var headBytes = 0
  private var body: [UInt8] = []
  private var hasHead = false
  /// Why a callback stopped the transfer.
  private var refusal: WebFailure?

  private static let headLimit = 256 << 10

  /// The handle's address, as a key.
  var key: UInt { unsafe UInt(bitPattern: easy) }

  /// Sets a transfer up.
  ///
  /// - Throws: `invalidURL`, or `libraryMissing` when the library refuses an option it must know.
  init(
    _ id: UInt64, _ request: HTTPClient.Request, _ sink: HTTPClientDriver.Sink,
    _ configuration: HTTPClient.Configuration
  ) throws(WebFailure) {
    name = WebAddress.shown(request.url)
    let scheme = request.url.prefix { $0 != ":" }
    guard scheme.isSameName("http") || scheme.isSameName("https"), let host = WebAddress.host(of: request.url) else {
      throw .invalidURL(at: name)
    }
    guard let easy = unsafe cc_easy_init() else { throw .libraryMissing(reason: "curl_easy_init failed") }
    self.id = id
    self.request = request
    self.sink = sink
    unsafe self.easy = easy
    unsafe words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setTarget(host, configuration)
    try setMethod()
    try setLimits(isSecure: scheme.isSameName("https"))
    try setReceivers()
  }

  deinit {
    // Nothing uses them any longer: the handle was taken out of the multi handle before this object was let go.
    unsafe cc_easy_cleanup(easy)
    unsafe cc_list_free(fields)
    unsafe words.deallocate()
  }

  /// Goes on after a reader that was behind; may call the receivers at once.
  func resume() { unsafe cc_easy_pause(easy, 0) }

  // MARK: Options

  private func check(_ result: CURLcode) throws(WebFailure) {
    guard result == CURLE_OK else {
      throw .libraryMissing(reason: "an option is refused: \(unsafe String(cString: cc_easy_words(result)))")
    }
  }

  private func set(_ option: CURLoption, _ value: Int) throws(WebFailure) {
    try check(unsafe cc_set_long(easy, option, value))
  }

  /// Sets a text, which libcurl copies.
  private func set(_ option: CURLoption, _ value: String) throws(WebFailure) {
    try check(unsafe cc_set_text(easy, option, value))
  }

  private func setTarget(_ host: String, _ configuration: HTTPClient.Configuration) throws(WebFailure) {
    guard !request.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { throw .invalidURL(at: name) }
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_USERAGENT, "sluice/\(Sluice.version)")
    if let path = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    if request.unixSocket != nil || WebAddress.isLoopback(host) { try set(CURLOPT_PROXY, "") }
    // A lookup of figures costs nothing, and 5,000 entries in the cache do.
    if WebAddress.isFigures(host) { try set(CURLOPT_DNS_CACHE_TIMEOUT, 0) }
    if let file = configuration.certificateAuthorities {
      try set(CURLOPT_CAINFO, file)
      try check(unsafe cc_set_text(easy, CURLOPT_CAPATH, nil))
    }
  }

  private func setMethod() throws(WebFailure) {
    switch (request.method, request.body) {
    case (.get, nil): break
    case (.head, _): try set(CURLOPT_NOBODY, 1)
    case (let method, let body):
      if body != nil || method == .post {
        let bytes = body ?? []
        try set(CURLOPT_POST, 1)
        try check(unsafe cc_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        // Copied by libcurl, as many bytes as the size that was set before; an empty array has no address.
        let result = unsafe bytes.withUnsafeBytes { buffer in
          var nothing: UInt8 = 0
          guard let base = buffer.baseAddress else {
            return unsafe cc_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, &nothing)
          }
          return unsafe cc_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: base))
        }
        try check(result)
      }
      if method != .post { try set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
    }
    try addFields()
  }

  private func addFields() throws(WebFailure) {
    var lines = request.headers.fields.map { field in
      // 'Name;' is how libcurl is told to send a field without a value.
      field.value.isEmpty ? "\(field.name);" : String(HTTPResponseWriter.line(field).dropLast())
    }
    // What libcurl would add by itself: a wait for 100 before large bodies, and a form's content type.
    lines.append("Expect:")
    if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    for line in lines {
      // The list copies the text; on failure it stays what it was.
      guard let longer = unsafe cc_list_append(fields, line) else {
        throw .libraryMissing(reason: "out of memory")
      }
      unsafe fields = longer
    }
    try check(unsafe cc_set_list(easy, CURLOPT_HTTPHEADER, fields))
  }

  private func setLimits(isSecure: Bool) throws(WebFailure) {
    let milliseconds: (Duration) -> Int = { Int(max(1, $0.nanoseconds / 1_000_000)) }
    try set(CURLOPT_NOSIGNAL, 1)
    // Answers are short; a larger buffer is one that thousands of requests allocate and clear.
    try set(CURLOPT_BUFFERSIZE, 4_096)
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(min(request.connectTimeout, request.timeout)))
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    // A second request to a host that may speak HTTP/2 shares the connection that is being made.
    if isSecure { try set(CURLOPT_PIPEWAIT, 1) }
    // Without it a cancelled request waits for its name to be looked up, and all others with it. Since 7.87.
    unsafe cc_set_long(easy, CURLOPT_QUICK_EXIT, 1)
    if sink.isStream {
      headDeadline = ContinuousClock.now + request.timeout
      // A stream has no deadline: probes find a peer that is gone.
      try set(CURLOPT_TCP_KEEPALIVE, 1)
      try set(CURLOPT_TCP_KEEPIDLE, 30)
      try set(CURLOPT_TCP_KEEPINTVL, 10)
    } else {
      try set(CURLOPT_TIMEOUT_MS, milliseconds(request.timeout))
    }
  }

  private func setReceivers() throws(WebFailure) {
    // The receivers run inside calls of the multi handle, and this object outlives its place in there.
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    try check(unsafe cc_set_pointer(easy, CURLOPT_ERRORBUFFER, words))
    try check(unsafe cc_set_pointer(easy, CURLOPT_HEADERDATA, me))
    try check(unsafe cc_set_pointer(easy, CURLOPT_WRITEDATA, me))
    try check(
      unsafe cc_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
        unsafe HTTPTransfer.with(me, bytes, size * count) { $0.receiveHeader($1) }
      })
    try check(
      unsafe cc_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
        unsafe HTTPTransfer.with(me, bytes, size * count) { $0.receiveBody($1) }
      })
  }

  /// Hands bytes that libcurl lends for the call to the transfer they are for.
  private static func with(
    _ me: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ receive: (HTTPTransfer, [UInt8]) -> Int
  ) -> Int {
    guard let me = unsafe me, let bytes = unsafe bytes else { return 0 }
    let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(me).takeUnretainedValue()
    return receive(transfer, unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count)))
  }

  // MARK: Receiving

  /// Takes one header line; anything but its length stops the transfer.
  private func receiveHeader(_ line: [UInt8]) -> Int {
    headBytes += line.count
    guard headBytes <= HTTPTransfer.headLimit else {
      refusal = .tooLarge(limit: HTTPTransfer.headLimit, at: name)
      return 0
    }
    // Trailers after the body are of no use.
    guard !hasHead else { return line.count }
    let text = String(decoding: line.prefix { $0 != 13 && $0 != 10 }, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      headers = HTTPHeaders()
      status = number(CURLINFO_RESPONSE_CODE)
    } else if let colon = text.firstIndex(of: ":") {
      headers.add(String(text[text.index(after: colon)...].trimmingSpaces), for: String(text[..<colon]))
    } else if text.isEmpty, status >= 200 {
      hasHead = true
      headDeadline = nil
      if case .lines(_, let head) = sink { head(.success(HTTPResponse(status: status, headers: headers))) }
    }
    return line.count
  }

  /// Takes a piece of the body; anything but its length stops or pauses the transfer.
  private func receiveBody(_ bytes: [UInt8]) -> Int {
    if case .lines(let buffer, _) = sink {
      return buffer.take(bytes[...]) ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
    }
    guard body.count + bytes.count <= request.bodyLimit else {
      refusal = .tooLarge(limit: request.bodyLimit, at: name)
      return 0
    }
    body += bytes
    return bytes.count
  }

  // MARK: Ending

  /// libcurl is done with the transfer.
  func finish(_ code: CURLcode) {
    guard code == CURLE_OK, refusal == nil else { return end(refusal ?? failure(code)) }
    // libcurl is content with a head that breaks off.
    guard hasHead else { return end(.truncated(at: name)) }
    switch sink {
    case .whole(let done): done(.success(HTTPResponse(status: status, headers: headers, body: body)))
    case .lines(let buffer, _): buffer.finish(.success(()))
    }
  }

  /// Ends the transfer with a failure.
  func end(_ failure: WebFailure) {
    switch sink {
    case .whole(let done): done(.failure(failure))
    case .lines(let buffer, let head):
      if !hasHead { head(.failure(failure)) }
      buffer.finish(.failure(failure))
    }
  }

  private func failure(_ code: CURLcode) -> WebFailure {
    switch code {
    case CURLE_URL_MALFORMAT: .invalidURL(at: name)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotFound(at: name)
    case CURLE_COULDNT_CONNECT: connectFailure
    case CURLE_OPERATION_TIMEDOUT: timeout
    case CURLE_PARTIAL_FILE: .truncated(at: name)
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR: hasHead ? .truncated(at: name) : .reset(at: name)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS:
      .tls(reason: reason(code), at: name)
    default: .malformed(reason: reason(code), at: name)
    }
  }

  private var connectFailure: WebFailure {
    let number = number(CURLINFO_OS_ERRNO)
    guard number != 0 else { return .unreachable(at: name, reason: reason(CURLE_COULDNT_CONNECT)) }
    return WebFailure(SocketError(operation: "connect", number: Int32(truncatingIfNeeded: number)), at: name)
  }

  /// libcurl says only that it took too long; its clocks tell at what.
  private var timeout: WebFailure {
    guard clock(CURLINFO_PRETRANSFER_TIME_T) == 0 else {
      return .timedOut(hasHead ? .body : .answer, at: name, after: request.timeout)
    }
    // Its connect time covers TLS as well; a port of our own there is only when TCP is connected.
    let phase: WebFailure.Phase =
      if clock(CURLINFO_NAMELOOKUP_TIME_T) == 0 {
        .resolving
      } else {
        number(CURLINFO_LOCAL_PORT) == 0 ? .connecting : .handshake
      }
    return .timedOut(phase, at: name, after: min(request.connectTimeout, request.timeout))
  }

  private func number(_ info: CURLINFO) -> Int {
    var number = 0
    // Points to a local.
    unsafe cc_get_long(easy, info, &number)
    return number
  }

  /// One of libcurl's clocks, in microseconds; 0 when it has not come so far.
  private func clock(_ info: CURLINFO) -> curl_off_t {
    var microseconds: curl_off_t = 0
    // Points to a local.
    unsafe cc_get_size(easy, info, &microseconds)
    return microseconds
  }

  private func reason(_ code: CURLcode) -> String {
    // libcurl ends the text within the buffer.
    let text = unsafe String(cString: words)
    return (text.isEmpty ? unsafe String(cString: cc_easy_words(code)) : text).harmless
  }
}
