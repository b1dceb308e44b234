import Machine

/// Reading and writing a socket from tasks, with deadlines, and with the failures of this module.
struct SocketStream: Sendable {
  let socket: Socket
  let poller: Poller
  /// The peer's name in failures.
  let name: String

  /// A deadline from now; nil for none.
  static func deadline(_ limit: Duration?) -> ContinuousClock.Instant? { limit.map { ContinuousClock.now + $0 } }

  /// What a read found.
  enum Read {
    case bytes
    case end
    case late
  }

  /// Waits for bytes and appends them.
  func read(into buffer: inout [UInt8], until deadline: ContinuousClock.Instant?) async throws(WebFailure) -> Read {
    while true {
      guard !Task.isCancelled else { throw .cancelled }
      switch try receive(into: &buffer) {
      case .bytes: return .bytes
      case .end: return .end
      case .nothing: break
      }
      switch await poller.wait(for: .reading, on: socket, until: deadline) {
      case .ready: break
      case .timedOut: return .late
      case .cancelled: throw .cancelled
      case .stopped: throw .shutDown
      }
    }
  }

  /// Appends what has arrived, without waiting.
  func receive(into buffer: inout [UInt8]) throws(WebFailure) -> Socket.Received {
    do { return try socket.receive(into: &buffer) } catch { throw failure(error) }
  }

  /// Sends all bytes; waits while the peer does not read.
  func write(_ bytes: [UInt8], limit: Duration) async throws(WebFailure) {
    let deadline = ContinuousClock.now + limit
    var rest = bytes[...]
    while !rest.isEmpty {
      guard !Task.isCancelled else { throw .cancelled }
      let sent: Int
      do { sent = try socket.send(rest) } catch { throw failure(error) }
      rest = rest.dropFirst(sent)
      guard sent == 0 else { continue }
      switch await poller.wait(for: .writing, on: socket, until: deadline) {
      case .ready: break
      case .timedOut: throw .timedOut(.sending, at: name, after: limit)
      case .cancelled: throw .cancelled
      case .stopped: throw .shutDown
      }
    }
  }

  /// Ends our side and takes in what the peer still sends, until it ends too: closing with unread bytes would make the
  /// kernel send a reset, which destroys what we have sent last.
  func finish(within limit: Duration = .seconds(2)) async {
    socket.shutDown(.sending)
    let deadline = ContinuousClock.now + limit
    var rubbish: [UInt8] = []
    // Whatever ends the wait, the connection is over.
    while ContinuousClock.now < deadline, let read = try? await read(into: &rubbish, until: deadline),
      case .bytes = read
    {
      rubbish.removeAll(keepingCapacity: true)
    }
    socket.shutDown()
  }

  /// A refused operation in this module's words.
  func failure(_ error: SocketError) -> WebFailure { WebFailure(error, at: name) }
}

extension WebFailure {
  init(_ error: SocketError, at name: String) {
    if error.isReset {
      self = .reset(at: name)
    } else if error.isRefusal {
      self = .refused(at: name)
    } else if error.isAddressInUse {
      self = .addressInUse(at: name)
    } else if error.isNameFailure {
      self = .nameNotFound(at: name)
    } else if error.isUnreachable {
      self = .unreachable(at: name, reason: error.reason)
    } else {
      self = .system(operation: error.operation, reason: error.reason, at: name)
    }
  }
}
