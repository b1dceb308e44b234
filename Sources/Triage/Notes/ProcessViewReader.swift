import Machine
import Vocabulary

/// Reads trees of processes out of text: `ps` tables, `/proc/PID/status` one after the other, and dumps of both.
///
/// Signal masks are known only where the text has them.
struct ProcessViewReader {
  let source: String
  private var trees: [[ObservedProcess]] = []
  private var current: [ObservedProcess] = []
  /// The process whose `/proc/PID/status` is being read.
  private var open: ObservedProcess?
  private var columns: Columns?

  /// No machine that is looked at by hand shows more.
  static let limit = 10_000

  /// Where a table of `ps` has what.
  private struct Columns {
    let pid: Int
    let parent: Int?
    let state: Int?
    let command: Int
  }

  init(source: String) { self.source = source }

  mutating func take(_ line: ArraySlice<UInt8>) {
    guard line.count < 8_192, line.first != UInt8(ascii: "{") else { return }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("#") || text.allSatisfy(\.isWhitespace) {
      finishTree()
    } else if !(takeDump(text) || takeStatus(text) || takeSummary(text)) {
      takeRow(text)
    }
  }

  /// All trees that hold more than nothing.
  mutating func finish() -> [ProcessTree] {
    finishTree()
    return trees.compactMap { processes in
      guard let first = Self.first(of: processes) else { return nil }
      return ProcessTree(name: source, source: source, signaled: first, takenAt: nil, processes: processes)
    }
  }

  /// The process that a platform would signal: the first of the innermost namespace that is shown, else the view's topmost.
  ///
  /// A table of a whole machine without signal masks shows neither who is told to stop nor what he does with it.
  private static func first(of processes: [ObservedProcess]) -> Int32? {
    if let initial = processes.first(where: { $0.innerPID == 1 || $0.pid == 1 }) { return initial.pid }
    let pids = Set(processes.map(\.pid))
    guard processes.contains(where: { $0.caught != nil }) else { return nil }
    return processes.first { $0.parent.map { !pids.contains($0) } ?? true }?.pid
  }

  private mutating func finishTree() {
    finishStatus()
    columns = nil
    if !current.isEmpty { trees.append(current) }
    current = []
  }

  private mutating func add(_ process: ObservedProcess) {
    // The same process again is another look at the same tree.
    if current.contains(where: { $0.pid == process.pid }) {
      if !current.isEmpty { trees.append(current) }
      current = []
    }
    if current.count < Self.limit { current.append(process) }
  }

