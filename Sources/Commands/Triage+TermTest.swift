import CommandLine
import Machine
import Platforms
import Preflight
import Rehearsal
import Terminal
import Triage
import Vocabulary

/// The options of `sluice triage --term-test`, and the test that they ask for.
struct TermTestOptions {
  /// Whether a test is asked for.
  let isAsked: Bool
  private let agent: [String]?
  private let dockerfile: String?
  private let folder: String?
  private let addressee: TermTest.Addressee
  private let isSentTwice: Bool
  private let sessions: Int
  private let sessionLength: Duration
  private let drainTimeout: Duration
  private let hasOneEnding: Bool
  private let webSocket: String?
  private let requests: [String]
  private let startLimit: Duration
  private let patience: Duration
  let instance: InstanceID?
  let isConfirmed: Bool

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("TERM test options")
    defer { arguments.endGroup() }
    isAsked = arguments.flag(
      "--term-test", help: "Start the agent, put sessions on it, send SIGTERM, and see whether it drains.")
    agent = arguments.option(
      "--agent", value: .words, help: "The command that starts it; split into words as a shell does, run by none.")
    dockerfile = arguments.option(
      "--dockerfile", value: .file(),
      help: "Start the entry command of this image as process 1, on this machine's files.")
    folder = arguments.option(
      "--context", value: .directory(), otherwise: "the Dockerfile's folder, or this one",
      help: "The folder that the image is built from, or in which the agent starts.")
    addressee = arguments.option(
      "--to", value: .choice, default: .main, help: "Whom SIGTERM is sent to: process 1 alone, or every process.")
    isSentTwice = arguments.flag("--twice", help: "Send it a second time, a second later.")
    sessions = arguments.option(
      "--sessions", value: .integer(1...100), default: 2, help: "Sessions that are live then.")
    sessionLength = arguments.option(
      "--session-length", value: .duration(atLeast: .milliseconds(100)), default: .seconds(6),
      help: "How long after SIGTERM the last of them ends.")
    drainTimeout = arguments.option(
      "--drain-timeout", value: .duration(atLeast: .seconds(1)), default: .seconds(4),
      help: "The drain_timeout that the agent is given for the second ending, in which it passes before sessions end.")
    hasOneEnding = arguments.flag("--one-ending", help: "Leave the second ending out.")
    webSocket = arguments.option(
      "--url", value: .text("URL"),
      help:
        "A server's WebSocket, ws://127.0.0.1:8000/ws, or /ws on the port on which it is found to listen; {n} is each client's number."
    )
    requests = arguments.repeatedOption(
      "--request", value: .text("URL"), help: "A request of a server that takes its time; may be repeated.")
    startLimit = arguments.option(
      "--start-limit", value: .duration(atLeast: .seconds(1)), default: .seconds(60),
      help: "Give an agent up that cannot take sessions after this long.")
    patience = arguments.option(
      "--patience", value: .duration(atLeast: .seconds(4)), default: .seconds(10),
      help: "How long nothing may happen after SIGTERM until it counts as lost.")
    instance = arguments.option(
      "--instance",
      value: ValueKind<String>.name("instance").map(sample: InstanceID("x"), back: \.rawValue, { InstanceID($0) }),
      help: "With --target: test this one running instance, the platform's way, instead of starting one.")
    isConfirmed = arguments.flag("-y", "--yes", help: "With --instance: do not ask.")
    arguments.atMostOne(of: "--agent", "--dockerfile", "--instance", "--container")
    arguments.atMostOne(of: "--one-ending", "--drain-timeout")
    for option in [
      "--agent", "--dockerfile", "--context", "--to", "--twice", "--sessions", "--session-length", "--drain-timeout",
      "--one-ending", "--url", "--request", "--start-limit", "--patience",
      "--instance",
    ] { arguments.require(option, with: "--term-test") }
    arguments.require("--instance", with: "--target")
    arguments.require("--yes", with: "--instance")
  }

  /// Makes the test, and a case of what was seen and of what the agent logged.
  ///
  /// The first SIGINT or SIGTERM ends what was started in order, the second at once; nothing of it is left either way.
  func gather(_ target: TargetOptions, container: String?, in context: Context) async throws -> Result<
    CaseFile, Interruption
  > {
    var file = CaseFile()
    file.gatheredAt = context.wallClock.now
    let errors = context.errors
    let tested: Result<TermTest.Outcome, Interruption>
    if let instance {
      let test = try await instanceTest(of: instance, target, in: context)
      tested = try await interruptible(in: context) { try await test.run { line in errors.line(line) } }.get()
    } else {
      let options: TermTest.Options
      if let container {
        options = try await self.options(ofContainer: container, in: context)
      } else {
        options = try self.options(in: context)
      }
      let test = TermTest(options, clock: context.clock, wallClock: context.wallClock)
      tested = try await interruptible(in: context) { try await test.run { line in errors.line(line) } }.get()
    }
    switch tested {
    case .failure(let interruption): return .failure(interruption)
    case .success(let outcome):
      file.add(try await LogGathering.read(outcome.logs, in: context.directory))
      file.termTest = outcome.record
      return .success(file)
    }
  }

  /// A command line as it is told.
  static func words(_ command: [String]) -> String { command.withoutSecrets.joined(separator: " ").harmless }

  private func absolute(_ path: String, in context: Context) -> String {
    path.hasPrefix("/") ? path : "\(context.directory)/\(path)"
  }

  private func options(in context: Context) throws -> TermTest.Options {
    let dockerfileFolder = dockerfile.map { Files.folder(of: absolute($0, in: context)) }
    let directory = folder.map { absolute($0, in: context) } ?? dockerfileFolder ?? context.directory
    let keeper = [context.program, KeepProcessCommand.name]
    var options: TermTest.Options
    if let agent {
      let home = try Home.folder(of: "term-tests", in: context)
      options = TermTest.Options(
        command: agent, directory: directory, environment: context.environment, keeperCommand: keeper, home: home,
        words: Self.words)
      options.foretold = EntryStart.findings(of: agent, in: directory)
    } else {
      var files = EntryFiles()
      files.dockerfile = dockerfile.map { absolute($0, in: context) }
      files.context = directory
      let entry = try EntryStart.read(files, in: directory)
      let home = try Home.folder(of: "term-tests", in: context)
      options = emulated(entry, in: directory, keeper: keeper, home: home, context)
      options.foretold = try EntryStart.findings(of: files, in: directory)
    }
    apply(to: &options)
    return options
  }

  /// A container of an image, or one like another that exists.
  private func options(ofContainer name: String, in context: Context) async throws -> TermTest.Options {
    let container = try await TestedContainer(of: name, program: DockerProgram(foundIn: context.environment))
    var options = TermTest.Options(
      command: [name], directory: context.directory, environment: context.environment,
      keeperCommand: [context.program, KeepProcessCommand.name], home: try Home.folder(of: "term-tests", in: context),
      words: Self.words)
    options.subject = container.origin
    options.container = container
    options.signal = container.signal
    apply(to: &options)
    return options
  }

  private func apply(to options: inout TermTest.Options) {
    options.addressee = addressee
    options.isSentTwice = isSentTwice
    options.sessions = sessions
    options.sessionLength = sessionLength
    options.drainTimeout = hasOneEnding ? nil : drainTimeout
    options.clients.webSocket = webSocket
    options.clients.requests = requests
    options.startLimit = startLimit
    options.patience = patience
  }
}

