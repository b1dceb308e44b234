import Glibc

/// A TCP port on which a process listens.
package struct ListeningPort: Hashable, Sendable {
  /// The process.
  package let pid: Int32
  /// The port.
  package let port: UInt16

  /// The ports on which these processes listen, IPv4 and IPv6, each pair once, sorted; processes that end meanwhile
  /// are left out, and so are those of other users.
  package static func all(of pids: [Int32]) -> [ListeningPort] {
    var found: Set<ListeningPort> = []
    for pid in pids {
      let sockets = inodes(of: pid)
      guard !sockets.isEmpty else { continue }
      for table in ["tcp", "tcp6"] {
        // Of the process, not of ours: it may live in another network namespace.
        guard let bytes = try? Files.read("/proc/\(pid)/net/\(table)", limit: 64 << 20) else { continue }
        for (port, inode) in listeners(in: bytes) where sockets.contains(inode) {
          found.insert(ListeningPort(pid: pid, port: port))
        }
      }
    }
    return found.sorted { ($0.pid, $0.port) < ($1.pid, $1.port) }
  }

  /// Ports and socket inodes of the lines in state 0A (TCP_LISTEN).
  static func listeners(in table: [UInt8]) -> [(port: UInt16, inode: UInt64)] {
    table.split(separator: 10).dropFirst().compactMap { line in
      let fields = line.split(separator: 32, maxSplits: 10).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count >= 10, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
        let port = UInt16(fields[1][fields[1].index(after: colon)...], radix: 16), let inode = UInt64(fields[9])
      else { return nil }
      return (port, inode)
    }
  }

  private static func inodes(of pid: Int32) -> Set<UInt64> {
    let folder = "/proc/\(pid)/fd"
    var inodes: Set<UInt64> = []
    for name in (try? Files.list(folder)) ?? [] {
      var buffer = [CChar](repeating: 0, count: 64)
      // At most the buffer's size is written; the last byte stays zero.
      let length = unsafe readlink(folder + "/" + name, &buffer, buffer.count - 1)
      guard length > 0 else { continue }
      let target = String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
      if target.hasPrefix("socket:["), let inode = UInt64(target.dropFirst(8).dropLast()) { inodes.insert(inode) }
    }
    return inodes
  }
}
