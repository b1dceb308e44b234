package import Vocabulary

/// Turns a source's whole listings into changes, and changes back into a whole listing.
///
/// Cost is proportional to the listing when it is fed snapshots, to the changes when it is fed changes.
package struct ObservationTracker: Sendable {
  /// The instances of the last answer.
  package private(set) var instances: [InstanceID: InstanceObservation] = [:]
  /// The sessions of the last answer.
  package private(set) var sessions: [SessionID: SessionObservation] = [:]
  /// What the source reported beside the last answer's listing.
  package private(set) var findings: [Finding] = []

  /// A tracker that has seen nothing.
  package init() {}

  /// The last listing, sorted by id.
  package var observation: Observation {
    Observation(
      instances: instances.values.sorted { $0.id < $1.id }, sessions: sessions.values.sorted { $0.id < $1.id },
      findings: findings.isEmpty ? nil : findings)
  }

  /// Takes in a listing and returns what differs from the one before, sorted by id.
  package mutating func changes(to next: Observation) -> ObservationChanges {
    var changes = ObservationChanges()
    var seenInstances = Set<InstanceID>(minimumCapacity: next.instances.count)
    for instance in next.instances {
      seenInstances.insert(instance.id)
      if instances[instance.id] != instance { changes.instances.append(instance) }
    }
    var seenSessions = Set<SessionID>(minimumCapacity: next.sessions.count)
    for session in next.sessions {
      seenSessions.insert(session.id)
      if sessions[session.id] != session { changes.sessions.append(session) }
    }
    changes.instancesGone = instances.keys.filter { !seenInstances.contains($0) }.sorted()
    changes.sessionsGone = sessions.keys.filter { !seenSessions.contains($0) }.sorted()
    changes.instances.sort { $0.id < $1.id }
    changes.sessions.sort { $0.id < $1.id }
    if next.findings ?? [] != findings { changes.findings = next.findings ?? [] }
    apply(changes)
    return changes
  }

  /// Takes in changes.
  package mutating func apply(_ changes: ObservationChanges) {
    for instance in changes.instances { instances[instance.id] = instance }
    for id in changes.instancesGone { instances[id] = nil }
    for session in changes.sessions { sessions[session.id] = session }
    for id in changes.sessionsGone { sessions[id] = nil }
    findings = changes.findings ?? findings
  }
}
