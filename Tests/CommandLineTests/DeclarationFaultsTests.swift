import CommandLine
import Testing

struct DeclarationFaultsTests {
  @Test func theSampleHoldsTogether() {
    #expect(DeclarationFaults.all(root: Sample.self) == [])
  }

  @Test func faultsAreNamedWithTheirCommand() {
    #expect(
      DeclarationFaults.all(root: Broken.self).sorted() == [
        "'broken Run': 'No stop' is not a sentence on one line",
        "'broken Run': a rule speaks of '--nothing', which is not declared before it",
        "'broken Run': argument B is required after an optional one",
        "'broken Run': argument D follows a list that takes all",
        "'broken Run': group 'Left open' does not end",
        "'broken Run': option '--Upper' is neither like '-x' nor like '--word'",
        "'broken Run': option '-h' is there twice",
        "'broken': command 'Run' is not of lower-case letters, digits and hyphens",
        "'broken': command 'help' is there twice",
      ])
  }

  enum Broken: CommandGroup {
    static let name = "broken"
    static let summary = "A program with faults."
    static let sections = [CommandSection([Run.self])]

    struct Run: Command {
      static let name = "Run"
      static let aliases = ["help"]
      static let summary = "No stop"
      init(_ arguments: inout Arguments) {
        _ = arguments.flag("-h", "--hush", help: "Hush.")
        arguments.beginGroup("Left open")
        _ = arguments.flag("--Upper", help: "Upper.")
        arguments.atMostOne(of: "--hush", "--nothing")
        _ = arguments.optionalPositional(value: .text("a"), help: "A.")
        _ = arguments.positional(value: .text("b"), help: "B.")
        _ = arguments.positionals(value: .text("c"), help: "C.")
        _ = arguments.positional(value: .text("d"), default: "x", help: "D.")
      }
    }
  }
}
