import Glibc

/// A non-blocking stream socket.
///
/// The descriptor is closed when the last reference goes, never before: a descriptor that another thread polls must not
/// become another file. `shutDown` is what ends a connection.
@safe package final class Socket: Sendable {
  let descriptor: Int32
  private let boundPath: String?

  private init(descriptor: Int32, boundPath: String? = nil) {
    self.descriptor = descriptor
    self.boundPath = boundPath
  }

  deinit {
    Glibc.close(descriptor)
    // The path is valid text for the call.
    if let boundPath { unsafe unlink(boundPath) }
  }

  // MARK: Making

  /// A socket that listens; the file of a Unix socket is removed with it.
  package static func listener(at address: SocketAddress) throws(SocketError) -> Socket {
    guard var resolved = try ResolvedAddress.find(address, isNumeric: true).first else {
      throw SocketError(operation: "bind", number: EADDRNOTAVAIL)
    }
    let descriptor = try open(resolved.family)
    var path: String?
    if case .unix(let name) = address { path = name }
    do throws(SocketError) {
      try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
      let bound = unsafe resolved.withPointer { unsafe bind(descriptor, $0, $1) }
      guard bound == 0 else { throw SocketError(operation: "bind") }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    let socket = Socket(descriptor: descriptor, boundPath: path)
    guard listen(descriptor, 1024) == 0 else { throw SocketError(operation: "listen") }
    return socket
  }

  /// A socket on its way to an address; when it can be written to, `finishConnecting` tells how it went.
  package static func connecting(to address: ResolvedAddress) throws(SocketError) -> Socket {
    let socket = Socket(descriptor: try open(address.family))
    socket.sendAtOnce()
    var address = address
    let descriptor = socket.descriptor
    let result = unsafe address.withPointer { unsafe connect(descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else { throw SocketError(operation: "connect") }
    return socket
  }

  /// Throws what became of a connection that was begun.
  package func finishConnecting() throws(SocketError) {
    var number: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    // Both point to locals of the given size.
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else {
      throw SocketError(operation: "connect")
    }
    guard number == 0 else { throw SocketError(operation: "connect", number: number) }
  }

  /// The next waiting connection; nil when there is none.
  package func accept() throws(SocketError) -> Socket? {
    while true {
      let accepted = Glibc.accept(descriptor, nil, nil)
      if accepted >= 0 {
        let socket = Socket(descriptor: accepted)
        try Socket.makeNonBlocking(accepted)
        socket.sendAtOnce()
        return socket
      }
      switch errno {
      case EAGAIN: return nil
      case EINTR, ECONNABORTED, EPROTO: continue
      default: throw SocketError(operation: "accept")
      }
    }
  }

  // MARK: Using

  /// What a read found.
  package enum Received: Sendable, Hashable {
    /// So many bytes were appended.
    case bytes(Int)
    /// The peer sends no more.
    case end
    /// Nothing is there yet.
    case nothing
  }

  /// Appends what has arrived, at most `limit` bytes.
  package func receive(into buffer: inout [UInt8], limit: Int = 64 << 10) throws(SocketError) -> Received {
    var result = 0
    var number: Int32 = 0
    let descriptor = self.descriptor
    // recv writes at most `limit` bytes into room for so many; only what it wrote becomes part of the array.
    let arrived = unsafe [UInt8](unsafeUninitializedCapacity: limit) { room, count in
      repeat { unsafe result = recv(descriptor, room.baseAddress, limit, 0) } while result < 0 && errno == EINTR
      number = errno
      count = max(0, result)
    }
    guard result >= 0 else {
      if number == EAGAIN { return .nothing }
      throw SocketError(operation: "receive", number: number)
    }
    guard result > 0 else { return .end }
    if buffer.isEmpty && buffer.capacity < result { buffer = Array(arrived[...]) } else { buffer += arrived }
    return .bytes(result)
  }

  /// Sends what the kernel takes at once and returns how many bytes that were.
  package func send(_ bytes: some Sequence<UInt8>) throws(SocketError) -> Int {
    let sent = bytes.withContiguousStorageIfAvailable { unsafe sendOnce($0) } ?? sendOnce(Array(bytes))
    if sent.count >= 0 { return sent.count }
    if sent.number == EAGAIN { return 0 }
    throw SocketError(operation: "send", number: sent.number)
  }

  private func sendOnce(_ bytes: [UInt8]) -> (count: Int, number: Int32) {
    unsafe bytes.withUnsafeBufferPointer { unsafe sendOnce($0) }
  }

  private func sendOnce(_ bytes: UnsafeBufferPointer<UInt8>) -> (count: Int, number: Int32) {
    guard !bytes.isEmpty else { return (0, 0) }
    while true {
      // The buffer holds `count` bytes for the time of the call; MSG_NOSIGNAL makes a closed peer an error, not a signal.
      let count = unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      let number = errno
      if count >= 0 || number != EINTR { return (count, number) }
    }
  }

  /// Which ways to close.
  package enum Ways: Sendable {
    /// No more is sent; what the peer sends still arrives.
    case sending
    /// Both ways: whoever waits for the socket wakes.
    case both
  }

  /// Ends the connection for every holder of the socket.
  package func shutDown(_ ways: Ways = .both) {
    _ = shutdown(descriptor, Int32(ways == .both ? SHUT_RDWR : SHUT_WR))
  }

  /// Ends the connection with a reset instead of an orderly end.
  package func reset() {
    // Dissolving the association resets the peer and keeps the descriptor for those who wait for it (tcp_disconnect).
    var linger = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    var nowhere = ResolvedAddress()
    nowhere.storage.ss_family = sa_family_t(AF_UNSPEC)
    let descriptor = self.descriptor
    _ = unsafe nowhere.withPointer { unsafe connect(descriptor, $0, $1) }
  }

  /// The socket's own address.
  package var localAddress: SocketAddress? { unsafe address(getsockname) }

  /// The peer's address; nil for Unix sockets' clients.
  package var peerAddress: SocketAddress? { unsafe address(getpeername) }

  private func address(
    _ read: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> SocketAddress? {
    var found = ResolvedAddress()
    let descriptor = self.descriptor
    // The storage is as long as `length` says and outlives the call.
    let result = unsafe withUnsafeMutablePointer(to: &found.storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe read(descriptor, $0, &found.length) }
    }
    return result == 0 ? found.socketAddress : nil
  }

  // MARK: Options

  private static func open(_ family: Int32) throws(SocketError) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw SocketError(operation: "open a socket") }
    return descriptor
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SocketError) {
    var value = value
    // Points to a local of the given size.
    guard unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw SocketError(operation: "set a socket option")
    }
  }

  static func makeNonBlocking(_ descriptor: Int32) throws(SocketError) {
    guard fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0,
      fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
    else { throw SocketError(operation: "set a socket option") }
  }

  /// Turns Nagle's delay off; Unix sockets have none, and a connection works with it.
  private func sendAtOnce() { try? Socket.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
}
