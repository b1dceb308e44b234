import Documents
import Machine
import Testing

@testable import Preflight

struct SignalCorpusTests {
  @Test(.enabled(if: SignalCorpus.folder != nil, "SLUICE_CORPUS names no corpus"))
  func everyCaseIsJudgedAsItRan() throws {
    var wrong: [String] = []
    var count = 0
    // Its agent has no handlers because of a variable that only the capture's own stand-in for an agent reads.
    for example in SignalCorpus.cases where example.id != "a73-nohandlers-node" {
      let file = example.folder + "/Dockerfile"
      let build = try ImageBuild(
        Dockerfile(Files.read(file, limit: Dockerfile.limit), file: "Dockerfile"), file: "Dockerfile",
        context: BuildContext(example.folder))
      let image = try build.image()
      let entry = EntryCommand(
        arguments: image.arguments.map { Word($0) }, origin: Place(file: "Dockerfile", line: 1), image: image.facts,
        environment: image.environment.mapValues { Word($0) }, workingDirectory: image.workingDirectory,
        files: image.tree, stopSignal: Signal(name: image.stopSignal?.text ?? "TERM") ?? .terminate)
      let verdict = SignalPath.judge(entry, programs: Programs())
      let truth = example.index["truth"]?["pid1"]?.string ?? ""
      let expected = truth.replacing("_", with: "-")
      count += 1
      if verdict.outcome.rawValue != expected {
        wrong.append(
          "\(example.id): \(verdict.outcome) is \(expected); \(verdict.chain.map { "\($0.program) \($0.reaction)" }) \(verdict.notes)"
        )
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(count):\n\(wrong.joined(separator: "\n"))")
  }
}
