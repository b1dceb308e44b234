import CommandLine
import TestSupport
import Testing

struct HelpTests {
  static let lines = ["", "deploy", "triage", "check", "runs show", "guard", "rollback", "verify-cutover"]

  @Test(arguments: lines, [40, 80, 120]) func helpIsLaidOutForTheWidthOfTheTerminal(line: String, width: Int) throws {
    let text = try help(line, width: width)
    let name = line.isEmpty ? "sluice" : line.replacing(" ", with: "-")
    try Golden.expect(text, in: "\(name).help.\(width).txt")
    // What is typed is never broken; all else fits.
    for line in text.split(separator: "\n") where line.count > width {
      #expect(line.hasPrefix("  sluice ") || line.contains("targets: {"), "\(line)")
    }
  }

  @Test func aVeryNarrowTerminalIsTakenForThirtyColumns() throws {
    #expect(try help("deploy", width: 1) == help("deploy", width: 30))
    #expect(try help("deploy", width: -5) == help("deploy", width: 30))
  }

  @Test func hiddenThingsAreNotShown() throws {
    #expect(try !help("", width: 80).contains("keeper"))
    #expect(try !help("deploy", width: 80).contains("inject"))
    #expect(try help("keeper", width: 80).contains("--pid"))
  }

  private func help(_ line: String, width: Int) throws -> String {
    let words = ["help"] + line.split(separator: " ").map(String.init)
    guard
      case .help(let text) = try Parser(root: Sample.self).parse(words, environment: [:], now: sampleNow, width: width)
    else { throw Unread(line: line) }
    return text
  }
}
