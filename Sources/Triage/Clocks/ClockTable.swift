import Logs
import Vocabulary

/// The clocks of a stop beside the times that were observed.
package struct ClockTable: Hashable, Codable, Sendable {
  /// The clocks, the worker's own first, then by their length.
  package let layers: [Layer]
  /// The stops that were observed, in the order of the workers.
  package let stops: [ObservedStop]
  /// Where a stop was cut by none of the clocks: what else it can have been, the likeliest first.
  package let suspects: [String]

  /// One clock.
  package struct Layer: Hashable, Codable, Sendable {
    /// What it belongs to.
    package let layer: String
    /// How long it lets sessions go on, and how long what follows may take.
    package let windowSeconds, tailSeconds: Double
    /// What to change to change it.
    package let controls: String
    /// What ended by it; nil: nothing that was looked at.
    package let observed: String?
  }

  /// The table of a case; nil where no stop was observed.
  init?(of file: CaseFile) {
    let logs = file.logs.map(\.name)
    var stops = file.workers.compactMap { ObservedStop($0, file, logs) }
    stops += file.webServers.compactMap { ObservedStop($0, file, logs) }
    guard !stops.isEmpty else { return nil }
    var clocks: [StopClock] = []
    for worker in file.workers {
      guard let limit = worker.drain.limitSeconds, limit > 0 else { continue }
      let own = StopClock.own(.seconds(limit))
      if !clocks.contains(where: { $0.window == own.window }) { clocks.append(own) }
    }
    clocks += StopClock.usual
    self.stops = stops
    layers = clocks.map { clock in
      let ended = stops.filter {
        $0.clock == clock.layer && ($0.limitSeconds ?? clock.window.seconds) == clock.window.seconds
      }
      let words = ended.compactMap { stop in stop.seconds.map { "\(stop.worker): \(Duration.seconds($0).text)" } }
      return Layer(
        layer: clock.layer, windowSeconds: clock.window.seconds, tailSeconds: clock.tail.seconds,
        controls: clock.controls, observed: words.isEmpty ? nil : words.prefix(5).joined(separator: ", "))
    }
    let isUnexplained = stops.contains { $0.outcome == .killed && $0.clock == nil }
    suspects =
      isUnexplained
      ? [
        "a wrapper that keeps the signal to itself or takes the agent along when it dies (sluice check signals)",
        "an outer supervisor with a deadline of its own: preStop, timeout -k, a script, an operator "
          + "(sluice check drain-window)",
        "a session longer than both the agent's limit and the platform's",
      ] : []
  }
}
