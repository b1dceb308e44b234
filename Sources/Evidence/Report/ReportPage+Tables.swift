import Cutover
import Journal
import Terminal
import Vocabulary

// MARK: Where sessions landed

extension ReportPage {
  var assignments: Markup {
    guard let run, let assessment else { return .empty }
    var counts = PageTable(
      "Sessions by version",
      [
        .text("version"), .number("active"), .number("started"), .number("ended"), .number("cut"), .number("unclear"),
        .number("probes"),
      ])
    let versions = assessment.shownVersions
    counts.rows = versions.prefix(Self.rowLimit).map { version in
      let own = assessment.sessions.byVersion[version.name]
      return ["\(version.name) <span class=\"quiet\">\(version.role)</span>"]
        + [own?.active, own?.started, own?.ended, own?.cut, own?.unclear, own?.probes].map { number -> Markup in
          number.map { "\($0.grouped)" } ?? "unknown"
        }
    }
    (counts.total, counts.elsewhere) = (versions.count, elsewhere("sessions-by-version.csv"))

    let new = run.sessions.filter { run.isNew($0) ?? true }
    // What is wrong first, then by time.
    func urgency(_ session: SessionStory) -> Int {
      session.isUnserved || session.isLate || session.ending == .cut ? 0 : session.version == nil ? 1 : 2
    }
    let ordered = (0...2).flatMap { urgent in new.filter { urgency($0) == urgent } }
    var table = PageTable(
      "New sessions: \(new.count.grouped)",
      [.text("session"), .text("landed on"), .text("known by"), .text("instance"), .text("started"), .text("end")])
    table.rows = ordered.prefix(Self.rowLimit).map { session in
      [
        "<code>\(session.id)</code>\(session.room.map { "<br><span class=\"quiet\">\($0)</span>" as Markup } ?? "")",
        landing(session), "\(session.basis?.rawValue ?? "")", "\(session.instance?.rawValue ?? "unknown")",
        moment(session.start), end(session),
      ]
    }
    (table.total, table.elsewhere) = (new.count, elsewhere("assignments.csv"))
    return counts.markup + (new.isEmpty ? "<p>No new session was seen.</p>\n" : table.markup)
  }

  private func landing(_ session: SessionStory) -> Markup {
    let role: Markup = session.role == .unknown ? "" : " <span class=\"quiet\">\(session.role.rawValue)</span>"
    var text: Markup = session.version.map { "\($0)\(role)" } ?? (session.start == nil ? "nowhere" : "unknown")
    if session.isLate { text += " <span class=\"badge bad\">▲ late</span>" }
    if session.isUnserved { text += " <span class=\"badge bad\">unserved</span>" }
    if session.isProbe { text += " <span class=\"badge\">probe</span>" }
    return text
  }

  private func end(_ session: SessionStory) -> Markup {
    switch session.ending {
    case .normal: "\(session.end?.at.timeOfDay ?? "") ended"
    case .cut: "\(session.end?.at.timeOfDay ?? "") <span class=\"badge bad\">✕ cut</span>"
    case .unclear: "\(session.end?.at.timeOfDay ?? "") <span class=\"badge warn\">? unclear</span>"
    case nil: session.end == nil ? "" : "\(session.end?.at.timeOfDay ?? "") being found out"
    }
  }

  /// A moment; its bounds where it has any.
  func moment(_ range: MomentRange?) -> Markup {
    guard let range else { return "unknown" }
    let width = range.notAfter - (range.notBefore ?? range.notAfter)
    // A moment before the latest possible one is one that a source stated.
    if range.at < range.notAfter { return "\(range.at.timeOfDay)" }
    if range.notBefore == nil { return "by \(range.notAfter.timeOfDay)" }
    return width < .seconds(1)
      ? "\(range.at.timeOfDay)" : "\(range.at.timeOfDay) <span class=\"quiet\">within \(width.text)</span>"
  }
}

// MARK: Review

extension ReportPage {
  var review: Markup {
    guard let run, assessment != nil else { return .empty }
    guard !run.sessions.isEmpty else { return "<p>No session was seen, so there is none to review.</p>\n" }
    return cutSessions(run) + reconnects(run) + longSessions(run) + slowSessions(run)
  }

