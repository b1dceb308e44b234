package import Cutover
package import Vocabulary

import Libraries
import LiveKit
import Machine

extension LiveKitCloud {
  /// Deploys the source of the settings' directory with lk, or makes an earlier version serve again by the API.
  ///
  /// A deploy returns when LiveKit Cloud lists the version that lk made, known by an attribute that no other deploy has.
  /// lk can fail while the build goes on: after any failure the platform is looked at before anything is said.
  package func start(_ version: VersionName, isReturning: Bool) async throws -> Generation {
    let picture = try await picture()
    replicas = Dictionary(picture.rows.compactMap { row in row.replicas.map { (row.region, $0) } }) { $1 }
    rollout.began = clock.now
    return isReturning ? try await rollBack(to: version, picture) : try await deploy(version, picture)
  }

  private func deploy(_ version: VersionName, _ before: CloudPicture) async throws -> Generation {
    try checkProjectFile(of: try await agentID())
    let lk = LkProgram(settings: settings)
    try await lk.check()
    openLogs(of: before)
    let release = LiveKitCloud.newMark()
    say("livekit-cloud", "deploying as release=\(release); lk's own words follow")
    let run = try await lk.deploy(
      attributes: [("release", release), (settings.versionAttribute, version.rawValue)]
    ) { [self] in say("lk", $0) }
    if !run.succeeded {
      say("livekit-cloud", "lk \(run.ending); looking whether LiveKit Cloud goes on without it")
    }
    let listed = try await awaited { picture in
      picture.versions.first { $0.attributes["release"] == release }.map(picture.generation)
    }
    guard let made = listed else {
      guard run.succeeded else {
        let last = run.errorText.split(whereSeparator: \.isNewline).last.map {
          String($0).withoutSecrets(settings.credentials.secret)
        }
        throw LiveKitCloudFailure.deployFailed(
          end: run.ending, line: last, serving: before.serving.map { before.generation($0).version })
      }
      throw LiveKitCloudFailure.versionNotListed(release: release, after: settings.listingLimit)
    }
    say("livekit-cloud", "lists the new version as \(made.id?.rawValue.harmless ?? made.version.rawValue.harmless)")
    return made
  }

  /// What is found in a picture of the platform, as soon as it is there; nil when it is not within the limit.
  private func awaited<Found: Sendable>(_ find: (CloudPicture) -> Found?) async throws -> Found? {
    try await repeating(every: settings.lookInterval, within: settings.listingLimit) {
      do {
        return find(try await picture())
      } catch let failure as LiveKitFailure {
        guard failure.isTransient else { throw failure }
        return nil
      }
    }
  }

  private func rollBack(to version: VersionName, _ before: CloudPicture) async throws -> Generation {
    guard settings.deployment == .production else { throw LiveKitCloudFailure.noRollback(settings.deployment) }
    let candidates = before.versions.filter { $0.name != before.serving?.name }
    guard
      let wanted = candidates.first(where: { before.generation($0).version == version || $0.name == version })
    else {
      throw LiveKitCloudFailure.versionMissing(version, known: candidates.map { before.generation($0).version })
    }
    openLogs(of: before)
    let agent = try await agentID()
    do {
      try await client.rollBack(agent, to: wanted.name)
    } catch {
      guard error.isTransient else { throw error }
      // The order may have been taken although its answer did not come.
      say("livekit-cloud", "\(error.what); looking whether the rollback goes on")
      let isTaken = try await awaited { picture in
        picture.serving?.name == wanted.name || picture.rows.contains { $0.version == wanted.name } ? true : nil
      }
      guard isTaken == true else { throw error }
    }
    return before.generation(wanted)
  }

  /// lk deploys the agent that livekit.toml names, whatever sluice.yaml says.
  private func checkProjectFile(of agent: AgentID) throws {
    guard let file = try ProjectFile.find(in: settings.directory) else {
      throw LiveKitCloudFailure.projectFileMissing(directory: settings.directory, agent: agent)
    }
    guard file.agent == agent else {
      throw LiveKitCloudFailure.otherAgent(file: file.path, wanted: agent, found: file.agent)
    }
  }

  /// `sluice-` and 80 random bits.
  private static func newMark() -> String {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    return "sluice-" + String(Hashing.randomBytes(16).map { alphabet[Int($0 & 31)] })
  }
}

extension CompletedRun {
  /// How a program ended, in words.
  fileprivate var ending: String {
    switch cause {
    case .finished: "ended with \(end)"
    case .deadline: "took too long and was stopped"
    case .cancelled: "was stopped from outside"
    }
  }
}
