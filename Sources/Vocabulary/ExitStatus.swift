/// The exit statuses of every command; they are interface (the table in README.md says the same).
package enum ExitStatus: Int32, Sendable, Hashable, CaseIterable, Error {
  /// Done; the verdict passed.
  case passed = 0
  /// The verdict failed, or there are findings at or above `--fail-on`.
  case failed = 1
  /// An action on the platform failed: build, deploy, rollback, stop.
  case actionFailed = 2
  /// Inconclusive, pending (`--once`) or superseded.
  case inconclusive = 3
  /// Timed out.
  case timedOut = 4
  /// Redaction refused to let a bundle out.
  case redactionRefused = 5
  /// Wrong usage: an unknown option, a missing value.
  case usage = 64
  /// Input that is there but cannot be used: a corrupted journal, a malformed file.
  case badInput = 65
  /// A file that should be read is not there.
  case missingInput = 66
  /// A source, a platform or a program that is needed cannot be reached.
  case unavailable = 69
  /// A file that should be written cannot be (sysexits' EX_CANTCREAT).
  case cannotCreate = 73
  /// Locked by another run: try later.
  case locked = 75
  /// The configuration is wrong.
  case configuration = 78
  /// Ended by Ctrl-C; the run is saved.
  case interrupted = 130
  /// Ended by SIGTERM; the run is saved.
  case terminated = 143
}
