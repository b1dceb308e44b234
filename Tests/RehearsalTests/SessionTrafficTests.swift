import Cutover
import TestSupport
import Testing
import Vocabulary

@testable import Rehearsal

/// People who call, on a manual clock.
struct SessionTrafficTests {
  @Test func peopleCallAtTheirIntervalAndLeaveAfterTheirLength() async throws {
    try await Dispatch.serving { dispatch in
      _ = try await dispatch.worker()
      let clock = ManualClock()
      let traffic = SessionTraffic(interval: .seconds(1), length: .seconds(3)...(.seconds(3)), burst: 2)
      let calling = Task { await traffic.run(on: dispatch.dispatcher, clock: clock) }
      // Two lengths and the interval.
      #expect(await Patience.until(.seconds(60)) { clock.sleepers == 3 })
      #expect(await dispatch.dispatcher.runningCount == 2)
      clock.advance(by: .seconds(1))
      #expect(await Patience.until(.seconds(60)) { clock.sleepers == 4 })
      #expect(await dispatch.dispatcher.runningCount == 3)
      clock.advance(by: .seconds(2))
      #expect(
        await Patience.until(.seconds(60)) {
          await dispatch.dispatcher.observation.sessions.count { $0.end?.sign == .personLeft } == 2
        })
      calling.cancel()
      await calling.value
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.runningCount == 0 })
      let sessions = await dispatch.dispatcher.observation.sessions
      #expect(sessions.allSatisfy { $0.end?.sign == .personLeft })
      #expect(clock.sleepers == 0)
    }
  }

  @Test func whenNobodyCallsItEndsAtOnce() async throws {
    try await Dispatch.serving { dispatch in
      let traffic = SessionTraffic(interval: nil, length: .seconds(1)...(.seconds(1)), burst: 5)
      await traffic.run(on: dispatch.dispatcher, clock: ManualClock())
      #expect(await dispatch.dispatcher.observation.sessions.isEmpty)
    }
  }

  @Test func onlySoManyCallAtOnce() async throws {
    try await Dispatch.serving { dispatch in
      let clock = ManualClock()
      let traffic = SessionTraffic(
        interval: .seconds(1), length: .seconds(60)...(.seconds(60)), burst: SessionTraffic.limit + 100)
      let calling = Task { await traffic.run(on: dispatch.dispatcher, clock: clock) }
      #expect(await Patience.until(.seconds(60)) { clock.sleepers == SessionTraffic.limit + 1 })
      #expect(await dispatch.dispatcher.observation.sessions.count == SessionTraffic.limit)
      calling.cancel()
      await calling.value
    }
  }
}
