import Cutover
import Vocabulary

extension OnCall {
  /// Trees of what should drain, else all.
  private var trees: [ProcessTree] {
    let old = Set(outgoing.map(\.id))
    let chosen = file.trees.filter { $0.instance.map(old.contains) ?? false }
    return chosen.isEmpty ? file.trees : chosen
  }

  var signalReaches: OnCallAnswer {
    let routes = trees.map { (tree: $0, route: SignalRoute(in: $0)) }
    let shown = routes.prefix(5).map { tree, route in
      Evidence(
        source: "processes", locator: tree.source, at: tree.takenAt, excerpt: "\(tree.name): \(route.why)".harmless)
    }
    let confirmed = outgoing.filter { $0.drain?.confirmedAt != nil }
    let proofs = confirmed.prefix(5).map {
      Evidence(
        source: SourceID($0.drain?.confirmedBy?.rawValue ?? "sources"), at: $0.drain?.confirmedAt,
        excerpt: "\($0.id.rawValue) took the stop signal and drains".harmless)
    }
    if !outgoing.isEmpty, confirmed.count == outgoing.count {
      return answer(.signalReaches, .yes, "yes: \(names(confirmed)) took it", proofs + shown)
    }
    if let bad = routes.first(where: { [.swallowed, .deaf, .aborts, .dies].contains($0.route.outcome) }) {
      return answer(.signalReaches, .no, "no, not of \(bad.tree.name.harmless): \(bad.route.why)", shown)
    }
    if !routes.isEmpty, routes.allSatisfy({ $0.route.outcome == .reaches }) {
      let told = outgoing.filter { $0.drain?.requestedAt != nil && $0.drain?.confirmedAt == nil }
      guard told.isEmpty else {
        return answer(
          .signalReaches, .cannotTell, "the way is free, and \(names(told)) was told and shows nothing of it", shown,
          toSeeIt:
            "its log at level INFO: \"draining worker\"; livekit-agents before 1.8.0 can swallow the signal (SIG-010)")
      }
      return answer(.signalReaches, .yes, "yes: \(routes[0].route.why)", shown)
    }
    if let entry = file.project?.entry {
      let evidence = [Evidence(source: "files", locator: entry.place, at: nil, excerpt: entry.command ?? entry.subject)]
      switch entry.outcome {
      case "drains": return answer(.signalReaches, .yes, "yes, by \(entry.subject): \(entry.sentence)", evidence)
      case "swallowed", "aborts":
        return answer(.signalReaches, .no, "no, by \(entry.subject): \(entry.sentence)", evidence)
      default: break
      }
    }
    let why = routes.first.map(\.route.why) ?? "nobody sees the processes, and no file says how the agent is started"
    return answer(
      .signalReaches, .cannotTell, why, shown,
      toSeeIt: "sluice triage --pid PID where it runs, sluice check signals for its image, or sluice triage --term-test"
    )
  }

  // MARK: Clocks

  /// Every clock that is known of, by name and limit, each once.
  private var clocks: [(name: String, seconds: Double?, isKnown: Bool, origin: String)] {
    var found = (assessment.map { isOfNow ? $0.window.drain.clocks : [] } ?? []).map {
      (name: $0.name, seconds: $0.limit?.seconds, isKnown: true, origin: $0.origin)
    }
    for clock in file.project?.clocks ?? []
    where !found.contains(where: { clock.name.hasPrefix($0.name) && $0.seconds == clock.seconds }) {
      found.append((clock.name, clock.seconds, clock.state != .unknown, clock.origin))
    }
    return found
  }

  /// The least limit that is known of.
  private var binding: (name: String, seconds: Double)? {
    clocks.compactMap { clock in clock.seconds.map { (clock.name, $0) } }.min { $0.1 < $1.1 }
  }

  /// Old instances that were told to drain, with the moment at which the clock that binds ends it.
  private var ends: [(instance: InstanceObservation, at: Timestamp)] {
    guard let binding else { return [] }
    return outgoing.compactMap { instance in
      instance.drain?.requestedAt.map { (instance, $0 + Duration(seconds: binding.seconds)) }
    }.sorted { $0.1 < $1.1 }
  }

