import Machine
import Platforms
import Vocabulary

extension TargetGathering {
  /// The processes, stop timeouts and logs of a fleet's live containers, at most as many as of processes.
  func lookAtContainers(of docker: Docker, _ file: inout CaseFile) async throws {
    let all: [InstanceContainer]
    do {
      all = try await docker.liveContainers()
    } catch {
      if error is CancellationError { throw error }
      file.gaps.append(
        CaseFile.Gap(
          what: "the containers of the instances", why: Self.reason(error),
          remedy: "see that the engine answers, and look again"))
      return
    }
    if all.count > Self.treeLimit {
      file.gaps.append(
        CaseFile.Gap(
          what: "\(all.count - Self.treeLimit) containers", why: "\(Self.treeLimit) are looked at",
          remedy: "sluice triage --container NAME, for one of them"))
    }
    let folder = "\(home)/container-logs-\(Host.process.pid)-\(UInt32.random(in: 0 ... .max))"
    try Files.makeDirectory(folder)
    // What cannot be removed is a copy of logs, beside the journals.
    defer { try? Files.removeTree(folder) }
    var logs: [String] = []
    for (number, instance) in all.prefix(Self.treeLimit).enumerated() {
      try Task.checkCancellation()
      let log = "container-\(number + 1).log"
      do {
        let seen = try await ContainerGathering(instance).look(
          at: instance.container, log: "\(folder)/\(log)", now: wallClock.now)
        file.containers.append(seen.facts)
        if seen.facts.log != nil { logs.append(log) }
        if let gap = seen.gap { file.gaps.append(gap) }
        guard var tree = seen.tree else { continue }
        tree.instance = instance.id
        tree.version = instance.version
        file.trees.append(tree)
      } catch {
        if error is CancellationError { throw error }
        file.gaps.append(
          CaseFile.Gap(
            what: "container \(instance.id.rawValue.harmless)", why: Self.reason(error),
            remedy: "look again: it may have ended meanwhile"))
      }
    }
    if !logs.isEmpty { file.add(try await LogGathering.read(logs, in: folder)) }
  }
}
