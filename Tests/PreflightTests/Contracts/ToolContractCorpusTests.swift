import Documents
import Foundation
import Testing

@testable import Preflight

/// Hand-labelled pairs of tools, four directions each, by strict set inclusion.
@Suite(.enabled(if: ToolContractCorpus.isHere, "SLUICE_CORPUS names no corpus of contracts"))
struct ToolContractCorpusTests {
  @Test(arguments: ToolContractCorpus.cases)
  func everyDirectionOfEveryPairIsTrue(_ pair: ToolContractCorpus.Pair) throws {
    let report = try Comparing.texts(pair.old, pair.new)
    for (direction, isCompatible) in pair.expected {
      #expect(
        report.directions[direction] == (isCompatible ? .compatible : .breaking), "\(pair.id) \(direction)")
    }
  }

  @Test(arguments: ToolContractCorpus.cases)
  func aDirectionThatIsNotCompatibleHasAChangeThatSaysWhy(_ pair: ToolContractCorpus.Pair) throws {
    let report = try Comparing.texts(pair.old, pair.new)
    for (direction, answer) in report.directions where answer != .compatible {
      #expect(report.changes.contains { $0.directions.map(\.rawValue).contains(direction) }, "\(pair.id) \(direction)")
    }
  }
}

enum ToolContractCorpus {
  struct Pair: Sendable, CustomTestStringConvertible {
    let id: String
    let old: String
    let new: String
    let expected: [String: Bool]
    var testDescription: String { id }
  }

  private static let path = ProcessInfo.processInfo.environment["SLUICE_CORPUS"].map {
    "\($0)/compat/tool-contracts/cases.json"
  }
  static let isHere = path.map { FileManager.default.fileExists(atPath: $0) } ?? false

  static let cases: [Pair] = {
    guard let path, let data = FileManager.default.contents(atPath: path),
      let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cases = root["cases"] as? [[String: Any]]
    else { return [] }
    return cases.compactMap { item in
      guard let id = item["id"] as? String, let expected = item["expected"] as? [String: Bool] else { return nil }
      func list(_ key: String) -> String {
        guard let tool = item[key] as? [String: Any],
          let text = try? JSONSerialization.data(withJSONObject: ["tools": [tool]])
        else { return #"{"tools":[]}"# }
        return String(decoding: text, as: UTF8.self)
      }
      return Pair(
        id: id, old: list("old"), new: list("new"),
        expected: Dictionary(
          uniqueKeysWithValues: expected.map { ($0.key.replacingOccurrences(of: "_", with: "-"), $0.value) }))
    }
  }()
}
