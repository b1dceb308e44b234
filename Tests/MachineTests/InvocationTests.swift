import Machine
import TestSupport
import Testing
import Vocabulary

@Suite struct InvocationTests {
  func shell(_ script: String) -> Invocation { Invocation(["bash", "-c", script]) }

  @Test(arguments: [0, 1, 3, 42, 127, 255]) func exitCodesArrive(code: Int32) async throws {
    let run = try await shell("exit \(code)").run(within: .seconds(20))
    #expect(run.end == .exited(code))
    #expect(run.cause == .finished)
  }

  @Test(arguments: [Signal.terminate, .kill, .interrupt]) func aSignalIsNoExitCode(signal: Signal) async throws {
    let run = try await shell("kill -\(signal.rawValue) $$").run(within: .seconds(20))
    #expect(run.end == .signaled(signal))
    #expect(!run.succeeded)
  }

  @Test func outputErrorsAndInputAreSeparate() async throws {
    let run = try await shell("cat; echo problem >&2").run(input: .bytes(Array("secret".utf8)), within: .seconds(20))
    #expect(run.text == "secret")
    #expect(run.succeeded)
    #expect(run.errorText == "problem\n")
  }

  @Test func aChildThatReadsNothingDoesNotHoldItsInput() async throws {
    let run = try await shell("exec <&-; echo done").run(
      input: .bytes([UInt8](repeating: 65, count: 1 << 20)), within: .seconds(20))
    #expect(run.text == "done\n")
    #expect(run.end == .exited(0))
  }

