/// What a report of contracts shows above its findings: the judgement, each contract, and each direction.
enum ContractText {
  static func lines(_ report: ContractReport) -> [CheckLine] {
    guard report.overlap != "not-checked" else { return [] }
    var lines: [CheckLine] = [.text(verdict(report))]
    let checked = report.contracts.filter { $0.kind != nil }
    if checked.count > 1 { lines.append(.table(contracts(checked))) }
    if !report.directions.isEmpty { lines.append(.table(directions(report))) }
    return lines
  }

  private static func verdict(_ report: ContractReport) -> String {
    let sides = report.from.flatMap { from in report.to.map { ": \(from) → \($0)" } } ?? ""
    func count(_ effect: ContractChange.Effect) -> Int { report.changes.count { $0.effect == effect } }
    let words =
      switch report.overlap {
      case "compatible" where count(.conditional) > 0:
        "compatible while both versions run, on \(count(.conditional)) condition\(count(.conditional) == 1 ? "" : "s")"
      case "compatible": "compatible while both versions run"
      case "breaking": "breaking while both versions run: \(count(.breaking)) change\(count(.breaking) == 1 ? "" : "s")"
      default: "undecided: \(count(.undecided)) point\(count(.undecided) == 1 ? "" : "s") could not be told"
      }
    return words + sides
  }

  private static func contracts(_ contracts: [ContractReport.Contract]) -> CheckTable {
    // The worst first, and of those that are well only the number where there are many.
    let sorted = contracts.sorted { ($1.overlap, $0.name) < ($0.overlap, $1.name) }
    let shown = sorted.filter { $0.overlap != .compatible } + sorted.filter { $0.overlap == .compatible }.prefix(20)
    var rows = shown.prefix(60).map { [$0.name, $0.kind ?? "", parties($0), $0.overlap.rawValue] }
    if rows.count < contracts.count { rows.append(["and \(contracts.count - rows.count) more", "", "", ""]) }
    return CheckTable(["contract", "kind", "writer → reader", "overlap"], rows: rows)
  }

  private static func parties(_ contract: ContractReport.Contract) -> String {
    guard let writer = contract.writer, let reader = contract.reader else { return "" }
    return "\(writer.rawValue) → \(reader.rawValue)"
  }

  private static func directions(_ report: ContractReport) -> CheckTable {
    CheckTable(
      ["direction", "who", "answer"],
      rows: ContractDirection.allCases.compactMap { direction in
        report.directions[direction.rawValue].map { [direction.rawValue, direction.words, $0.rawValue] }
      })
  }
}