  private func cutSessions(_ run: RunHistory) -> Markup {
    let hurt = run.sessions.filter { $0.ending == .cut || $0.ending == .unclear }.sorted {
      ($0.end?.at ?? run.lastRecordAt, $0.id) < ($1.end?.at ?? run.lastRecordAt, $1.id)
    }
    guard !hurt.isEmpty else { return "<p><b>Cut:</b> no session is known to have been cut.</p>\n" }
    var table = PageTable(
      "Sessions that were cut (\(hurt.count { $0.ending == .cut }.grouped)), or may have been (\(hurt.count { $0.ending == .unclear }.grouped))",
      [.text("session"), .text("when"), .text("version"), .text("instance"), .text("what shows it")])
    let ordered = hurt.filter { $0.ending == .cut } + hurt.filter { $0.ending != .cut }
    table.rows = ordered.prefix(50).map { session in
      [
        "<code>\(session.id)</code>\(session.room.map { "<br><span class=\"quiet\">\($0)</span>" as Markup } ?? "")",
        end(session), "\(session.version?.rawValue ?? "unknown")", "\(session.instance?.rawValue ?? "unknown")",
        "\(session.why ?? "nothing")",
      ]
    }
    (table.total, table.elsewhere) = (hurt.count, elsewhere("assignments.csv"))
    return table.markup
  }

  /// Who came back to a room within a minute of a cut there.
  private func reconnects(_ run: RunHistory) -> Markup {
    let byRoom = Dictionary(grouping: run.sessions.filter { $0.room != nil }, by: \.room)
    let back = run.sessions.compactMap { cut -> (SessionStory, SessionStory)? in
      guard cut.ending == .cut, let room = cut.room, let end = cut.end else { return nil }
      let next = (byRoom[room] ?? []).first {
        guard $0.id != cut.id, let start = $0.start?.at else { return false }
        return start >= end.at && start - end.at <= .seconds(60)
      }
      return next.map { (cut, $0) }
    }
    guard !back.isEmpty else {
      return run.sessions.contains { $0.ending == .cut }
        ? "<p><b>Reconnected:</b> nobody was seen to come back to the room of a cut session within a minute.</p>\n" : ""
    }
    var table = PageTable(
      "Back in the same room within a minute of a cut: \(back.count.grouped)",
      [.text("cut session"), .text("room"), .text("back as"), .text("on"), .number("after")])
    table.rows = back.prefix(50).map { cut, next in
      [
        "<code>\(cut.id)</code>", "\(cut.room ?? "")", "<code>\(next.id)</code>",
        "\(next.version?.rawValue ?? "unknown")",
        "\(((next.start?.at ?? cut.end?.at ?? run.began) - (cut.end?.at ?? run.began)).text)",
      ]
    }
    (table.total, table.elsewhere) = (back.count, elsewhere("assignments.csv"))
    return table.markup
  }

  private func longSessions(_ run: RunHistory) -> Markup {
    let last = run.points.last?.at ?? run.lastRecordAt
    let lengths = run.sessions.compactMap { session -> (session: SessionStory, length: Duration)? in
      session.start.map { (session, (session.end?.at ?? last) - $0.at) }
    }.sorted { ($0.length, $1.session.id) > ($1.length, $0.session.id) }
    guard !lengths.isEmpty else { return "<p><b>Long:</b> no session's length is known.</p>\n" }
    let window = assessment?.window.drain.effective
    let over = window.map { window in lengths.count { $0.length > window } }
    let than: Markup =
      window.flatMap { window in over.map { "; \($0.grouped) longer than the drain window of \(window.text)" } } ?? ""
    var table = PageTable(
      "The longest of \(lengths.count.grouped) sessions",
      [.text("session"), .text("version"), .text("started"), .number("length"), .text("end")])
    table.rows = lengths.prefix(5).map { session, length in
      [
        "<code>\(session.id)</code>", "\(session.version?.rawValue ?? "unknown")", moment(session.start),
        "\(length.text)", session.end == nil ? "still active" : end(session),
      ]
    }
    let middle = lengths[lengths.count / 2].length
    return "<p><b>Long:</b> half of the sessions lasted \(middle.text) or longer\(than).</p>\n" + table.markup
  }

  /// Sessions whose agent took much longer than the others' to come.
  private func slowSessions(_ run: RunHistory) -> Markup {
    let waits = run.sessions.compactMap { session -> (session: SessionStory, wait: Duration)? in
      guard let asked = session.askedAt, let start = session.start?.at, start >= asked else { return nil }
      return (session, start - asked)
    }.sorted { ($0.wait, $1.session.id) > ($1.wait, $0.session.id) }
    guard !waits.isEmpty else { return "<p><b>Slow:</b> no source dates when sessions were asked for.</p>\n" }
    let middle = waits[waits.count / 2].wait
    let slow = waits.filter { $0.wait > max(.seconds(3), middle * 3) }
    guard !slow.isEmpty else {
      return
        "<p><b>Slow:</b> none of \(waits.count.grouped) sessions waited much longer for its agent than the median of \(middle.text).</p>\n"
    }
    var table = PageTable(
      "Sessions that waited more than three times the median of \(middle.text) for their agent: \(slow.count.grouped)",
      [.text("session"), .text("version"), .text("asked for"), .number("waited")])
    table.rows = slow.prefix(10).map { session, wait in
      [
        "<code>\(session.id)</code>", "\(session.version?.rawValue ?? "unknown")",
        "\(session.askedAt?.timeOfDay ?? "unknown")", "\(wait.text)",
      ]
    }
    (table.total, table.elsewhere) = (slow.count, elsewhere("assignments.csv"))
    return table.markup
  }
}

