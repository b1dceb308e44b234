import Cutover
import Vocabulary

/// Says the same of every fleet.
struct StubbornAssessor: Assessor {
  let history: History
  let verdict: Assessment.Verdict
  private var samples = 0

  init(_ history: History, verdict: Assessment.Verdict) {
    self.history = history
    self.verdict = verdict
  }

  mutating func ingest(_ sample: Sample) -> Assessment {
    samples += 1
    var assessment = Assessment(of: history.world.rollout, timesOutAt: sample.at)
    assessment.verdict = verdict
    assessment.isFinal = samples > 20
    return assessment
  }
}

/// Takes zero sessions on the old version for a drain: what every script that watches a rollout does.
struct NaiveAssessor: Assessor {
  let history: History
  private var landed: Set<SessionID> = []

  init(_ history: History) { self.history = history }

  mutating func ingest(_ sample: Sample) -> Assessment {
    let incoming = history.world.rollout.incoming.version
    let listed = sample.readings.flatMap { reading -> [SessionObservation] in
      guard case .snapshot(let observation) = reading.answer else { return [] }
      return observation.sessions.filter { $0.agent == .present }
    }
    landed.formUnion(listed.filter { $0.version == incoming }.map(\.id))
    let old = listed.contains { $0.version != incoming }
    var assessment = Assessment(of: history.world.rollout, timesOutAt: sample.at)
    if !old, landed.count >= history.world.policy.minimumNewSessions { assessment.verdict = .passed }
    assessment.isFinal = assessment.verdict == .passed
    return assessment
  }
}

/// Judges a fleet of several regions as if it were in one.
struct RegionBlindAssessor: Assessor {
  private var verifier: CutoverVerifier

  init(_ history: History) { verifier = history.verifier() }

  mutating func ingest(_ sample: Sample) -> Assessment {
    let readings = sample.readings.map { reading -> Reading in
      guard case .snapshot(var observation) = reading.answer else { return reading }
      for place in observation.instances.indices { observation.instances[place].region = nil }
      for place in observation.sessions.indices { observation.sessions[place].region = nil }
      return Reading(
        source: reading.source, takenAt: reading.takenAt, asOf: reading.asOf, answer: .snapshot(observation))
    }
    return verifier.ingest(Sample(sequence: sample.sequence, at: sample.at, readings: readings))
  }
}
