import Testing
import Vocabulary

@testable import Preflight

/// Pairs compiled by protoc, one for each rule: the meaning of buf's WIRE and WIRE_JSON, and what an old reader meets.
@Suite(.enabled(if: Protoc.isHere, "protoc is not installed"))
struct ProtobufComparisonTests {
  struct Pair: Sendable, CustomTestStringConvertible {
    let name: String
    var head = #"syntax = "proto3"; package a;"#
    var newHead: String?
    let old: String
    let new: String
    var use: [ProtobufUse] = ProtobufUse.allCases
    /// The code of the change that decides; nil: nothing but information.
    let code: FindingCode?
    let backward: ContractAnswer
    let forward: ContractAnswer
    let overlap: ContractAnswer
    var testDescription: String { name }
  }

  @Test(arguments: Self.pairs)
  func everyRuleHasItsDirectionsAndItsCode(_ pair: Pair) async throws {
    for use in pair.use {
      let report = try await Protoc.compare(
        "\(pair.head) \(pair.old)", "\(pair.newHead ?? pair.head) \(pair.new)", use: use)
      #expect(report.directions["backward"] == pair.backward, "\(use)")
      #expect(report.directions["forward"] == pair.forward, "\(use)")
      #expect(report.overlap == pair.overlap.rawValue, "\(use)")
      if let code = pair.code { #expect(report.changes.contains { $0.code == code }, "\(use): \(report.changes)") }
    }
  }

  @Test func placesAreLinesOfBothFiles() async throws {
    let report = try await Protoc.compare(
      "syntax = \"proto3\";\nmessage Call {\n  int32 id = 1;\n}",
      "syntax = \"proto3\";\nmessage Call {\n  string id = 1;\n}",
      use: .wire)
    let change = try #require(report.changes.first)
    #expect(change.old?.locator == "old/a.proto:3:3" && change.new?.locator == "new/a.proto:3:3")
    #expect(change.old?.pointer == "Call.id")
  }

  @Test func aSyntaxErrorIsToldWithItsPlace() async throws {
    await #expect { _ = try await Protoc.compare("syntax = \"proto3\";\nmessage {", "", use: .wire) } throws: { error in
      "\(error)".contains("old/a.proto:2:9")
    }
  }

  @Test func withoutProtocTheAnswerIsUndecidedAndSaysWhatToInstall() async throws {
    let compiler = ProtoCompiler(environment: ["PATH": "/nowhere"])
    let side = Comparing.single("syntax = \"proto3\";", "a.proto", "a.proto")
    var comparison = ContractComparison(old: side, new: side, use: .wire)
    comparison.compiled = (try await compiler.compile(side.files), try await compiler.compile(side.files))
    let change = try #require(try comparison.results().first?.changes.first)
    #expect(change.code == "CMP-005" && change.effect == .undecided)
    #expect(change.phase?.contains("protobuf-compiler") == true)
  }

  private static func pair(
    _ name: String, _ old: String, _ new: String, use: [ProtobufUse] = ProtobufUse.allCases, _ code: FindingCode?,
    _ backward: ContractAnswer, _ forward: ContractAnswer, _ overlap: ContractAnswer, head: String? = nil,
    newHead: String? = nil
  ) -> Pair {
    var pair = Pair(
      name: name, old: old, new: new, use: use, code: code, backward: backward, forward: forward, overlap: overlap)
    if let head { pair.head = head }
    pair.newHead = newHead
    return pair
  }

  private static let proto2 = #"syntax = "proto2"; package a;"#

