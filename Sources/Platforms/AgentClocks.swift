import Logs
import Vocabulary

extension DrainWindow {
  /// The clocks of workers with these logs: the platform's own, and each drain timeout of an agent by where it is known from.
  ///
  /// A `draining worker` line names the timeout in force; before one, the command's `--drain-timeout` or the default of the
  /// version that the log names.
  init(under platform: DrainClock, of logs: [WorkerLog], started command: [String]) {
    var clocks = [platform]
    func clock(_ limit: Duration?, _ origin: String) -> DrainClock {
      DrainClock(name: "livekit-agents drain_timeout", limit: limit.flatMap { $0 > .zero ? $0 : nil }, origin: origin)
    }
    let written = DrainWindow.drainTimeout(of: command).map { clock($0, "command") }
    for log in logs {
      let known =
        log.drain.timeout.map { clock($0, "log: draining worker") } ?? written
        ?? log.sdkVersion.flatMap { version in
          SDKVersion(version).map { clock($0.defaultDrainTimeout, "default of \(version)") }
        }
      if let known, !clocks.contains(known) { clocks.append(known) }
    }
    if logs.isEmpty, let written { clocks.append(written) }
    self.init(clocks: clocks)
  }

  /// Seconds after `--drain-timeout` in a command; nil when it is not there or is no number.
  private static func drainTimeout(of command: [String]) -> Duration? {
    let option = "--drain-timeout"
    if let index = command.lastIndex(of: option), index + 1 < command.count {
      return Double(command[index + 1]).map { Duration(seconds: $0) }
    }
    return command.last { $0.hasPrefix(option + "=") }
      .flatMap { Double($0.dropFirst(option.count + 1)) }.map { Duration(seconds: $0) }
  }
}
