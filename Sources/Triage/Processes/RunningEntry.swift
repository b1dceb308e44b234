import Machine
import Preflight
import Vocabulary

/// The command line of a process that runs, to be judged as an entry command: by the files that it sees itself.
struct RunningEntry {
  let entry: EntryCommand

  /// The entry of a process; nil where its command line cannot be read.
  init?(pid: Int32, command: ObservedProcess?) {
    guard let arguments = command?.arguments, !arguments.isEmpty else { return nil }
    var facts = ImageFacts()
    facts.shell = Self.shell(of: pid)
    facts.hasBash = Files.kind(of: "/proc/\(pid)/root/bin/bash") != nil
    facts.hasPs = Files.kind(of: "/proc/\(pid)/root/bin/ps") != nil
    var entry = EntryCommand(
      arguments: arguments.map { Word($0) }, origin: Place(file: "process \(pid)"), image: facts,
      files: ProcessFiles(root: "/proc/\(pid)/root"))
    entry.workingDirectory = Files.link(at: "/proc/\(pid)/cwd") ?? "/"
    // Their values may come to stand in the verdict's words.
    entry.environment = (ProcessTable.environment(of: pid) ?? [:]).filter { !SecretWord.isSecret($0.key) }
      .mapValues { Word($0) }
    self.entry = entry
  }

  /// What stands when the processes run can be seen; what they will do with a signal is in programs and files.
  private static let codes: Set<FindingCode> = ["SIG-003", "SIG-004", "SIG-008", "SIG-011", "SIG-012"]

  /// The verdict for its command line.
  var judged: ProjectFacts.Entry {
    let verdict = SignalPath.judge(entry, programs: Programs())
    let culprit = verdict.chain.first { !$0.passesOn }
    let sentence =
      culprit.map { link in
        [
          [link.program + (link.place.map { " (\($0))" } ?? ""), link.reaction].joined(separator: " "),
          link.explanation,
        ]
        .joined(separator: ": ")
      } ?? "every process in between passes SIGTERM on"
    return ProjectFacts.Entry(
      subject: entry.origin.description, outcome: verdict.outcome.rawValue, sentence: sentence.harmless,
      command: entry.arguments.commandLine.harmless, place: nil,
      findings: verdict.findings.filter { Self.codes.contains($0.code) })
  }

  /// Which shell `/bin/sh` is where a process lives.
  private static func shell(of pid: Int32) -> ShellKind {
    let target = Files.link(at: "/proc/\(pid)/root/bin/sh")?.split(separator: "/").last
    return target.flatMap { ShellKind(rawValue: String($0)) } ?? .unknown
  }
}

/// The files that a process sees.
struct ProcessFiles: ImageFiles {
  /// `/proc/PID/root`.
  let root: String

  func lookUp(_ path: String) -> ImageLookup {
    var path = path
    // The system would follow a link from our own root.
    for _ in 0..<8 {
      guard let target = Files.link(at: root + path) else { break }
      path = target.hasPrefix("/") ? target : "\(Files.folder(of: path))/\(target)"
    }
    switch Files.kind(of: root + path) {
    case .directory?: return .folder
    case .file?:
      guard let bytes = try? Files.read(root + path, limit: 1 << 20) else { return .unknown }
      let mode = Files.permissions(of: root + path)
      return .file(
        ImageFile(
          text: String(decoding: bytes, as: UTF8.self), origin: Place(file: path, line: 1),
          isExecutable: mode.map { $0 & 0o111 != 0 }))
    case .other?: return .unknown
    // Without the right to look, what is there is not known either.
    case nil: return Files.kind(of: root + "/.") == nil ? .unknown : .missing
    }
  }

  func names(in path: String) -> [String]? { try? Files.list(root + path) }
}
