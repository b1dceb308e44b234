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
  private let group: ControlGroup?

  init(cpus: Double?, memory: Int?, environment: [String: String]) throws {
    group = cpus == nil && memory == nil ? nil : ControlGroup(cpus: cpus, memory: memory)
    if let cpus { variables["NUM_CPUS"] = "\(cpus)" }
    if group != nil {
      if let cpus { words.append("\(StartupLimits.text(cpus)) CPUs (cgroup)") }
      if let memory { words.append("\(memory >> 20) MiB of memory (cgroup)") }
      return
    }
    let path = environment["PATH"]
    if let cpus {
      let whole = max(1, Int(cpus.rounded(.up)))
      let there = StartupLimits.allowed
      if there.count < whole {
        omissions.append("--cpus \(StartupLimits.text(cpus)): there are only \(there.count) here")
      } else if Program.find("taskset", searching: path) != nil {
        prefix += ["taskset", "-c", there.prefix(whole).map(String.init).joined(separator: ",")]
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

  /// Moves a process that has just started into the group; what it starts follows it. False when it is not limited.
  func take(_ process: ProcessIdentity) -> Bool {
    guard let group else { return true }
    do {
      try group.take(process.pid)
      return true
    } catch {
      // One that has ended by now needs no limit.
      return !process.isAlive
    }
  }

  /// Removes the group.
  func end() { group?.remove() }

  /// The numbers of the CPUs that this process may use; `0-1,4` of /proc/self/status. Empty when that cannot be read.
  private static var allowed: [Int] {
    guard let status = try? Files.read("/proc/self/status", limit: 65_536) else { return [] }
    let name = "Cpus_allowed_list:"
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
    return (line?.dropFirst(name.count) ?? "").split { $0 == "," || $0.isWhitespace }.flatMap { range -> [Int] in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last < 65_536 else { return [] }
      return Array(first...last)
    }
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }
}
