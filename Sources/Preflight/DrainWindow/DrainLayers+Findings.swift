package import Vocabulary

extension DrainLayers {
  /// What is wrong with the clocks: CLK-001 and CLK-003.
  package var findings: [Finding] {
    guard let agent, let least = outer.first, let limit = least.window.limit else { return [] }
    switch agent.window {
    case .unknown: return []
    case .unlimited: return [killed(at: limit, by: least, agent, needs: nil)]
    case .limit(let own) where limit < own: return [killed(at: limit, by: least, agent, needs: own)]
    case .limit(let own):
      guard let tail, limit < own + tail.usual else { return [] }
      return [noTail(least, limit, agent, own, tail)]
    }
  }

  /// The outer clock ends before the agent's own does: what is live then is killed, and nothing is cleaned up.
  private func killed(at limit: Duration, by outer: DrainLayer, _ agent: DrainLayer, needs own: Duration?) -> Finding {
    let needed = own.map { $0 + (tail?.usual ?? .zero) }
    // A limit that nobody can raise, and one that lets nearly every call end, is a matter of the agent's number.
    let isCeiling = limit >= .seconds(3_600)
    let fit = max(.zero, limit - (tail?.usual ?? .zero))
    let raise = needed.map { "raise it to \($0.text) or more: \(outer.controls)" } ?? outer.controls
    return Finding(
      code: "CLK-001", status: .confirmed, severity: isCeiling ? .warning : .critical,
      summary: own.map { "\(outer.name) kills after \(limit.text) what the agent may drain for \($0.text)" }
        ?? "\(outer.name) kills after \(limit.text) what the agent drains without a limit of its own",
      cause: "the outer clock ends first: calls longer than \(limit.text) are cut without a clean-up",
      evidence: evidence([outer, agent]),
      remedy: isCeiling
        ? "set the agent's own to \(fit.text), so that it still cleans up: \(agent.controls)"
        : Finding.Remedy("\(raise), or set the agent's own below it: \(agent.controls)"))
  }

  private func noTail(
    _ outer: DrainLayer, _ limit: Duration, _ agent: DrainLayer, _ own: Duration, _ tail: DrainTail
  ) -> Finding {
    let left = limit - own
    return Finding(
      code: "CLK-003", status: .confirmed, severity: .warning,
      summary: "\(outer.name) leaves \(left.text) after the agent's drain timeout of \(own.text), and the end takes "
        + "\(tail.usual.text)",
      cause: "the process is killed while it ends its sessions and runs its callbacks (\(tail.parts))",
      evidence: evidence([outer, agent]),
      remedy: Finding.Remedy(
        "leave the tail its time: \(agent.controls) at most \(max(.zero, limit - tail.usual).text), or "
          + "\(outer.controls) at least \((own + tail.usual).text)"))
  }

  private func evidence(_ layers: [DrainLayer]) -> [Evidence] {
    layers.map {
      Evidence(
        source: "drain-window", locator: $0.locator, at: nil,
        excerpt: "\($0.name) \($0.window.text) (\($0.origin))".harmless)
    }
  }
}
