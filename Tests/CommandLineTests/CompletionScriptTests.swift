import CommandLine
import Machine
import TestSupport
import Testing

struct CompletionScriptTests {
  @Test(arguments: Shell.allCases) func scriptsStayAsTheyWereRead(shell: Shell) throws {
    try Golden.expect(
      CompletionScript.text(for: shell, root: Sample.self), in: CompletionScript.fileName(for: shell, root: Sample.self)
    )
  }

  @Test(arguments: Shell.allCases) func hiddenThingsAreNotOffered(shell: Shell) {
    let text = CompletionScript.text(for: shell, root: Sample.self)
    #expect(!text.contains("keeper") && !text.contains("inject-fault"))
  }

  @Test(
    .enabled(if: Shells.missing.isEmpty, "not installed: \(Shells.missing)"), arguments: Shell.allCases)
  func theShellItselfReadsItsScript(shell: Shell) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(CompletionScript.text(for: shell, root: Sample.self), to: "script")
    let run = try await Invocation([shell.rawValue, "-n", path]).run(within: .seconds(30))
    #expect(run.succeeded && run.errorText == "", "\(run.errorText)")
  }

  /// What a person sees who types and presses tab in a real shell, on a real terminal.
  @Test(
    .enabled(if: Shells.missing.isEmpty, "not installed: \(Shells.missing)"),
    .enabled(if: Shells.python != nil, "no Python with pexpect: set SLUICE_VENV"), arguments: Shell.allCases)
  func theTabKeyCompletesInARealTerminal(shell: Shell) async throws {
    let folder = try TemporaryFolder()
    let script = CompletionScript.fileName(for: shell, root: Sample.self)
    _ = try folder.write(CompletionScript.text(for: shell, root: Sample.self), to: script)
    let python = try #require(Shells.python)
    let driver = Fixtures.package + "/Tests/CommandLineTests/Shells/tab.py"
    let run = try await Invocation([python, driver, shell.rawValue, folder.file(script), folder.path])
      .run(within: .seconds(120))
    #expect(run.succeeded, "\(run.text)\(run.errorText)")
    #expect(run.text.contains("\(shell.rawValue): all "), "\(run.text)")
  }
}

/// What stands on this machine for the tests with real shells.
enum Shells {
  static let missing = Shell.allCases.map(\.rawValue).filter { Program.find($0) == nil }

  static let python: String? = {
    let folder = ProcessEnvironment.current["SLUICE_VENV"] ?? Fixtures.package + "/.venv-tests"
    let path = folder + "/bin/python"
    return Files.kind(of: path) == .file ? path : nil
  }()
}
