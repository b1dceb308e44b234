import Machine
import Testing

@testable import Preflight

struct ImplicitExecTests {
  @Test(.enabled(if: SignalCorpus.folder != nil, "SLUICE_CORPUS names no corpus"))
  func eachShellReplacesItselfAsItWasSeenTo() throws {
    let folder = try #require(SignalCorpus.folder)
    let text = String(decoding: try Files.read(folder + "/implicit-exec.tsv", limit: 1 << 20), as: UTF8.self)
    var form = ""
    var count = 0
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") {
        // The forms are quoted for a shell.
        let script = ShellParser.parse("echo \(line.dropFirst(3))", dialect: .bash)
        guard case .simple(let command)? = script.statements.first?.command else { continue }
        form = command.words[1].constant ?? ""
        form = form.replacing("AGENT", with: "agent").replacing("/usr/bin/sleep 50", with: "agent")
        continue
      }
      // That a child was left of `true &` was taken for a fork there; the shells that leave were run again: they exec.
      guard !form.hasPrefix("true &") else { continue }
      let fields = line.split(separator: "\t")
      let shell = fields[0].prefix { $0 != " " }
      let command = shell == "busybox" ? ["busybox", "sh"] : [shell == "ksh93u+m" ? "ksh" : String(shell)]
      let verdict = SignalPath.judge(command + ["-c", form])
      #expect((verdict.outcome == .drains) == (fields[1] == "execs"), "\(fields[0]): \(form)")
      count += 1
    }
    #expect(count > 140)
  }
}
