import Logs
import Machine
import Vocabulary

/// Finds files that one log was rotated into: `agent.log`, `agent.log.1`, `agent.log.2.gz`, `agent.log-20261122`.
struct RotatedLogs {
  /// One log: a file, or several that it was rotated into, the oldest first.
  struct Log: Hashable {
    /// What its lines are told by: the name of the file that is written to.
    var name: String
    var paths: [String]
  }

  /// How much two parts may overlap: processes write with clocks of their own.
  private static let slack = Duration.seconds(60)
  /// How much of a file is looked at for the time of its first and its last line.
  private static let peek = 65_536

  /// Puts files together that one log was rotated into, each log where its first file stands.
  ///
  /// What the clock says of their order counts more than their names do. Files of such names that were written at the same
  /// time are of several programs, and stay apart.
  static func join(_ paths: [String], place: (String) -> String) -> [Log] {
    var groups: [String: [(path: String, age: Age)]] = [:]
    var order: [String] = []
    for path in paths {
      // Only a file can be looked at beforehand.
      let split = Files.kind(of: place(path)) == .file ? Age.split(path) : nil
      let name = split?.name ?? path
      if groups[name] == nil { order.append(name) }
      groups[name, default: []].append((path, split?.age ?? .current))
    }
    return order.flatMap { name -> [Log] in
      let parts = groups[name, default: []]
      let alone = parts.map { Log(name: $0.path, paths: [$0.path]) }
      guard parts.count > 1, Age.isLog(name) || parts.contains(where: { $0.path == name }) else { return alone }
      return sorted(parts, place).map { [Log(name: name, paths: $0)] } ?? alone
    }
  }

  /// The parts by their first times, or by their names where a time is missing; nil when they overlap.
  private static func sorted(_ parts: [(path: String, age: Age)], _ place: (String) -> String) -> [String]? {
    let byName = parts.sorted { $1.age < $0.age }
    let times = byName.map { (path: $0.path, span: span(of: place($0.path))) }
    let dated = times.compactMap { part in part.span.first.map { (path: part.path, first: $0, last: part.span.last) } }
    guard dated.count == times.count else { return times.map(\.path) }
    let byTime = dated.enumerated().sorted { ($0.element.first, $0.offset) < ($1.element.first, $1.offset) }.map(
      \.element)
    for (earlier, later) in zip(byTime, byTime.dropFirst()) {
      if let last = earlier.last, last - later.first > slack { return nil }
    }
    return byTime.map(\.path)
  }

  /// The times of a file's first and last lines, as far as they have any; of packed ones the first alone.
  private static func span(of path: String) -> (first: Timestamp?, last: Timestamp?) {
    guard let stream = try? ByteStream(unhurried: path) else { return (nil, nil) }
    let input = LogInput(stream, name: path)
    var buffer = [UInt8](repeating: 0, count: peek)
    var count = 0
    // What cannot be read has no time here, and says why when it is read.
    while count < peek, case .bytes(let more)? = try? input.read(into: &buffer, at: count) { count += more }
    let first = moment(in: buffer[..<count].split(separator: 0x0A))
    guard !input.isPacked, let reader = try? FileReader(path), let size = try? reader.size(),
      let tail = try? reader.read(peek, at: max(0, size - peek))
    else { return (first, nil) }
    return (first, moment(in: tail.split(separator: 0x0A).dropFirst(size > peek ? 1 : 0).reversed()))
  }

  private static func moment(in lines: some Sequence<ArraySlice<UInt8>>) -> Timestamp? {
    lines.lazy.compactMap { line in
      LogRecord.read(line).first.flatMap { $0.moment ?? $0.line.localTime }
    }.first { _ in true }
  }
}

/// How old a part of a log is by its name.
private enum Age: Hashable, Comparable {
  /// The file that is written to.
  case current
  /// `.1` is younger than `.2`.
  case number(Int)
  /// `-20261122`, `.2026-11-22`, `.20261122-101500`: the digits.
  case date(String)

  static func < (left: Age, right: Age) -> Bool {
    switch (left, right) {
    case (.current, .current): false
    case (.current, _): true
    case (_, .current): false
    case (.number(let left), .number(let right)): left < right
    case (.date(let left), .date(let right)): left > right
    case (.number, .date): true
    case (.date, .number): false
    }
  }

  /// A path as the name that its log is written to and the part's age; nil when it is no part.
  static func split(_ path: String) -> (name: String, age: Age)? {
    let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    guard let end = plain.lastIndex(where: { !($0.isNumber || $0 == "-") }), plain[end...].count > 1 else {
      return plain == path ? nil : (plain, .current)
    }
    let isDot = plain[end] == "."
    let tail = plain[plain.index(after: end)...]
    let digits = tail.filter(\.isNumber)
    if isDot, digits.count == tail.count, digits.count <= 4, let number = Int(digits) {
      return (String(plain[..<end]), .number(number))
    }
    guard digits.count >= 8, let year = Int(digits.prefix(4)), (1970...2261).contains(year),
      isDot || tail.first == "-"
    else { return plain == path ? nil : (plain, .current) }
    return (String(isDot ? plain[..<end] : plain[...end]), .date(String(digits)))
  }

  /// Whether a name ends as those of logs do, so that what follows it is an age and no number of a program.
  static func isLog(_ name: String) -> Bool {
    [".log", ".jsonl", ".ndjson", ".json", ".out", ".err", ".txt", ".stdout", ".stderr"].contains { name.hasSuffix($0) }
      || ["syslog", "messages"].contains { name == $0 || name.hasSuffix("/" + $0) }
  }
}
