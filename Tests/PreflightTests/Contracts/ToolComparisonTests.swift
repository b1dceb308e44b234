import Testing
import Vocabulary

@testable import Preflight

/// What a change of tools comes to while both versions run, by the table of rules and not by the four directions alone.
struct ToolComparisonTests {
  private static let closed = #""additionalProperties":false"#

  private func schema(_ properties: String, required: String = "", _ more: String = "") -> String {
    #"{"type":"object","properties":{\#(properties)},"required":[\#(required)]\#(more.isEmpty ? "" : ",")\#(more)}"#
  }

  @Test func aNewToolIsCompatibleUntilAnOldVersionIsAskedForIt() throws {
    let report = try Comparing.texts(#"{"tools":[]}"#, Comparing.tool(schema("")))
    #expect(report.overlap == "compatible")
    #expect(report.directions["args-new-caller-old-tool"] == .breaking)
    #expect(report.findings.map(\.severity) == [.warning])
  }

  @Test func aToolThatIsGoneBreaksOldCallers() throws {
    let report = try Comparing.texts(Comparing.tool(schema("")), #"{"tools":[]}"#)
    #expect(report.overlap == "breaking")
    #expect(report.changes.map(\.code) == ["CMP-009"])
    #expect(report.directions["args-new-caller-old-tool"] == .compatible)
  }

  @Test(arguments: ["lookUp", "look-up", "LOOKUP", "lookups"])
  func aToolOfNearlyTheSameNameIsProbablyTheSame(name: String) throws {
    let report = try Comparing.texts(
      Comparing.tool(schema(""), name: "lookup"), Comparing.tool(schema(""), name: name))
    #expect(report.changes.map(\.code) == ["CMP-010"])
    #expect(report.overlap == "breaking")
  }

  @Test func aToolOfAnotherNameWithTheSameParametersIsProbablyTheSame() throws {
    let parameters = schema(#""id":{"type":"string"}"#, required: #""id""#)
    let report = try Comparing.texts(
      Comparing.tool(parameters, name: "lookup_order"), Comparing.tool(parameters, name: "find"))
    #expect(report.changes.map(\.code) == ["CMP-010"])
  }

  @Test func toolsWithoutParametersAreNotTheSameBecauseOfThat() throws {
    let report = try Comparing.texts(
      Comparing.tool(schema(""), name: "transfer"), Comparing.tool(schema(""), name: "weather"))
    #expect(Set(report.changes.map(\.code)) == ["CMP-008", "CMP-009"])
  }

  @Test func anOptionalParameterOfAClosedToolIsCompatibleOnACondition() throws {
    let report = try Comparing.texts(
      Comparing.tool(schema(#""id":{"type":"string"}"#, required: #""id""#, Self.closed)),
      Comparing.tool(
        schema(#""id":{"type":"string"},"area":{"type":"string"}"#, required: #""id""#, Self.closed)))
    #expect(report.directions["args-old-caller-new-tool"] == .compatible)
    #expect(report.directions["args-new-caller-old-tool"] == .breaking)
    #expect(report.overlap == "compatible")
    #expect(report.changes.map(\.effect) == [.conditional])
  }

  @Test func aStrayValueThatAnOpenToolLetThroughIsAConditionAndNoBreak() throws {
    let report = try Comparing.texts(
      Comparing.tool(schema(#""id":{"type":"string"}"#, required: #""id""#)),
      Comparing.tool(schema(#""id":{"type":"string"},"area":{"type":"string"}"#, required: #""id""#)))
    #expect(report.directions["args-old-caller-new-tool"] == .breaking)
    #expect(report.overlap == "compatible")
  }

  @Test func closingObjectsThatMustHoldTogetherIsNotTakenForLeniency() throws {
    let both = #""allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"type":"string"}}}]"#
    let report = try Comparing.texts(
      Comparing.tool(#"{"type":"object",\#(both)}"#),
      Comparing.tool(#"{"type":"object",\#(both),"properties":{"c":{"type":"string"}}}"#))
    #expect(report.overlap == "breaking")
  }

  @Test func aResultThatMayBeNullBreaksOldReaders() throws {
    func output(_ type: String) -> String { schema(#""s":{"type":\#(type)}"#, required: #""s""#) }
    let report = try Comparing.texts(
      Comparing.tool(schema(""), output: output(#""string""#)),
      Comparing.tool(schema(""), output: output(#"["string","null"]"#)))
    #expect(report.overlap == "breaking")
    #expect(report.directions["result-new-tool-old-reader"] == .breaking)
  }

  @Test func aNewResultSchemaIsAConditionAndALostOneABreak() throws {
    let without = Comparing.tool(schema(""))
    let with = Comparing.tool(schema(""), output: schema(#""s":{"type":"string"}"#, required: #""s""#))
    let added = try Comparing.texts(without, with)
    #expect(added.overlap == "compatible")
    #expect(added.changes.map(\.code) == ["CMP-111"])
    let removed = try Comparing.texts(with, without)
    #expect(removed.overlap == "breaking")
    #expect(removed.changes.map(\.code) == ["CMP-112"])
  }

  @Test func wordsAreInformationAndALostHintIsAWarning() throws {
    func tool(_ more: String) -> String {
      #"{"tools":[{"name":"pay","inputSchema":{"type":"object"},\#(more)}]}"#
    }
    let words = try Comparing.texts(tool(#""description":"a""#), tool(#""description":"b""#))
    #expect(words.findings.map(\.severity) == [.info])
    let hints = try Comparing.texts(
      tool(#""annotations":{"readOnlyHint":true}"#), tool(#""annotations":{"destructiveHint":true}"#))
    #expect(hints.changes.contains { $0.code == "CMP-011" && $0.effect == .conditional })
    #expect(hints.overlap == "compatible")
  }

  @Test func aChangedDefaultIsAWarningWithItsPlace() throws {
    func tool(_ value: String) -> String {
      Comparing.tool(schema(#""area":{"type":"string","default":"\#(value)"}"#))
    }
    let report = try Comparing.texts(tool("inside"), tool("terrace"))
    let change = try #require(report.changes.first)
    #expect(change.code == "CMP-007" && change.effect == .conditional)
    #expect(change.new?.pointer == "/tools/0/inputSchema/properties/area")
  }

  @Test func theWorstToolDecides() throws {
    func list(_ type: String) -> String {
      #"[{"name":"a","inputSchema":{"type":"object"}},{"name":"b","inputSchema":{"type":"object","properties":{"x":{"type":"\#(type)"}}}}]"#
    }
    let report = try Comparing.texts(list("string"), list("integer"))
    #expect(report.directions["args-old-caller-new-tool"] == .breaking)
    #expect(report.changes.allSatisfy { $0.subject == "b" })
  }
}
