package import Machine
package import Vocabulary

/// A fleet of processes on this machine: `local-processes` in `sluice.yaml`.
package struct LocalProcessesSettings: Sendable {
  /// The fleet.
  package var target: TargetName
  /// The agent's program and its arguments, without a shell.
  package var command: [String]
  /// Where it runs; an absolute path.
  package var directory: String
  /// How many processes a version has; 1 to 1,000.
  package var replicas: Int
  /// Variables that are set for it beside those of `inherited`; may hold secrets, so it is never written to a file.
  package var environment: [String: String]
  /// How long after its stop signal a process may live until it is killed with its whole group.
  package var stopTimeout: Duration = .seconds(3_900)
  /// The folder of this program's state (`.sluice`); an absolute path.
  package var home: String
  /// The program with the arguments that make it a keeper: `[Program.own, "keep-process"]`.
  package var keeperCommand: [String]
  /// The variables that a process has from the start.
  package var inherited: [String: String]
  /// The process without which no process of the fleet may live; nil: they outlive whoever starts them.
  package var guardian: ProcessIdentity?
  /// How long `start` waits for the first sign of life, so that a command which ends at once is its error.
  package var startWatch: Duration = .seconds(2)

  /// A fleet with the default clocks; see the properties.
  package init(
    target: TargetName, command: [String], directory: String, replicas: Int = 1, environment: [String: String] = [:],
    home: String, keeperCommand: [String], inherited: [String: String]
  ) {
    self.target = target
    self.command = command
    self.directory = directory
    self.replicas = replicas
    self.environment = environment
    self.home = home
    self.keeperCommand = keeperCommand
    self.inherited = inherited
  }
}
