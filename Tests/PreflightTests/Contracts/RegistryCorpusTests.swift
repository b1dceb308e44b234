import Foundation
import Testing

@testable import Preflight

/// A registry's MCP cases, which look at the names and at what is required on the first level only: a floor.
///
/// Where they call a pair incompatible, so must this program, in some direction. Where they call it compatible, set
/// inclusion wins: an optional parameter added to an open tool is so on a condition, and a tool of another name is
/// another tool.
@Suite(.enabled(if: RegistryCorpus.isHere, "SLUICE_CORPUS names no corpus of contracts"))
struct RegistryCorpusTests {
  @Test(arguments: RegistryCorpus.cases)
  func whatARegistryRefusesIsNeverCompatibleInEveryDirection(_ pair: RegistryCorpus.Pair) throws {
    let report = try Comparing.texts(pair.old, pair.new)
    if !pair.isCompatible {
      #expect(report.directions.values.contains(.breaking), "\(pair.id)")
    } else if !pair.id.contains("Name") {
      #expect(report.overlap == "compatible", "\(pair.id): \(report.changes)")
    } else {
      #expect(report.overlap == (pair.isRenamed ? "breaking" : "compatible"), "\(pair.id)")
    }
  }
}

enum RegistryCorpus {
  struct Pair: Sendable, CustomTestStringConvertible {
    let id: String
    let old: String
    let new: String
    let isCompatible: Bool
    let isRenamed: Bool
    var testDescription: String { id }
  }

  private static let path = ProcessInfo.processInfo.environment["SLUICE_CORPUS"].map {
    "\($0)/compat/apicurio/mcp-tool-compatibility-cases.json"
  }
  static let isHere = path.map { FileManager.default.fileExists(atPath: $0) } ?? false

  static let cases: [Pair] = {
    guard let path, let data = FileManager.default.contents(atPath: path),
      let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cases = root["cases"] as? [[String: Any]]
    else { return [] }
    return cases.compactMap { item in
      guard let id = item["id"] as? String, let isCompatible = item["compatible"] as? Bool else { return nil }
      let (old, new) = (item["existing"] as? [String: Any], item["proposed"] as? [String: Any])
      func list(_ tool: [String: Any]?) -> String {
        let tools = tool.map { [$0] } ?? []
        let text = try? JSONSerialization.data(withJSONObject: ["tools": tools])
        return text.map { String(decoding: $0, as: UTF8.self) } ?? ""
      }
      let isRenamed = old != nil && old?["name"] as? String != new?["name"] as? String
      return Pair(id: id, old: list(old), new: list(new), isCompatible: isCompatible, isRenamed: isRenamed)
    }
  }()
}
