import Vocabulary

/// Sessions that matter by name, each kind up to a limit; how many there are is counted elsewhere.
struct NamedSessions: Sendable {
  var cut = NameList()
  var late = NameList()
  var unclear = NameList()
  var unserved = NameList()

  /// Named sessions of one kind, in the order of their moments.
  struct NameList: Sendable {
    private var entries: [SessionID: Assessment.Sessions.Named] = [:]
    private var cached: [Assessment.Sessions.Named] = []
    private var isStale = false

    /// Their ids, sorted.
    var ids: [SessionID] { entries.isEmpty ? [] : entries.keys.sorted() }

    mutating func set(_ id: SessionID, _ entry: Assessment.Sessions.Named?) {
      if let entry {
        guard entries[id] != nil || entries.count < CutoverVerifier.namedLimit, entries[id] != entry else { return }
        entries[id] = entry
      } else if entries.removeValue(forKey: id) == nil {
        return
      }
      isStale = true
    }

    mutating func sorted() -> [Assessment.Sessions.Named] {
      if isStale {
        cached = entries.values.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        isStale = false
      }
      return cached
    }
  }
}

extension CutoverVerifier {
  /// Puts a session on the lists of what matters by name, or takes it off.
  mutating func name(_ record: SessionRecord, _ oldMarks: SessionMarks) {
    let marks = record.marks
    guard marks != oldMarks || record.decision != nil else { return }
    let isCut = !marks.isDisjoint(with: [.cutIncoming, .cutOutgoing])
    let isUnclear = !marks.isDisjoint(with: [.unclearIncoming, .unclearOutgoing])
    let id = record.id
    let why = record.decision?.why ?? ""
    let endedAt = record.ending?.by ?? now
    named.cut.set(id, isCut ? entry(record, at: endedAt, "cut: \(why)") : nil)
    named.unclear.set(id, isUnclear ? entry(record, at: endedAt, "\(why); \(whatSettles)") : nil)
    named.late.set(
      id,
      marks.contains(.late)
        ? entry(
          record, at: record.startedAt ?? now, "started on an outgoing instance after the grace of \(policy.grace.text)"
        )
        : nil)
    named.unserved.set(
      id,
      marks.contains(.unserved)
        ? entry(
          record, at: record.waitingSince ?? now, "a person waited and no agent came within \(policy.joinTimeout.text)")
        : nil)
  }

  /// What would settle an unclear end, by what this target's sources lack.
  private var whatSettles: String {
    if !sources.contains(where: { $0.sees.contains(.instances) }) {
      return "a source that lists instances with their exits would settle it"
    }
    return sources.contains { $0.sees.contains(.endings) }
      ? "the worker's log or exit status would settle it"
      : "the worker's log, its exit status or the server's log would settle it"
  }

  private func entry(_ record: SessionRecord, at: Timestamp, _ detail: String) -> Assessment.Sessions.Named {
    let instance = record.instance.flatMap { fleet[$0] }
    return Assessment.Sessions.Named(
      id: record.id, room: record.room?.harmless, version: version(of: record), instance: instance?.id,
      worker: record.views.lazy.compactMap(\.observation.worker).first, region: record.region,
      sdk: instance?.facts.sdk?.harmless, at: at, detail: detail)
  }
}
