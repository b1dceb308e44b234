import Foundation

@testable import Preflight

/// The real `protoc`, where it is installed.
enum Protoc {
  static let environment = ProcessInfo.processInfo.environment
  static let isHere = (environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/protoc")
  }

  /// Compares two `.proto` files.
  static func compare(_ old: String, _ new: String, use: ProtobufUse) async throws -> ContractReport {
    let sides = [("old", old), ("new", new)].map { Comparing.single($1, "a.proto", "\($0)/a.proto") }
    let compiler = ProtoCompiler(environment: environment)
    var comparison = ContractComparison(old: sides[0], new: sides[1], use: use)
    comparison.compiled = (try await compiler.compile(sides[0].files), try await compiler.compile(sides[1].files))
    return ContractReport(from: "old", to: "new", results: try comparison.results())
  }
}
