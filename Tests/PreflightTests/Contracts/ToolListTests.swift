import Documents
import Testing

@testable import Preflight

struct ToolListTests {
  private func list(_ text: String) throws -> ToolList? {
    try ToolList(JSON.parse(Array(text.utf8), file: "t.json"), file: "t.json")
  }

  @Test(
    arguments: [
      #"{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}"#,
      #"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}}"#,
      #"[{"name":"a","inputSchema":{"type":"object"}}]"#,
      #"{"name":"a","inputSchema":{"type":"object"}}"#,
      #"{"type":"function","function":{"name":"a","parameters":{"type":"object"}}}"#,
      #"[{"type":"function","name":"a","parameters":{"type":"object"},"strict":null}]"#,
      #"{"tools":[{"type":"web_search"},{"type":"function","name":"a","parameters":{"type":"object"}}]}"#,
    ])
  func everyShapeOfAToolIsRead(text: String) throws {
    let tools = try #require(try list(text)?.tools)
    #expect(tools.map(\.name) == ["a"])
    #expect(tools[0].input?.node["type"]?.string == "object")
  }

  @Test(arguments: [#"{"tools":[]}"#, "[]", #"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#])
  func anEmptyListIsAListOfTools(text: String) throws {
    let list = try #require(try list(text))
    #expect(list.tools.isEmpty && !list.isCutOff)
  }

  @Test(
    arguments: [
      #"{"type":"object","properties":{"name":{"type":"string"}}}"#, "true", "{}", #"{"name":"x"}"#, "[1]",
    ])
  func aSchemaIsNoListOfTools(text: String) throws { #expect(try list(text) == nil) }

  @Test func pagesAreMergedAndTheLastOneSaysWhetherMoreFollow() throws {
    let pages = #"[{"tools":[{"name":"a"}],"nextCursor":"x"},{"tools":[{"name":"b"}]}]"#
    let whole = try #require(try list(pages))
    #expect(whole.tools.map(\.name) == ["a", "b"] && !whole.isCutOff)
    #expect(try list(#"{"tools":[],"nextCursor":"x"}"#)?.isCutOff == true)
  }

  @Test func aToolThatACutOffListDoesNotShowMayStillBeThere() throws {
    let report = try Comparing.texts(
      #"{"tools":[{"name":"a","inputSchema":{"type":"object"}}]}"#, #"{"tools":[],"nextCursor":"x"}"#)
    #expect(report.overlap == "undecided")
    #expect(report.directions["args-old-caller-new-tool"] == .undecided)
  }

  @Test func aNameThatIsThereTwiceIsRefusedWithBothPlaces() throws {
    let text = "{\"tools\":[\n{\"name\":\"a\"},\n{\"name\":\"a\"}]}"
    let failure = #expect(throws: DocumentFailure.self) { try list(text) }
    #expect(failure?.problems.first?.line == "t.json:3:1: the tool 'a' is there twice; the first is at 2:1")
  }

  @Test func anErrorResponseIsNoListOfNoTools() {
    #expect(throws: DocumentFailure.self) {
      try list(#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#)
    }
  }

  @Test func strictEncodingIsDecodedAtEveryDepth() throws {
    let text = """
      {"type":"function","function":{"name":"a","strict":true,"parameters":{"type":"object","additionalProperties":false,
      "required":["id","area","guest"],"properties":{"id":{"type":"string"},"area":{"type":["string","null"]},
      "guest":{"type":"object","required":["name","note"],"additionalProperties":false,
      "properties":{"name":{"type":"string"},"note":{"anyOf":[{"type":"string"},{"type":"null"}]}}}}}}}
      """
    let input = try #require(try list(text)?.tools.first?.input?.node)
    #expect(input["required"]?.sequence?.compactMap(\.string) == ["id", "guest"])
    #expect(input["properties"]?["guest"]?["required"]?.sequence?.compactMap(\.string) == ["name"])
  }

  @Test func anAddedParameterOfTheStrictEncodingIsNotNewlyRequired() throws {
    func tool(_ more: String, _ required: String, strict: Bool = true) -> String {
      """
      {"type":"function","name":"a","strict":\(strict),"parameters":{"type":"object","additionalProperties":false,
      "properties":{"id":{"type":"string"}\(more)},"required":["id"\(required)]}}
      """
    }
    let area = #","area":{"type":["string","null"]}"#
    let report = try Comparing.texts(tool("", ""), tool(area, #","area""#))
    #expect(report.directions["args-old-caller-new-tool"] == .compatible)
    #expect(report.directions["args-new-caller-old-tool"] == .breaking)
    #expect(report.overlap == "compatible")
    let plain = try Comparing.texts(tool("", "", strict: false), tool(area, #","area""#, strict: false))
    #expect(plain.overlap == "breaking")
  }
}
