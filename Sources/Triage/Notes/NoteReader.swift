import Documents
import Logs
import Vocabulary

/// Reads notes out of text that is no log: what was started, which signal was sent to whom, what came of it.
struct NoteReader {
  let log: Int
  private(set) var notes: [Note] = []

  /// How many notes one text may give; a console's transcript has some dozens.
  static let limit = 2_000

  init(log: Int) { self.log = log }

  mutating func take(_ line: ArraySlice<UInt8>, number: Int) {
    guard notes.count < Self.limit, line.count < 8_192 else { return }
    if line.first == UInt8(ascii: "{") {
      takeRecord(line, number)
    } else {
      takeText(String(decoding: line, as: UTF8.self), number)
    }
  }

  // MARK: Records

  private mutating func takeRecord(_ line: ArraySlice<UInt8>, _ number: Int) {
    guard let members = JSONMembers(line).all else { return }
    let values = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let excerpt = String(decoding: line.prefix(300), as: UTF8.self).harmless
    func mention(_ key: String) -> Mention {
      let at = values[key]?.number.flatMap { LogMoment.seconds($0) }
      return Mention(log: log, line: number, at: at, localTime: nil, excerpt: excerpt)
    }
    let pid = values["pid"]?.number.flatMap { Int32(exactly: $0) }
    if values["sigterm_at"] != nil {
      add(.signalled, mention("sigterm_at")) { ($0.pid, $0.signal) = (pid, "SIGTERM") }
    } else if let second = values["second"]?.text, values["at"] != nil {
      add(.signalled, mention("at")) { $0.signal = "SIG" + second.harmless }
    } else if let status = values["rc"]?.number, values["exited_at"] != nil {
      add(.ended, mention("exited_at")) { ($0.pid, $0.status) = (pid, Int(exactly: status)) }
    } else if let owned = values["owned"], owned.kind == .object, let listens = values["listen"]?.truth {
      let established = JSONMembers(owned.bytes).first { $0.name == "ESTABLISHED" }?.value.number ?? 0
      // A row is written for each state that is there: a state without one has none.
      add(.counted, mention("t")) { ($0.isListening, $0.connections) = (listens, Int(exactly: established)) }
    } else if values["ev"]?.text == "closed", let code = values["code"] {
      add(.closed, mention("t")) { $0.status = code.number.flatMap { Int(exactly: $0) } }
    }
  }

  // MARK: Text

  private mutating func takeText(_ text: String, _ number: Int) {
    var rest = Substring(text)
    let local = LogMoment.timeOfDay(&rest)
    let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty else { return }
    func mention(_ at: Timestamp? = nil) -> Mention {
      Mention(log: log, line: number, at: at, localTime: local, excerpt: String(text.prefix(300)).harmless)
    }
    if words[0] == "started", let place = words.lastIndex(of: "pid"), place + 1 < words.count,
      let pid = Int32(words[place + 1])
    {
      let end = words.firstIndex(of: "env") ?? place
      add(.started, mention()) { note in
        (note.pid, note.command) = (pid, words[1..<end].joined(separator: " ").harmless)
      }
    } else if words[0] == "launched:" {
      add(.started, mention()) { $0.command = words.dropFirst().joined(separator: " ").harmless }
    } else if let place = words.firstIndex(of: "PID1:") {
      add(.initial, mention()) { $0.command = words[(place + 1)...].joined(separator: " ").harmless }
    } else if let sent = Self.signal(words) {
      add(.signalled, mention(words.last.flatMap { Double($0) }.flatMap { LogMoment.seconds($0) })) { note in
        (note.signal, note.pid) = sent
      }
    } else if let isAlive = Self.isAlive(words) {
      add(isAlive ? .running : .ended, mention()) { note in
        note.isListening = Self.isListening(words)
        note.connections = words.first { $0.hasPrefix("estab=") }.flatMap { Int($0.dropFirst(6)) }
      }
    } else if let status = Self.status(words) {
      add(.ended, mention()) { $0.status = status }
    }
  }

  /// `send SIGTERM to 4858`, `kill -TERM 4858`, `kill -s TERM 4858`, `kill -15 4858`.
  private static func signal(_ words: [String]) -> (String?, Int32?)? {
    if let place = words.firstIndex(where: { $0.hasPrefix("SIG") && $0.dropFirst(3).first?.isUppercase == true }),
      place + 2 < words.count, words[place + 1] == "to"
    {
      let name = words[place].prefix { $0.isLetter || $0.isNumber }
      let target = words[place + 2]
      return Int32(target).map { (String(name), $0) } ?? (target.hasPrefix("PID1") ? (String(name), nil) : nil)
    }
    guard let place = words.firstIndex(of: "kill"), place + 2 < words.count, let pid = Int32(words[words.count - 1]),
      words[place + 1].hasPrefix("-"), pid > 0
    else { return nil }
    let given = words[place + 1] == "-s" ? words[place + 2] : String(words[place + 1].dropFirst())
    let names = ["1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "15": "TERM"]
    let name = names[given] ?? given
    return ("SIG" + (name.hasPrefix("SIG") ? String(name.dropFirst(3)) : name).harmless, pid)
  }

  /// `exit STILL RUNNING`, `4s later: alive=yes listen=1 estab=1`, `wrapper alive=no`.
  private static func isAlive(_ words: [String]) -> Bool? {
    if words.count >= 2, words.suffix(2).map({ $0.lowercased() }) == ["still", "running"] { return true }
    guard let word = words.first(where: { $0.hasPrefix("alive=") }) else { return nil }
    return word == "alive=yes" ? true : word == "alive=no" ? false : nil
  }

  /// `listen=1`, or `listener:` with what `ss` says of one.
  private static func isListening(_ words: [String]) -> Bool? {
    if let word = words.first(where: { $0.hasPrefix("listen=") }) { return word != "listen=0" }
    return words.firstIndex(of: "listener:").map { $0 + 1 < words.count }
  }

  /// `exit -15`, `old exit 0`, `rc=1`.
  private static func status(_ words: [String]) -> Int? {
    if words.count == 1, words[0].hasPrefix("rc=") { return Int(words[0].dropFirst(3)) }
    guard (2...3).contains(words.count), words[words.count - 2] == "exit" else { return nil }
    return Int(words[words.count - 1])
  }

  private mutating func add(_ kind: Note.Kind, _ mention: Mention, _ change: (inout Note) -> Void) {
    var note = Note(kind, mention)
    change(&note)
    notes.append(note)
  }
}

/// Times as people and scripts note them.
enum LogMoment {
  /// Seconds since the epoch, of this century.
  static func seconds(_ count: Double) -> Timestamp? {
    guard (946_684_800..<4_102_444_800).contains(count) else { return nil }
    return Timestamp(nanoseconds: Int64((count * 1_000_000).rounded()) * 1_000)
  }

  /// Takes `00:04:04.954` from the text's beginning: a time of some day in some zone, as if it were the epoch's first.
  static func timeOfDay(_ text: inout Substring) -> Timestamp? {
    let word = text.prefix { !$0.isWhitespace }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 2, parts[1].count == 2, let hours = Int(parts[0]),
      let minutes = Int(parts[1]), let seconds = Double(parts[2]), (0..<24).contains(hours), (0..<60).contains(minutes),
      (0..<61).contains(seconds)
    else { return nil }
    text = text[word.endIndex...]
    return Timestamp(nanoseconds: Int64(hours * 3_600 + minutes * 60) * 1_000_000_000 + Int64(seconds * 1e9))
  }
}
