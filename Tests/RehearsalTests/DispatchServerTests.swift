import Cutover
import Documents
import LiveKit
import Machine
import SessionSources
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Rehearsal

/// What the dispatch server does with workers that behave in every way.
struct DispatchServerTests {
  @Test func aSessionIsTakenServedAndEndedWhenItsPersonLeaves() async throws {
    try await Dispatch.serving { dispatch in
      let worker = try await dispatch.worker(name: "concierge")
      let call = dispatch.call()
      let session = try await dispatch.session { $0.isRunning }
      #expect(session.worker == worker.id)
      #expect(await dispatch.dispatcher.runningCount == 1)
      #expect(worker.offers.map(\.agentName) == ["concierge"])
      let id = await call.hangUp()
      let ended = try await dispatch.session { $0.end != nil }
      #expect(ended.end?.sign == .personLeft && ended.end?.personLeftAt == ended.personLeftAt)
      // A worker that has not yet said that the job runs is told again when it does.
      #expect(Set(worker.terminations) == [id.rawValue])
      let observed = try #require(await dispatch.dispatcher.observation.sessions.first)
      #expect(observed.agent == .absent && observed.person == .absent && observed.worker == worker.id)
    }
  }

  @Test func aCallIsForTheWorkersOfItsNameDeploymentAndKindAlone() async throws {
    try await Dispatch.serving { dispatch in
      let concierge = try await dispatch.worker(name: "concierge", deployment: "blue")
      let others = [
        try await dispatch.worker(name: "billing", deployment: "blue"), try await dispatch.worker(name: ""),
        try await dispatch.worker(name: "concierge", deployment: "green"),
        try await dispatch.worker(name: "concierge", deployment: "blue", type: .publisher),
      ]
      await dispatch.dispatcher.meet(agentName: "concierge")
      for number in 0..<8 {
        let call = dispatch.call("room-\(number)")
        #expect(try await dispatch.session(in: "room-\(number)") { $0.isRunning }.worker == concierge.id)
        await call.hangUp()
      }
      for other in others {
        try await other.settle()
        #expect(other.offers.isEmpty)
      }
      // Nobody of that name is left who takes any: the call is unserved, and not for another.
      try await concierge.update(.full)
      try await concierge.settle()
      let call = dispatch.call("late")
      await call.hangUp()
      let session = try await dispatch.session(in: "late") { $0.end?.sign == .personLeft }
      #expect(session.startedAt == nil)
    }
  }

  @Test func aPersonWhoLeavesBeforeTheJobRunsIsToldOnceItDoes() async throws {
    try await Dispatch.serving { dispatch in
      let worker = try await dispatch.worker(.forgetsWhatIsNotRunning)
      let call = dispatch.call()
      let id = try await dispatch.session { $0.isRunning }.id
      await call.hangUp()
      try await worker.settle()
      #expect(await dispatch.dispatcher.session(id)?.end == nil)
      try await worker.report(id.rawValue, .running)
      let ended = try await dispatch.session { $0.end != nil }
      #expect(ended.end?.sign == .personLeft)
    }
  }

  @Test func howASessionEndsIsToldByWhoEndsIt() async throws {
    try await Dispatch.serving { dispatch in
      let worker = try await dispatch.worker()
      for (room, status, sign) in [
        ("a", JobStatus.success, SessionObservation.Sign.agentLeft), ("b", .failed, .crashed),
        ("c", .cancelled, .unknown("cancelled")), ("d", .unrecognized(77), .unknown("job-status-77")),
      ] {
        let call = dispatch.call(room)
        let session = try await dispatch.session(in: room) { $0.isRunning }
        try await worker.report(session.id.rawValue, status)
        let ended = try await dispatch.session(in: room) { $0.end != nil }
        #expect(ended.end?.sign == sign && ended.end?.personLeftAt == nil)
        await call.hangUp()
      }
    }
  }

  @Test func aWorkerCannotEndTheSessionOfAnother() async throws {
    try await Dispatch.serving { dispatch in
      let worker = try await dispatch.worker()
      let call = dispatch.call()
      let session = try await dispatch.session { $0.isRunning }
      let stranger = try await dispatch.worker(.declines)
      try await stranger.report(session.id.rawValue, .failed)
      try await stranger.migrate([session.id.rawValue])
      try await stranger.settle()
      let after = await dispatch.dispatcher.session(session.id)
      #expect(after?.isRunning == true && after?.end == nil && after?.worker == worker.id)
      await call.hangUp()
    }
  }

