import Cutover
import Vocabulary

extension WorkloadPicture {
  /// Why no pod of a generation will ever serve, by what the cluster says of it and of its pods; nil as long as one may.
  func failure(of generation: Generation, _ pods: [PodRecord], at now: Timestamp) -> KubernetesFailure? {
    let isWanted = wanted?.id == generation.id
    if isWanted, isPaused { return .paused(workload: kind.reference) }
    guard !pods.contains(where: { $0.isAlive && $0.standing.isReady }) else { return nil }
    let version = generation.version
    if pods.isEmpty, let failure = turn(generation.id?.rawValue)?.failure ?? failureOfQuota {
      return .cannotServe(version, why: "its pods cannot be made", details: failure)
    }
    // Every one of them must be beyond help: a registry that answers again lets them all start.
    let hopeless = pods.compactMap { $0.hopelessness(at: now) }
    if !pods.isEmpty, hopeless.count == pods.count, let first = hopeless.sorted(by: { $0.pod < $1.pod }).first {
      return .cannotServe(version, why: first.why, details: "pod \(first.pod.harmless): \(first.details)")
    }
    if isWanted, isStuck {
      let details = condition("Progressing")?.message?.harmless
      return .cannotServe(version, why: "it exceeded its progress deadline", details: details)
    }
    return nil
  }

  private var failureOfQuota: String? {
    guard let failure = condition("ReplicaFailure"), failure.status == "True" else { return nil }
    return [failure.reason, failure.message].compactMap { $0?.harmless }.joined(separator: ": ")
  }

  /// What a person should know before a rollout is begun.
  var cautions: [String] {
    var cautions: [String] = []
    switch (kind, strategy) {
    case (.deployment, "Recreate"):
      cautions.append("strategy Recreate ends every old pod before a new one starts: nobody serves meanwhile")
    case (.statefulSet, "OnDelete"):
      cautions.append("updateStrategy OnDelete replaces a pod only when somebody deletes it")
    default: break
    }
    if isPaused { cautions.append("the rollout is paused: no pod is replaced until it is resumed") }
    if let grace = podSpec?.terminationGracePeriodSeconds ?? podSpec.map({ _ in 30 }), grace <= 60 {
      cautions.append(
        "terminationGracePeriodSeconds is \(grace): calls that are longer are cut when the pod is replaced")
    }
    return cautions
  }

  /// The clocks that end a drain: the grace of the pods, less what a preStop hook takes of it.
  func window(_ container: String?) -> DrainWindow {
    guard let spec = podSpec else { return DrainWindow(clocks: []) }
    let origin = spec.terminationGracePeriodSeconds == nil ? "default of Kubernetes" : kind.reference
    let grace = Duration.seconds(spec.terminationGracePeriodSeconds ?? 30)
    guard let hook = spec.agent(container)?.lifecycle?.preStop else {
      return DrainWindow(clocks: [DrainClock(name: "terminationGracePeriodSeconds", limit: grace, origin: origin)])
    }
    guard let pause = hook.pause else {
      return DrainWindow(clocks: [
        DrainClock(
          name: "terminationGracePeriodSeconds, less what the preStop hook takes", limit: grace, origin: origin)
      ])
    }
    // The kubelet gives 2 s of its own to a hook that takes all of the grace.
    return DrainWindow(clocks: [
      DrainClock(
        name: "terminationGracePeriodSeconds less preStop \(pause.text)", limit: max(grace - pause, .seconds(2)),
        origin: origin)
    ])
  }
}

extension APIObject.Lifecycle.Handler {
  /// How long a hook that only waits does so; nil: it does something else.
  var pause: Duration? {
    if let sleep { return .seconds(sleep.seconds) }
    let words = (exec?.command ?? []).flatMap { $0.split(separator: " ") }
    guard let place = words.lastIndex(where: { $0 == "sleep" || $0.hasSuffix("/sleep") }), place + 1 < words.count
    else { return nil }
    return Double(words[place + 1].prefix { $0.isNumber || $0 == "." }).map { Duration(seconds: $0) }
  }
}

extension PodRecord {
  /// Why a pod will never serve, with the platform's own words; nil as long as it may.
  fileprivate func hopelessness(at now: Timestamp) -> (pod: String, why: String, details: String)? {
    let message = standing.waitingMessage?.harmless ?? ""
    func details(_ reason: String) -> String { [reason, message].filter { !$0.isEmpty }.joined(separator: ": ") }
    switch standing.waiting {
    case "InvalidImageName"?, "ErrImageNeverPull"?, "CreateContainerConfigError"?, "CreateContainerError"?,
      "RunContainerError"?:
      guard isOlder(than: .seconds(10), at: now), let reason = standing.waiting else { return nil }
      return (name, "its container cannot be made", details(reason))
    case "ErrImagePull"?, "ImagePullBackOff"?:
      // A registry that is busy for a moment is asked again after 10, 20 and 40 s.
      guard isOlder(than: .seconds(45), at: now), let reason = standing.waiting else { return nil }
      return (name, "its image '\(image?.harmless ?? "")' cannot be pulled", details(reason))
    case "CrashLoopBackOff"?:
      guard current >= 3, !lives.values.contains(where: { $0.servingAt != nil }) else { return nil }
      return (
        name, "its container crashes again and again", [lastEnd, message].compactMap(\.self).joined(separator: "; ")
      )
    default: return nil
    }
  }

  private func isOlder(than age: Duration, at now: Timestamp) -> Bool { createdAt.map { now - $0 >= age } ?? false }
}
