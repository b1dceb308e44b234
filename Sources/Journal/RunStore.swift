import Libraries
import Machine
package import Vocabulary

/// The folder of one run: its journal and whatever its command keeps beside it.
package struct RunFolder: Hashable, Sendable {
  /// The run.
  package let id: RunID
  /// The folder's path.
  package let path: String
  /// The journal's path.
  package var journal: String { path + "/journal.ndjson" }

  /// A run's folder.
  package init(id: RunID, path: String) {
    self.id = id
    self.path = path
  }
}

/// The runs of one home, the `.sluice` folder.
package struct RunStore: Sendable {
  /// The home's path.
  package let home: String

  /// The runs of a home; nothing is made or read yet.
  package init(home: String) { self.home = home }

  private var runs: String { home + "/runs" }

  /// Makes a run's folder under a new id; any number of processes may do so in the same millisecond.
  package func create(at time: Timestamp) throws -> RunFolder {
    try Files.makeDirectory(runs)
    while true {
      let id = RunID.make(at: time)
      let path = runs + "/" + id.rawValue
      // The folder is made exclusively: an id that is taken gives another one.
      if try Files.makeNewDirectory(path) { return RunFolder(id: id, path: path) }
    }
  }

  /// The folder of a run, whether it exists or not.
  package func folder(of run: RunID) -> RunFolder { RunFolder(id: run, path: runs + "/" + run.rawValue) }

  /// The run of this id, or the only one that begins like it. Throws `JournalFailure.runMissing` or `.runAmbiguous`.
  package func find(_ text: String) throws -> RunFolder {
    let ids = try names().filter { !text.isEmpty && $0.hasPrefix(text) }.map { RunID($0) }
    if let exact = ids.first(where: { $0.rawValue == text }) { return folder(of: exact) }
    guard let first = ids.first else { throw JournalFailure.runMissing(text, home: home) }
    guard ids.count == 1 else { throw JournalFailure.runAmbiguous(text, runs: Array(ids.prefix(5))) }
    return folder(of: first)
  }

  /// Every run, the newest first, damaged ones included; reads the first and the last record of each.
  package func list() throws -> [RunSummary] { try names().reversed().map { RunSummary(of: folder(of: RunID($0))) } }

  /// Removes a run's folder with all that lies in it; false: it stays, because a process has begun to write it.
  ///
  /// It is gone from the list at once, however long the removing takes.
  package func remove(_ run: RunFolder) throws -> Bool {
    let journal = try AppendFile(run.journal)
    guard journal.lock() else { return false }
    let rest = "\(home)/removed-\(run.id.rawValue)"
    try Files.rename(run.path, to: rest)
    try Files.removeTree(rest)
    return true
  }

  private func names() throws -> [String] {
    guard Files.kind(of: runs) != nil else { return [] }
    return try Files.list(runs).filter { Files.kind(of: runs + "/" + $0) == .directory }
  }
}

extension RunID {
  /// A new id: `20261121-140511-123-k3v9q2`, the time in UTC to the millisecond and 30 random bits in base 32.
  static func make(at time: Timestamp) -> RunID {
    let digits = time.roundedToMilliseconds.description.filter(\.isNumber)
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    let random = Hashing.randomBytes(6).map { alphabet[Int($0 & 31)] }
    return RunID(
      "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(digits.dropFirst(14).prefix(3))-\(String(random))")
  }
}