// MARK: Instances

extension ReportPage {
  var instances: Markup {
    guard let run, assessment != nil else { return .empty }
    let all = run.instances.filter { !$0.isPast }
    guard !all.isEmpty else { return "<p>No source saw instances.</p>\n" }
    let ordered = (0...3).flatMap { urgency in all.filter { $0.urgency == urgency } }
    var table = PageTable(
      "Instances: \(all.count.grouped), \(all.count { $0.end != nil }.grouped) of them gone",
      [
        .text("instance"), .text("version"), .number("sessions"), .text("told to drain"), .text("confirmed by"),
        .text("gone"), .text("how it ended"),
      ])
    table.rows = ordered.prefix(Self.rowLimit).map { instance in
      let region: Markup = instance.region.map { "<br><span class=\"quiet\">\($0)</span>" } ?? ""
      let role: Markup = instance.role == .unknown ? "" : " <span class=\"quiet\">\(instance.role.rawValue)</span>"
      return [
        "<code>\(instance.id)</code>\(region)", "\(instance.version?.rawValue ?? "unknown")\(role)",
        "\(instance.sessions.map(\.grouped) ?? "unknown")\(instance.end == nil ? "" : " last" as Markup)",
        instance.told.map { moment($0) } ?? (instance.role == .outgoing ? "not seen" : ""), confirmation(instance),
        instance.end.map { moment($0) } ?? "", ending(instance),
      ]
    }
    (table.total, table.elsewhere) = (all.count, elsewhere("stops.json and drain-evidence.ndjson"))
    return table.markup
  }

  private func confirmation(_ instance: InstanceStory) -> Markup {
    if let by = instance.drain.confirmedBy { return "\(by.words)" }
    if instance.isConfirmed { return "an unnamed sign" }
    return instance.role == .outgoing ? "<span class=\"badge warn\">nothing</span>" : ""
  }

  private func ending(_ instance: InstanceStory) -> Markup {
    guard instance.end != nil else { return "<span class=\"quiet\">\(instance.phase)</span>" }
    let phrase = instance.endPhrase ?? "gone, how is not known"
    return instance.endedCleanly ? "\(phrase)" : "<span class=\"badge warn\">\(phrase)</span>"
  }
}

extension InstanceStory {
  /// How much a reader needs to see it: what is wrong first, then what goes, then what came.
  fileprivate var urgency: Int {
    if end != nil, !endedCleanly { return 0 }
    if role == .outgoing { return isConfirmed ? 2 : 1 }
    return 3
  }
}

// MARK: What happened

extension ReportPage {
  var events: Markup {
    // What the tables above tell session by session and instance by instance is not told again.
    let told: Set<String> = [
      "session-started", "session-ended", "session-ending", "instance-started", "instance-registered",
      "instance-serving", "job-offered", "job-ended",
    ]
    let shown = dossier.timeline().filter { !told.contains($0.kind) }
    guard !shown.isEmpty else { return .empty }
    var table = PageTable("Events in one order", [.text("time"), .text("what"), .text("by"), .text("where")])
    table.rows = shown.prefix(Self.rowLimit).map { event in
      let bounds: Markup =
        event.isBounded && event.at != nil
          && event.notBefore.map({ (event.notAfter ?? $0) - $0 >= .seconds(1) }) ?? true
        ? " <span class=\"quiet\">about</span>" : ""
      return [
        event.at.map { "\($0.timeOfDay)\(bounds)" } ?? "<span class=\"quiet\">not dated</span>", "\(event.text)",
        "\(event.source)", "<span class=\"quiet\">\(event.locator ?? "")</span>",
      ]
    }
    (table.total, table.elsewhere) = (shown.count, "All of them are in timeline.ndjson of the run's bundle.")
    return "<details><summary>\(count(shown.count, "event"))</summary>\n\(table.markup)</details>\n"
  }
}
