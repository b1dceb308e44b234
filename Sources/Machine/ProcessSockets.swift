/// A TCP socket that a process holds.
package struct ProcessSocket: Hashable, Sendable {
  /// Its port on this side.
  package let port: UInt16
  /// The port on the other side; 0 for a listener.
  package let remotePort: UInt16
  /// What it is.
  package let state: State

  /// The states that are told apart; a connection that is being opened or closed is `other`.
  package enum State: Hashable, Sendable { case listening, established, other }
}

/// TCP sockets of processes, each looked for in the network namespace of its own process. IPv4 and IPv6.
package struct ProcessSockets {
  private var tables: [String: [UInt64: ProcessSocket]] = [:]

  /// Nothing is read yet; a table that several processes share is read once.
  package init() {}

  /// The sockets that a process holds, in no order; one that it shares with another process is a socket of both.
  ///
  /// Throws `MachineFailure` where its descriptors or its tables may not be read: another user's, or it has ended.
  package mutating func sockets(of pid: Int32) throws(MachineFailure) -> [ProcessSocket] {
    let inodes = try Self.inodes(of: pid)
    guard !inodes.isEmpty else { return [] }
    let table = try table(of: pid)
    return inodes.compactMap { table[$0] }
  }

  private mutating func table(of pid: Int32) throws(MachineFailure) -> [UInt64: ProcessSocket] {
    // Of the process, not of ours: it may live in another network namespace.
    let space = Files.link(at: "/proc/\(pid)/ns/net") ?? "\(pid)"
    if let known = tables[space] { return known }
    var sockets = Self.sockets(in: try Files.read("/proc/\(pid)/net/tcp", limit: 64 << 20))
    // A system without IPv6 has no such table.
    if Files.kind(of: "/proc/\(pid)/net/tcp6") != nil {
      sockets.merge(Self.sockets(in: try Files.read("/proc/\(pid)/net/tcp6", limit: 64 << 20))) { first, _ in first }
    }
    tables[space] = sockets
    return sockets
  }

  /// The sockets of a table by their inode; those that no process holds have none.
  static func sockets(in table: [UInt8]) -> [UInt64: ProcessSocket] {
    var sockets: [UInt64: ProcessSocket] = [:]
    for line in table.split(separator: 10).dropFirst() {
      let fields = line.split(separator: 32, maxSplits: 10).map { String(decoding: $0, as: UTF8.self) }
      guard fields.count >= 10, let local = port(fields[1]), let remote = port(fields[2]),
        let inode = UInt64(fields[9]), inode != 0
      else { continue }
      let state: ProcessSocket.State =
        switch fields[3] {
        case "0A": .listening
        case "01": .established
        default: .other
        }
      sockets[inode] = ProcessSocket(port: local, remotePort: remote, state: state)
    }
    return sockets
  }

  private static func port(_ address: String) -> UInt16? {
    address.lastIndex(of: ":").flatMap { UInt16(address[address.index(after: $0)...], radix: 16) }
  }

  private static func inodes(of pid: Int32) throws(MachineFailure) -> Set<UInt64> {
    var inodes: Set<UInt64> = []
    for name in try Files.list("/proc/\(pid)/fd") {
      guard let target = Files.link(at: "/proc/\(pid)/fd/\(name)"), target.hasPrefix("socket:[") else { continue }
      if let inode = UInt64(target.dropFirst(8).dropLast()) { inodes.insert(inode) }
    }
    return inodes
  }
}
