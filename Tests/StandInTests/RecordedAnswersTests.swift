import Documents
import LiveKitStandIn
import TestSupport
import Testing
import Vocabulary
import Web

/// The stand-in beside what livekit-server 1.13.5 answered to the same questions.
struct RecordedAnswersTests {
  private var selfHosted: Scenario {
    var scenario = Scenario()
    scenario.server = .selfHosted
    scenario.versions = [.init("v1")]
    return scenario
  }

  private func asking<Result: Sendable>(
    _ scenario: Scenario, _ body: (StandIn, HTTPClient) async throws -> Result
  ) async throws -> Result {
    let client = HTTPClient()
    let result = try await StandIn.serving(scenario) { standIn in
      let result = try await body(standIn, client)
      await client.shutDown()
      return result
    }
    return result
  }

  @Test(arguments: ["api-errors", "redis-api-errors"])
  func everyRefusalIsThatOfTheRealServerWordForWord(recording: String) async throws {
    let questions = try RecordedAnswer.all(of: recording)
    #expect(questions.count > 30)
    try await asking(selfHosted) { standIn, client in
      standIn.perform(.call(served: false, room: "room-x"))
      for question in questions {
        let answer = try await question.ask(standIn.url, with: client)
        #expect(answer.status == question.status, "\(question)")
        #expect(answer.headers["Content-Type"] == question.contentType, "\(question)")
        let text = String(decoding: answer.body, as: UTF8.self)
        if let words = question.answer.string {
          // The refusal repeats the token, and so does the recording: another one.
          let withoutToken = { (text: String) in text.split(separator: " ").filter { !$0.hasPrefix("eyJ") } }
          #expect(withoutToken(text) == withoutToken(words), "\(question)")
          #expect(text.contains("eyJ") == words.contains("eyJ"), "\(question)")
        } else {
          let differences = Difference.all(question.answer, try JSON.parse(answer.body, file: "answer"), .values)
          #expect(differences == [], "\(question)")
        }
      }
    }
  }

  @Test(arguments: ["one-call", "probe"])
  func everyAnswerOfACallHasTheShapeOfTheRealServers(recording: String) async throws {
    var scenario = selfHosted
    scenario.pace = .brisk
    try await asking(scenario) { standIn, client in
      standIn.perform(.call(Call(room: "room-1")))
      standIn.perform(.call(Call(room: "probe-2")))
      #expect(await Patience.until { standIn.sessions.allSatisfy { $0.joinedAt != nil } })
      var compared: [String: Int] = [:]
      for question in try RecordedAnswer.all(of: recording) where question.status == 200 {
        var answered: Node?
        // Lists fill up after a while, here as there.
        let isFull = try await Patience.until(.seconds(5)) {
          let answer = try await question.ask(standIn.url, with: client)
          #expect(answer.status == 200, "\(question)")
          answered = try JSON.parse(answer.body, file: "answer")
          return question.call.hasSuffix("DeleteRoom") || answered?.size ?? 0 >= question.answer.size
        }
        #expect(isFull, "\(question)")
        #expect(Difference.all(question.answer, try #require(answered), .shape) == [], "\(question)")
        compared[question.call, default: 0] += 1
      }
      #expect(compared.count >= 3)
    }
  }

  @Test func ofTheServersOtherPagesTheSameIsSaid() async throws {
    try await asking(selfHosted) { standIn, client in
      for (path, status, body) in [
        ("/", 200, "OK"), ("/rtc/validate", 401, "no permissions to access the room"),
        ("/settings/regions", 404, "404 page not found\n"),
      ] {
        let answer = try await client.send(HTTPClient.Request(standIn.url + path))
        #expect(answer.status == status && String(decoding: answer.body, as: UTF8.self) == body, "\(path)")
      }
    }
  }
}

extension Command {
  /// A call that no agent comes to.
  static func call(served: Bool, room: String) -> Command {
    var call = Call(room: room)
    call.isServed = served
    return .call(call)
  }
}

extension Node {
  /// How many values are in it.
  var size: Int {
    switch content {
    case .scalar: 1
    case .sequence(let elements): elements.reduce(0) { $0 + $1.size }
    case .mapping(let mapping): mapping.entries.reduce(1) { $0 + $1.value.size }
    }
  }
}
