import Glibc

/// A signal of the system.
package struct Signal: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  /// The system's number.
  package let rawValue: Int32
  /// A signal by its number.
  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The terminal is gone.
  package static let hangUp = Signal(rawValue: SIGHUP)
  /// Ctrl-C.
  package static let interrupt = Signal(rawValue: SIGINT)
  /// The polite request to end.
  package static let terminate = Signal(rawValue: SIGTERM)
  /// The end without a chance.
  package static let kill = Signal(rawValue: SIGKILL)
  /// The terminal changed its size.
  package static let windowChange = Signal(rawValue: SIGWINCH)
  /// Halts a process until `resume`.
  package static let halt = Signal(rawValue: SIGSTOP)
  /// Lets a halted process go on.
  package static let resume = Signal(rawValue: SIGCONT)

  /// What a shell reports for a process that this signal ended: 128 + its number.
  package var exitStatus: Int32 { 128 + rawValue }

  /// Its name as `kill -l` has it: `SIGTERM`; `signal 40` for one without a name.
  package var description: String { Signal.names[rawValue] ?? "signal \(rawValue)" }

  private static let names: [Int32: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT",
    SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGUSR1: "SIGUSR1", SIGSEGV: "SIGSEGV",
    SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGCHLD: "SIGCHLD",
    SIGCONT: "SIGCONT", SIGSTOP: "SIGSTOP", SIGTSTP: "SIGTSTP", SIGTTIN: "SIGTTIN", SIGTTOU: "SIGTTOU",
    SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGWINCH: "SIGWINCH", SIGSYS: "SIGSYS",
  ]
}
