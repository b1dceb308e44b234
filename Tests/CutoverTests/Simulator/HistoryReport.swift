import Cutover
import Vocabulary

/// A history in words, for the one who has to find out who is wrong.
enum HistoryReport {
  static func text(of history: History, withSamples: Bool) -> String {
    let world = history.world
    let truth = Truth(of: history)
    var lines = [
      "seed \(history.seed), trouble: \(world.trouble.rawValue)"
        + (world.laggard.map { ", \($0.region) lags: \($0.by.rawValue)" } ?? "")
    ]
    lines.append(
      "policy: interval \(world.policy.interval.text), grace \(world.policy.grace.text), quiet \(world.policy.quiet.text), "
        + "hold \(world.policy.hold), minimum \(world.policy.minimumNewSessions), join \(world.policy.joinTimeout.text), "
        + "settle \(world.policy.settle.text), timeout \(world.policy.timeout?.text ?? "-"), "
        + "agent hangs up: \(world.policy.agentHangsUp.rawValue)")
    lines.append(
      "rollout: \(world.rollout.kind.rawValue) to \(world.rollout.incoming) from \(world.rollout.outgoing)")
    for source in history.sources { lines.append("source: \(source.kind), \(source.faults)") }
    for instance in world.instances {
      lines.append(
        "instance \(instance.id) \(instance.version)/\(instance.generation)"
          + (instance.region.map { " in \($0)" } ?? "") + ": started \(at(instance.startedAt)), "
          + "serving \(at(instance.servingAt)), told \(at(instance.told)), takes \(at(instance.takes)), "
          + "timed out \(at(instance.timedOutAt)), finished \(at(instance.finishedAt)), frozen \(at(instance.frozenAt)), "
          + "killed \(instance.killing.map { "\(at($0.at)) \($0.by)" } ?? "-"), "
          + "exit \(instance.exit.map { "\(at($0.at)) code \($0.code.map(String.init) ?? "-") signal \($0.signal.map(String.init) ?? "-")" } ?? "-")"
      )
    }
    for (number, session) in world.sessions.enumerated() {
      var words: [String] = []
      if truth.cut.contains(number) { words.append("CUT") }
      if truth.perhapsCut.contains(number) { words.append("perhaps cut") }
      if truth.late.contains(number) {
        words.append("LATE")
      } else if truth.perhapsLate.contains(number) {
        words.append("perhaps late")
      }
      lines.append(
        "session \(session.id) on \(session.instance.map { world.instances[$0].id.rawValue } ?? "-"): "
          + "created \(at(session.createdAt)), started \(at(session.startedAt)), ended \(at(session.endedAt)) "
          + "\(session.ending), person left \(at(session.personLeftAt)), listed until \(at(session.agentListedUntil)), "
          + "lag \(session.arrivalLag)ms \(words.joined(separator: ", "))")
    }
    lines.append(
      "truth: cutover \(at(truth.cutover)), drained \(at(truth.drainedAt)), innocent \(truth.isInnocent), "
        + "sight \(Sight(of: history, truth: truth)), "
        + "certain at poll \(Sight.firstCertainPoll(of: history, truth: truth).map { String($0 + 1) } ?? "-")")
    let outcome = Judge.outcome(of: history, thoroughly: true) { sample, assessment in
      guard withSamples else { return }
      lines.append(line(sample, history, assessment))
    }
    lines.append("verdict \(outcome.verdict.rawValue) after \(outcome.polls) polls")
    lines += outcome.violations.map { "VIOLATED \($0)" }
    return lines.joined(separator: "\n")
  }

  private static func line(_ sample: Sample, _ history: History, _ assessment: Assessment) -> String {
    var words = ["\(sample.sequence) at \(at(history.polls[sample.sequence - 1])):"]
    for reading in sample.readings {
      switch reading.answer {
      case .snapshot(let observation):
        let instances = observation.instances.map { instance in
          "\(instance.id)=\(instance.phase.word)\(instance.sessions.map { "/\($0)" } ?? "")"
            + (instance.end.map { "(\($0.exitCode.map { "exit \($0)" } ?? "signal \($0.signal ?? 0)"))" } ?? "")
        }
        let sessions = observation.sessions.map { session in
          "\(session.id)\(session.agent == .present ? "A" : "-")\(session.person == .present ? "P" : "-")"
            + (session.end.map { "(\($0.sign.word))" } ?? "")
        }
        words.append("\(reading.source){\((instances + sessions).joined(separator: " "))}")
      case .changes: words.append("\(reading.source){changes}")
      case .failure(let failure): words.append("\(reading.source){\(failure.kind.rawValue)}")
      }
    }
    words.append("=> \(assessment.verdict.rawValue)\(assessment.isFinal ? " final" : "") (\(assessment.reason))")
    words += assessment.conditions.map { "\($0.id.rawValue): \($0.state.rawValue), \($0.basis.rawValue): \($0.reason)" }
    return words.joined(separator: "\n    ")
  }

  private static func at(_ moment: Int?) -> String {
    guard let moment else { return "-" }
    return abs(moment) > 5_000_000 ? "never" : "\(Double(moment / 100) / 10)"
  }
}
