import Machine
import Vocabulary

/// A control group of a limit or two, of the kernel's second version or, where its controllers are mounted one by one, the
/// first; made below this process's own group and removed after use.
struct ControlGroup {
  /// One folder in the second version, one for each controller in the first.
  private let folders: [String]

  /// Makes a group with these limits; nil where one cannot be made or does not take a limit.
  init?(cpus: Double?, memory: Int?) {
    guard let own = try? Files.read("/proc/self/cgroup", limit: 65_536) else { return nil }
    let memberships = String(decoding: own, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    }.filter { $0.count == 3 }
    guard
      let folders = ControlGroup.second(memberships, cpus: cpus, memory: memory)
        ?? ControlGroup.first(memberships, cpus: cpus, memory: memory)
    else { return nil }
    self.folders = folders
  }

  /// Moves a process into the group; what it starts follows it. Throws when the kernel refuses, ESRCH for one that has ended.
  func take(_ pid: Int32) throws {
    for folder in folders { try ControlGroup.write("\(pid)", to: "\(folder)/cgroup.procs") }
  }

  /// Removes the group.
  func remove() {
    // A group in which something still ends cannot be removed yet; it is empty and harmless.
    for folder in folders { try? Files.removeFolder(folder) }
  }

  private static let name = "sluice-startup-\(Host.process.pid)"

  private static func second(_ memberships: [[String]], cpus: Double?, memory: Int?) -> [String]? {
    guard let path = memberships.first(where: { $0[0] == "0" })?[2],
      Files.kind(of: "/sys/fs/cgroup/cgroup.controllers") == .file
    else { return nil }
    let here = "/sys/fs/cgroup\(path == "/" ? "" : path)"
    for parent in [here, Files.folder(of: here)] {
      // It may be on already; what is not on shows when the limit is written.
      try? write("+cpu +memory", to: "\(parent)/cgroup.subtree_control")
      let folder = made(
        below: parent,
        with: [cpus.map { ("cpu.max", "\(Int($0 * 100_000)) 100000") }, memory.map { ("memory.max", "\($0)") }])
      guard let folder else { continue }
      if memory != nil { try? write("0", to: "\(folder)/memory.swap.max") }
      return [folder]
    }
    return nil
  }

  private static func first(_ memberships: [[String]], cpus: Double?, memory: Int?) -> [String]? {
    func parent(_ controller: String) -> String? {
      guard let membership = memberships.first(where: { $0[1].split(separator: ",").contains { $0 == controller } })
      else { return nil }
      let mounts = ["/sys/fs/cgroup/\(controller)", "/sys/fs/cgroup/\(membership[1])"]
      return mounts.first { Files.kind(of: $0) == .directory }.map { $0 + (membership[2] == "/" ? "" : membership[2]) }
    }
    var folders: [String] = []
    func make(_ controller: String, _ limits: [(String, String)]) -> Bool {
      guard let folder = parent(controller).flatMap({ made(below: $0, with: limits) }) else { return false }
      folders.append(folder)
      return true
    }
    let holds =
      (cpus.map { make("cpu", [("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "\(Int($0 * 100_000))")]) } ?? true)
      && (memory.map { make("memory", [("memory.limit_in_bytes", "\($0)")]) } ?? true)
    if !holds { for folder in folders { try? Files.removeFolder(folder) } }
    return holds ? folders : nil
  }

  /// A new folder with its limits; nil, and no folder, where one of them is refused.
  private static func made(below parent: String, with limits: [(String, String)?]) -> String? {
    let folder = "\(parent)/\(name)"
    do {
      try Files.makeDirectory(folder, mode: 0o755)
      for (file, value) in limits.compactMap(\.self) { try write(value, to: "\(folder)/\(file)") }
      return folder
    } catch {
      try? Files.removeFolder(folder)
      return nil
    }
  }

  /// A file of the kernel's is written in place.
  private static func write(_ text: String, to path: String) throws { try AppendFile(path).append(Array(text.utf8)) }
}
