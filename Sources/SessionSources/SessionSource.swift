package import Cutover

/// Where sessions or instances can be seen.
package protocol SessionSource: Sendable {
  /// What this source can tell.
  var traits: SourceTraits { get }

  /// Says which change is watched, before the first reading: whose sessions matter most.
  func expect(_ rollout: Rollout) async

  /// Asks once and returns a whole listing or why there is none; always ends within the limit.
  func reading(within limit: Duration) async -> Reading
}

extension SessionSource {
  package func expect(_ rollout: Rollout) async {}
}
