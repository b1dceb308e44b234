import Vocabulary

/// What should happen when an agent is told to stop, and whether it did.
extension EndingView {
  typealias Expectation = TermTestResult.Expectation

  func expectations(explainedBy findings: [Finding]) -> [Expectation] {
    let steps: [Step] =
      ending.kind == .drainTimeout
      ? [drainBegins, drainTimesOut, leaves, leavesNothing]
      : [reachesAgent, drainBegins, takesNoMore, sessionsComplete, leaves, leavesNothing]
    return steps.map { step in
      let code = step.state == .notMet ? step.codes.first { code in findings.contains { $0.code == code } } : nil
      return Expectation(
        id: step.id, ending: ending.kind, text: step.text, state: step.state, evidence: step.evidence,
        finding: code ?? (step.state == .notMet ? rootCause(findings) : nil))
    }
  }

  /// The first finding that is not a mere remark.
  private func rootCause(_ findings: [Finding]) -> FindingCode? {
    findings.first { $0.severity != .info && $0.status != .ruledOut }?.code
  }

  private struct Step {
    let id: String
    let text: String
    let state: TermTestResult.State
    let evidence: String
    var codes: [FindingCode] = []
  }

  private static let signalCodes: [FindingCode] = [
    "SIG-001", "SIG-002", "SIG-007", "SIG-010", "SIG-012", "SIG-011", "SIG-006",
  ]

  /// Why nothing can be told of an agent that never served.
  private var untested: String {
    if let exit = ending.exit { return "no signal was sent: it ended before it could take sessions (\(exit.how))" }
    return "no signal was sent: it could not take sessions in time"
  }

  private var reachesAgent: Step {
    let (state, evidence): (TermTestResult.State, String) =
      switch reaction {
      case .untested: (.notSeen, untested)
      case .drains: (.met, "it reacted \(after([ending.confirmedAt, ending.closedAt].compactMap(\.self).min()))")
      case .aborts where isAgentSignalled: (.met, "it was gone \(after(ending.exit?.at)) (\(ending.exit?.how ?? ""))")
      case .aborts:
        (.notMet, "\(signalled.map(words) ?? "what was signalled") and took the agent along")
      case .none where isAgentSignalled:
        (.met, agent.map { "\(words($0)), and it did not act on it" } ?? "")
      case .none:
        (.notMet, signalled.map { "it went to \(words($0))" } ?? "nothing reacted within \(watched)")
      }
    return Step(
      id: "signal-arrives", text: "the stop signal reaches the agent", state: state, evidence: evidence,
      codes: Self.signalCodes)
  }

  private var watched: String { text(Duration(seconds: ending.watchedSeconds)) }

  private var drainBegins: Step {
    let title = isWorker ? "the agent enters its drain (\"draining worker\")" : "the server takes no new connections"
    let (state, evidence): (TermTestResult.State, String) =
      switch reaction {
      case .untested: (.notSeen, untested)
      case .drains where !isWorker: (.met, "its port was closed \(after(ending.closedAt))")
      case .drains:
        if let confirmed = ending.confirmedAt {
          (.met, "logged \(after(confirmed))" + (ending.closedAt.map { ", full \(after($0))" } ?? ""))
        } else {
          (.notSeen, "it reported itself full \(after(ending.closedAt)) and logged nothing of it (DRN-004)")
        }
      case .aborts: (.notMet, "it was gone \(after(ending.exit?.at)) without a drain")
      case .none: (.notMet, "nothing within \(watched)")
      }
    return Step(
      id: "drain-begins", text: title, state: state, evidence: evidence, codes: Self.signalCodes + ["DRN-002"])
  }

  private var takesNoMore: Step {
    let title = isWorker ? "it accepts no new session" : "a new client is refused"
    let (state, evidence): (TermTestResult.State, String)
    if reaction == .untested {
      (state, evidence) = (.notSeen, untested)
    } else if let first = accepted.first {
      (state, evidence) = (.notMet, "it took one that was offered \(after(first.at)): \(first.detail)")
    } else if let refused = ending.offers.last(where: { $0.answer == .declined }) {
      (state, evidence) = (.met, "one that was offered \(after(refused.at)) was refused: \(refused.detail)")
    } else if let offer = ending.offers.last {
      (state, evidence) = (.notSeen, "one that was offered \(after(offer.at)) got no answer: \(offer.detail)")
    } else {
      (state, evidence) = (.notSeen, "none was offered: it was gone too soon")
    }
    return Step(
      id: "no-new-sessions", text: title, state: state, evidence: evidence,
      codes: (reaction == .drains ? ["RTE-002"] : []) + Self.signalCodes)
  }

