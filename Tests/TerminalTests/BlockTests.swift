import Cutover
import Testing
import Vocabulary

@testable import Terminal

struct BlockTests {
  let unicode = TextStyle(color: .none, characters: .unicode)

  struct Refusal: Failure {
    let what = "the journal '\u{1B}[2Jx' cannot be read"
    let why: String? = "line 3 is torn\nand more"
    let remedy: String? = "sluice runs show 2026"
    let exitStatus = ExitStatus.badInput
  }

  @Test func aFailureIsThreeLines() {
    #expect(
      FailureText.render(Refusal(), style: unicode) == """
        error: the journal '\\u{1b}[2Jx' cannot be read
        because: line 3 is torn\\nand more
        try: sluice runs show 2026
        """)
    let coloured = FailureText.render(Refusal(), style: TextStyle(color: .ansi, characters: .unicode))
    #expect(coloured.hasPrefix("\u{1B}[1;31merror:\u{1B}[0m the journal"))
    #expect(coloured.split(separator: "\n").count == 3)
  }

  @Test func valuesStandUnderEachOther() {
    var block = KeyValueBlock()
    block.add("run", "20261121-140511-123-k3v9q2")
    block.add("verdict", "passed", .ok)
    block.add("reason", "all three conditions hold in three fresh samples")
    #expect(
      block.render(width: 40, style: unicode) == """
        run      20261121-140511-123-k3v9q2
        verdict  passed
        reason   all three conditions hold in
                 three fresh samples
        """)
  }

  @Test(arguments: [40, 60, 80, 120]) func runsAreATable(width: Int) throws {
    let rows = [
      RunsTable.Row(
        run: "20261121-140511-123-k3v9q2", kind: "deploy", target: "kitchen", outgoing: ["v1"], incoming: "v2",
        began: Scene.at(0), endedAt: Scene.at(259), verdict: .passed),
      RunsTable.Row(
        run: "20261121-150511-001-aaaaaa", kind: "rollback", target: "küche-im-erdgeschoss", outgoing: ["v2", "v1"],
        incoming: "v1", began: Scene.at(3_600), endedAt: Scene.at(3_700), verdict: .timedOut),
      RunsTable.Row(
        run: "20261121-160511-777-bbbbbb", kind: "rehearse", target: nil, began: Scene.at(7_200), standing: "running"),
    ]
    try expectGolden("runs-\(width).txt", RunsTable.render(rows, width: width, style: unicode) + "\n")
  }

  @Test func noRunIsNoTable() { #expect(RunsTable.render([], width: 80, style: unicode).isEmpty) }

  @Test func columnsDropInTheirOrder() {
    let table = Table(
      [
        Table.Column("name", .name(minimum: 6)), Table.Column("second", .identifier, dropped: 2),
        Table.Column("first", .identifier, dropped: 1), Table.Column("number", .number),
      ], rows: [Table.Row(["a-long-name", "bbbb", "cccc", "12345"])])
    #expect(
      table.render(width: 40, style: unicode)
        == "name         second  first  number\na-long-name  bbbb    cccc    12345")
    #expect(table.render(width: 28, style: unicode) == "name         second  number\na-long-name  bbbb     12345")
    #expect(table.render(width: 20, style: unicode) == "name         number\na-long-name   12345")
    #expect(table.render(width: 12, style: unicode) == "name:\n  a-long-nam\n  e\nnumber:\n  12345")
  }
}
