import Cutover
import Terminal
import Vocabulary

extension Summary {
  /// Active sessions of each version over the run, one line a version; empty: no sample was taken.
  var chart: String {
    guard let run = dossier.run, let data = ChartData(run) else { return "" }
    // In a block of code nothing is markup; what could end it, or be HTML to a reader that knows no blocks, is taken out.
    let names = data.series.map { $0.name.harmless.shortened(to: 32).map { "`<>&".contains($0) ? "?" : $0 } }
      .map { String($0) }
    let width = names.map(\.count).max() ?? 0
    let rows = zip(names, data.series).map { name, series in
      let values = series.values.map(\.active)
      let line = Trend(values).line(width: 48, maximum: data.highest)
      func said(_ value: Int??) -> String { (value ?? nil).map { "\($0)" } ?? "?" }
      let ends = "\(said(values.first)) to \(said(values.last)), at most \(values.compactMap(\.self).max() ?? 0)"
      return "\(name)\(String(repeating: " ", count: width - name.count))  \(line)  \(ends)"
    }
    let span = "Active sessions, \(data.from.timeOfDay) to \(data.to.timeOfDay) UTC"
    return (["```text", span] + rows + ["```"]).joined(separator: "\n")
  }
}
