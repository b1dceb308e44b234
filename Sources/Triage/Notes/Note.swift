package import Logs

/// What somebody wrote down beside a log: a console's transcript, a record of signals, ends and connections.
package struct Note: Hashable, Codable, Sendable {
  /// What happened.
  package var kind: Kind
  /// The process that it happened to; nil where the note does not say.
  package var pid: Int32?
  /// The command that was started, or that a namespace's first process runs; harmless.
  package var command: String?
  /// The signal that was sent: `SIGTERM`.
  package var signal: String?
  /// The status of an end, negative by a signal; of a closed connection its code. nil: not said.
  package var status: Int?
  /// Whether a port was listened on, and how many connections were established.
  package var isListening: Bool?
  package var connections: Int?
  /// The line.
  package var mention: Mention

  init(_ kind: Kind, _ mention: Mention) {
    self.kind = kind
    self.mention = mention
  }

  /// What a note is of.
  package enum Kind: String, Codable, Sendable {
    /// A command was started.
    case started
    /// The first process of a pid namespace was looked at.
    case initial
    /// A signal was sent.
    case signalled
    /// A process ended.
    case ended
    /// A process was looked at and still ran.
    case running
    /// The sockets of a process were counted.
    case counted
    /// A client's connection was closed.
    case closed
  }
}