  var clockBinds: OnCallAnswer {
    let evidence = clocks.map { clock in
      let text = clock.seconds.map { Duration(seconds: $0).text } ?? (clock.isKnown ? "no limit" : "unknown")
      return Evidence(source: "clocks", locator: clock.origin, at: nil, excerpt: "\(clock.name) \(text)".harmless)
    }
    guard let binding else {
      let isUnlimited = !clocks.isEmpty && clocks.allSatisfy(\.isKnown)
      guard !isUnlimited else { return answer(.clockBinds, .answered, "none: no clock limits the drain", evidence) }
      return answer(
        .clockBinds, .cannotTell, "no clock is known", evidence,
        toSeeIt: "sluice check drain-window, in the folder of the agent's source")
    }
    let limit = Duration(seconds: binding.seconds).text
    let most = clocks.allSatisfy(\.isKnown) ? "" : ", at most: another clock is not known"
    guard let first = ends.first else {
      return answer(
        .clockBinds, .answered, "\(binding.name.harmless), \(limit) after the signal\(most); nothing is draining",
        evidence)
    }
    let left = file.gatheredAt.map { first.at - $0 }
    let when =
      left.map { $0 > .zero ? "in \($0.text)" : "\((.zero - $0).text) ago" }.map { " (\($0))" } ?? ""
    return answer(
      .clockBinds, .answered,
      "\(binding.name.harmless), \(limit)\(most): it ends \(first.instance.id.rawValue.harmless) at \(first.at)\(when)",
      evidence)
  }

  // MARK: Cuts

  var whoIsCut: OnCallAnswer {
    guard incoming != nil else {
      return answer(
        .whoIsCut, .cannotTell, "which version is new is not known", toSeeIt: "sluice verify-cutover --to VERSION")
    }
    guard !outgoing.isEmpty else {
      guard alive.allSatisfy({ $0.version != nil }), fleet.current != nil else {
        return answer(
          .whoIsCut, .cannotTell, "which instances are old is not known", evidence(of: alive),
          toSeeIt: "stamp the release on the agents, or name the platform in sluice.yaml")
      }
      return answer(.whoIsCut, .answered, "nobody: no old instance is left", evidence(of: alive))
    }
    guard let sessions else {
      let counts = outgoing.map(\.sessions)
      guard !counts.contains(nil) else {
        return answer(
          .whoIsCut, .cannotTell, "no source that lists sessions has answered", evidence(of: outgoing),
          toSeeIt: "add a source under 'sessions' in sluice.yaml: livekit-rooms, livekit-server-log")
      }
      return who(counts.compactMap(\.self).reduce(0, +), [])
    }
    let unknown = sessions.filter { instance(of: $0) == nil && $0.version == nil }
    guard unknown.isEmpty else {
      return answer(
        .whoIsCut, .cannotTell, "\(count(unknown.count, "live session")) cannot be attributed to a version", [],
        toSeeIt: "stamp the release on the agents (OBS-001)")
    }
    let old = Set(outgoing.map(\.id))
    let left = sessions.filter { session in
      instance(of: session).map { old.contains($0.id) } ?? (session.version != incoming)
    }
    return who(left.count, left)
  }

  private func who(_ number: Int, _ sessions: [SessionObservation]) -> OnCallAnswer {
    guard number > 0 else {
      return answer(.whoIsCut, .answered, "nobody: no session is live on \(names(outgoing))", evidence(of: outgoing))
    }
    let named = sessions.prefix(10).map { session in
      let age = file.gatheredAt.flatMap { now in session.startedAt.map { ", live for \((now - $0).text)" } } ?? ""
      return Evidence(
        source: "sessions", at: session.startedAt,
        excerpt: "\(session.id.rawValue) on \(instance(of: session)?.id.rawValue ?? "?")\(age)".harmless)
    }
    let live = "\(count(number, "session")) \(number == 1 ? "is" : "are") live on \(names(outgoing))"
    let isTaking = isOfNow && assessment?.conditions.first { $0.id == .oldStopsReceiving }?.state == .failed
    if let first = ends.first, isTaking || signalReaches.state == .no {
      return answer(
        .whoIsCut, .answered,
        "whoever is live at \(first.at), since \(names(outgoing)) does not drain: \(live) at this moment",
        named.isEmpty ? evidence(of: outgoing) : named)
    }
    if let cuts = isOfNow ? assessment?.forecast?.expectedCuts : nil {
      return answer(
        .whoIsCut, .answered, "about \(cuts) of them: \(live) (\(assessment?.forecast?.ground ?? ""))", named)
    }
    guard let first = ends.first else {
      return answer(
        .whoIsCut, .answered, "nobody yet: \(live), and nobody has told it to drain",
        named.isEmpty ? evidence(of: outgoing) : named)
    }
    return answer(
      .whoIsCut, .answered, "whoever is live at \(first.at): \(live) at this moment",
      named.isEmpty ? evidence(of: outgoing) : named)
  }
}
