import Machine

/// Reads processes out of what `ps` prints: columns by their titles, PID, PPID, PGID, STAT, BLOCKED, IGNORED, CAUGHT, and the
/// command line as the last one.
package enum ProcessListing {
  /// A tree of all processes listed; nil where there is no line of titles with PID and a command.
  package static func read(_ text: String, name: String, source: String) -> ProcessTree? {
    var lines = text.split(whereSeparator: \.isNewline)
    guard let start = lines.firstIndex(where: { titles($0) != nil }), let titles = titles(lines[start]) else {
      return nil
    }
    lines.removeFirst(start + 1)
    let processes = lines.prefix(10_000).compactMap { process($0, titles) }
    guard !processes.isEmpty else { return nil }
    let known = Set(processes.map(\.pid))
    let first = processes.first { process in process.parent.map { !known.contains($0) } ?? true }
    return ProcessTree(name: name, source: source, signaled: first?.pid, takenAt: nil, processes: processes)
  }

  private static let commands: Set<String> = ["COMMAND", "CMD", "ARGS"]

  private static func titles(_ line: Substring) -> [String]? {
    let words = line.split(separator: " ").map { $0.uppercased() }
    guard words.contains("PID"), words.last.map(commands.contains) == true else { return nil }
    return words
  }

  private static func process(_ line: Substring, _ titles: [String]) -> ObservedProcess? {
    let words = line.split(separator: " ", maxSplits: titles.count - 1)
    guard words.count == titles.count else { return nil }
    let values = Dictionary(zip(titles, words)) { first, _ in first }
    guard let pid = values["PID"].flatMap({ Int32($0) }), let command = words.last else { return nil }
    let arguments = arguments(command)
    var process = ObservedProcess(pid: pid, parent: values["PPID"].flatMap { Int32($0) }, name: arguments.first ?? "")
    process.group = (values["PGID"] ?? values["PGRP"]).flatMap { Int32($0) }
    process.state = (values["STAT"] ?? values["S"]).map { String($0.prefix(1)) }
    process.arguments = arguments.withoutSecrets
    process.caught = values["CAUGHT"].flatMap { SignalSet($0) }
    process.ignored = values["IGNORED"].flatMap { SignalSet($0) }
    process.blocked = values["BLOCKED"].flatMap { SignalSet($0) }
    if process.caught == nil { process.note = "the list has no signal masks" }
    return process
  }

  /// The words of a command line, the branches before it that `ps --forest` draws left out.
  private static func arguments(_ command: Substring) -> [String] {
    command.drop { " |\\_".contains($0) }.split(separator: " ").map(String.init)
  }
}
