import Cutover
import LiveKit
package import Machine
import Rehearsal
import Vocabulary
import Web

/// A program that behaves as `livekit-server` 1.13.5 does for workers and for whoever makes rooms: rooms made by
/// RoomService end by themselves, and their agents are really dispatched to the livekit-agents workers that are connected on
/// the same port.
///
/// It carries no media: an agent counts as in its room from the moment at which its worker has taken the job, and an agent
/// that connects to the room itself fails. It is what a test puts before PATH for `rehearse --server`: `sluice-stand-in`
/// started by the name `livekit-server`, or `sluice-stand-in livekit-server …`.
package struct LiveKitServer: Sendable {
  private let settings: ServerSettings
  private let desk: Desk
  private let workers: DispatchServer
  private let log: @Sendable (String) -> Void
  private let nodeID: String

  /// Binds its port on loopback; `log` gets the lines of the server's log.
  ///
  /// - Throws: `WebFailure` when the port cannot be had.
  package init(
    _ settings: ServerSettings, wallClock: WallClock = .live, log: @escaping @Sendable (String) -> Void
  ) throws {
    var scenario = Scenario()
    scenario.server = .selfHosted
    scenario.versions = []
    scenario.apiKey = settings.keys.keys.first ?? ""
    scenario.apiSecret = settings.keys[scenario.apiKey] ?? ""
    scenario.pace.emptyTimeout = settings.emptyTimeout
    scenario.pace.departure = settings.departureTimeout
    scenario.seed = .random(in: 0 ... .max)
    let desk = Desk(scenario, wallClock: wallClock)
    nodeID = desk.withFleet { fleet in
      fleet.hasRealWorkers = true
      return fleet.identifier("ND_")
    }
    var options = DispatchServer.Options()
    options.apiKey = scenario.apiKey
    options.apiSecret = scenario.apiSecret
    self.settings = settings
    self.desk = desk
    self.log = log
    workers = try DispatchServer(options: options, port: settings.port, wallClock: wallClock) {
      // Agents that want to join are counted, and told, by the dispatch server.
      $0.path.hasPrefix("/rtc") ? nil : await desk.answer($0)
    }
  }

  /// `http://127.0.0.1:PORT`.
  package var url: String { "http" + workers.url.dropFirst(2) }

  /// Serves until the task is cancelled; then every connection is closed, without the wait of the real one for its people.
  package func run() async {
    say(
      "starting LiveKit server",
      [
        ("portHttp", .number(Int64(workers.url.split(separator: ":").last ?? "") ?? 0)), ("nodeID", .text(nodeID)),
        ("nodeIP", "127.0.0.1"), ("version", "1.13.5"), ("rtc.portTCP", 7_881),
      ], logger: "livekit")
    await withDiscardingTaskGroup { group in
      group.addTask { await self.workers.run() }
      var running: [String: Held] = [:]
      var known: [WorkerRegistration] = []
      while !Task.isCancelled {
        known = await noteWorkers(known)
        dispatchWhatIsOpen(&running, &group)
        for id in running.keys.sorted() { await follow(id, &running) }
        // Cancelled when the server is to end.
        try? await Task.sleep(for: .milliseconds(20))
      }
      for held in running.values { held.cancel() }
      workers.stop()
    }
  }

  /// A session that is being held for a dispatch.
  private struct Held {
    let sid: String
    let room: String
    let request: SessionRequest
    let cancel: @Sendable () -> Void
    var assignment: SessionAssignment?
    var assignedAt: Timestamp?
    var isListed = false
  }

  /// Gives every dispatch to a worker once, and takes sessions back whose room or dispatch is gone.
  private func dispatchWhatIsOpen(_ running: inout [String: Held], _ group: inout DiscardingTaskGroup) {
    let open = desk.withFleet { $0.openDispatches }
    let wanted = Set(open.map(\.dispatch.id))
    for (id, held) in running where !wanted.contains(id) {
      held.cancel()
      running[id] = nil
      guard let assignment = held.assignment, assignment.end == nil else { continue }
      sayEnd(held, "JS_SUCCESS")
      // The room may still be there: then only the dispatch was deleted.
      desk.withFleet { $0.left(held.sid, assignment.identity, listedFor: $0.scenario.pace.leave) }
    }
    for (room, dispatch) in open where running[dispatch.id] == nil {
      var request = SessionRequest(room: room.name)
      request.roomSID = room.sid
      request.dispatchID = dispatch.id
      request.metadata = dispatch.metadata
      request.pool = WorkerPool(agentName: dispatch.agentName, deployment: dispatch.deployment)
      let hold = Task { [request, dispatcher = workers.dispatcher] in
        _ = await dispatcher.hold(request, length: .seconds(86_400))
      }
      group.addTask {
        await withTaskCancellationHandler {
          await hold.value
        } onCancel: {
          hold.cancel()
        }
      }
      running[dispatch.id] = Held(sid: room.sid, room: room.name, request: request, cancel: { hold.cancel() })
    }
  }

  /// Lists an agent when its worker has taken the job, and takes it off the list when it has gone.
  private func follow(_ dispatch: String, _ running: inout [String: Held]) async {
    guard var held = running[dispatch], held.assignment?.end == nil,
      let assignment = await workers.dispatcher.assignment(of: held.request.id)
    else { return }
    let assignedAt = held.assignedAt ?? desk.now
    // A real agent joins when its job runs. A worker of Node does not say when that is; it was seen to take up to 5 s.
    let hasJoined = assignment.isReportedRunning || desk.now - assignedAt >= .seconds(3)
    if held.assignedAt == nil {
      say("assigned job to worker", place(held) + [("workerID", .text(assignment.worker.rawValue))])
    }
    held.assignedAt = assignedAt
    if hasJoined, !held.isListed {
      held.isListed = true
      let attributes = assignment.attributes.merging(["lk.agent_name": held.request.pool?.agentName ?? ""]) { $1 }
      let job = held.request.id.rawValue
      desk.withFleet { [held] in
        $0.joined(
          dispatch, in: held.sid, job: job, worker: assignment.worker.rawValue, as: assignment.identity,
          attributes: attributes)
      }
    }
    held.assignment = assignment
    running[dispatch] = held
    guard let end = assignment.end else { return }
    // An agent that said good-bye is gone; of one whose worker died the server learns when its connection times out.
    let linger = end == .workerGone ? desk.scenario.pace.linger : .zero
    desk.withFleet { [held] in $0.left(held.sid, assignment.identity, listedFor: linger) }
    if end != .workerGone { sayEnd(held, end == .crashed ? "JS_FAILED" : "JS_SUCCESS") }
  }

  // MARK: The log

  /// Says who has come, gone and begun to drain since the last look.
  private func noteWorkers(_ known: [WorkerRegistration]) async -> [WorkerRegistration] {
    let present = await workers.dispatcher.registrations
    for worker in present {
      let before = known.first { $0.id == worker.id }
      let name: (String, Value) = ("workerID", .text(worker.id.rawValue))
      if before == nil {
        say(
          "worker registered",
          [("namespace", ""), ("jobType", "JT_ROOM"), ("agentName", .text(worker.pool.agentName)), name])
      }
      if before?.isFull ?? false != worker.isFull {
        let status: Value = worker.isFull ? "WS_FULL" : "WS_AVAILABLE"
        say("worker status changed", [name, ("status", status)], level: "debug")
      }
    }
    for worker in known where !present.contains(where: { $0.id == worker.id }) {
      say("closing worker", [("workerID", .text(worker.id.rawValue)), ("deployment", .text(worker.pool.deployment))])
    }
    return present
  }

  private func sayEnd(_ held: Held, _ status: String) {
    say(
      "job ended",
      place(held) + [
        ("workerID", .text(held.assignment?.worker.rawValue ?? "")), ("status", .text(status)), ("error", ""),
      ])
  }

  private func place(_ held: Held) -> [(String, Value)] {
    [
      ("jobID", .text(held.request.id.rawValue)), ("namespace", ""),
      ("agentName", .text(held.request.pool?.agentName ?? "")), ("jobType", "JT_ROOM"), ("room", .text(held.room)),
      ("roomID", .text(held.sid)),
    ]
  }

  private func say(
    _ message: String, _ fields: [(String, Value)], level: String = "info", logger: String = "livekit.agents"
  ) {
    let seconds = Double(desk.now.nanoseconds) / 1_000_000_000
    var text =
      "{\"level\": \"\(level)\", \"ts\": \(seconds), \"logger\": \"\(logger)\", \"msg\": \(Message.quoted(message))"
    for (key, value) in fields {
      switch value {
      case .text(let value): text += ", \"\(key)\": \(Message.quoted(value))"
      case .number(let value): text += ", \"\(key)\": \(value)"
      default: break
      }
    }
    log(text + "}")
  }
}
