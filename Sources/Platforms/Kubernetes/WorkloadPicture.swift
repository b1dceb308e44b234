import Cutover
import Vocabulary

/// What a Deployment or StatefulSet and the templates that it keeps say at one moment.
struct WorkloadPicture: Sendable {
  let kind: KubernetesSettings.Workload
  let workload: APIObject.Workload
  /// Every template that the cluster keeps, the newest revision first.
  let turns: [Turn]

  /// One template: what makes pods of one generation.
  struct Turn: Hashable, Sendable {
    /// The value of the pods' generation label.
    let id: GenerationID
    /// The number that the cluster gives it at the moment; undo gives another one.
    let revision: Int64
    let image: ImageName
    let createdAt: Timestamp?
    /// Whether it was put back, so that its age says nothing of the rollout.
    let isReturned: Bool
    /// Why its pods cannot be made: a quota, an admission rule.
    let failure: String?

    var generation: Generation { Generation(id: id, version: image.version) }

    /// For a person who must choose: `5f6d8c (image v2)`.
    var inWords: String {
      let image = [image.tag, image.digest].compactMap(\.self).joined(separator: "@")
      return "\(id.rawValue.harmless) (\(image.isEmpty ? "no tag" : image.harmless))"
    }
  }

  init(
    _ kind: KubernetesSettings.Workload, _ workload: APIObject.Workload, replicaSets: [APIObject.Workload],
    container: String?
  ) {
    self.kind = kind
    self.workload = workload
    let own = replicaSets.filter { $0.metadata.isControlled(by: workload.metadata.uid) }
    turns = own.compactMap { Turn($0, container: container) }.sorted { ($0.revision, $0.id) > ($1.revision, $1.id) }
  }

  init(
    _ kind: KubernetesSettings.Workload, _ workload: APIObject.Workload, revisions: [APIObject.ControllerRevision],
    container: String?
  ) {
    self.kind = kind
    self.workload = workload
    let own = revisions.filter { $0.metadata.isControlled(by: workload.metadata.uid) }
    turns = own.compactMap { Turn($0, container: container) }.sorted { ($0.revision, $0.id) > ($1.revision, $1.id) }
  }

  /// Whether the controllers have seen the last change; what status says before that is of the state before.
  var isObserved: Bool {
    guard let generation = workload.metadata.generation else { return true }
    return (workload.status?.observedGeneration ?? 0) >= generation && wanted != nil
  }

  /// What the workload's template is: what pods are made of from here on.
  var wanted: Turn? {
    switch kind {
    case .deployment:
      guard let revision = workload.metadata.annotations?["deployment.kubernetes.io/revision"].flatMap(Int64.init)
      else { return nil }
      return turns.first { $0.revision == revision }
    case .statefulSet:
      return workload.status?.updateRevision.flatMap { name in turns.first { $0.id.rawValue == name } }
    }
  }

  func turn(_ id: String?) -> Turn? { id.flatMap { id in turns.first { $0.id.rawValue == id } } }

  func condition(_ type: String) -> APIObject.Condition? { workload.status?.conditions?.first { $0.type == type } }

  /// Whether the rollout took longer than the workload's own deadline for progress.
  var isStuck: Bool { condition("Progressing")?.reason == "ProgressDeadlineExceeded" }

  var isPaused: Bool { workload.spec.paused == true }

  /// How the workload replaces its pods: `RollingUpdate`, `Recreate`, `OnDelete`.
  var strategy: String { (workload.spec.strategy ?? workload.spec.updateStrategy)?.type ?? "RollingUpdate" }

  var podSpec: APIObject.PodSpec? { workload.spec.template?.spec }
}

extension WorkloadPicture {
  /// The version that a person means: a tag, a digest, or a generation label's value.
  ///
  /// Throws for a name that several have, one that none has, and a number of the history.
  func turn(named name: VersionName) throws(KubernetesFailure) -> Turn {
    let text = name.rawValue
    if let turn = turn(text) ?? turns.first(where: { "\(kind.name)-\($0.id.rawValue)" == text }) { return turn }
    var found = turns.filter { $0.image.tag == text || $0.image.digest == text || $0.image.named(name) == text }
    if found.isEmpty, text.utf8.count >= 7 {
      found = turns.filter {
        $0.image.digest?.hasPrefix(text) == true || $0.image.digest?.hasPrefix("sha256:" + text) == true
          || $0.id.rawValue.hasPrefix(text)
      }
    }
    if found.isEmpty, text == "latest" { found = turns.filter { $0.image.tag == nil && $0.image.digest == nil } }
    let known = turns.prefix(10).map(\.inWords)
    if found.count == 1 { return found[0] }
    if found.count > 1 { throw .ambiguous(name, candidates: found.map(\.inWords)) }
    if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { throw .bareNumber(name, known: known) }
    throw .versionMissing(name, known: known)
  }
}

extension WorkloadPicture.Turn {
  fileprivate init?(_ set: APIObject.Workload, container: String?) {
    guard let hash = set.metadata.labels?["pod-template-hash"], let spec = set.spec.template?.spec else { return nil }
    let annotations = set.metadata.annotations ?? [:]
    let failure = set.status?.conditions?.first { $0.type == "ReplicaFailure" && $0.status == "True" }
    self.init(
      id: GenerationID(hash),
      revision: annotations["deployment.kubernetes.io/revision"].flatMap(Int64.init) ?? 0,
      image: spec.image(of: container), createdAt: set.metadata.createdAt,
      isReturned: annotations["deployment.kubernetes.io/revision-history"] != nil,
      failure: failure.map { [$0.reason, $0.message].compactMap { $0?.harmless }.joined(separator: ": ") })
  }

  fileprivate init?(_ revision: APIObject.ControllerRevision, container: String?) {
    guard let spec = revision.data?.spec?.template?.spec else { return nil }
    self.init(
      id: GenerationID(revision.metadata.name), revision: revision.revision ?? 0, image: spec.image(of: container),
      createdAt: revision.metadata.createdAt,
      // Undo gives an old template a new number; a first one has the lowest of all.
      isReturned: (revision.metadata.generation ?? 1) > 1, failure: nil)
  }
}

extension APIObject.PodSpec {
  /// The agent's container; nil: none has that name.
  func agent(_ container: String?) -> APIObject.Container? {
    container == nil ? containers.first : containers.first { $0.name == container }
  }

  func image(of container: String?) -> ImageName { ImageName(agent(container)?.image ?? "") }
}

extension APIObject.Metadata {
  fileprivate func isControlled(by uid: String?) -> Bool {
    ownerReferences?.contains { $0.uid == uid } ?? false
  }
}
