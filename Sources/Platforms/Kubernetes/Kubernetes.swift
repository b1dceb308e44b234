package import Cutover
package import Machine
import SessionSources
package import Vocabulary

/// Versions as generations of a Deployment's or StatefulSet's pods, through the `kubectl` of PATH.
///
/// A generation is a pod template, known by the hash in its pods' labels; its release is the tag of the agent's image. The
/// cluster drains by itself. What shows how pods end is a watch, since a terminated status stands for about a second; a
/// Deployment says that it is rolled out while every old pod is still in a call. Pods say nothing of sessions: they can
/// fail a verdict, and never pass one.
package actor Kubernetes: Platform {
  package nonisolated let traits: SourceTraits
  package nonisolated let drainedBy = Rollout.Drainer.platform
  package nonisolated var startLimit: Duration { settings.callLimit * 6 + settings.settleLimit }
  package nonisolated var window: DrainWindow { known.withLock { $0.window } }

  nonisolated let settings: KubernetesSettings
  let kubectl: Kubectl
  let clock: WallClock
  /// What was learned of the workload at the last look.
  private let known = Locked(Known())
  private let listener = Locked<@Sendable (PlatformNote) -> Void>({ _ in })
  private var place: String?
  private var watch: PodWatch?
  private var selector: String?
  private var proxy: PodProxy?

  struct Known: Sendable {
    var window = DrainWindow(clocks: [])
    var cautions: [String] = []
  }

  /// Asks nothing yet.
  package init(_ settings: KubernetesSettings, id: SourceID = "kubernetes", clock: WallClock = .live) {
    traits = SourceTraits(id: id, kind: "kubernetes", sees: [.instances])
    self.settings = settings
    kubectl = Kubectl(settings: settings)
    self.clock = clock
  }

  // MARK: What there is

  package func current() async throws -> [Generation] {
    let picture = try await settled()
    let pods = try await pods(of: picture)
    let live = Set(pods.pods.values.filter(\.isAlive).compactMap { $0.labels[label] })
    let known = picture.turns.filter { live.contains($0.id.rawValue) }.map(\.generation)
    // A ReplicaSet can be gone while its pods still drain.
    let orphans = live.subtracting(picture.turns.map(\.id.rawValue)).sorted().map { hash in
      let image = pods.pods.values.first { $0.labels[label] == hash }?.image
      return Generation(id: GenerationID(hash), version: ImageName(image ?? "").version)
    }
    return known + orphans
  }

  package func serving() async throws -> [Generation] {
    [try await settled().wanted].compactMap(\.self).map(\.generation)
  }

  package func versions() async throws -> [Generation] { try await settled().turns.map(\.generation) }

  package func release(named name: VersionName) async throws -> VersionName {
    let picture = try await settled()
    let turn = try picture.turn(named: name)
    // Where two templates have one image, only the hash names one of them.
    return picture.turns.count { $0.image.version == turn.image.version } == 1
      ? turn.image.version : VersionName(turn.id.rawValue)
  }

  package func lastChange() async throws -> PlatformChange? {
    let picture = try await settled()
    guard let wanted = picture.wanted else { return nil }
    let pods = try await pods(of: picture)
    let own = pods.pods.values.filter { $0.isWanted && $0.labels[label] == wanted.id.rawValue }
    let first = own.compactMap(\.createdAt).min()
    guard let began = wanted.isReturned ? first ?? wanted.createdAt : wanted.createdAt ?? first else { return nil }
    return PlatformChange(
      incoming: wanted.generation, outgoing: try await current().filter { $0.id != wanted.id }, began: began)
  }

  package nonisolated func cautions(of kind: Rollout.Kind) -> [String] { known.withLock { $0.cautions } }

  package func reading(within limit: Duration) async -> Reading {
    let answer: Reading.Answer
    var asOf: Timestamp?
    do {
      let picture = try await picture(within: limit)
      let state = try await watch(picture).listed(within: limit)
      let now = clock.now
      if let trouble = state.trouble(at: now) { throw trouble }
      asOf = state.child == nil ? state.closedAt : nil
      answer = .snapshot(observation(state.book, picture, at: now))
    } catch let failure as KubernetesFailure {
      answer = .failure(failure.asSourceFailure)
    } catch {
      answer = .failure(SourceFailure(kind: .unreachable, detail: "kubectl could not be asked: \("\(error)".harmless)"))
    }
    return Reading(source: traits.id, takenAt: clock.now, asOf: asOf, answer: answer)
  }

  package func expect(_ rollout: Rollout) async {
    // Where the cluster cannot be asked, the readings say so.
    if let picture = try? await picture() { _ = try? await watch(picture) }
  }

  package func failureToServe(_ generation: Generation) async throws -> (any Failure)? {
    let picture: WorkloadPicture
    let book: PodBook
    do {
      picture = try await self.picture()
      book = try await pods(of: picture)
    } catch let failure as KubernetesFailure where failure.isTransient {
      // Not being told says nothing about the version.
      return nil
    }
    let own = book.pods.values.filter { $0.labels[label] == generation.id?.rawValue && $0.deletion == nil }
    return picture.failure(of: generation, own, at: clock.now)
  }

  // MARK: Being told

  package func listen(_ listener: @escaping @Sendable (PlatformNote) -> Void) async {
    self.listener.withLock { $0 = listener }
  }

  /// Nothing: the cluster does it.
  package func drain(_ generations: [Generation]) async throws {}

  nonisolated func say(_ source: String, _ text: String) {
    listener.withLock { $0 }(PlatformNote(source: source, text: text))
  }

  // MARK: Asking

  nonisolated var label: String { settings.workload.generationLabel }

  /// The namespace's part of a path.
  func namespace() async throws -> String {
    if let place { return place }
    let found = try await kubectl.namespace()
    place = found
    return found
  }

  /// The workload by its name, which fails where the namespace is missing, and the templates that it keeps.
  func picture(within limit: Duration? = nil) async throws -> WorkloadPicture {
    let base = "/apis/apps/v1/namespaces/\(try await namespace())"
    let (kind, kubectl) = (settings.workload, kubectl)
    async let workload = kubectl.get(
      "\(base)/\(kind.resource)/\(kind.name)", as: APIObject.Workload.self, doing: "reading \(kind.reference)",
      within: limit)
    let picture: WorkloadPicture
    switch kind {
    case .deployment:
      async let sets = kubectl.list(
        "\(base)/replicasets", of: APIObject.Workload.self, doing: "listing the ReplicaSets", within: limit)
      picture = WorkloadPicture(
        kind, try await workload, replicaSets: try await sets.items, container: settings.container)
    case .statefulSet:
      async let revisions = kubectl.list(
        "\(base)/controllerrevisions", of: APIObject.ControllerRevision.self, doing: "listing the ControllerRevisions",
        within: limit)
      picture = WorkloadPicture(
        kind, try await workload, revisions: try await revisions.items, container: settings.container)
    }
    if let spec = picture.podSpec, spec.agent(settings.container) == nil {
      throw KubernetesFailure.containerMissing(settings.container ?? "", known: spec.containers.map(\.name))
    }
    known.withLock { ($0.window, $0.cautions) = (picture.window(settings.container), picture.cautions) }
    return picture
  }

  /// Asks for the workload, so that its clocks are known; throws why they are not.
  package func look() async throws { _ = try await picture() }

  /// The picture once the controllers have seen the last change.
  func settled() async throws -> WorkloadPicture {
    let found = try await repeating(every: settings.lookInterval, within: settings.settleLimit) {
      let picture = try await picture()
      return picture.isObserved ? picture : nil
    }
    guard let found else {
      throw KubernetesFailure.notObserved(workload: settings.workload.reference, after: settings.settleLimit)
    }
    return found
  }

  /// The watch of the workload's pods, opened when first needed, and anew where the selector is another.
  private func watch(_ picture: WorkloadPicture) async throws -> PodWatch {
    guard let text = picture.workload.spec.selector?.text else {
      throw KubernetesFailure.selectorUnknown(workload: settings.workload.reference)
    }
    if let watch, selector == text { return watch }
    let opened = PodWatch(
      kubectl, path: "/api/v1/namespaces/\(try await namespace())/pods", selector: text, clock: clock,
      tell: { [weak self] in self?.say("kubectl", $0) })
    (watch, selector) = (opened, text)
    return opened
  }

  /// The pods that the watch knows.
  func pods(of picture: WorkloadPicture) async throws -> PodBook {
    let book = try await watch(picture).listed(within: settings.callLimit).book
    known.withLock { $0.window = picture.window(settings.container) }
    return book
  }

  /// Where the proxy to the pods listens, which is started when first needed and anew when it has ended.
  func proxySocket() async throws -> String {
    if let proxy, proxy.failure == nil { return proxy.socket }
    let opened = try PodProxy(kubectl, namespace: try await namespace(), port: settings.workerPort)
    proxy = opened
    try await opened.started(within: settings.callLimit)
    return opened.socket
  }

  private func observation(_ book: PodBook, _ picture: WorkloadPicture, at now: Timestamp) -> Observation {
    let isReused = if case .statefulSet = settings.workload { true } else { false }
    let instances = book.pods.values.flatMap { pod in
      pod.instances(as: { picture.turn($0)?.generation }, label: label, isReused: isReused, at: now)
    }
    return Observation(instances: instances.sorted { $0.id < $1.id })
  }
}
