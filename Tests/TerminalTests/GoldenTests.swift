import FoundationEssentials
import Terminal
import Testing

/// Every scene as it is printed, in files that a person can read; UPDATE_GOLDEN=1 writes them anew.
struct GoldenTests {
  static let styles: [(String, TextStyle)] = [
    ("UTF-8", TextStyle(color: .none, characters: .unicode)), ("ASCII", TextStyle(color: .none, characters: .ascii)),
    ("UTF-8, colour", TextStyle(color: .ansi, characters: .unicode)),
    ("ASCII, colour", TextStyle(color: .ansi, characters: .ascii)),
  ]
  static let sizes = [(width: 40, height: 40), (width: 80, height: 24), (width: 120, height: 40)]

  @Test(arguments: Scene.gallery, [0, 1, 2])
  func scenesLookAsTheyDid(scene: Scene, size: Int) throws {
    let (width, height) = GoldenTests.sizes[size]
    var text = ""
    for (name, style) in GoldenTests.styles {
      let frame = LiveView.frame(scene.state, at: scene.now, width: width, height: height, style: style)
      text += section("live view, \(width)×\(height), \(name)", frame.joined(separator: "\n"))
      text += section("report, \(width), \(name)", ReportText.render(scene.assessment, style: style, width: width))
    }
    try expectGolden("\(scene.name)-\(width).txt", text)
  }

  private func section(_ title: String, _ text: String) -> String {
    "──── \(title)\n" + text.replacing("\u{1B}", with: "␛") + "\n"
  }
}

/// Compares a text with its golden file, or writes the file when UPDATE_GOLDEN is set.
func expectGolden(_ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  let file = folder.appending(path: name)
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
    try text.write(to: file, atomically: true, encoding: .utf8)
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  #expect(text == golden, "\(name) differs; UPDATE_GOLDEN=1 writes it anew", sourceLocation: sourceLocation)
}
