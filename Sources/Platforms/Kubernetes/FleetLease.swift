import Machine
package import Vocabulary

import Documents
import FoundationEssentials

/// The lock of a fleet that every machine sees: a Lease in the workload's namespace.
///
/// It is taken by creating it, or by replacing one that has expired or was given back; each write names the version that
/// was read, so of two that try only one succeeds. Times are compared by this machine's clock and how long the holder's
/// last renewal has been seen unchanged is not waited for: clocks that differ by more than the lease's time break it.
package struct FleetLease: Sendable {
  /// Its name.
  package let name: String
  private let kubectl: Kubectl
  private let path: String
  private let holder: String
  private let clock: WallClock
  /// How long it lives without a renewal; renewed every third of that.
  private static let lifetime: Duration = .seconds(60)

  private struct Object: Codable, Sendable {
    var apiVersion = "coordination.k8s.io/v1"
    var kind = "Lease"
    var metadata: Metadata
    var spec: Spec
    struct Metadata: Codable, Sendable {
      var name: String
      var namespace: String
      var resourceVersion: String?
    }
    struct Spec: Codable, Sendable {
      var holderIdentity: String?
      var leaseDurationSeconds: Int?
      var acquireTime: String?
      var renewTime: String?
    }
  }

  private let namespace: String

  init(_ kubectl: Kubectl, namespace: String, holder: String, clock: WallClock) {
    self.kubectl = kubectl
    self.namespace = namespace
    self.holder = holder
    self.clock = clock
    name = "sluice-\(kubectl.settings.workload.name)"
    path = "/apis/coordination.k8s.io/v1/namespaces/\(namespace)/leases"
  }

  /// Takes it; throws `KubernetesFailure.leased` while another run holds it.
  func acquire() async throws {
    guard let found = try await read() else {
      do {
        return try await write(mine(nil), "creating", to: path, by: "create")
      } catch KubernetesFailure.refused(let fault, _) where fault.kind == .conflict {
        throw KubernetesFailure.leased(name: name, holder: "another run", until: clock.now + Self.lifetime)
      }
    }
    if let other = found.spec.holderIdentity, !other.isEmpty, other != holder {
      let renewed = found.spec.renewTime.flatMap { Timestamp($0) } ?? clock.now
      let until = renewed + .seconds(found.spec.leaseDurationSeconds ?? 60)
      guard until < clock.now else { throw KubernetesFailure.leased(name: name, holder: other, until: until) }
    }
    do {
      try await write(mine(found), "taking", to: "\(path)/\(name)", by: "replace")
    } catch KubernetesFailure.refused(let fault, _) where fault.kind == .conflict {
      throw KubernetesFailure.leased(name: name, holder: "another run", until: clock.now + Self.lifetime)
    }
  }

  /// Renews it until the task is cancelled; throws when somebody else has taken it, or when it could not be renewed in its time.
  package func keep(clock sleeper: some Clock<Duration> = ContinuousClock()) async throws {
    var renewed = clock.now
    while true {
      try await sleeper.sleep(for: Self.lifetime / 3)
      do {
        try await renew(as: holder)
        renewed = clock.now
      } catch let failure as KubernetesFailure where failure.isTransient && clock.now - renewed < Self.lifetime {
        continue
      }
    }
  }

  /// Gives it back, so that the next run need not wait until it expires.
  package func release() async throws { try await renew(as: "") }

  private func renew(as next: String) async throws {
    guard var found = try await read() else {
      throw KubernetesFailure.leaseLost(name: name, holder: "nobody: it is gone")
    }
    guard found.spec.holderIdentity == holder else {
      throw KubernetesFailure.leaseLost(name: name, holder: found.spec.holderIdentity ?? "nobody")
    }
    found.spec.holderIdentity = next
    found.spec.renewTime = clock.now.inMicroseconds
    try await write(found, "renewing", to: "\(path)/\(name)", by: "replace")
  }

  private func mine(_ found: Object?) -> Object {
    let now = clock.now.inMicroseconds
    return Object(
      metadata: Object.Metadata(
        name: name, namespace: namespace, resourceVersion: found?.metadata.resourceVersion),
      spec: Object.Spec(
        holderIdentity: holder, leaseDurationSeconds: Int(Self.lifetime.seconds), acquireTime: now, renewTime: now))
  }

  private func read() async throws -> Object? {
    do {
      return try await kubectl.get("\(path)/\(name)", as: Object.self, doing: "reading Lease '\(name.harmless)'")
    } catch KubernetesFailure.refused(let fault, _) where fault.kind == .objectMissing {
      return nil
    }
  }

  private func write(_ object: Object, _ verb: String, to path: String, by command: String) async throws {
    let body = try CanonicalJSON.encodeKeysAsNamed(object)
    _ = try await kubectl.run(
      [command, "--raw=\(path)", "--filename=-"], doing: "\(verb) Lease '\(name.harmless)'", input: .bytes(body))
  }
}

extension Timestamp {
  /// As the API writes the times of a Lease: six digits after the point.
  fileprivate var inMicroseconds: String {
    let text = description
    let seconds = text.prefix { $0 != "." && $0 != "Z" }
    let digits = text.dropFirst(seconds.count).filter(\.isNumber)
    return "\(seconds).\((digits + "000000").prefix(6))Z"
  }
}

extension Kubernetes {
  /// Takes the fleet's Lease; nil where the target says that none is to be taken.
  package func lease(for run: RunID) async throws -> FleetLease? {
    guard settings.takesLease else { return nil }
    let lease = FleetLease(
      kubectl, namespace: try await namespace(), holder: "\(settings.holder)/\(run.rawValue)", clock: clock)
    try await lease.acquire()
    return lease
  }
}
