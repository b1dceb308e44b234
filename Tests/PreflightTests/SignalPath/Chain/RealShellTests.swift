import Glibc
import Machine
import TestSupport
import Testing

@testable import Preflight

/// Each form of script is run as process 1 of a PID namespace by the real shell, and judged beside it.
struct RealShellTests {
  static let shells: [(kind: ShellKind, command: [String])] = [
    (.dash, ["dash"]), (.bash, ["bash"]), (.busybox, ["busybox", "sh"]),
  ].filter { Files.kind(of: "/usr/bin/\($0.1[0])") != nil || Files.kind(of: "/bin/\($0.1[0])") != nil }

  struct Form: Hashable {
    let shell: ShellKind
    let command: [String]
    let text: String
    let isFile: Bool

    var arguments: [String] { command + (isFile ? ["./entry.sh"] : ["-c", text]) }
    var files: [String: String] { ShellForms.files.merging(["entry.sh": text + "\n"]) { $1 } }
  }

  static let forms: [Form] = shells.flatMap { shell in
    let texts =
      ShellForms.common + ([.bash, .ksh, .zsh].contains(shell.kind) ? ShellForms.extended : [])
      + (shell.kind == .bash ? ShellForms.bash : [])
    return texts.flatMap { text in
      [true, false].map { Form(shell: shell.kind, command: shell.command, text: text, isFile: $0) }
    }
  }

  /// All of them take minutes; a run takes a sample, all with SLUICE_ALL_FORMS.
  static let sample: [Form] = {
    if ProcessEnvironment.current["SLUICE_ALL_FORMS"] != nil { return forms }
    var generator = SeededGenerator(seed: 7)
    return Array(forms.shuffled(using: &generator).prefix(60))
  }()

  static let canRun = Files.kind(of: "/usr/bin/unshare") != nil && Python.isThere && getuid() == 0

  @Test(.enabled(if: canRun, "needs root, unshare and the Python of SLUICE_VENV or .venv-tests"))
  func everyFormIsJudgedAsTheRealShellEndsIt() async throws {
    let sample = RealShellTests.sample
    let lines = sample.map { form in
      let files = form.files.map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(separator: ",")
      return "{\"argv\":[\(form.arguments.map(quoted).joined(separator: ","))],\"files\":{\(files)}}"
    }
    let truths = try await Python.judge("signals.py", ["16"], lines: lines, within: .seconds(1200))
    try #require(truths.count == sample.count)
    for (form, truth) in zip(sample, truths) {
      let verdict = SignalPath.judge(form.arguments, files: form.files)
      #expect(
        verdict.outcome.rawValue == truth,
        "\(form.shell) \(form.isFile ? "file" : "-c"): \(form.text)\n\(verdict.chain.map { "\($0.program): \($0.reaction)" })"
      )
    }
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
