import Machine
import Vocabulary

/// Keeps a worker to a container's CPUs and memory: by a control group where one can be made, else by what comes nearest.
struct StartupLimits {
  /// What the worker is limited to.
  private(set) var words: [String] = []
  /// What was asked for and is not so.
  private(set) var omissions: [String] = []
  /// What tells the SDK how many CPUs there are.
  private(set) var variables: [String: String] = [:]
  private var prefix: [String] = []
  private var group: String?

  init(cpus: Double?, memory: Int?, environment: [String: String]) throws {
    guard cpus != nil || memory != nil else { return }
    if let cpus { variables["NUM_CPUS"] = "\(cpus)" }
    group = StartupLimits.makeGroup(cpus: cpus, memory: memory)
    if group != nil {
      if let cpus { words.append("\(StartupLimits.text(cpus)) CPUs (cgroup)") }
      if let memory { words.append("\(memory >> 20) MiB of memory (cgroup)") }
      return
    }
    let path = environment["PATH"]
    if let cpus {
      let whole = max(1, Int(cpus.rounded(.up)))
      if Program.find("taskset", searching: path) != nil {
        prefix += ["taskset", "-c", "0-\(whole - 1)"]
        words.append("\(whole) CPUs (taskset)")
        if Double(whole) != cpus {
          omissions.append("--cpus \(StartupLimits.text(cpus)): no cgroup can be made here, so whole CPUs were given")
        }
      } else {
        omissions.append("--cpus: no cgroup can be made here, and there is no taskset")
      }
    }
    if let memory {
      if Program.find("prlimit", searching: path) != nil {
        prefix += ["prlimit", "--data=\(memory)", "--"]
        words.append("\(memory >> 20) MiB of data in each process (prlimit)")
        omissions.append("--memory: no cgroup can be made here, so each process is limited, not all together")
      } else {
        omissions.append("--memory: no cgroup can be made here, and there is no prlimit")
      }
    }
  }

  /// The command as it is started.
  func wrapped(_ command: [String]) -> [String] { prefix + command }

  /// Moves a process that has just started into the group; what it starts follows it.
  func take(_ process: ProcessIdentity) {
    guard let group else { return }
    // A process that has ended by now needs no limit.
    try? StartupLimits.write("\(process.pid)", to: "\(group)/cgroup.procs")
  }

  /// Removes the group.
  func end() {
    guard let group else { return }
    // A group in which something still ends cannot be removed yet; it is empty and harmless.
    try? Files.removeFolder(group)
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }

  /// A group of the second version below this process's own; nil where none can be made.
  private static func makeGroup(cpus: Double?, memory: Int?) -> String? {
    guard let own = try? Files.read("/proc/self/cgroup", limit: 65_536) else { return nil }
    let line = String(decoding: own, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("0::") }
    guard let path = line?.dropFirst(3), Files.kind(of: "/sys/fs/cgroup/cgroup.controllers") == .file else {
      return nil
    }
    for parent in ["/sys/fs/cgroup\(path)", Files.folder(of: "/sys/fs/cgroup\(path)")] {
      let group = "\(parent)/sluice-startup-\(Host.process.pid)"
      do {
        try? write("+cpu +memory", to: "\(parent)/cgroup.subtree_control")
        try Files.makeDirectory(group, mode: 0o755)
        if let cpus { try write("\(Int(cpus * 100_000)) 100000", to: "\(group)/cpu.max") }
        if let memory {
          try write("\(memory)", to: "\(group)/memory.max")
          try? write("0", to: "\(group)/memory.swap.max")
        }
        return group
      } catch {
        try? Files.removeFolder(group)
      }
    }
    return nil
  }

  /// A file of the kernel's is written in place.
  private static func write(_ text: String, to path: String) throws {
    try AppendFile(path).append(Array(text.utf8))
  }
}
