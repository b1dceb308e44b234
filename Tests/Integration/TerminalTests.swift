import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// The program in a real terminal: what it draws there, and that it gives the terminal back.
  @Suite(.enabled(if: Program.find("python3") != nil, "no python3, which makes the terminals")) struct TerminalTests {
    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"
    private static let alternateScreen = "\u{1B}[?1049h"

    @Test func theViewIsDrawnAndTheTerminalIsGivenBack() async throws {
      let session = try await rehearse()
      #expect(session.status == 0, "\(session)")
      #expect(session.output.contains(Self.hideCursor), "nothing was drawn in place\n\(session)")
      expectRestored(session)
      #expect(session.output.contains("passed"), "\(session)")
    }

    @Test(arguments: [(40, 12), (80, 24), (200, 60)])
    func controlCGivesTheTerminalBackAndLeavesNothing(columns: Int, rows: Int) async throws {
      let session = try await rehearse(columns: columns, rows: rows, presses: 1)
      #expect(session.status == 130, "\(session)")
      expectRestored(session)
      #expect(session.output.contains("interrupted"), "\(session)")
    }

    @Test func controlCTwiceLeavesAtOnceAndGivesTheTerminalBack() async throws {
      let session = try await rehearse(presses: 2)
      #expect(session.status == 130, "\(session)")
      expectRestored(session)
    }

    @Test func coloursAreLeftOutWhereTheyAreNotWanted() async throws {
      let session = try await rehearse(presses: 1, with: ["NO_COLOR": "1"])
      #expect(session.status == 130, "\(session)")
      #expect(session.output.contains(Self.hideCursor), "the view needs no colours\n\(session)")
      #expect(session.output.firstMatch(of: /\u{1B}\[(3[0-7]|9[0-7]|38;)[0-9;]*m/) == nil, "\(session)")
      expectRestored(session)
    }

    @Test func aDumbTerminalGetsPlainLines() async throws {
      let session = try await rehearse(presses: 1, with: ["TERM": "dumb"])
      #expect(session.status == 130, "\(session)")
      #expect(!session.output.contains("\u{1B}"), "\(session)")
      #expect(session.output.contains("step start: started"), "\(session)")
      #expect(session.isSame, "\(session)")
    }

    private func expectRestored(_ session: Session) {
      #expect(session.isSame, "the terminal's modes changed\n\(session)")
      #expect(!session.output.contains(Self.alternateScreen), "\(session)")
      let output = session.output
      guard let hidden = output.ranges(of: Self.hideCursor).last else { return }
      let shown = output.ranges(of: Self.showCursor).last
      #expect(shown.map { $0.lowerBound > hidden.lowerBound } == true, "the cursor stays hidden\n\(session)")
      if let wrapless = output.ranges(of: "\u{1B}[?7l").last {
        let wrapping = output.ranges(of: "\u{1B}[?7h").last
        #expect(wrapping.map { $0.lowerBound > wrapless.lowerBound } == true, "lines do not wrap\n\(session)")
      }
    }

    /// A rehearsal in a terminal, with Ctrl-C pressed once its conditions are shown.
    private func rehearse(
      columns: Int = 80, rows: Int = 24, presses: Int = 0, with variables: [String: String] = [:]
    ) async throws -> Session {
      let folder = try TemporaryFolder()
      let command = [
        "python3", "\(Fixtures.folder)/agents/in_terminal.py", "\(columns)", "\(rows)", "\(presses)", "pending",
        BuiltProgram.path, "rehearse", "--call-length", "1s..2s", "--quiet-period", "1s",
      ]
      let run = try await Invocation(
        command, environment: BuiltProgram.environment.merging(variables) { $1 }, directory: folder.path
      ).run(within: .seconds(190) * Patience.factor, keeping: 64 << 20)
      try #require(run.succeeded, "\(run.errorText)")
      #expect(
        await Patience.until { (try? left(of: folder).isEmpty) == true }, "a worker outlives its rehearsal\n\(run.text)"
      )
      let object = try JSON.parse(run.output, file: "in_terminal.py")
      return Session(
        status: try #require(object["status"]?.integer), isSame: object["same"]?.boolean == true,
        output: try #require(object["output"]?.string))
    }

    private struct Session: CustomStringConvertible {
      let status: Int64
      /// Whether the terminal's modes are as they were.
      let isSame: Bool
      let output: String

      var description: String {
        "status \(status)\n" + output.replacing("\u{1B}", with: "␛").replacing("\r", with: "")
      }
    }
  }
}