  static let pairs: [Pair] = [
    pair(
      "identical", "message M { int32 x = 1; }", "message M { int32 x = 1; }", nil, .compatible, .compatible,
      .compatible),
    pair("field added", "message M {}", "message M { int32 x = 1; }", "CMP-084", .compatible, .compatible, .compatible),
    pair("field deleted", "message M { int32 x = 1; }", "message M {}", "CMP-083", .breaking, .compatible, .breaking),
    pair(
      "field deleted, reserved", "message M { int32 x = 1; }", #"message M { reserved 1; reserved "x"; }"#, "CMP-085",
      .compatible, .compatible, .compatible),
    pair(
      "field deleted, number reserved", "message M { int32 x = 1; }", "message M { reserved 1; }", use: [.wire],
      "CMP-085",
      .compatible, .compatible, .compatible),
    pair(
      "field deleted, only the number reserved, JSON", "message M { int32 x = 1; }", "message M { reserved 1; }",
      use: [.wireJSON], "CMP-083", .breaking, .compatible, .breaking),
    pair(
      "type", "message M { int32 x = 1; }", "message M { string x = 1; }", "CMP-086", .breaking, .breaking, .breaking),
    pair(
      "integer widened", "message M { int32 x = 1; }", "message M { int64 x = 1; }", use: [.wire], "CMP-087",
      .compatible,
      .breaking, .compatible),
    pair(
      "integer widened, JSON", "message M { int32 x = 1; }", "message M { int64 x = 1; }", use: [.wireJSON], "CMP-086",
      .breaking, .breaking, .breaking),
    pair(
      "sign", "message M { int32 x = 1; }", "message M { uint32 x = 1; }", "CMP-087", .breaking, .breaking, .compatible),
    pair(
      "zigzag", "message M { int32 x = 1; }", "message M { sint32 x = 1; }", "CMP-086", .breaking, .breaking, .breaking),
    pair(
      "string to bytes", "message M { string x = 1; }", "message M { bytes x = 1; }", use: [.wire], "CMP-086",
      .compatible,
      .breaking, .compatible),
    pair(
      "bytes to string", "message M { bytes x = 1; }", "message M { string x = 1; }", "CMP-086", .breaking, .breaking,
      .breaking),
    pair(
      "single to repeated", "message M { int32 x = 1; }", "message M { repeated int32 x = 1; }", "CMP-088", .breaking,
      .breaking, .breaking),
    pair(
      "presence", "message M { int32 x = 1; }", "message M { optional int32 x = 1; }", nil, .compatible, .compatible,
      .compatible),
    pair(
      "into a oneof", "message M { int32 x = 1; }", "message M { oneof o { int32 x = 1; } }", "CMP-089", .breaking,
      .breaking, .breaking),
    pair(
      "oneof member added", "message M { oneof o { int32 x = 1; } }",
      "message M { oneof o { int32 x = 1; int32 y = 2; } }",
      "CMP-095", .compatible, .breaking, .compatible),
    pair(
      "field renamed", "message M { int32 x = 1; }", "message M { int32 y = 1; }", use: [.wire], nil, .compatible,
      .compatible, .compatible),
    pair(
      "field renamed, JSON", "message M { int32 x = 1; }", "message M { int32 y = 1; }", use: [.wireJSON], "CMP-091",
      .breaking, .breaking, .breaking),
    pair(
      "JSON name", "message M { int32 x = 1; }", #"message M { int32 x = 1 [json_name = "y"]; }"#, use: [.wireJSON],
      "CMP-092",
      .breaking, .breaking, .breaking),
    pair(
      "map key", "message M { map<string, int32> x = 1; }", "message M { map<int32, int32> x = 1; }", "CMP-086",
      .breaking, .breaking, .breaking),
    pair(
      "message type", "message A {} message B {} message M { A x = 1; }",
      "message A {} message B {} message M { B x = 1; }",
      "CMP-086", .breaking, .breaking, .breaking),
    pair(
      "enum value added", "enum E { Z = 0; }", "enum E { Z = 0; Y = 1; }", "CMP-096", .compatible, .breaking,
      .compatible),
    pair(
      "enum value deleted", "enum E { Z = 0; Y = 1; }", "enum E { Z = 0; }", "CMP-097", .breaking, .compatible,
      .breaking),
    pair(
      "enum value deleted, reserved", "enum E { Z = 0; Y = 1; }", #"enum E { Z = 0; reserved 1; reserved "Y"; }"#,
      "CMP-098", .breaking, .compatible, .compatible),
    pair(
      "enum value renamed", "enum E { Z = 0; Y = 1; }", "enum E { Z = 0; X = 1; }", use: [.wireJSON], "CMP-099",
      .breaking,
      .breaking, .breaking),
    pair(
      "reservation deleted", "message M { reserved 1 to 4; }", "message M { reserved 1 to 3; }", "CMP-100", .breaking,
      .compatible, .breaking),
    pair(
      "reservation split", "message M { reserved 1 to 4; }", "message M { reserved 1, 2; reserved 3 to 5; }", nil,
      .compatible, .compatible, .compatible),
    pair(
      "package", "message M {}", "message M {}", "CMP-101", .breaking, .breaking, .breaking,
      newHead: #"syntax = "proto3"; package b;"#),
    pair("message deleted", "message M {}", "", "CMP-102", .undecided, .compatible, .undecided),
    pair(
      "rpc deleted", "message M {} service S { rpc R (M) returns (M); }", "message M {} service S {}", "CMP-104",
      .breaking, .compatible, .breaking),
    pair(
      "rpc added", "message M {} service S {}", "message M {} service S { rpc R (M) returns (M); }", "CMP-105",
      .compatible, .breaking, .compatible),
    pair(
      "rpc request", "message M {} message N {} service S { rpc R (M) returns (M); }",
      "message M {} message N {} service S { rpc R (N) returns (M); }", "CMP-106", .breaking, .breaking, .breaking),
    pair(
      "rpc response", "message M {} message N {} service S { rpc R (M) returns (M); }",
      "message M {} message N {} service S { rpc R (M) returns (N); }", "CMP-107", .breaking, .breaking, .breaking),
    pair(
      "rpc streaming", "message M {} service S { rpc R (M) returns (M); }",
      "message M {} service S { rpc R (M) returns (stream M); }", "CMP-108", .breaking, .breaking, .breaking),
    pair(
      "rpc idempotency", "message M {} service S { rpc R (M) returns (M); }",
      "message M {} service S { rpc R (M) returns (M) { option idempotency_level = IDEMPOTENT; } }", "CMP-109",
      .breaking,
      .breaking, .breaking),
    pair(
      "required added", "message M {}", "message M { required int32 x = 1; }", "CMP-093", .breaking, .compatible,
      .breaking, head: proto2),
    pair(
      "required to optional", "message M { required int32 x = 1; }", "message M { optional int32 x = 1; }", "CMP-094",
      .compatible, .breaking, .breaking, head: proto2),
    pair(
      "default", "message M { optional int32 x = 1 [default = 3]; }",
      "message M { optional int32 x = 1 [default = 4]; }",
      "CMP-090", .breaking, .breaking, .breaking, head: proto2),
    pair(
      "default of zero", "message M { optional int32 x = 1; }", "message M { optional int32 x = 1 [default = 0]; }",
      nil,
      .compatible, .compatible, .compatible, head: proto2),
    pair(
      "JSON format", "message M {}", "message M {}", use: [.wireJSON], "CMP-103", .breaking, .breaking, .breaking,
      newHead: proto2),
    pair(
      "extension type", "message M { extensions 5; } extend M { optional int32 x = 5; }",
      "message M { extensions 5; } extend M { optional string x = 5; }", "CMP-086", .breaking, .breaking, .breaking,
      head: proto2),
  ]
}