  private var sessionsComplete: Step {
    let title = "live sessions continue and complete"
    let (state, evidence): (TermTestResult.State, String)
    let early = ending.sessions.count { $0.end == .endedBefore }
    if reaction == .untested {
      (state, evidence) = (.notSeen, untested)
    } else if live.isEmpty {
      let rooms = ending.joinAttempts > 0 ? ": the agent wants to join its room, and this server has none" : ""
      (state, evidence) = (
        .notSeen,
        early > 0
          ? "\(count(early)) ended by themselves before the signal\(rooms)"
          : ending.declinedBefore > 0
            ? "none was live: it declined \(count(ending.declinedBefore, "offer"))" : "none was live"
      )
    } else if let first = cut.first {
      let detail = first.detail.map { ": \($0)" } ?? ""
      (state, evidence) = (
        .notMet, "\(count(cut.count, of: live.count)) cut, the first \(after(first.endedAt))\(detail)"
      )
    } else if reaction == .none {
      (state, evidence) = (.notSeen, "no drain began that could have cut one")
    } else if live.allSatisfy({ $0.end == .completed }) {
      (state, evidence) = (.met, "\(count(live.count)) completed, the last \(after(lastEnd))")
    } else {
      (state, evidence) = (.notSeen, "\(count(live.count { $0.end == nil }, of: live.count)) still live at the end")
    }
    return Step(
      id: "sessions-complete", text: title, state: state, evidence: evidence,
      codes: ["SIG-004", "DRN-002", "DRN-005", "DRN-001", "DRN-011", "DRN-012", "SIG-011", "SIG-002", "SES-001"])
  }

  private var leaves: Step {
    let title =
      ending.kind == .drainTimeout
      ? "the process exits after its drain_timeout" : "the process exits when its sessions have ended"
    let (state, evidence): (TermTestResult.State, String)
    if reaction == .untested {
      (state, evidence) = (.notSeen, untested)
    } else if let exit = ending.exit {
      var told = "\(exit.how), \(after(exit.at))"
      if ending.kind == .sessionsEnd, let lastEnd, !live.isEmpty {
        told += ", \(text(exit.at - lastEnd)) after the last session"
      }
      if ending.kind == .drainTimeout, let timedOut = ending.timedOutAt {
        told += ": a tail of \(text(exit.at - timedOut))"
      }
      (state, evidence) = (exit.how == "killed by SIGKILL" ? .notMet : .met, told)
    } else if ending.kind == .drainTimeout, ending.timedOutAt == nil {
      (state, evidence) = (.notSeen, "its drain had no end within \(watched)")
    } else {
      (state, evidence) = (.notMet, "it was still there \(watched) after the signal, and was killed by the test")
    }
    return Step(
      id: "exits", text: title, state: state, evidence: evidence,
      codes: ["DRN-007", "DRN-006", "DRN-005", "RUN-002"] + Self.signalCodes)
  }

  private var drainTimesOut: Step {
    let title = "the drain ends at its drain_timeout"
    let (state, evidence): (TermTestResult.State, String)
    if reaction == .untested {
      (state, evidence) = (.notSeen, untested)
    } else if let timedOut = ending.timedOutAt {
      let limit = ending.drainLimitSeconds.map { "drain_timeout \(text(Duration(seconds: $0))): " } ?? ""
      (state, evidence) = (
        .met, "\(limit)over \(after(timedOut)), \(count(cut.count, of: live.count)) cut, as it must be then"
      )
    } else if let limit = ending.drainLimitSeconds, limit == 0 || limit > ending.watchedSeconds {
      let told = limit == 0 ? "without limit" : text(Duration(seconds: limit))
      (state, evidence) = (.notSeen, "it is \(told) and could not be shortened for the test")
    } else if let exit = ending.exit {
      (state, evidence) = (.notSeen, "it was gone \(after(exit.at)) (\(exit.how)) without saying that time was over")
    } else {
      (state, evidence) = (.notMet, "it was not over within \(watched)")
    }
    return Step(id: "drain-times-out", text: title, state: state, evidence: evidence, codes: ["DRN-007"])
  }

  private var leavesNothing: Step {
    let title = "no process is left behind"
    let (state, evidence): (TermTestResult.State, String) =
      if reaction == .untested {
        (.notSeen, untested)
      } else if ending.exit == nil {
        (.notSeen, "it did not exit by itself")
      } else if let first = ending.leftBehind.first {
        (.notMet, "\(count(ending.leftBehind.count, "process")) left, among them \(first)")
      } else {
        (.met, "none")
      }
    return Step(
      id: "nothing-left", text: title, state: state, evidence: evidence, codes: ["SIG-001", "DRN-007", "SIG-002"])
  }
}
