import Vocabulary

/// The lines of a state file: `key value`, written and replaced whole.
struct KeeperRecord {
  static let schema = "sluice.kept-process/1"

  var process: KeptProcess?
  var failure: String?

  static func read(_ path: String) throws(MachineFailure) -> KeeperRecord {
    let text = String(decoding: try Files.read(path, limit: 65_536), as: UTF8.self)
    guard let record = KeeperRecord(text: text) else { throw .malformed(path: path, reason: "it is no \(schema)") }
    return record
  }

  func write(to path: String) throws(MachineFailure) { try Files.write(Array(text.utf8), to: path) }

  var text: String {
    var lines = ["schema \(KeeperRecord.schema)"]
    if let process {
      lines += [
        "pid \(process.identity.pid)", "start-time \(process.identity.startTime)",
        "boot-id \(process.identity.bootID)", "keeper-pid \(process.keeper.pid)",
        "keeper-start-time \(process.keeper.startTime)", "started-at \(process.startedAt)",
      ]
      switch process.end?.how {
      case .exited(let code): lines.append("exit-code \(code)")
      case .signaled(let signal): lines.append("signal \(signal.rawValue)")
      case .unknown, nil: break
      }
      if let end = process.end { lines.append("ended-at \(end.at)") }
    }
    if let failure { lines.append("failure \(failure.harmless)") }
    return lines.joined(separator: "\n") + "\n"
  }

  init(process: KeptProcess? = nil, failure: String? = nil) {
    self.process = process
    self.failure = failure
  }

  init?(text: String) {
    var values: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { return nil }
      values[line[..<space]] = line[line.index(after: space)...]
    }
    guard values["schema"].map(String.init) == KeeperRecord.schema else { return nil }
    failure = values["failure"].map(String.init)
    guard values["pid"] != nil else { return }
    guard let pid = values["pid"].flatMap({ Int32($0) }), let start = values["start-time"].flatMap({ UInt64($0) }),
      let boot = values["boot-id"], let keeper = values["keeper-pid"].flatMap({ Int32($0) }),
      let keeperStart = values["keeper-start-time"].flatMap({ UInt64($0) }),
      let started = values["started-at"].flatMap({ Timestamp($0) })
    else { return nil }
    var process = KeptProcess(
      identity: ProcessIdentity(pid: pid, startTime: start, bootID: String(boot)),
      keeper: ProcessIdentity(pid: keeper, startTime: keeperStart, bootID: String(boot)), startedAt: started)
    if let ended = values["ended-at"].flatMap({ Timestamp($0) }) {
      let code = values["exit-code"].flatMap { Int32($0) }.map(ProcessEnd.exited)
      let signal = values["signal"].flatMap { Int32($0) }.map { ProcessEnd.signaled(Signal(rawValue: $0)) }
      process.end = KeptProcess.End(code ?? signal ?? .unknown, at: ended)
    }
    self.process = process
  }
}
