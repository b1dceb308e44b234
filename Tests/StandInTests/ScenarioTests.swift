import Documents
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// Scenarios as text, faults, and the control port.
struct ScenarioTests {
  private static let text = """
    server: self-hosted
    key: k
    secret: s
    agent: { id: CA_1, name: waiter, regions: [us-east, eu-central], replicas: 3 }
    stamp: none
    stamp-source: release
    versions: [ { name: v1, attributes: { release: r-1 }, age: 1h, stamp: x, draining: true }, { name: v2 } ]
    pace: { from: brisk, join: 5ms, leave: 6ms, departure: 7ms, empty-timeout: 8ms, count-lag: 9ms, job-lag: 10ms,
            linger: 11ms, drain-linger: 12ms, exit: 13ms, absence: 14ms, scrape: 15ms }
    rollout: { build: 1s, build-error: no, build-status: 503, long-line: true, goes-on: true, start: 2s,
               lags: { eu-central: 3s }, status: CrashLoop, handover: 4s, drain: swallowed, window: 5s, strays: 0.5,
               unserved: 0.25 }
    traffic: { every: 200ms, length: 2s, count: 100 }
    faults: [ { call: ListRooms, status: 429, retry-after: 1, after: 3, count: 2 }, { call: logs, slow: 2s },
              { call: '*', is: truncated }, { call: build, is: reset } ]
    logs: all
    order: shuffled
    refuses-deploy: quota exceeded
    refuses-rollback: no plan
    seed: 9
    script:
      - { at: 2s, do: deploy, name: v3, attributes: { release: r-2 }, deployment: staging }
      - { at: 3s, do: rollback, to: v1 }
      - { at: 3s, do: restart }
      - { at: 0s, do: traffic, every: 1s, length: 5s, count: 9 }
      - { at: 0s, do: traffic }
      - { at: 1s, do: call, room: r, length: 3s, version: v1, deployment: staging, served: false }
      - { at: 4s, do: hang-up, room: r }
      - { at: 4s, do: agent-leaves, room: r }
      - { at: 4s, do: reconnect, room: r }
      - { at: 4s, do: kill, version: v1, region: us-east }
      - { at: 4s, do: rollout, drain: stays }
      - { at: 4s, do: fault, call: '*', status: 503 }
      - { at: 6s, do: calm }
      - { at: 6s, do: status, version: v2, region: us-east, status: CrashLoop }
      - { at: 6s, do: scrape, stale: true }
      - { at: 6s, do: order, is: oldest-first }
      - { at: 6s, do: event, type: 1, region: us-east }
    """

  @Test func everyWordOfAScenarioIsUnderstood() throws {
    let scenario = try Scenario(yaml: Array(Self.text.utf8), file: "s.yaml")
    #expect(scenario.server == .selfHosted && scenario.stamp == nil && scenario.regions.count == 2)
    #expect(scenario.versions.map(\.name) == ["v1", "v2"] && scenario.versions[0].isDraining)
    #expect(scenario.pace.scrape == .milliseconds(15) && scenario.pace.join == .milliseconds(5))
    #expect(scenario.rollout.lags == ["eu-central": .seconds(3)] && scenario.rollout.drain == .swallowed)
    #expect(scenario.traffic?.count == 100 && scenario.faults.count == 4 && scenario.script.count == 17)
    guard case .rollout(let rollout) = scenario.script[10].command else {
      Issue.record("no rollout")
      return
    }
    // What a command does not say stays as the scenario has it.
    #expect(rollout.drain == .stays && rollout.status == "CrashLoop")
  }

  @Test func whatIsNotUnderstoodIsSaid() {
    for (text, words) in [
      ("sever: cloud", "'server'"), ("script: [ { at: 1s, do: deplo } ]", "'deploy'"), ("pace: slow", "brisk"),
      ("script: [ { do: calm } ]", "'at'"), ("faults: [ { call: x } ]", "'is'"),
    ] {
      #expect { try Scenario(yaml: Array(text.utf8), file: "s.yaml") } throws: { "\($0)".contains(words) }
    }
  }

  private func asked(_ fault: Fault, times: Int = 1) async throws -> [Result<HTTPResponse, WebFailure>] {
    var scenario = LKFixture.scenario
    scenario.faults = [fault]
    let client = HTTPClient()
    return try await StandIn.serving(scenario) { standIn in
      var answers: [Result<HTTPResponse, WebFailure>] = []
      for _ in 0..<times {
        var request = HTTPClient.Request(
          .post, standIn.url + "/twirp/livekit.RoomService/ListRooms", body: Array("{}".utf8))
        request.headers["Content-Type"] = "application/json"
        let answer: Result<HTTPResponse, WebFailure>
        do throws(WebFailure) { answer = .success(try await client.send(request)) } catch { answer = .failure(error) }
        answers.append(answer)
      }
      await client.shutDown()
      return answers
    }
  }

  @Test func faultsComeWhenTheyShouldAndAsTheyShould() async throws {
    let limited = try await asked(Fault("ListRooms", .status(429, retryAfter: 7), after: 1, count: 2), times: 4)
    let statuses = try limited.map { try $0.get().status }
    #expect(statuses == [401, 429, 429, 401])
    #expect(try limited[1].get().headers["Retry-After"] == "7")
    #expect(try await asked(Fault("*", .page))[0].get().headers["Content-Type"] == "text/html")
    #expect(try await asked(Fault("*", .slow(.milliseconds(1))))[0].get().status == 401)
    for kind in [Fault.Kind.truncated, .reset] {
      let answers = try await asked(Fault("*", kind))
      #expect(throws: WebFailure.self) { try answers[0].get() }
    }
    #expect(try await asked(Fault("logs", .reset))[0].get().status == 401)
  }

  @Test func theProgramServesAScenarioAndHearsCommands() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("pace: brisk\nversions: [ { name: v1 } ]\n", to: "scenario.yaml")
    let client = HTTPClient()
    let (lines, said) = AsyncStream.makeStream(of: String.self)
    let run = Task {
      let run = try await Invocation([Products.folder + "/sluice-stand-in", "serve", "--scenario", file])
        .run(within: .seconds(60) * Patience.factor, onLine: { said.yield($0.line.text) })
      said.finish()
      return run
    }
    var iterator = lines.makeAsyncIterator()
    let line = try #require(await iterator.next())
    let addresses = try JSON.parse(Array(line.utf8), file: "stand-in")
    let control = try #require(addresses["control"]?.string)
    #expect(try await client.send(HTTPClient.Request(try #require(addresses["url"]?.string))).status == 200)
    for (body, status) in [(#"{"do": "call", "room": "r"}"#, 204), ("do: deploy\nname: v2", 204), ("do: no", 400)] {
      let answer = try await client.send(
        HTTPClient.Request(.post, control + "/stand-in/command", body: Array(body.utf8)))
      #expect(answer.status == status, "\(String(decoding: answer.body, as: UTF8.self))")
    }
    let isServed = try await Patience.until {
      let answer = try await client.send(HTTPClient.Request(control + "/stand-in/sessions"))
      let session = try JSON.parse(answer.body, file: "sessions")[0]
      return session?["room"]?.string == "r" && session?["version"]?.string == "v1" && session?["joined-at"] != nil
    }
    #expect(isServed)
    await client.shutDown()
    run.cancel()
    let ended = try await run.value
    #expect(ended.cause == .cancelled)
  }
}
