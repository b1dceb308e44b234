import CMachine
import Glibc

/// A program to start: an argument array, never a shell's line.
package struct Invocation: Hashable, Sendable {
  /// The program and its arguments.
  ///
  /// A program without a slash is searched in the child's PATH; a relative one with a slash starts at the child's
  /// `directory`, as a shell there would take it.
  package var arguments: [String]
  /// The child's whole environment; nil: this process's own.
  package var environment: [String: String]?
  /// The child's working directory; nil: this process's own.
  package var directory: String?
  /// How the child stands to this process's terminal and signals.
  package var isolation: Isolation

  /// A program with its arguments.
  package init(
    _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
    isolation: Isolation = .group
  ) {
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.isolation = isolation
  }

  /// How a child stands to its parent's terminal and signals.
  package enum Isolation: Int32, Hashable, Sendable {
    /// In this process's group: Ctrl-C reaches it. For interactive children.
    case shared = 0
    /// In a process group of its own: it and its children can be signaled together.
    case group = 1
    /// In a session of its own, without a terminal: it may outlive this program.
    case session = 2
  }

  /// Where a stream of a child leads when this program does not read it.
  package enum Redirection: Hashable, Sendable {
    /// To where this program's own stream leads.
    case inherit
    /// To nowhere.
    case null
    /// To the end of a file, which is made with mode 0600 when missing; its folder must exist.
    case append(to: String)
  }

  /// What a child reads on its standard input.
  package enum Input: Hashable, Sendable {
    /// What this program would read.
    case inherit
    /// Nothing.
    case null
    /// These bytes, then the end; the place for secrets that must not be in arguments.
    case bytes([UInt8])
  }

  /// Starts the program and returns at once; the child may outlive this program when its isolation is `session`.
  ///
  /// Throws `MachineFailure` when the directory or the program is missing, or the system refuses.
  package func start(
    output: Redirection = .null, errors: Redirection = .null
  ) throws(MachineFailure) -> ChildProcess {
    let null = try OpenFile("/dev/null", O_RDONLY, for: .read)
    return try spawn(input: null, output: try output.opened(), errors: try errors.opened())
  }
}

extension Invocation.Redirection {
  /// The file to give to a child; nil: inherited.
  func opened() throws(MachineFailure) -> OpenFile? {
    switch self {
    case .inherit: nil
    case .null: try OpenFile("/dev/null", O_WRONLY, for: .write)
    case .append(let path): try OpenFile(path, O_WRONLY | O_CREAT | O_APPEND, for: .write)
    }
  }
}

extension Invocation {
  /// Starts the program with these streams; nil is inherited.
  func spawn(input: OpenFile?, output: OpenFile?, errors: OpenFile?) throws(MachineFailure) -> ChildProcess {
    // A failed chdir and a missing program give the same ENOENT, so the directory is looked at first.
    if let directory, Files.kind(of: directory) != .directory { throw .directoryMissing(directory) }
    let path = try Program.path(
      of: arguments.first ?? "", searching: environment.map { $0["PATH"] ?? "" } ?? Program.searchPath,
      in: directory)
    let variables = environment.map { $0.map { "\($0.key)=\($0.value)" }.sorted() }
    var pid: Int32 = 0
    let isolation = isolation
    let directory = directory
    // All strings and arrays live until the call returns; the child has its own copies then.
    let error = unsafe CStrings.with(arguments) { arguments in
      unsafe CStrings.with(variables ?? []) { environment in
        unsafe path.withCString { path in
          let start = { (directory: UnsafePointer<CChar>?) -> Int32 in
            var child = unsafe cm_child(
              path: path, arguments: arguments,
              environment: variables == nil ? UnsafePointer(cm_environment()) : environment,
              directory: directory, input: input?.descriptor ?? -1, output: output?.descriptor ?? -1,
              errors: errors?.descriptor ?? -1, isolation: isolation.rawValue)
            return unsafe cm_spawn(&child, &pid)
          }
          return directory.map { unsafe $0.withCString { unsafe start($0) } } ?? start(nil)
        }
      }
    }
    guard error == 0 else { throw .cannotStart(path, SystemError(code: error)) }
    return try ChildProcess(started: pid, isolation: isolation)
  }
}
