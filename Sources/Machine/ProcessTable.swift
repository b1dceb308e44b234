import Glibc

/// What the system says of one process at one moment (`/proc/PID/stat`).
package struct ProcessStatus: Hashable, Sendable {
  /// The process's id.
  package let pid: Int32
  /// The name of its executable, at most 15 bytes, as the process may have set it.
  package let name: String
  /// One letter: R, S, D running; T stopped; Z, X ended.
  package let state: Character
  /// The parent's id.
  package let parent: Int32
  /// The process group's id.
  package let group: Int32
  /// The session's id.
  package let session: Int32
  /// When it started, in clock ticks since the system's start.
  package let startTime: UInt64

  /// Whether it runs: a zombie does not.
  package var isAlive: Bool { state != "Z" && state != "X" && state != "x" }

  /// Reads it; nil when there is no such process.
  package init?(pid: Int32) {
    guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4_096) else { return nil }
    self.init(line: bytes)
  }

  /// Reads the kernel's line; nil when it is not one.
  init?(line bytes: [UInt8]) {
    // The name may hold spaces and parentheses: it ends at the last one.
    guard let opening = bytes.firstIndex(of: UInt8(ascii: "(")), let closing = bytes.lastIndex(of: UInt8(ascii: ")")),
      opening < closing
    else { return nil }
    let fields = bytes[(closing + 1)...].split { $0 == 32 || $0 == 10 }.map { String(decoding: $0, as: UTF8.self) }
    guard let pid = Int32(String(decoding: bytes[..<opening], as: UTF8.self).filter { $0 != " " }),
      fields.count >= 20, let state = fields[0].first, let parent = Int32(fields[1]), let group = Int32(fields[2]),
      let session = Int32(fields[3]), let startTime = UInt64(fields[19])
    else { return nil }
    self.pid = pid
    name = String(decoding: bytes[(opening + 1)..<closing], as: UTF8.self)
    self.state = state
    self.parent = parent
    self.group = group
    self.session = session
    self.startTime = startTime
  }
}

/// The processes of this machine, as `/proc` lists them.
package enum ProcessTable {
  /// Every process at this moment, by id; those that end while it is read are left out.
  package static func all() -> [ProcessStatus] {
    let names = (try? Files.list("/proc")) ?? []
    return names.compactMap { Int32($0) }.compactMap { ProcessStatus(pid: $0) }.sorted { $0.pid < $1.pid }
  }

  /// The process itself and everything that descends from it, alive or zombie, parents before children.
  ///
  /// A descendant whose parent has ended belongs to another parent by then; see `members(ofSession:)`.
  package static func tree(of pid: Int32) -> [ProcessStatus] {
    let all = all()
    let children = Dictionary(grouping: all, by: \.parent)
    var tree = all.filter { $0.pid == pid }
    var index = 0
    while index < tree.count {
      tree += children[tree[index].pid] ?? []
      index += 1
    }
    return tree
  }

  /// The live processes of a session, orphans included.
  package static func members(ofSession session: Int32) -> [ProcessStatus] {
    all().filter { $0.session == session && $0.isAlive }
  }

  /// The live processes of a process group.
  package static func members(ofGroup group: Int32) -> [ProcessStatus] {
    all().filter { $0.group == group && $0.isAlive }
  }

  /// The arguments a process was started with; nil when it is gone or has none (a zombie, a kernel thread).
  package static func arguments(of pid: Int32) -> [String]? {
    guard let bytes = try? Files.read("/proc/\(pid)/cmdline", limit: 1 << 20), !bytes.isEmpty else { return nil }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The environment a process was started with; nil when it is gone or another user's.
  package static func environment(of pid: Int32) -> [String: String]? {
    guard let bytes = try? Files.read("/proc/\(pid)/environ", limit: 4 << 20) else { return nil }
    var variables: [String: String] = [:]
    for entry in bytes.split(separator: 0) {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      variables[String(decoding: entry[..<equals], as: UTF8.self)] =
        String(decoding: entry[(equals + 1)...], as: UTF8.self)
    }
    return variables
  }
}
