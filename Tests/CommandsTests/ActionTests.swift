import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

/// The composite action and the example workflow: what linters and a shell make of them.
struct ActionTests {
  static let action = "\(Fixtures.package)/runbooks/ci/action.yml"
  static let workflow = "\(Fixtures.package)/.github/workflows/deploy.yml"

  /// A program of the tests' Python environment; nil: it is not there.
  private static func tool(_ name: String) -> String? {
    guard let path = Python.interpreter.map({ "\(Files.folder(of: $0))/\(name)" }), Files.kind(of: path) != nil else {
      return nil
    }
    return path
  }

  private static var shellcheck: String? {
    ["/usr/bin/shellcheck", "/usr/local/bin/shellcheck"].first { Files.kind(of: $0) != nil }
  }

  private static func page(_ path: String) throws -> Node {
    try YAML.parse(try Files.read(path, limit: 1 << 20), file: path)
  }

  /// What a page's steps give to a shell.
  private static func scripts(_ path: String) throws -> [String] {
    let page = try page(path)
    let jobs = page["jobs"]?.mapping?.entries.compactMap { $0.value["steps"]?.sequence } ?? []
    let steps = (page["runs"]?["steps"]?.sequence ?? []) + jobs.flatMap { $0 }
    return steps.compactMap { $0["run"]?.text }
  }

  @Test(
    .enabled(if: ActionTests.tool("check-jsonschema") != nil, "check-jsonschema is not in the Python environment"),
    arguments: [(action, "vendor.github-actions"), (workflow, "vendor.github-workflows")])
  func theirSchemasHold(_ path: String, _ schema: String) async throws {
    let tool = try #require(Self.tool("check-jsonschema"))
    let run = try await Invocation([tool, "--builtin-schema", schema, path]).run(within: .seconds(120))
    #expect(run.succeeded, "\(run.text)\(run.errorText)")
  }

  @Test(
    .enabled(if: ActionTests.tool("yamllint") != nil, "yamllint is not in the Python environment"),
    arguments: [action, workflow])
  func theyAreTidyYAML(_ path: String) async throws {
    let rules =
      "{extends: default, rules: {line-length: {max: 130}, document-start: disable, truthy: {check-keys: false}, comments: disable}}"
    let run = try await Invocation([try #require(Self.tool("yamllint")), "-d", rules, path]).run(within: .seconds(120))
    #expect(run.succeeded, "\(run.text)\(run.errorText)")
  }

  @Test(
    .enabled(if: ActionTests.shellcheck != nil, "shellcheck is not installed"), arguments: [action, workflow])
  func theirScriptsAreShellsOwn(_ path: String) async throws {
    for script in try Self.scripts(path) {
      let run = try await Invocation([try #require(Self.shellcheck), "--shell=bash", "-"]).run(
        input: .bytes(Array(script.utf8)), within: .seconds(60))
      #expect(run.succeeded, "\(run.text)")
    }
  }

  @Test(arguments: [action, workflow])
  func noExpressionStandsInAScript(_ path: String) throws {
    let scripts = try Self.scripts(path)
    #expect(!scripts.isEmpty)
    #expect(scripts.allSatisfy { !$0.contains("${{") }, "an input would be text of the shell")
  }

  @Test func itsOutputsAreThoseOfTheProgram() throws {
    let outputs = try #require(Self.page(Self.action)["outputs"]?.mapping)
    #expect(outputs.entries.map(\.key) == ["verdict", "run-id", "version", "bundle"])
  }

  @Test(arguments: [
    ("deploy", ["deploy", "--junit", "T/sluice-junit.xml", "--yes", "--target=t", "--version=V", "--hold", "2"]),
    ("rollback", ["rollback", "--junit", "T/sluice-junit.xml", "--yes", "--target=t", "--to=V", "--hold", "2"]),
    ("verify-cutover", ["verify-cutover", "--junit", "T/sluice-junit.xml", "--target=t", "--to=V", "--hold", "2"]),
  ])
  func itGivesInputsAsArgumentsWhateverTheyHold(_ command: String, _ words: [String]) async throws {
    let folder = try TemporaryFolder()
    let program = try folder.write(
      "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\0' \"$word\"; done\n", to: "p", mode: 0o755)
    let evil = "v2\"; touch \(folder.file("owned")); $(touch \(folder.file("owned"))) `x` --yes\nsecond line"
    let script = try #require(Self.scripts(Self.action).first)
    let run = try await Invocation(
      ["bash", "-c", script],
      environment: [
        "PATH": "/usr/bin:/bin", "RUNNER_TEMP": "T", "SLUICE_PROGRAM": program, "SLUICE_COMMAND": command,
        "SLUICE_TARGET": "t", "SLUICE_VERSION": evil, "SLUICE_ARGUMENTS": "--hold\n2\n",
      ]
    ).run(within: .seconds(60))
    let given = run.text.split(separator: "\0").map { String($0).replacing(evil, with: "V") }
    #expect(given == words, "\(run.text)\(run.errorText)")
    #expect(Files.kind(of: folder.file("owned")) == nil)
  }

  @Test func anotherCommandIsRefused() async throws {
    let script = try #require(Self.scripts(Self.action).first)
    let run = try await Invocation(
      ["bash", "-c", script],
      environment: [
        "PATH": "/usr/bin:/bin", "RUNNER_TEMP": "T", "SLUICE_PROGRAM": "true", "SLUICE_COMMAND": "runs",
        "SLUICE_TARGET": "", "SLUICE_VERSION": "", "SLUICE_ARGUMENTS": "",
      ]
    ).run(within: .seconds(60))
    #expect(run.end == .exited(64))
  }
}
