import Documents
import Machine

/// A change of one line that makes an entry command drain, as a diff.
package struct SignalCorrection: Hashable, Sendable {
  /// Where the line is.
  package let place: Place
  /// The line as it is, and as it should be.
  package let before: String
  package let after: String

  /// The change as `diff -u` writes it.
  package var diff: [String] {
    ["--- \(place.file)", "+++ \(place.file)", "@@ line \(place.line ?? 1) @@", "-\(before)", "+\(after)"]
  }

  /// The same at a place that is called otherwise.
  func at(_ place: Place) -> SignalCorrection { SignalCorrection(place: place, before: before, after: after) }

  /// Looks for such a line along the chain, innermost first, and judges each with the change before it is believed.
  static func find(
    for verdict: SignalVerdict, of question: SignalQuestion, files: EntryFiles, in folder: String,
    programs: any ProgramCatalogue
  ) -> SignalCorrection? {
    var tried: Set<SignalCorrection> = []
    for link in verdict.chain.reversed() + verdict.chain.filter({ !$0.passesOn }) {
      guard let place = link.place, let number = place.line, let text = BuildContext.text(of: place.file) else {
        continue
      }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines.indices.contains(number - 1) else { continue }
      let line = lines[number - 1]
      for changed in candidates(line, command: link.text, isDockerfile: place.file == question.dockerfile) {
        let correction = SignalCorrection(place: place, before: line, after: changed)
        guard changed != line, tried.count < 12, tried.insert(correction).inserted else { continue }
        lines[number - 1] = changed
        let replacing = [place.file: lines.joined(separator: "\n")]
        guard let again = try? SignalQuestion.read(files, in: folder, replacing: replacing),
          again.verdict(programs).outcome == .drains
        else { continue }
        return correction
      }
    }
    return nil
  }

  /// The line with its command in the list form, or with `exec` before it.
  private static func candidates(_ line: String, command: String, isDockerfile: Bool) -> [String] {
    var result: [String] = []
    let keyword = line.prefix { !$0.isWhitespace }
    if isDockerfile, ["CMD", "ENTRYPOINT"].contains(keyword.uppercased()) {
      let rest = String(line.dropFirst(keyword.count)).trimmed
      let isPlain = !rest.contains { "&|;<>$`*?[]{}()\\#~!=".contains($0) }
      if isPlain, let words = ShellWords.split(rest) {
        result.append("\(keyword) [" + words.map(quoted).joined(separator: ", ") + "]")
      }
    }
    if let start = line.ranges(of: command).last?.lowerBound, !line[..<start].hasSuffix("exec ") {
      result.append(line[..<start] + "exec " + line[start...])
    }
    if !isDockerfile {
      let indent = line.prefix { $0.isWhitespace }
      result.append(indent + "exec " + line.dropFirst(indent.count))
    }
    return result
  }

  private static func quoted(_ word: String) -> String {
    "\"" + word.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }
}