  @Test(arguments: [ScriptedWorker.Behaviour.declines, .closes, .acceptsAndVanishes])
  func aSessionThatOneWorkerDoesNotTakeGoesToTheNext(_ behaviour: ScriptedWorker.Behaviour) async throws {
    try await Dispatch.serving { dispatch in
      let first = try await dispatch.worker(behaviour)
      let second = try await dispatch.worker()
      // The second weighs almost nothing: the first is asked first.
      try await second.update(.available, load: 0.999_999)
      try await second.settle()
      let call = dispatch.call()
      let session = try await dispatch.session { $0.isRunning && $0.worker == second.id || $0.end != nil }
      #expect(first.offers.count == 1)
      if behaviour != .acceptsAndVanishes {
        #expect(session.worker == second.id)
        let answers = await dispatch.dispatcher.offers.map(\.answer)
        #expect(answers == [behaviour == .declines ? .declined : .workerGone, .accepted])
      }
      await call.hangUp()
    }
  }

  @Test func aWorkerThatVanishesWithItsAnswerNeverKeepsASessionRunning() async throws {
    try await Dispatch.serving({ $0.reconnectPatience = .milliseconds(50) }) { dispatch in
      for number in 0..<10 {
        _ = try await dispatch.worker(.acceptsAndVanishes)
        let call = dispatch.call("room-\(number)")
        #expect(
          await Patience.until(.seconds(60)) {
            let running = await dispatch.dispatcher.runningCount
            let offers = await dispatch.dispatcher.offers
            return running == 0 && offers.count == number + 1 && offers.last?.answer != .pending
          })
        await call.hangUp()
      }
      #expect(await dispatch.dispatcher.observation.sessions.allSatisfy { $0.agent == .absent })
    }
  }

  @Test func aSilentWorkerEndsTheAttemptAndTheSessionIsUnserved() async throws {
    try await Dispatch.serving({ $0.answerTimeout = .milliseconds(200) }) { dispatch in
      let silent = try await dispatch.worker(.silent)
      let healthy = try await dispatch.worker()
      try await healthy.update(.available, load: 0.999_999)
      try await healthy.settle()
      let call = dispatch.call()
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.offers.map(\.answer) == [.silent] })
      // Its answer after the time says nothing any more.
      var late = AvailabilityResponse()
      late.jobID = try #require(silent.offers.first?.id)
      late.isAvailable = true
      try await silent.send(.availability(late))
      try await silent.settle()
      let session = try await dispatch.session { _ in true }
      #expect(session.startedAt == nil && !session.isRunning && session.end == nil)
      #expect(healthy.offers.isEmpty)
      #expect(await dispatch.dispatcher.workerCount == 2)
      await call.hangUp()
      try await dispatch.session { $0.end?.sign == .personLeft }
    }
  }

  @Test func aSessionThatIsRefusedForGoodIsNotOfferedAgain() async throws {
    try await Dispatch.serving { dispatch in
      let first = try await dispatch.worker(.refuses)
      let second = try await dispatch.worker(.refuses)
      let call = dispatch.call()
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.offers.map(\.answer) == [.refused] })
      try await first.settle()
      try await second.settle()
      #expect(first.offers.count + second.offers.count == 1)
      await call.hangUp()
    }
  }

  @Test func aPersonWhoGivesUpIsNotWaitedFor() async throws {
    // Nobody answers for an hour: what ends the wait is that the caller is gone.
    try await Dispatch.serving({ $0.answerTimeout = .seconds(3_600) }) { dispatch in
      _ = try await dispatch.worker(.silent)
      let call = dispatch.call()
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.offers.count == 1 })
      await call.hangUp()
      #expect(await dispatch.dispatcher.offers.map(\.answer) == [.withdrawn])
      try await dispatch.session { $0.end?.sign == .personLeft }
    }
  }

  @Test func aFullWorkerIsNotAskedUnlessTheServerIsToldTo() async throws {
    for offersToFull in [false, true] {
      try await Dispatch.serving({ $0.offersToFull = offersToFull }) { dispatch in
        let full = try await dispatch.worker()
        try await full.update(.full)
        // An update without a status says nothing of it.
        try await full.update(nil, load: 0.5)
        try await full.settle()
        let free = try await dispatch.worker()
        let call = dispatch.call()
        let session = try await dispatch.session { $0.isRunning }
        #expect(session.worker == (offersToFull ? full.id : free.id))
        #expect(await dispatch.dispatcher.offers.map(\.wasFull) == [offersToFull])
        await call.hangUp()
      }
    }
  }

  @Test func aWorkerThatComesBackInTimeKeepsItsSessions() async throws {
    try await Dispatch.serving({ $0.reconnectPatience = .seconds(3_600) }) { dispatch in
      let worker = try await dispatch.worker()
      let kept = dispatch.call("kept")
      let left = dispatch.call("left")
      let keptID = try await dispatch.session(in: "kept") { $0.isRunning }.id
      let leftID = try await dispatch.session(in: "left") { $0.isRunning }.id
      worker.socket.reset()
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.workerCount == 0 })
      // One of the two people hangs up while nobody can be told.
      await left.hangUp()
      #expect(await dispatch.dispatcher.session(leftID)?.isRunning == true)
      let again = try await dispatch.worker()
      try await again.migrate([keptID.rawValue, leftID.rawValue])
      try await dispatch.session(in: "left") { $0.end?.sign == .personLeft }
      #expect(again.terminations == [leftID.rawValue])
      let session = try #require(await dispatch.dispatcher.session(keptID))
      #expect(session.isRunning && session.worker == again.id && again.id != worker.id)
      await kept.hangUp()
      try await dispatch.session(in: "kept") { $0.end?.sign == .personLeft }
    }
  }

  @Test func aWorkerThatDoesNotComeBackHasLeftItsSessions() async throws {
    try await Dispatch.serving({ $0.reconnectPatience = .milliseconds(100) }) { dispatch in
      let worker = try await dispatch.worker()
      let call = dispatch.call()
      let running = try await dispatch.session { $0.isRunning }
      worker.socket.reset()
      let ended = try await dispatch.session { $0.end != nil }
      #expect(ended.end?.sign == .workerGone && ended.end?.personLeftAt == nil)
      let observed = try #require(await dispatch.dispatcher.observation.sessions.first)
      #expect(observed.worker == worker.id && observed.agent == .absent && observed.person == .present)
      // One that comes back all the same takes it up again.
      let again = try await dispatch.worker()
      try await again.migrate([running.id.rawValue, "AJ_unknown"])
      try await dispatch.session { $0.isRunning && $0.end == nil && $0.worker == again.id }
      await call.hangUp()
    }
  }

  @Test func whatDoesNotSpeakTheProtocolIsClosedAndNeverCounted() async throws {
    try await Dispatch.serving({ $0.registrationTimeout = .milliseconds(300) }) { dispatch in
      func closure(_ messages: [WebSocket.Message]) async throws -> UInt16? {
        let socket = try await dispatch.open()
        for message in messages { try await socket.send(message) }
        while try await socket.receive() != nil {}
        return socket.closure?.code.rawValue
      }
      let update = WebSocket.Message.binary(try Wire.encode(WorkerMessage(.updateWorker(UpdateWorkerStatus()))))
      let register = WebSocket.Message.binary(try Wire.encode(WorkerMessage(.register(RegisterWorkerRequest()))))
      let garbage = WebSocket.Message.binary([0xFF, 0xFF, 0xFF])
      #expect(try await closure([update]) == 1002)
      #expect(try await closure([garbage]) == 1002)
      #expect(try await closure([.text("{}")]) == 1002)
      #expect(try await closure([]) == 1002)
      #expect(try await closure([register, .text("{}")]) == 1003)
      #expect(try await closure([register, garbage]) == 1007)
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.workerCount == 0 })
      // A message that a later worker may send is passed over.
      let worker = try await dispatch.worker()
      try await worker.socket.send(.binary([0xFA, 0x01, 0x00]))
      try await worker.settle()
      #expect(await dispatch.dispatcher.workerCount == 1)
    }
  }

  @Test func pingsGoToWorkersThatSayNothingAndSilenceDropsNobody() async throws {
    try await Dispatch.serving({ $0.pingInterval = .milliseconds(20) }) { dispatch in
      // It registers and reads nothing: no pong comes back.
      let hung = try await dispatch.open()
      try await hung.send(.binary(try Wire.encode(WorkerMessage(.register(RegisterWorkerRequest())))))
      let worker = try await dispatch.worker()
      for _ in 0..<5 {
        try await worker.settle()
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(await dispatch.dispatcher.workerCount == 2)
    }
  }

  @Test func anotherProcessReadsTheSameSessionsWithTheKeyOfAWorker() async throws {
    try await Dispatch.serving { dispatch in
      _ = try await dispatch.worker()
      let call = dispatch.call()
      try await dispatch.session { $0.isRunning }
      let client = HTTPClient()
      func source(_ secret: String) -> RemoteDispatchServer {
        RemoteDispatchServer(
          id: "calls", url: "http" + dispatch.server.url.dropFirst(2), apiKey: dispatch.server.options.apiKey,
          apiSecret: Secret(secret), client: client, wallClock: .live)
      }
      let limit = Duration.seconds(60)
      let reading = await source(dispatch.server.options.apiSecret).reading(within: limit)
      let own = await dispatch.server.reading(within: limit)
      #expect(reading.source == "calls" && own.source == "dispatch-server")
      #expect(reading.answer == own.answer)
      guard case .failure(let failure) = await source("wrong").reading(within: limit).answer else {
        Issue.record("a wrong secret must not be let in")
        return
      }
      #expect(failure.kind == .denied)
      await call.hangUp()
      await client.shutDown()
    }
    // A server that is gone is a failed reading, never an empty one.
    let client = HTTPClient()
    let gone = RemoteDispatchServer(
      id: "calls", url: "http://127.0.0.1:1", apiKey: "k", apiSecret: Secret("s"), client: client, wallClock: .live)
    guard case .failure(let failure) = await gone.reading(within: .seconds(60)).answer else {
      Issue.record("nobody is there")
      return
    }
    #expect(failure.kind == .unreachable)
    await client.shutDown()
  }
}
