import Documents
import Journal
package import Machine
import Vocabulary

/// Everything outside of itself that a command touches, as one value that tests replace.
package struct Context: Sendable {
  /// The environment's variables.
  package var environment: [String: String]
  /// The folder that the command was called in.
  package var directory: String
  /// Writes the result.
  package var output: Output
  /// Writes progress, questions and errors.
  package var errors: Output
  /// Whether a person can type on standard input.
  package var isInputTerminal = false
  /// Reads one line from the person at the terminal; nil at the end of input.
  package var readLine: @Sendable () -> String?
  /// Time that passes.
  package var clock: any Clock<Duration>
  /// The time of day.
  package var wallClock: WallClock
  /// SIGINT and SIGTERM as they arrive, from the moment of the call on.
  package var stopSignals: @Sendable () -> AsyncStream<Signal>
  /// Ends the program at once as a signal does, the terminal as it was.
  package var leave: @Sendable (Signal) -> Never
  /// The program itself, to start its hidden subcommands with.
  package var program: String

  /// A context; the program makes it from what it was started with.
  package init(
    environment: [String: String], directory: String, output: Output, errors: Output,
    readLine: @escaping @Sendable () -> String?, clock: any Clock<Duration>, wallClock: WallClock,
    stopSignals: @escaping @Sendable () -> AsyncStream<Signal>, leave: @escaping @Sendable (Signal) -> Never,
    program: String
  ) {
    self.environment = environment
    self.directory = directory
    self.output = output
    self.errors = errors
    self.readLine = readLine
    self.clock = clock
    self.wallClock = wallClock
    self.stopSignals = stopSignals
    self.leave = leave
    self.program = program
  }
}

/// One of the program's two ways out.
package struct Output: Sendable {
  /// Whether a person looks at it.
  package var isTerminal: Bool
  /// Columns and rows of the terminal at this moment; nil when it is none.
  package var size: @Sendable () -> (columns: Int, rows: Int)?
  /// Writes bytes as they are; a reader that has gone is not an error.
  package var write: @Sendable ([UInt8]) -> Void

  /// A way out.
  package init(
    isTerminal: Bool, size: @escaping @Sendable () -> (columns: Int, rows: Int)?,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.isTerminal = isTerminal
    self.size = size
    self.write = write
  }

  /// Writes a text and ends the line; nothing in it is a command to a CI system that prints it.
  package func line(_ text: String) { write(Array((text.withoutRunnerCommands() + "\n").utf8)) }

  /// Writes a value as one line of canonical JSON, which says the same and holds no such command either.
  func json(_ value: some Encodable) throws {
    write(
      Array(
        (String(decoding: try CanonicalJSON.encode(value), as: UTF8.self).withoutRunnerCommands(inJSON: true) + "\n")
          .utf8))
  }

  /// Writes a command to GitHub's runner.
  func command(_ command: WorkflowCommand) { write(Array((command.line + "\n").utf8)) }
}

extension Context {
  /// Makes a run and journals how it began.
  func newRun(_ target: TargetName, command: [String], in store: RunStore) async throws -> JournalWriter {
    let folder = try store.create(at: wallClock.now)
    let journal = try await JournalWriter(folder, clock: wallClock)
    let started = RunStarted(
      run: folder.id, target: target, command: command, host: Host.name, performer: await performer())
    try await journal.append(.runStarted(started), durably: true)
    return journal
  }
}