  @Test func largeInputComesBackWhole() async throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let run = try await Invocation(["cat"]).run(input: .bytes(bytes), within: .seconds(20), keeping: 4_000_000)
    #expect(run.output == bytes)
    #expect(run.succeeded)
  }

  @Test func aMissingProgramAndAMissingDirectoryAreToldApart() async throws {
    let folder = try TemporaryFolder()
    let plain = try folder.write("text", to: "plain")
    let garbage = try folder.write("\u{1}", to: "garbage", mode: 0o700)
    for (invocation, words) in [
      (Invocation(["no-such-program-7"]), "program 'no-such-program-7' is not found"),
      (Invocation(["/no/such/program"]), "program '/no/such/program' is not found"),
      (Invocation(["true"], directory: "/no/such/folder"), "directory '/no/such/folder' does not exist"),
      (Invocation([plain]), "'\(plain)' cannot be executed"),
      (Invocation([garbage]), "program '\(garbage)' cannot be started"),
      (Invocation([]), "program '' is not found"),
    ] {
      let failure = await #expect(throws: MachineFailure.self) { try await invocation.run(within: .seconds(20)) }
      #expect(failure?.what == words)
      #expect(failure?.remedy != nil)
    }
  }

  @Test func directoryEnvironmentAndRelativeProgramAreTheChilds() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("#!/bin/bash\npwd; echo $WORD $HOME\n", to: "tool", mode: 0o700)
    let run = try await Invocation(["./tool"], environment: ["WORD": "hello"], directory: folder.path)
      .run(within: .seconds(20))
    #expect(run.text == "\(folder.path)\nhello\n")
  }

  @Test func theProgramIsSearchedInTheChildsPath() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("#!/bin/bash\necho found\n", to: "only-here", mode: 0o700)
    let run = try await Invocation(["only-here"], environment: ["PATH": folder.path + ":/usr/bin:/bin"])
      .run(within: .seconds(20))
    #expect(run.text == "found\n")
    #expect(Program.find("only-here") == nil)
    #expect(Program.find("only-here", searching: folder.path) == folder.file("only-here"))
  }

  @Test func theChildHasNoDescriptorsMasksOrIgnoredSignalsOfOurs() async throws {
    ProgramStart.prepare()
    let run = try await shell("ls /proc/self/fd; grep -E 'SigBlk|SigIgn' /proc/self/status").run(within: .seconds(20))
    // ls itself has the folder open as 3.
    #expect(run.text.hasPrefix("0\n1\n2\n3\nSigBlk"))
    #expect(run.text.contains("SigBlk:\t0000000000000000"))
    // 32 and 33 are glibc's own, which posix_spawn leaves ignored.
    #expect(run.text.contains("SigIgn:\t0000000000000000") || run.text.contains("SigIgn:\t0000000180000000"))
  }

  @Test func tenMegabytesAreReadAndKeptWithinTheLimit() async throws {
    let counted = Locked(0)
    let run = try await shell("head -c 10000000 /dev/zero | tr '\\0' 'x'; echo; echo end >&2").run(
      within: .seconds(60), keeping: 1_000
    ) { line in
      if line.stream == .output { counted.withLock { $0 += line.line.bytes.count } }
    }
    #expect(run.output == [UInt8](repeating: UInt8(ascii: "x"), count: 1_000))
    #expect(run.isOutputCut && !run.areErrorsCut)
    #expect(counted.withLock { $0 } == 262_144)
  }

  @Test func aFiveMegabyteLineIsCutAndMarkedAndTheNextIsWhole() async throws {
    let lines = Locked<[OutputLine]>([])
    _ = try await shell("head -c 5000000 /dev/zero | tr '\\0' 'x'; echo; echo next").run(within: .seconds(60)) {
      line in lines.withLock { $0.append(line) }
    }
    let seen = lines.withLock { $0 }
    #expect(seen.map(\.line.isCut) == [true, false])
    #expect(seen.last?.line.text == "next")
  }

  @Test func theLastErrorsAreKeptNotTheFirst() async throws {
    let run = try await shell("for i in $(seq 2000); do echo line $i; done >&2; exit 1").run(
      within: .seconds(20), keeping: 100)
    #expect(run.errorText.hasSuffix("line 2000\n"))
    #expect(run.errors.count == 100 && run.areErrorsCut)
  }

  @Test func aGrandchildThatHoldsThePipeDoesNotHoldUs() async throws {
    let started = ContinuousClock.now
    let run = try await shell("sleep 300 & echo $!; exit 3").run(within: .seconds(200))
    #expect(run.end == .exited(3) && run.cause == .finished)
    #expect(ContinuousClock.now - started < .seconds(100))
    // What finished by itself is left alone.
    let grandchild = try #require(Int32(run.text.split(separator: "\n").first.map(String.init) ?? ""))
    let identity = try #require(ProcessIdentity(pid: grandchild))
    #expect(identity.isAlive)
    identity.send(.kill)
  }

  @Test func atTheDeadlineTheChildMayStillSayItsLastWords() async throws {
    let run = try await shell("trap 'echo draining; sleep 0.3; echo drained; exit 9' TERM; echo up; sleep 60 & wait")
      .run(within: .seconds(3), stop: StopPolicy(addressee: .process))
    #expect(run.cause == .deadline)
    #expect(run.end == .exited(9))
    #expect(run.text == "up\ndraining\ndrained\n")
  }

  @Test func aChildThatIgnoresTermIsKilledWithItsWholeGroup() async throws {
    let run = try await shell("trap '' TERM; sleep 300 & echo $!; wait; sleep 300; sleep 300").run(
      within: .seconds(2), stop: StopPolicy(grace: .milliseconds(300)))
    #expect(run.end == .signaled(.kill))
    #expect(run.cause == .deadline)
    let grandchild = try #require(Int32(run.text.split(separator: "\n").first.map(String.init) ?? ""))
    #expect(await Patience.until { ProcessStatus(pid: grandchild)?.isAlive != true })
  }

  @Test func cancellationStopsTheRunAndItReturns() async throws {
    let started = Locked<ChildProcess?>(nil)
    let task = Task {
      try await shell("trap 'echo stopped; exit 7' TERM; echo up; while true; do sleep 0.05; done").run(
        within: .seconds(300), onStart: { child in started.withLock { $0 = child } })
    }
    // Cancelled as soon as the trap is set: bash catches SIGTERM then.
    #expect(
      await Patience.until {
        guard let child = started.withLock({ $0 }),
          let status = try? Files.read("/proc/\(child.pid)/status", limit: 65_536),
          let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first(where: {
            $0.hasPrefix("SigCgt")
          }), let mask = UInt64(line.split(separator: "\t").last ?? "", radix: 16)
        else { return false }
        return mask & (1 << 14) != 0
      })
    task.cancel()
    let run = try await task.value
    #expect(run.cause == .cancelled)
    #expect(run.end == .exited(7))
    #expect(run.text.hasSuffix("stopped\n"))
  }

  @Test func aRunOfACancelledTaskStopsAtOnce() async throws {
    let task = Task { () -> CompletedRun in
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await Invocation(["sleep", "300"]).run(within: .seconds(300))
    }
    let run = try await task.value
    #expect(run.cause == .cancelled && run.end == .signaled(.terminate))
  }

  @Test func redirectionAppendsToFiles() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("before\n", to: "log")
    let run = try await shell("echo out; echo problem >&2").run(
      output: .append(to: log), errors: .append(to: log), within: .seconds(20))
    #expect(run.output.isEmpty)
    #expect(String(decoding: try Files.read(log, limit: 100), as: UTF8.self) == "before\nout\nproblem\n")
    await #expect(throws: MachineFailure.self) {
      try await shell("true").run(output: .append(to: folder.file("no/such")), within: .seconds(20))
    }
  }

  @Test func aHundredRunsAtOnceLeaveNoDescriptorAndNoZombie() async throws {
    let before = try Files.list("/proc/self/fd").count
    try await withThrowingTaskGroup(of: CompletedRun.self) { group in
      for index in 0..<100 { group.addTask { try await shell("echo \(index)").run(within: .seconds(60)) } }
      var seen: Set<String> = []
      for try await run in group {
        #expect(run.succeeded)
        seen.insert(run.text)
      }
      #expect(seen.count == 100)
    }
    // Other tests run beside this one, so the count settles near what it was.
    #expect(await Patience.until { (try? Files.list("/proc/self/fd").count < before + 60) ?? false })
  }
}
