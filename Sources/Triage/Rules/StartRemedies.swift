import Preflight
import Vocabulary

extension Finding.Remedy {
  /// What to do about a start that fails: first this, then what the guide to startup says, with its settings and its example.
  static func starting(_ code: FindingCode, _ action: String) -> Finding.Remedy {
    guard let guide = StartupGuide.entry(code.rawValue) else { return Finding.Remedy(action) }
    let settings = guide.settings.map { "\($0.name) = \($0.value) (\($0.reason))" }.joined(separator: "; ")
    return Finding.Remedy(
      "\(action). \(guide.answer) Settings: \(settings). The shape of it runs as it is in \(guide.example.file)",
      commands: ["sluice check startup --explain \(code.rawValue)"])
  }

  /// The first thing to do, one sentence.
  var firstStep: String {
    var rest = Substring(summary)
    while let stop = rest.firstRange(of: ". ") {
      // A full stop before a small letter ends no sentence.
      if rest[stop.upperBound...].first?.isUppercase == true {
        return String(summary[..<stop.lowerBound])
      }
      rest = rest[stop.upperBound...]
    }
    return summary
  }
}
