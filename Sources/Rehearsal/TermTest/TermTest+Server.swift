import Machine
import Vocabulary

extension TermTest {
  func server(
    _ process: TestedProcess, _ report: @escaping @Sendable (String) -> Void
  ) async throws -> TermTestRecord.Ending {
    TermTestRecord.Ending(kind: .sessionsEnd, agent: .server, startedAt: wallClock.now)
  }
}
