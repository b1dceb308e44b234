import Documents
import Machine
import TestSupport
import Testing

@testable import Preflight

/// The cases whose entry commands were run for real: what BuildKit's rules make of each is in the corpus's index.
struct SignalCorpus {
  struct Case: CustomTestStringConvertible {
    let id: String
    let index: Node
    let folder: String
    var testDescription: String { id }
  }

  static let folder = ProcessEnvironment.current["SLUICE_CORPUS"].map { $0 + "/signal-path" }

  /// Every case; empty without the corpus.
  static let cases: [Case] = {
    guard let folder, let bytes = try? Files.read(folder + "/index.json", limit: 16 << 20),
      let index = try? JSON.parse(bytes, file: "index.json")
    else { return [] }
    return (index["cases"]?.sequence ?? []).compactMap { entry in
      entry["id"]?.string.map { Case(id: $0, index: entry, folder: "\(folder)/cases/\($0)") }
    }
  }()
}

struct CorpusResolutionTests {
  @Test(.enabled(if: SignalCorpus.folder != nil, "SLUICE_CORPUS names no corpus"), arguments: SignalCorpus.cases)
  func everyCaseResolvesAsBuildKitDoes(_ example: SignalCorpus.Case) throws {
    let file = example.folder + "/Dockerfile"
    let build = try ImageBuild(
      Dockerfile(Files.read(file, limit: Dockerfile.limit), file: "Dockerfile"), file: "Dockerfile",
      context: BuildContext(example.folder))
    let image = try build.image()
    let wanted = try #require(example.index["resolved"])
    #expect(image.arguments == wanted["argv"]?.sequence?.compactMap(\.string))
    // An empty entrypoint is none.
    #expect(image.entrypoint?.arguments ?? [] == wanted["entrypoint"]?.sequence?.compactMap(\.string) ?? [])
    #expect((image.stopSignal?.text ?? "SIGTERM") == wanted["stopsignal"]?.string)
    #expect(image.facts.shell.rawValue == wanted["sh"]?.string)
    for name in example.index["files"]?.sequence?.compactMap(\.string) ?? [] where name != "Dockerfile" {
      guard case .file = image.tree.lookUp("/app/" + name) else {
        Issue.record("\(name) is not found in the image")
        continue
      }
    }
  }
}
