import Machine
import Testing

@testable import Triage

struct ProcessListingTests {
  @Test func columnsAreReadByTheirTitles() throws {
    let text = """
      PID     PPID    PGID  STAT  BLOCKED           IGNORED           CAUGHT            COMMAND
      4711    4690    4711  Ss    0000000000000000  0000000000000000  0000000000010002  sh -c python agent.py start; true
      4720    4711    4711  Sl    0000000000000000  0000000001001000  0000000100004002  python agent.py start --api-secret x
      """
    let tree = try #require(ProcessListing.read(text, name: "container agent", source: "docker top"))
    #expect(tree.signaled == 4711 && tree.processes.map(\.pid) == [4711, 4720])
    #expect(tree.processes[1].arguments == ["python", "agent.py", "start", "--api-secret", "…"])
    #expect(SignalRoute(in: tree).outcome == .swallowed)
  }

  @Test func aListWithoutMasksSaysSo() throws {
    let text = """
        PID  PPID CMD
        100     1 bash run.sh
        101   100  \\_ python agent.py start
      """
    let tree = try #require(ProcessListing.read(text, name: "ps", source: "ps.txt"))
    let route = SignalRoute(in: tree)
    #expect(route.outcome == .unknown && route.agent?.process.pid == 101)
    #expect(tree.processes.allSatisfy { $0.note != nil && $0.connections == nil })
  }

  @Test(arguments: ["", "PID", "hello\nworld", "PID CMD\nx y", "PID CMD\n"])
  func whatIsNoListIsNone(text: String) {
    #expect(ProcessListing.read(text, name: "x", source: "x") == nil)
  }
}
