package import Cutover
package import SessionSources
package import Vocabulary

/// Where versions run and are replaced. As a session source it lists its instances.
package protocol Platform: SessionSource {
  /// The clocks that end a drain on this platform.
  var window: DrainWindow { get }

  /// Who tells outgoing generations to drain: sluice by `drain`, or the platform by itself once the incoming one serves.
  ///
  /// Where the platform does, what was started cannot be withdrawn: `drain` is never called.
  var drainedBy: Rollout.Drainer { get }

  /// How long `start` may take.
  var startLimit: Duration { get }

  /// The generations that have live instances, the newest first, those that drain included; empty: none runs.
  func current() async throws -> [Generation]

  /// Those of `current()` that take new sessions; the platform's word.
  func serving() async throws -> [Generation]

  /// The generations that can be put back, the newest first, those that run included.
  func versions() async throws -> [Generation]

  /// The release that a person means, who may also call it by the platform's own id of its turn, or by another name that
  /// it has there; throws where the platform knows that the name is none or is that of several.
  func release(named name: VersionName) async throws -> VersionName

  /// The last change of versions as the platform itself remembers it, for a rollout that sluice did not do; nil: it keeps
  /// no such record.
  func lastChange() async throws -> PlatformChange?

  /// What a person should know before a rollout is begun, one sentence each.
  func cautions(of kind: Rollout.Kind) -> [String]

  /// Hands over what the platform says meanwhile, line by line and in order; must return at once.
  func listen(_ listener: @escaping @Sendable (PlatformNote) -> Void) async

  /// The logs of the instances that live or have just ended, those of draining ones first; it may be asked every other second.
  ///
  /// Empty where the platform hands over none. Whoever asks reads them as long as they are worth it to him.
  func logs() async throws -> [InstanceLog]

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
  package var drainedBy: Rollout.Drainer { .sluice }
  package var startLimit: Duration { .seconds(600) }
  package func serving() async throws -> [Generation] { try await current() }
  package func lastChange() async throws -> PlatformChange? { nil }
  package func release(named name: VersionName) async throws -> VersionName {
    let known = try await versions()
    if known.contains(where: { $0.version == name }) { return name }
    return known.first { $0.id?.rawValue == name.rawValue }?.version ?? name
  }
  package func cautions(of kind: Rollout.Kind) -> [String] { [] }
  package func listen(_ listener: @escaping @Sendable (PlatformNote) -> Void) async {}
  package func logs() async throws -> [InstanceLog] { [] }
  package func tend() async throws {}
  package func failureToServe(_ generation: Generation) async throws -> (any Failure)? { nil }
}

/// A change of versions that a platform remembers.
package struct PlatformChange: Hashable, Sendable {
  /// What serves since.
  package var incoming: Generation
  /// What has live instances beside it, the newest first.
  package var outgoing: [Generation]
  /// When it was begun, by the platform's clock.
  package var began: Timestamp

  /// A change.
  package init(incoming: Generation, outgoing: [Generation], began: Timestamp) {
    self.incoming = incoming
    self.outgoing = outgoing
    self.began = began
  }
}

/// One line that a platform, or the program that acts on it, says while it is at work.
package struct PlatformNote: Hashable, Sendable {
  /// Who says it, in one word: `lk`.
  package var source: String
  /// What it says: one line, made harmless, without secrets.
  package var text: String

  /// A line.
  package init(source: String, text: String) {
    self.source = source
    self.text = text
  }
}