  /// `4858 ppid=3745 … NSpid=4858 SigBlk=… SigIgn=… SigCgt=… :: COMMAND`.
  private mutating func takeDump(_ text: String) -> Bool {
    guard let mark = text.firstRange(of: " :: ") else { return false }
    let words = text[..<mark.lowerBound].split(whereSeparator: \.isWhitespace)
    guard let pid = words.first.flatMap({ Int32($0) }), words.count > 2 else { return false }
    finishStatus()
    var process = ObservedProcess(pid: pid, command: String(text[mark.upperBound...]))
    var key: Substring = ""
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { key = parts[0] }
      process.set(String(key), String(parts.last ?? word))
    }
    add(process)
    return true
  }

  /// `SigCgt:<TAB>0000000000004002` and its neighbours, after `Name:` or `== 25536 ppid=25482 COMMAND`.
  private mutating func takeStatus(_ text: String) -> Bool {
    if text.hasPrefix("== ") {
      let words = text.dropFirst(3).split(separator: " ")
      guard words.count > 2, let pid = Int32(words[0]), words[1].hasPrefix("ppid=") else { return false }
      finishStatus()
      var process = ObservedProcess(pid: pid, command: words[2...].joined(separator: " "))
      process.parent = Int32(words[1].dropFirst(5))
      open = process
      return true
    }
    guard let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].first?.isWhitespace == true else {
      return false
    }
    let key = String(text[..<colon])
    let value = text[text.index(after: colon)...].drop { $0.isWhitespace }
    switch key {
    case "Name":
      // After a head of its own the name says nothing new.
      if open == nil || open?.blocked != nil {
        finishStatus()
        open = ObservedProcess(pid: 0, name: String(value).harmless)
      }
    case "Pid", "PPid", "NSpid", "SigBlk", "SigIgn", "SigCgt", "State": open?.set(key, String(value))
    case "VmRSS", "Threads", "SigPnd", "ShdPnd", "Tgid", "NSpgid", "NSsid": break
    default: return false
    }
    return true
  }

  private mutating func finishStatus() {
    if let process = open, process.pid > 0 { add(process) }
    open = nil
  }

  /// `… PID1(comm)=sh NSpid: 15653 1 children=15654:uvicorn`, `pid 15276 comm=sh child=15277 uvicorn`.
  private mutating func takeSummary(_ text: String) -> Bool {
    let words = text.split(whereSeparator: { $0.isWhitespace || $0 == ":" && false })
    guard let named = words.first(where: { $0.contains("comm") && $0.contains("=") })?.split(separator: "=").last else {
      return false
    }
    let numbers = words.compactMap { Int32($0) }
    guard let pid = numbers.first else { return false }
    finishStatus()
    var process = ObservedProcess(pid: pid, name: String(named).harmless)
    if text.contains("NSpid"), numbers.count > 1 { process.innerPID = numbers[1] }
    if let place = words.firstIndex(where: { $0.hasPrefix("child=") || $0.hasPrefix("children=") }) {
      let value = words[place].drop { $0 != "=" }.dropFirst()
      let parts = value.split(separator: ":")
      if let child = parts.first.flatMap({ Int32($0) }) {
        let name = parts.count > 1 ? String(parts[1]) : place + 1 < words.count ? String(words[place + 1]) : "?"
        add(ObservedProcess(pid: child, parent: pid, name: name.harmless))
      }
    }
    open = process
    return true
  }

  /// A row of `ps`, after the head that names its columns.
  private mutating func takeRow(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    if let pid = words.firstIndex(of: "PID"), let command = words.firstIndex(where: { $0 == "CMD" || $0 == "COMMAND" })
    {
      finishTree()
      columns = Columns(
        pid: pid, parent: words.firstIndex(of: "PPID"), state: words.firstIndex { $0 == "STAT" || $0 == "S" },
        command: command)
      return
    }
    guard let columns, words.count > columns.command, let pid = Int32(words[columns.pid]) else { return }
    let command = words[columns.command...].drop { $0 == "|" || $0 == "\\_" || $0 == "`-" }.joined(separator: " ")
    var process = ObservedProcess(pid: pid, command: command)
    process.parent = columns.parent.flatMap { Int32(words[$0]) }
    process.state = columns.state.map { String(words[$0].prefix(1)) }
    add(process)
  }
}

extension ObservedProcess {
  /// A process by its command line.
  fileprivate init(pid: Int32, command: String) {
    let words = command.split(separator: " ").map { String($0).harmless }
    self.init(pid: pid, name: words.first?.split(separator: "/").last.map(String.init) ?? "?")
    arguments = words
  }

  /// Takes one of the fields that `/proc/PID/status` has, under its name there or as `ps` names it.
  fileprivate mutating func set(_ key: String, _ value: String) {
    switch key {
    case "Pid": pid = Int32(value) ?? pid
    case "PPid", "ppid": parent = Int32(value)
    case "pgid": group = Int32(value)
    case "NSpid": innerPID = value.split(whereSeparator: \.isWhitespace).last.flatMap { Int32($0) }
    case "State": state = String(value.prefix(1))
    case "SigBlk": blocked = SignalSet(value)
    case "SigIgn": ignored = SignalSet(value)
    case "SigCgt": caught = SignalSet(value)
    default: break
    }
  }
}
