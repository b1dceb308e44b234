package import Cutover
package import Vocabulary

import Documents
import Machine

extension Kubernetes {
  /// Sets the agent's image, applies the manifest, or undoes to the template of an earlier version.
  ///
  /// Returns once the controllers have taken the change up and its generation has a name. kubectl can lose its answer to a
  /// change that was made: after a failure that can pass by itself the cluster is looked at before anything is said.
  package func start(_ version: VersionName, isReturning: Bool) async throws -> Generation {
    let before = try await settled()
    guard !before.isPaused else { throw KubernetesFailure.paused(workload: settings.workload.reference) }
    // The watch is open before anything changes: the evidence of an end stands for about a second.
    _ = try await pods(of: before)
    let change = isReturning ? try undo(to: version, before) : try await deploy(version, before)
    try await acted(change)
    let made = try await awaited(before) { change.wanted == nil ? $0.id != before.wanted?.id : $0.id == change.wanted }
    if let made {
      say("kubernetes", "\(settings.workload.reference) makes pods of \(made.inWords)")
      return made.generation
    }
    let found = try await settled().wanted
    guard let wanted = change.wanted, let found, found.id != before.wanted?.id else {
      throw KubernetesFailure.notObserved(workload: settings.workload.reference, after: settings.settleLimit)
    }
    throw KubernetesFailure.otherRolled(wanted: wanted.rawValue, found: found.inWords)
  }

  /// One call of kubectl that changes the workload.
  private struct Change {
    let arguments: [String]
    let doing: String
    /// The template that must come of it; nil: one that was not there.
    var wanted: GenerationID?
  }

  private func acted(_ change: Change) async throws {
    let namespace = try await namespace()
    do {
      _ = try await kubectl.run(["--namespace=\(namespace)"] + change.arguments, doing: change.doing) { [self] output in
        let text = output.line.text.harmless
        if !text.isEmpty { say("kubectl", String(text.prefix(500))) }
      }
    } catch let failure as KubernetesFailure where failure.isTransient {
      // The order may have been taken although its answer did not come.
      say("kubernetes", "\(failure.what); looking whether the change was made")
      guard try await awaited(nil, { $0.id == change.wanted || change.wanted == nil }) != nil else { throw failure }
    }
  }

  /// The template that the workload wants, as soon as it is the one that is waited for; nil when it is not in time.
  private func awaited(
    _ before: WorkloadPicture?, _ isIt: (WorkloadPicture.Turn) -> Bool
  ) async throws -> WorkloadPicture.Turn? {
    try await repeating(every: settings.lookInterval, within: settings.settleLimit) {
      do {
        let picture = try await picture()
        guard picture.isObserved, let wanted = picture.wanted else { return nil }
        return isIt(wanted) ? wanted : nil
      } catch let failure as KubernetesFailure where failure.isTransient {
        return nil
      }
    }
  }

  private func undo(to version: VersionName, _ before: WorkloadPicture) throws -> Change {
    let turn = try before.turn(named: version)
    let reference = settings.workload.reference
    guard turn.id != before.wanted?.id else { throw KubernetesFailure.nothingChanged(version, workload: reference) }
    // The number is the one that the template has at this moment; what comes of it is checked by the hash.
    return Change(
      arguments: ["rollout", "undo", reference, "--to-revision=\(turn.revision)"],
      doing: "rolling \(reference) back to \(turn.inWords)", wanted: turn.id)
  }

  private func deploy(_ version: VersionName, _ before: WorkloadPicture) async throws -> Change {
    let reference = settings.workload.reference
    if let manifest = settings.manifest {
      try await check(manifest, version: version)
      return Change(arguments: ["apply", "--filename=\(manifest)"], doing: "applying '\(manifest.harmless)'")
    }
    guard let agent = before.podSpec?.agent(settings.container), let present = agent.image else {
      throw KubernetesFailure.malformed(what: "\(reference) names no image")
    }
    let wanted = ImageName(settings.image ?? present).named(version)
    guard wanted != present else { throw KubernetesFailure.nothingChanged(version, workload: reference) }
    return Change(
      arguments: ["set", "image", reference, "\(agent.name)=\(wanted)"],
      doing: "setting the image of \(reference) to '\(wanted.harmless)'")
  }

  /// Refuses a manifest that is not of this workload, or not of this version; the API server judges it, and changes nothing.
  private func check(_ manifest: String, version: VersionName) async throws {
    let namespace = try await namespace()
    let output = try await kubectl.run(
      ["--namespace=\(namespace)", "apply", "--dry-run=server", "--output=json", "--filename=\(manifest)"],
      doing: "checking '\(manifest.harmless)'")
    let node = try JSON.parse(output, file: manifest)
    let objects = node["kind"]?.string == "List" ? node["items"]?.sequence ?? [] : [node]
    let own = objects.first {
      $0["metadata"]?["name"]?.string == settings.workload.name
        && "\($0["kind"]?.string?.lowercased() ?? "")/\(settings.workload.name)" == settings.workload.reference
    }
    guard let containers = own?["spec"]?["template"]?["spec"]?["containers"]?.sequence else {
      throw KubernetesFailure.manifest(path: manifest, why: "it holds no \(settings.workload.reference)")
    }
    let agent = containers.first { settings.container == nil || $0["name"]?.string == settings.container }
    let image = ImageName(agent?["image"]?.string ?? "")
    guard image.version == version || image.digest == version.rawValue || image.tag == version.rawValue else {
      throw KubernetesFailure.manifest(
        path: manifest,
        why: "its image is of version '\(image.version.rawValue.harmless)', not '\(version.rawValue.harmless)'")
    }
  }
}
