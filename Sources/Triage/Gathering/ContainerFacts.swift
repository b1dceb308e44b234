package import Vocabulary

/// What the engine of a container says of it.
package struct ContainerFacts: Hashable, Codable, Sendable {
  /// Its name, and the command that said all this: `docker inspect`.
  package let name, source: String
  /// What its log is called among the logs of the case; nil: it was not read.
  package var log: String?
  /// The command of its process 1, without what is secret in it.
  package let command: [String]
  /// The engine's word: `running`, `exited`, …
  package let status: String
  /// Whether it runs.
  package let isAlive: Bool
  /// How its process 1 ended, 128 and the number by a signal; nil: it has not, or that is not known.
  package let exitCode: Int?
  /// Whether the kernel killed a process of it for want of memory.
  package let isOutOfMemory: Bool
  /// The most memory that it may have, in bytes; nil: all.
  package let memoryLimit: Int64?
  /// When its process 1 was last started and ended; nil: it was not.
  package let startedAt, finishedAt: Timestamp?
  /// How long `docker stop` waits until it kills, in seconds.
  package let stopTimeoutSeconds: Double
  /// The signal that stops it.
  package let stopSignal: String
  /// How often the engine has started it again; nil: it does not say.
  package let restarts: Int?
}
