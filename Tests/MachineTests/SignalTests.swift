import Machine
import TestSupport
import Testing

@Suite struct SignalTests {
  let program = Products.folder + "/sluice-test-program"

  @Test func signalsArriveInOrderAndTheSecondEndsWithItsStatus() async throws {
    let lines = Locked<[String]>([])
    let started = Locked<ChildProcess?>(nil)
    let task = Task {
      try await Invocation([program, "signals"]).run(
        within: .seconds(60), onLine: { line in lines.withLock { $0.append(line.line.text) } },
        onStart: { child in started.withLock { $0 = child } })
    }
    for (index, signal) in [Signal.windowChange, .interrupt, .windowChange, .terminate].enumerated() {
      #expect(await Patience.until(.seconds(30)) { lines.withLock { $0.count } == index + 1 })
      started.withLock { $0 }?.send(signal)
    }
    let run = try await task.value
    #expect(run.end == .exited(143))
    #expect(lines.withLock { $0 } == ["ready", "SIGWINCH", "SIGINT", "SIGWINCH", "SIGTERM"])
  }

  @Test func aClosedReaderEndsAWriterQuietly() async throws {
    let run = try await Invocation(["bash", "-c", "\(program) print-forever | head -1; echo ${PIPESTATUS[0]}"])
      .run(within: .seconds(60))
    #expect(run.text == "line\n0\n")
    #expect(run.errorText.isEmpty)
  }

  @Test func aFullDiskUnderStandardOutputIsAnError() async throws {
    let run = try await Invocation(["bash", "-c", "\(program) print-forever > /dev/full"]).run(within: .seconds(60))
    #expect(run.end == .exited(73))
    #expect(run.errorText.contains("because: no space left on device"))
  }

  @Test func signalsHaveTheirNames() {
    #expect(Signal.terminate.description == "SIGTERM" && Signal.terminate.exitStatus == 143)
    #expect(Signal(rawValue: 40).description == "signal 40")
  }
}
