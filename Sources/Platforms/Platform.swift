package import Cutover
package import SessionSources
package import Vocabulary

/// Where versions run and are replaced. As a session source it lists its instances.
package protocol Platform: SessionSource {
  /// The clocks that end a drain on this platform.
  var window: DrainWindow { get }

  /// The generations that have live instances, the newest first; empty: none runs.
  func current() async throws -> [Generation]

  /// The generations that can be put back, the newest first, those that run included.
  func versions() async throws -> [Generation]

  /// Starts a new turn of a version beside what runs and returns once it was started, not once it serves.
  ///
  /// `isReturning` is set for a rollback: the version must be one of `versions()`.
  func start(_ version: VersionName, isReturning: Bool) async throws -> Generation

  /// Tells every instance of these generations to drain, and returns once they were told.
  func drain(_ generations: [Generation]) async throws

  /// Does what the platform must do while a drain goes on, such as ending what has passed its deadline.
  ///
  /// Whoever drains calls it at each poll; whoever only looks on never does.
  func tend() async throws

  /// Why no instance of a generation will ever serve; nil as long as one may.
  func failureToServe(_ generation: Generation) async throws -> (any Failure)?
}

extension Platform {
  package func tend() async throws {}
  package func failureToServe(_ generation: Generation) async throws -> (any Failure)? { nil }
}
