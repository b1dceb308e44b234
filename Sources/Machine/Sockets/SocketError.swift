import Glibc

/// A socket operation that the system refused.
package struct SocketError: Error, Hashable {
  /// What was tried: `connect`, `bind`.
  package let operation: String
  /// The system's error number.
  package let number: Int32

  /// An operation that failed with an error number; without one, the calling thread's current.
  package init(operation: String, number: Int32 = errno) {
    self.operation = operation
    self.number = number
  }

  /// The system's own words: `connection refused`.
  package var reason: String {
    if operation == SocketError.resolving { return unsafe String(cString: gai_strerror(number)) }
    return SystemError(code: number).description
  }

  /// Nobody listens.
  package var isRefusal: Bool { !isNameFailure && number == ECONNREFUSED }
  /// The peer cut the connection.
  package var isReset: Bool { !isNameFailure && [ECONNRESET, EPIPE, ECONNABORTED].contains(number) }
  /// There is no way to the address.
  package var isUnreachable: Bool {
    !isNameFailure && [ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, ETIMEDOUT, ENOENT].contains(number)
  }
  /// Another socket has the address.
  package var isAddressInUse: Bool { !isNameFailure && number == EADDRINUSE }
  /// The process or the system has no descriptor or memory left.
  package var isExhaustion: Bool { !isNameFailure && [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(number) }
  /// No address is known under the name; `number` is then one of `getaddrinfo`'s.
  package var isNameFailure: Bool { operation == SocketError.resolving }

  static let resolving = "resolve"
}
