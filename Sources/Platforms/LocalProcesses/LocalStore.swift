import Documents
import Machine
import Vocabulary

/// What is kept of a fleet of local processes on disk, so that the next command finds it again.
///
///     HOME/local/TARGET/            one folder a target
///       hook/sitecustomize.py       `PortHook`
///       000001/                     one folder a generation, numbered in the order of their starts
///         generation.json           `LocalGeneration`
///         1/                        one folder an instance
///           process                 the keeper's record (`KeptProcess`)
///           output.log errors.log   what the process writes
///           stop.json               `StopOrder`, written before the signal is sent
///           kill.json               `KillOrder`, written before the kill
///
/// Every file is replaced as one step, so that a reader beside a writer sees the old or the new.
struct LocalStore: Sendable {
  /// The target's folder.
  let folder: String

  init(home: String, target: TargetName) { folder = "\(home)/local/\(LocalStore.fileName(target.rawValue))" }

  /// The folder of the port hook.
  var hookFolder: String { folder + "/hook" }

  /// A text as the name of a file: everything but letters, digits, `-`, `_` and inner dots becomes `%41`.
  static func fileName(_ text: String) -> String {
    let name = text.utf8.enumerated().map { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        String(UnicodeScalar(byte))
      case UInt8(ascii: ".") where index > 0: "."
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return name.joined()
  }

  /// Every generation that was started and not taken back, the oldest first.
  func generations() throws -> [LocalGeneration] { try allGenerations().filter { !$0.isAbandoned } }

  /// Every generation, those that were taken back included, the oldest first.
  func allGenerations() throws -> [LocalGeneration] {
    guard Files.kind(of: folder) == .directory else { return [] }
    return try Files.list(folder).filter { Int($0) != nil }.compactMap { try generation(number: $0) }
      .sorted { $0.number < $1.number }
  }

  private func generation(number: String) throws -> LocalGeneration? {
    let path = "\(folder)/\(number)/generation.json"
    // A folder without the file was made by a command that ended before it started anything.
    guard Files.kind(of: path) == .file else { return nil }
    return try LocalStore.read(LocalGeneration.self, path)
  }

  /// Makes the folder of the next generation; two commands at once get two folders.
  func newNumber() throws -> Int {
    try Files.makeDirectory(folder)
    var number = (try Files.list(folder).compactMap { Int($0) }.max() ?? 0) + 1
    while !(try Files.makeNewDirectory("\(folder)/\(LocalStore.name(number))")) { number += 1 }
    return number
  }

  /// Writes down a generation; on the disk when this returns.
  func save(_ generation: LocalGeneration) throws {
    try Files.write(
      try CanonicalJSON.encode(generation), to: "\(folder)/\(LocalStore.name(generation.number))/generation.json")
  }

  /// The folder of an instance; replicas count from 1.
  func folder(of generation: LocalGeneration, replica: Int) -> InstanceFolder {
    InstanceFolder(path: "\(folder)/\(LocalStore.name(generation.number))/\(replica)")
  }

  private static func name(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  static func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    do {
      return try CanonicalJSON.decode(type, from: try Files.read(path, limit: 1 << 20))
    } catch let failure as CodingFailure {
      throw LocalProcessesFailure.stateUnreadable(
        path: path, reason: [failure.what, failure.why].compactMap(\.self).joined(separator: ": "))
    }
  }
}

/// One turn of a version on this machine. It holds no environment: that may hold secrets.
struct LocalGeneration: Codable, Hashable, Sendable {
  /// What it is written as.
  var schema = "sluice.local-generation/1"
  /// Its place in the order of starts.
  let number: Int
  /// `v1#1`: the version and the turn.
  let id: GenerationID
  /// The release.
  let version: VersionName
  /// How often this release was started, this time included.
  let turn: Int
  /// The program and its arguments.
  let command: [String]
  /// Where it runs.
  let directory: String
  /// How many processes it has.
  let replicas: Int
  /// When it was started.
  let startedAt: Timestamp
  /// A random text in the environment of each of its processes (`SLUICE_MARK`), by which they are known for certain.
  let mark: String
  /// Whether its start failed and was taken back.
  var isAbandoned = false

  /// The name of one of its instances: `v1#1-2`.
  func instance(_ replica: Int) -> InstanceID { InstanceID("\(id.rawValue)-\(replica)") }
}

/// That a process was told to stop. Written before the signal is sent, so that nobody ever sends a second one, which
/// would make the worker leave its calls at once.
struct StopOrder: Codable, Hashable, Sendable {
  /// When.
  let requestedAt: Timestamp
  /// When it is killed if it still lives.
  let deadlineAt: Timestamp
  /// Whether the signal is known to have been sent; false between the two, and for ever when the command ended there.
  var isSent: Bool
}

/// That a process was killed by its platform. Written before the kill.
struct KillOrder: Codable, Hashable, Sendable {
  /// When.
  let at: Timestamp
  /// Why: `deadline`, `clean-up`.
  let cause: String
}

/// The files of one instance.
struct InstanceFolder: Hashable, Sendable {
  let path: String

  var record: String { path + "/process" }
  var output: String { path + "/output.log" }
  var errors: String { path + "/errors.log" }

  /// The order to stop; nil when none was given.
  func stopOrder() throws -> StopOrder? { try order(StopOrder.self, "stop.json") }
  /// The order to kill; nil when none was given.
  func killOrder() throws -> KillOrder? { try order(KillOrder.self, "kill.json") }
  /// Writes the order to stop; on the disk when this returns.
  func save(_ order: StopOrder) throws { try Files.write(try CanonicalJSON.encode(order), to: path + "/stop.json") }
  /// Writes the order to kill; on the disk when this returns.
  func save(_ order: KillOrder) throws { try Files.write(try CanonicalJSON.encode(order), to: path + "/kill.json") }

  private func order<Order: Decodable>(_ type: Order.Type, _ name: String) throws -> Order? {
    let file = path + "/" + name
    guard Files.kind(of: file) == .file else { return nil }
    return try LocalStore.read(type, file)
  }
}
