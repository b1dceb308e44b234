import Documents
import Machine
import Testing
import Vocabulary

@testable import Preflight

struct ContractComparisonTests {
  private static let text = #"{"type":"string"}"#
  private static let number = #"{"type":"number"}"#
  private static let integer = #"{"type":"integer"}"#

  @Test func twoSchemasAreJudgedInBothDirections() throws {
    let report = try Comparing.texts(Self.integer, Self.number)
    #expect(report.directions == ["backward": .compatible, "forward": .breaking])
    #expect(report.overlap == "breaking")
    let change = try #require(report.changes.first)
    #expect(change.code == "CMP-018" && change.directions == [.forward])
    #expect(change.old?.locator.hasPrefix("old/contract.json:1:") == true && change.new?.pointer == "/type")
    #expect(change.witness != nil && change.phase != nil)
  }

  @Test func aFolderIsPairedByNameAndTheWorstDecides() throws {
    let report = try Comparing.sides(
      Comparing.folder("old", ["a.json": Self.text, "b.json": Self.text]),
      Comparing.folder("new", ["a.json": Self.text, "b.json": Self.number]))
    #expect(report.overlap == "breaking")
    #expect(report.contracts.map(\.overlap) == [.compatible, .breaking])
  }

  @Test func aFileThatIsGoneIsUndecidedAndANewOneACondition() throws {
    let gone = try Comparing.sides(Comparing.folder("old", ["a.json": Self.text]), Comparing.folder("new", [:]))
    #expect(gone.overlap == "undecided" && gone.changes.map(\.code) == ["CMP-001"])
    let added = try Comparing.sides(Comparing.folder("old", [:]), Comparing.folder("new", ["a.json": Self.text]))
    #expect(added.overlap == "compatible" && added.changes.map(\.effect) == [.conditional])
    #expect(added.directions["forward"] == .undecided)
  }

  @Test func aFileThatChangesItsKindIsUndecided() throws {
    let report = try Comparing.texts(Self.text, #"{"tools":[]}"#)
    #expect(report.overlap == "undecided" && report.changes.map(\.code) == ["CMP-003"])
  }

  @Test func whatNobodyCanTellIsUndecidedAndNeverCompatible() throws {
    let report = try Comparing.texts(#"{"$ref":"https://example.com/a.json"}"#, Self.text)
    #expect(report.overlap == "undecided")
    #expect(report.findings.allSatisfy { $0.status == .unknown && $0.severity == .warning })
  }

  /// What a client or a backend writes or reads stays as it is while the agent is deployed.
  @Test(
    arguments: [
      // A reader that accepts less than a client writes today, and one that accepts more.
      (ContractParty.client, ContractParty.agent, number, integer, "breaking"),
      (.client, .agent, integer, number, "compatible"),
      // A writer that writes more than a client reads today, and one that writes less.
      (.agent, .client, integer, number, "breaking"), (.agent, .client, number, integer, "compatible"),
      (.agent, .agent, integer, number, "breaking"), (.agent, .agent, number, integer, "breaking"),
      (.backend, .client, integer, text, "compatible"),
    ])
  func writerAndReaderSayWhichDirectionCounts(
    writer: ContractParty, reader: ContractParty, old: String, new: String, overlap: String
  ) throws {
    let shared = ContractDeclaration.Shared(
      kind: .dataTopic, name: "captions", schema: "t.json", writer: writer, reader: reader)
    let report = try Comparing.sides(
      Comparing.folder("old", ["t.json": old]), Comparing.folder("new", ["t.json": new]), shared: [shared])
    #expect(report.overlap == overlap)
    #expect(report.contracts.map(\.name) == ["data-topic captions"])
    #expect(report.contracts.map(\.writer) == [writer])
  }

  @Test func aTargetThatDeclaresNothingIsNotCheckedAndNeverCompatible() async throws {
    for declaration in [nil, ContractDeclaration(root: "/")] {
      let check = ContractsCheck(declaration: declaration)
      let result = try await check.run(in: CheckContext(directory: "/", root: "/"))
      guard case .notChecked = result.status else {
        Issue.record("\(result.status)")
        return
      }
      #expect(result.findings.map(\.severity) == [.warning])
      #expect((result.object as? ContractReport)?.overlap == "not-checked")
    }
  }

  @Test(arguments: ["deep", "wide"])
  func whatIsTooDeepIsRefusedAndWhatIsLongIsCompared(shape: String) throws {
    if shape == "deep" {
      let text = String(repeating: #"{"not":"#, count: 10_000) + "true" + String(repeating: "}", count: 10_000)
      #expect(throws: DocumentFailure.self) { try Comparing.texts(text, text) }
    } else {
      let properties = (0..<6_000).map {
        #""property-with-a-long-name-\#($0)":{"type":"string","maxLength":64,"description":"what it is, in words"}"#
      }
      let text = #"{"type":"object","properties":{\#(properties.joined(separator: ","))}}"#
      #expect(text.utf8.count > 1 << 19)
      #expect(try Comparing.texts(text, text).overlap == "compatible")
    }
  }

  @Test(arguments: [
    ("{\n  \"type\": \"string\",\n}", "old/contract.json:3:1"), ("", "the file is empty"),
    ("{\"a\":\"\u{0}\"}", "binary"),
  ])
  func whatCannotBeReadIsToldWithItsPlace(text: String, words: String) {
    let failure = #expect(throws: DocumentFailure.self) { try Comparing.texts(text, "{}") }
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    #expect(failure?.exitStatus == .badInput)
  }

  @Test func everyRestrictionOfSchemasHasItsCodes() {
    for kind in SchemaChange.Kind.allCases {
      #expect(ContractChangeKind.narrowed(kind.rawValue) != ContractChangeKind.narrowed("?"), "\(kind)")
      #expect(ContractChangeKind.widened(kind.rawValue) != ContractChangeKind.widened("?"), "\(kind)")
    }
  }

  @Test func theReportIsOneObjectWithTheNamesThatMachinesArePromised() throws {
    let report = try Comparing.texts(Comparing.tool(#"{"type":"object"}"#), #"{"tools":[]}"#)
    let node = try JSON.parse(CanonicalJSON.encode(report), file: "report")
    #expect(node["schema"]?.string == "sluice.contracts/1")
    #expect(node["overlap"]?.string == "breaking")
    #expect(node["directions"]?["args-old-caller-new-tool"]?.string == "breaking")
    #expect(node["changes"]?[0]?["code"]?.string == "CMP-009")
    #expect(node["findings"]?[0]?["evidence"]?[0]?["locator"]?.string == "old/contract.json:1:11")
  }
}
