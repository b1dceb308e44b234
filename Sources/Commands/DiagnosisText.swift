import Terminal
import Triage
import Vocabulary

/// A diagnosis as people read it.
struct DiagnosisText {
  let diagnosis: Diagnosis
  let width: Int
  let style: TextStyle

  /// The page; no line feed at the end.
  var text: String {
    let isWrong = diagnosis.findings.contains { $0.severity != .info }
    var sections = [page.wrap(diagnosis.summary, isWrong ? .fail : .ok)]
    if let test = diagnosis.termTest { sections.append(TermTestText(result: test, width: width, style: style).text) }
    sections += diagnosis.findings.map { page.text($0) }
    sections += section("questions", (diagnosis.questions ?? []).map(answer))
    sections += section("time line", timeline)
    if let clocks = diagnosis.clocks { sections.append(ClockText(clocks: clocks, width: width, style: style).text) }
    sections += (diagnosis.processes ?? []).map(processes)
    sections += section(
      "ruled out",
      diagnosis.ruledOut.map { cause in
        page.wrap("\(cause.code) \(cause.code.title ?? ""): \(cause.why)", .dim, indent: 2)
      })
    sections += section(
      "not looked at",
      diagnosis.notLookedAt.map { page.wrap("\($0.what): \($0.why); try: \($0.remedy)", .dim, indent: 2) })
    return sections.joined(separator: "\n\n")
  }

  private var page: FindingText { FindingText(width: width, style: style) }

  /// The moments that mattered where several logs tell of them; one log is read in its own order as well.
  private var timeline: [String] {
    let entries = diagnosis.timeline ?? []
    guard diagnosis.findings.contains(where: { $0.severity != .info }),
      Set(entries.map { $0.locator.split(separator: ":").first }).count > 1
    else { return [] }
    let shown = entries.prefix(24).map { entry in
      let place = entry.locator.split(separator: "/").last.map(String.init) ?? entry.locator
      return page.wrap("\(entry.at.description.prefix(23))Z  \(entry.who)  \(entry.excerpt)  \(place)", .dim, indent: 2)
    }
    return shown + (entries.count > 24 ? ["  and \(entries.count - 24) more: --format json"] : [])
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : [(["\(title):"] + lines).joined(separator: "\n")]
  }

  // MARK: Processes

  private func processes(_ view: ProcessView) -> String {
    let tone: TextStyle.Tone =
      switch view.outcome {
      case "reaches": .ok
      case "unknown": .warn
      default: .fail
      }
    let rows = alike(view.processes).map { lines in
      let line = lines[0]
      let times = lines.count > 1 ? "\(lines.count) × " : ""
      return Table.Row([
        .init(String(line.pid)), .init(marks(line, in: view)),
        .init(signal(line), line.sigterm == nil ? .warn : .plain), .init(sockets(line)),
        .init(String(repeating: "  ", count: min(line.depth, 8)) + times + line.command, .dim),
      ])
    }
    var table = Table(
      [
        .init("pid", .identifier), .init("role", .identifier), .init("SIGTERM", .identifier),
        .init("TCP", .identifier, dropped: 1), .init("command", .name(minimum: 20)),
      ], rows: rows, indent: 2)
    table.dropEmptyColumns()
    let notes = view.processes.compactMap { line in
      line.note.map { page.wrap("\(line.pid): \($0)", .dim, indent: 2) }
    }
    return
      ([
        page.wrap("\(view.name), by \(view.source): SIGTERM \(words(view.outcome))", tone),
        table.render(width: width, style: style),
      ]
      + notes).joined(separator: "\n")
  }

  /// Neighbours that differ in nothing but their ids, such as job processes, together.
  private func alike(_ lines: [ProcessView.Line]) -> [[ProcessView.Line]] {
    lines.reduce(into: []) { groups, line in
      if let other = groups.last?.first, other.command == line.command, other.depth == line.depth,
        other.sigterm == line.sigterm, other.listening == line.listening, other.connections == line.connections
      {
        groups[groups.count - 1].append(line)
      } else {
        groups.append([line])
      }
    }
  }

  private func words(_ outcome: String) -> String {
    switch outcome {
    case "reaches": "reaches the agent"
    case "swallowed": "never reaches the agent"
    case "deaf": "is not heard by the agent"
    case "dies": "ends the agent at once"
    case "aborts": "ends it before the agent has drained"
    default: "cannot be followed"
    }
  }

  private func marks(_ line: ProcessView.Line, in view: ProcessView) -> String {
    var marks: [String] = []
    if line.pid == view.signaled { marks.append("signaled") }
    if line.innerPid == 1, line.pid != 1 { marks.append("PID 1") }
    if line.pid == view.agent { marks.append("agent") }
    return marks.joined(separator: ", ")
  }

  private func signal(_ line: ProcessView.Line) -> String {
    switch line.sigterm {
    case "catches"?: "caught"
    case "ignores"?: "ignored"
    case "blocks"?: "blocked"
    case "dropped"?: "dropped"
    case "default"?: "default"
    default: "unknown"
    }
  }

  private func sockets(_ line: ProcessView.Line) -> String {
    guard let listening = line.listening, let connections = line.connections else { return "unknown" }
    let ports = listening.map { ":\($0)" }.joined(separator: " ")
    return [ports, connections > 0 ? "\(connections) open" : ""].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  // MARK: Questions

  private func answer(_ answer: OnCallAnswer) -> String {
    let tone: TextStyle.Tone = answer.state == .cannotTell ? .warn : .plain
    var lines = [page.wrap("\(answer.question) \(answer.answer)", tone, indent: 2)]
    lines += answer.evidence.prefix(3).map {
      page.wrap([$0.locator, $0.excerpt].compactMap(\.self).joined(separator: "  "), .dim, indent: 4)
    }
    if let remedy = answer.toSeeIt { lines.append(page.wrap("to see it: \(remedy)", indent: 4)) }
    return lines.joined(separator: "\n")
  }
}
