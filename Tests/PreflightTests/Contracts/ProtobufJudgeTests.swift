import Machine
import TestSupport
import Testing

@testable import Preflight

/// Bytes of one version read with the other by protobuf itself: what reads as another value is never called compatible.
@Suite(.enabled(if: Protoc.isHere && Python.isThere, "needs protoc, and a Python in SLUICE_VENV or .venv-tests"))
struct ProtobufJudgeTests {
  /// A message `M` of both versions, and a value of the old one in protobuf's JSON.
  struct Case: Sendable {
    let old: String
    let new: String
    let value: String
  }

  static let cases: [Case] = [
    Case(old: "int32 x = 1;", new: "int64 x = 1;", value: #"{"x":-7}"#),
    Case(old: "int64 x = 1;", new: "int32 x = 1;", value: #"{"x":"1099511627783"}"#),
    Case(old: "int32 x = 1;", new: "uint32 x = 1;", value: #"{"x":-7}"#),
    Case(old: "uint32 x = 1;", new: "int32 x = 1;", value: #"{"x":4294967295}"#),
    Case(old: "uint32 x = 1;", new: "bool x = 1;", value: #"{"x":7}"#),
    Case(old: "int32 x = 1;", new: "sint32 x = 1;", value: #"{"x":7}"#),
    Case(old: "sint32 x = 1;", new: "sint64 x = 1;", value: #"{"x":-7}"#),
    Case(old: "fixed32 x = 1;", new: "sfixed32 x = 1;", value: #"{"x":4294967295}"#),
    Case(old: "fixed32 x = 1;", new: "float x = 1;", value: #"{"x":7}"#),
    Case(old: "bytes x = 1;", new: "string x = 1;", value: #"{"x":"/w=="}"#),
    Case(old: "int32 x = 1;", new: "repeated int32 x = 1;", value: #"{"x":7}"#),
    Case(old: "repeated int32 x = 1;", new: "int32 x = 1;", value: #"{"x":[7,8]}"#),
    Case(old: "int32 x = 1; int32 y = 2;", new: "int32 x = 1;", value: #"{"x":1,"y":2}"#),
    Case(old: "int32 x = 1;", new: "int32 x = 1; int32 y = 2;", value: #"{"x":1}"#),
    Case(old: "int32 x = 1;", new: "optional int32 x = 1;", value: #"{"x":1}"#),
    Case(old: "int32 x = 1; int32 y = 2;", new: "oneof o { int32 x = 1; int32 y = 2; }", value: #"{"x":1,"y":2}"#),
    Case(old: "oneof o { int32 x = 1; int32 y = 2; }", new: "oneof o { int32 x = 1; }", value: #"{"y":2}"#),
    Case(
      old: "E x = 1; enum E { A = 0; B = 1; }", new: "E x = 1; enum E { A = 0; B = 1; C = 2; }", value: #"{"x":"B"}"#),
    Case(old: "E x = 1; enum E { A = 0; B = 1; }", new: "E x = 1; enum E { A = 0; }", value: #"{"x":"B"}"#),
    Case(old: "map<string, int32> x = 1;", new: "map<string, int64> x = 1;", value: #"{"x":{"a":7}}"#),
    Case(old: "map<string, int32> x = 1;", new: "map<int32, int32> x = 1;", value: #"{"x":{"a":7}}"#),
    Case(
      old: "A x = 1; message A { int32 i = 1; }", new: "B x = 1; message B { string s = 1; }", value: #"{"x":{"i":7}}"#),
    Case(old: "double x = 1;", new: "float x = 1;", value: #"{"x":0.5}"#),
  ]

  @Test func whatProtobufReadsAsAnotherValueIsNeverCompatible() async throws {
    let folder = try TemporaryFolder()
    var lines: [String] = []
    for (number, item) in Self.cases.enumerated() {
      func descriptors(_ body: String, _ side: String) async throws -> String {
        let name = "\(side)\(number)"
        _ = try folder.write(#"syntax = "proto3"; message M { \#(body) }"#, to: "\(name).proto")
        let run = try await Invocation(
          ["protoc", "--descriptor_set_out=\(name).pb", "\(name).proto"], directory: folder.path
        ).run(within: .seconds(60) * Patience.factor)
        try #require(run.succeeded, "\(run.errorText)")
        return try Files.read(folder.file("\(name).pb"), limit: 1 << 20).map { byte in
          let text = String(byte, radix: 16)
          return text.utf8.count == 1 ? "0" + text : text
        }.joined()
      }
      let (old, new) = (try await descriptors(item.old, "old"), try await descriptors(item.new, "new"))
      lines.append(#"{"old":"\#(old)","new":"\#(new)","message":"M","value":\#(item.value)}"#)
    }
    let answers = try await Python.judge("protobuf_pairs.py", lines: lines)
    #expect(answers.count == Self.cases.count)
    var differing = 0
    for (item, answer) in zip(Self.cases, answers) {
      let report = try await Protoc.compare(
        #"syntax = "proto3"; message M { \#(item.old) }"#, #"syntax = "proto3"; message M { \#(item.new) }"#, use: .wire
      )
      let isSame = Self.plain(answer) == Self.plain(item.value)
      if !isSame {
        differing += 1
        #expect(report.directions["backward"] == .breaking, "\(item) reads as \(answer)")
      }
    }
    #expect(differing > 10, "the judge sees differences at all")
  }

  /// Without quotes and white space, since numbers of 64 bits are texts in protobuf's JSON.
  private static func plain(_ text: String) -> String { text.filter { !$0.isWhitespace && $0 != "\"" } }
}
