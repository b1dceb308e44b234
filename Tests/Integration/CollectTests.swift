import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// The evidence that a rollout leaves behind: what is followed while it goes on, and the bundle at its end.
  @Suite struct CollectTests {
    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func aRolloutThatCutsCallsLeavesItsEvidenceBehind() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(LocalFleet.Callers(every: "1500ms", length: "14s..18s")) { fleet in
        try fleet.configure(LocalFleet.agent(python), replicas: 1, stopTimeout: "3s")
        try await fleet.deployFirst()
        let run = try await fleet.sluice(
          "deploy", "--version", "v2", "--yes", "--target", "here", "--format", "json", "--progress", "plain",
          // On a slow machine a call waits long for its agent: that is not what this is about.
          "--join-timeout", "90s")
        // The verdict's own status, whatever becomes of the evidence.
        #expect(run.ended(with: .failed), "\(run)")
        let assessment = try run.assessment
        let bundle = try #require(try run.object["bundle"]?.text, "\(run)")
        #expect(bundle.hasSuffix("/.sluice/runs/\(assessment.run.rawValue)/bundle.tar.gz"))
        #expect(Files.permissions(of: bundle) == 0o600)
        #expect(run.errors.contains("the evidence: \(bundle) ("), "\(run)")
        let top = try await unpack(bundle, in: fleet)
        try expectStops(in: top, of: fleet)
        try await expectAssignments(in: top, of: fleet)
        try expectLogs(in: top, of: fleet, run: assessment.run)

        let replay = try await fleet.sluice("verify-cutover", "--replay", bundle, "--format", "json")
        let again = try replay.assessment
        #expect(again.verdict == assessment.verdict && again.states == assessment.states, "\(replay)")
        #expect(again.sessions.cutCount == assessment.sessions.cutCount, "\(replay)")
        let live = try await fleet.triage("--run", assessment.run.rawValue).findings
        let packed = try await fleet.triage("--bundle", bundle).findings
        #expect(live == packed && !live.isEmpty)
        try await expectWhatAnswers(of: fleet)
      }
    }

    @Test func logsAreFollowedOnAfterAnInterruption() async throws {
      try await LocalFleet.with(LocalFleet.Callers(length: "3s..4s")) { fleet in
        try fleet.configure()
        try await fleet.deployFirst()
        let stopped = try await fleet.roll(["deploy", "--version", "v2", "--yes"], atStep: "verify") {
          $0.send(.interrupt)
        }
        let run = try stopped.assessment.run
        #expect(
          stopped.errors.contains("sluice collect --run \(run)") == false, "nothing is collected here\n\(stopped)")
        _ = try await fleet.roll("deploy", "--resume", run.rawValue, status: .passed)
        // Neither twice nor left out: what was logged is kept as it was.
        try expectKept(of: fleet, run: run)
      }
    }

    // MARK: What must hold

    private func unpack(_ bundle: String, in fleet: LocalFleet) async throws -> String {
      let checked = try await fleet.sluice("collect", "--check", bundle)
      #expect(checked.ended(with: .passed), "\(checked)")
      let folder = "\(fleet.folder)/unpacked"
      try Files.makeDirectory(folder)
      let tar = try await Invocation(["/bin/tar", "-xzf", bundle, "-C", folder]).run(within: .seconds(60))
      #expect(tar.succeeded, "\(tar.errorText)")
      return "\(folder)/\(try #require(try Files.list(folder).first))"
    }

    private func expectStops(in top: String, of fleet: LocalFleet) throws {
      let stops = try CanonicalJSON.decode(Stops.self, from: Files.read("\(top)/stops.json", limit: 1 << 20))
      let ends = try fleet.workers(ofGeneration: 1).map(\.end?.how)
      #expect(ends.allSatisfy { $0 == .signaled(.kill) }, "\(ends)")
      #expect(stops.stops.map(\.instance) == ["v1#1-1"])
      #expect(stops.stops.allSatisfy { $0.signal == 9 && $0.cause == "deadline" })
      #expect(stops.completeness.state == "complete")
    }

    /// Every session that the dispatch server put on a worker of the new version has its row.
    private func expectAssignments(in top: String, of fleet: LocalFleet) async throws {
      let text = String(decoding: try Files.read("\(top)/assignments.csv", limit: 16 << 20), as: UTF8.self)
      var versions: [String: Substring] = [:]
      for row in text.split(whereSeparator: \.isNewline).dropFirst() {
        let cells = row.split(separator: ",", omittingEmptySubsequences: false)
        versions[String(cells[0])] = cells[3]
      }
      let journal = try CanonicalJSON.decode(Ends.self, from: Files.read("\(top)/deploy-events.json", limit: 1 << 20))
      let (old, new) = (try fleet.workerIDs(ofGeneration: 1), try fleet.workerIDs(ofGeneration: 2))
      var seen = 0
      for session in try await fleet.sessions() {
        guard let worker = session.worker, let started = session.startedAt, started > journal.began,
          started < journal.endedAt - .seconds(2)
        else { continue }
        seen += 1
        let version = old.contains(worker) ? "v1" : new.contains(worker) ? "v2" : "unknown"
        #expect(versions[session.id.rawValue].map(String.init) == version, "\(session.id)")
      }
      #expect(seen > 3)
    }

    private func expectLogs(in top: String, of fleet: LocalFleet, run: RunID) throws {
      try expectKept(of: fleet, run: run)
      for instance in ["v1#1-1", "v2#1-1"] {
        let log = String(decoding: try Files.read("\(top)/logs/\(instance).log", limit: 16 << 20), as: UTF8.self)
        #expect(log.contains("registered worker"), "\(instance)")
        #expect(log.contains("draining worker") == instance.hasPrefix("v1"), "\(instance)")
      }
    }

    /// Line by line what the old workers wrote is in the run's folder, which nobody else may read.
    private func expectKept(of fleet: LocalFleet, run: RunID) throws {
      let state = "\(fleet.folder)/.sluice/local/here/000001"
      for replica in try Files.list(state) where Int(replica) != nil {
        let kept = "\(fleet.folder)/.sluice/runs/\(run.rawValue)/logs/v1#1-\(replica).log"
        let log = try Files.read(kept, limit: 16 << 20).split(separator: 0x0A)
        let written = try Files.read("\(state)/\(replica)/output.log", limit: 16 << 20).split(separator: 0x0A)
        #expect(log.count == written.count && log.count > 3, "\(log.count) of \(written.count)")
        #expect(Files.permissions(of: kept) == 0o600)
      }
    }

    /// A source that is away is named, and what the others say is there.
    private func expectWhatAnswers(of fleet: LocalFleet) async throws {
      let written = String(decoding: try Files.read("\(fleet.folder)/sluice.yaml", limit: 1 << 20), as: UTF8.self)
      let away = "      - worker-http: { instances: [ { name: away, url: \"http://127.0.0.1:1\", version: v1 } ] }\n"
      try fleet.write(written.replacing("      - worker-http: {}\n", with: "      - worker-http: {}\n\(away)"))
      let run = try await fleet.sluice("collect", "--target", "here", "--out", "now.tar.gz", "--format", "json")
      #expect(run.ended(with: .passed), "\(run)")
      try Files.removeTree("\(fleet.folder)/unpacked")
      let top = try await unpack("\(fleet.folder)/now.tar.gz", in: fleet)
      let paths = try Files.list("\(top)/platform") + (try Files.list("\(top)/errors"))
      #expect(
        paths == [
          "dispatch-server.json", "local-processes.json", "versions.json", "worker-http-2.json", "worker-http-3.json",
        ], "\(run)")
    }
  }
}

/// `stops.json`.
private struct Stops: Decodable {
  let completeness: Completeness
  let stops: [Stop]

  struct Completeness: Decodable { let state: String }

  struct Stop: Decodable {
    let instance: String
    let signal: Int32?
    let cause: String?
  }
}

/// `deploy-events.json`.
private struct Ends: Decodable {
  let began: Timestamp
  let endedAt: Timestamp
}

/// A finding without what evidence calls its places.
private struct FoundCode: Decodable, Equatable {
  let code: String
  let status: String
  let severity: String
}

extension LocalFleet {
  fileprivate func triage(_ arguments: String...) async throws -> (findings: [FoundCode], run: SluiceRun) {
    struct Result: Decodable { let findings: [FoundCode] }
    let run = try await BuiltProgram.run(["triage", "--format", "json"] + arguments, in: folder)
    return (try CanonicalJSON.decode(Result.self, from: Array(run.output.utf8)).findings, run)
  }
}
