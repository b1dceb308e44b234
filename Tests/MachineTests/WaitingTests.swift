import Machine
import TestSupport
import Testing

@Suite struct WaitingTests {
  @Test func theFirstAnswerEndsTheAsking() async throws {
    var asked = 0
    let answer = try await repeating(every: .milliseconds(1), within: .seconds(60)) {
      asked += 1
      return asked == 5 ? "yes" : nil
    }
    #expect(answer == "yes" && asked == 5)
  }

  @Test func withoutAnAnswerItEndsAndAsksOnceMoreAtTheEnd() async throws {
    var asked = 0
    let answer: Int? = try await repeating(every: .seconds(300), within: .milliseconds(10)) {
      asked += 1
      return nil
    }
    #expect(answer == nil && asked == 2)
  }

  @Test func cancellationEndsTheAsking() async {
    let task = Task {
      try await repeating(every: .seconds(300), within: .seconds(300)) { nil as Int? }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func aBodyThatIsTooSlowIsCancelled() async {
    let wasCancelled = Locked(false)
    await #expect(throws: DeadlineExceeded(limit: .milliseconds(20))) {
      try await withDeadline(.milliseconds(20)) {
        do {
          try await ContinuousClock().sleep(for: .seconds(300))
        } catch {
          wasCancelled.withLock { $0 = true }
          throw error
        }
      }
    }
    #expect(wasCancelled.withLock { $0 })
  }

  @Test func whatTheBodyGivesOrThrowsIsPassedOn() async throws {
    struct Problem: Error {}
    let clock: any Clock<Duration> = ContinuousClock()
    #expect(try await withDeadline(.seconds(300), clock: clock) { 5 } == 5)
    await #expect(throws: Problem.self) { try await withDeadline(.seconds(300)) { throw Problem() } }
  }

  @Test func theMachineIsKnown() {
    #expect(!Host.name.isEmpty && Host.bootID.count == 36)
    #expect(Host.process.isAlive)
    #expect(Host.raiseDescriptorLimit() >= 1_024)
    #expect(ProcessEnvironment.current["PATH"] != nil)
  }
}