extension TermTestOptions {
  /// The entry command of an image, on the files of the folder that it is built from.
  ///
  /// What the image has in its working directory is taken to be that folder, in words of the command too.
  private func emulated(
    _ entry: EntryStart, in folder: String, keeper: [String], home: String, _ context: Context
  ) -> TermTest.Options {
    let place = entry.workingDirectory
    let isRoot = place == "/"
    let words = isRoot ? entry.arguments : entry.arguments.map { Self.moved($0, from: place, to: folder) }
    var environment = context.environment
    for (name, value) in entry.environment where name != "PATH" { environment[name] = value }
    var options = TermTest.Options(
      command: words, directory: folder, environment: environment, keeperCommand: keeper, home: home,
      words: Self.words)
    options.subject = "\(entry.subject): \(Self.words(entry.arguments))".harmless
    options.isFirstProcess = true
    options.signal = entry.stopSignal
    var remarks = ["with this machine's programs, not the image's"]
    if !isRoot { remarks.append("\(place) is \(folder)") }
    if entry.shell != .unknown, words.first?.hasSuffix("sh") == true {
      remarks.append("the image's /bin/sh is \(entry.shell.rawValue)")
    }
    options.remark = remarks.joined(separator: ", ").harmless
    return options
  }
}

extension Home {
  /// A new folder for one test's logs, which stay there to be read.
  fileprivate static func folder(of kind: String, in context: Context) throws -> String {
    let name = "\(context.wallClock.now)".filter { $0.isNumber }
    let path = "\(Home.path(beside: nil, in: context))/\(kind)/\(name)-\(Host.process.pid)"
    try Files.makeDirectory(path)
    return path
  }
}

extension TermTestOptions {
  /// A word of a command with one folder in the place of another, wherever a path in it begins with that.
  static func moved(_ word: String, from folder: String, to other: String) -> String {
    var (result, rest) = ("", word[...])
    func isOfName(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || "_.-".contains($0) } ?? false
    }
    while let range = rest.firstRange(of: folder) {
      let before = rest[..<range.lowerBound]
      let isPath = !isOfName(before.last) && before.last != "/" && !isOfName(rest[range.upperBound...].first)
      result += before + (isPath ? other : folder)
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}

/// What a TERM test showed, as people read it.
struct TermTestText {
  let result: TermTestResult
  let width: Int
  let style: TextStyle

  /// The table of what should have happened; no line feed at the end.
  var text: String {
    let page = FindingText(width: width, style: style)
    var parts = [page.wrap("TERM test of \(result.subject), \(result.means)")]
    for kind in [TermTestRecord.Kind.sessionsEnd, .drainTimeout] {
      let rows = result.expectations.filter { $0.ending == kind }
      guard !rows.isEmpty else { continue }
      parts.append(kind == .sessionsEnd ? "its sessions end by themselves:" : "its drain_timeout passes first:")
      parts.append(
        Table(
          [.init("", .identifier), .init("", .text())],
          rows: rows.map { row in
            Table.Row(
              [.init(words(row.state), tone(row.state)), .init(row.text)],
              notes: [.init(row.evidence + (row.finding.map { " (\($0))" } ?? ""), .dim)])
          }, indent: 2, header: .hidden
        ).render(width: width, style: style))
    }
    parts += result.omissions.map { page.wrap($0, .dim) }
    return parts.joined(separator: "\n")
  }

  private func words(_ state: TermTestResult.State) -> String {
    switch state {
    case .met: "met"
    case .notMet: "not met"
    case .notSeen: "not seen"
    }
  }

  private func tone(_ state: TermTestResult.State) -> TextStyle.Tone {
    switch state {
    case .met: .ok
    case .notMet: .fail
    case .notSeen: .warn
    }
  }
}
