/// Where a stream socket listens or connects: an IP address and port, or a path in the file system.
package enum SocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// A numeric IPv4 or IPv6 address without brackets, and a port; port 0 asks the system for a free one.
  case internet(host: String, port: UInt16)
  /// A Unix socket by its path: at most 107 bytes.
  case unix(path: String)

  /// 127.0.0.1, reachable from this machine only.
  package static func loopback(port: UInt16 = 0) -> SocketAddress { .internet(host: "127.0.0.1", port: port) }

  /// Every IPv4 address of this machine.
  package static func anywhere(port: UInt16 = 0) -> SocketAddress { .internet(host: "0.0.0.0", port: port) }

  /// The port; nil for a Unix socket.
  package var port: UInt16? {
    switch self {
    case .internet(_, let port): port
    case .unix: nil
    }
  }

  /// `127.0.0.1:8081`, `[::1]:8081` or the path.
  package var description: String {
    switch self {
    case .internet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): path
    }
  }
}
