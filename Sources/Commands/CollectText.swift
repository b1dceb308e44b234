import Documents
import Evidence
import Terminal
import Vocabulary

/// What `sluice collect` prints for people.
struct CollectText {
  let width: Int
  let style: TextStyle

  private var page: FindingText { FindingText(width: width, style: style) }

  /// A bundle that was written.
  func text(_ bundle: WrittenBundle) -> String {
    let manifest = bundle.manifest
    let hidden = manifest.redaction.hidden.reduce(0) { $0 + $1.count }
    var lines = [
      page.wrap(
        "wrote \(bundle.path.harmless): \(ByteText.of(bundle.size)), \(count(manifest.files.count, "file")), "
          + "\(count(hidden, "place")) hidden", .ok)
    ]
    lines += manifest.items.map { item in
      page.wrap("\(item.number). \(item.title): \(item.state)" + (item.why.map { ", \($0.harmless)" } ?? ""), indent: 2)
    }
    for file in manifest.files {
      if let truncated = file.truncated {
        lines.append(page.wrap("\(file.path): \(truncated.harmless)", .warn, indent: 2))
      }
      if let note = file.note { lines.append(page.wrap("\(file.path): \(note.harmless)", .dim, indent: 2)) }
      if file.path.hasPrefix("\(BundlePath.errors)/") {
        lines.append(page.wrap("\(file.path): what it would have brought is missing", .warn, indent: 2))
      }
    }
    lines += manifest.absences.map { page.wrap("not in it: \($0.what.harmless): \($0.why.harmless)", .dim, indent: 2) }
    return lines.joined(separator: "\n")
  }

  /// What would be collected.
  func text(_ files: [PlannedFile], _ place: BundlePlace) -> String {
    let known = files.reduce(0) { $0 + ($1.size ?? 0) }
    let rows = files.map { file in
      Table.Row([
        .init(file.path.harmless), .init(file.missing ?? file.size.map(ByteText.of) ?? "not known"),
        .init(file.source.harmless),
      ])
    }
    let table = Table(
      [.init("file", .identifier), .init("size", .text()), .init("from", .text())], rows: rows, indent: 2
    ).render(width: width, style: style)
    return page.wrap(
      "would write \(place.path.harmless): \(count(files.count, "file")), \(ByteText.of(known)) before redaction and compression"
    )
      + "\n" + table
  }

  /// A bundle that was checked.
  func text(_ path: String, _ check: BundleCheck) -> String {
    guard check.problems.isEmpty, check.leaks.isEmpty else {
      var lines = [page.wrap("\(path.harmless) is not as it should be", .fail)]
      lines += check.problems.prefix(20).map { page.wrap($0.harmless, .fail, indent: 2) }
      lines += check.leaks.prefix(20).map {
        page.wrap("\($0.file.harmless) at byte \($0.offset): \($0.kind)", .fail, indent: 2)
      }
      let more = max(0, check.problems.count - 20) + max(0, check.leaks.count - 20)
      if more > 0 { lines.append(page.wrap("and \(more) more", indent: 2)) }
      return lines.joined(separator: "\n")
    }
    let made = check.manifest.map { ", made by \($0.tool.harmless)" } ?? ""
    return page.wrap(
      "\(path.harmless) is whole and unchanged, and nothing in it looks secret: \(count(check.count, "file")), "
        + "\(ByteText.of(check.size))\(made)", .ok)
  }

  private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}

/// `sluice.collected/1`.
struct CollectResult: Encodable {
  let schema = "sluice.collected/1"
  let path: String
  let size: Int
  let files: Int
  let items: [BundleManifest.Item]
  let absences: [BundleManifest.Absence]
  let truncated: [String]
  let hidden: [BundleManifest.RuleCount]

  init(_ bundle: WrittenBundle) {
    path = bundle.path
    size = bundle.size
    files = bundle.manifest.files.count
    items = bundle.manifest.items
    absences = bundle.manifest.absences
    truncated = bundle.manifest.files.filter { $0.truncated != nil }.map(\.path)
    hidden = bundle.manifest.redaction.hidden
  }
}

/// `sluice.collect-plan/1`.
struct CollectPlan: Encodable {
  let schema = "sluice.collect-plan/1"
  let bundle: String
  let files: [PlannedFile]
}

/// `sluice.bundle-check/1`.
struct BundleCheckResult: Encodable {
  let schema = "sluice.bundle-check/1"
  let path: String
  let passed: Bool
  let problems: [String]
  let leaks: [BundleLeak]
  let files: Int
  let size: Int

  init(_ path: String, _ check: BundleCheck) {
    self.path = path
    passed = check.problems.isEmpty && check.leaks.isEmpty
    problems = check.problems
    leaks = check.leaks
    files = check.count
    size = check.size
  }
}
