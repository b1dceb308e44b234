import Logs
import Vocabulary

/// How servers of uvicorn's, also Google's ADK, took the request to stop.
extension Opinion {
  mutating func judge(_ server: WebServerStory) {
    let name = [server.isADK ? "the ADK server" : "the server", server.pid.map { "(pid \($0))" }]
      .compactMap { $0 }.joined(separator: " ")
    if let failed = server.failed {
      let isBound = failed.excerpt.contains("bind")
      add(
        finding(
          isBound ? "CON-004" : "INI-003",
          isBound ? "\(name) did not start: its port is in use" : "\(name) did not start",
          [failed], isBound ? "stop what listens there, or give it another port" : "mend what its program raises"))
    }
    guard let stopping = server.stopping else {
      if server.started != nil {
        miss(
          "whether \(name) was told to stop", "its log has no 'Shutting down'",
          "sluice triage --pid on it, or sluice check signals for its image: a shell in between keeps the signal to itself"
        )
      }
      return
    }
    judgeWebSockets(server, name, stopping)
    if let cancelled = server.cancelled {
      add(
        finding(
          "DRN-012", "\(name) cancelled requests that were running when its time for a graceful shutdown was over",
          [stopping, cancelled],
          Finding.Remedy(
            "raise --timeout-graceful-shutdown above the longest request, and every clock around it; without it uvicorn "
              + "waits for requests without limit (it never waits for WebSockets)")))
    }
    // A program that was told of its start is told of its stop, unless a second signal cuts that short.
    if server.announcedStart != nil, server.announcedStop == nil, let finished = server.finished {
      add(
        finding(
          "DRN-002", "\(name) was forced to leave by a second signal while it waited for connections",
          [stopping, server.waitsForConnections ?? server.waitsForTasks, finished].compactMap { $0 },
          "send one signal and wait; a second SIGINT makes uvicorn drop what runs"))
    }
  }

  private mutating func judgeWebSockets(_ server: WebServerStory, _ name: String, _ stopping: Mention) {
    guard let opened = server.opened else { return }
    if server.ownCount == 0 {
      exclude("DRN-011", "\(name) counted no connection any more when it shut down")
      return
    }
    let closed = server.closedBefore?.count ?? 0
    let sign = server.cut ?? server.waitsForTasks.map { Mentions($0) }
    guard opened.count > closed, let sign else {
      if opened.count > closed, server.closedBefore == nil {
        miss(
          "how many WebSockets were open when \(name) shut down", "its uvicorn writes no line when one ends",
          "the clients' close codes (1012 is a cut), or connections counted while it stops: sluice triage --pid")
      } else {
        exclude("DRN-011", "every WebSocket of \(name) had ended before it shut down")
      }
      return
    }
    let open = opened.count - closed
    let certain = server.cut != nil
    add(
      finding(
        "DRN-011",
        "\(name) shut down with \(open) WebSocket\(open == 1 ? "" : "s") open and closed \(open == 1 ? "it" : "them") "
          + "at once (1012)",
        status: certain ? .confirmed : .suspected, [opened.last, stopping, sign.first],
        Finding.Remedy(
          "let sessions end before the server gets SIGTERM: run it under sluice guard; --timeout-graceful-shutdown does not "
            + "protect WebSockets",
          commands: ["sluice guard -- uvicorn …"])))
  }

  private func finding(
    _ code: FindingCode, _ summary: String, status: Finding.Status = .confirmed, _ mentions: [Mention],
    _ remedy: Finding.Remedy
  ) -> Finding {
    Finding(
      code: code, status: status, severity: .critical, summary: summary, evidence: mentions.map(evidence),
      remedy: remedy)
  }
}
