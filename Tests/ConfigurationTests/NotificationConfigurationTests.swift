import Configuration
import Documents
import Notifications
import TestSupport
import Testing
import Vocabulary

/// What a target's `notify` may say.
struct NotificationConfigurationTests {
  private func target(_ notify: String) throws -> TargetConfiguration {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      version: 1
      targets:
        here:
          platform: none
          sessions: [ { livekit-rooms: {} } ]
          notify:
      \(notify.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))

      """, to: "sluice.yaml")
    return try ConfigurationFile(path: path).target("here")
  }

  private func problems(_ notify: String) throws -> [String] {
    do {
      _ = try target(notify)
      return []
    } catch let failure as DocumentFailure {
      return failure.problems.map { $0.line + ($0.hint ?? "") }
    }
  }

  @Test func receiversAreReadInTheirOrder() throws {
    let all = try target(
      """
      - webhook: { url: "http://127.0.0.1:9/x", secret: env:S, on: [started, not-passed], timeout: 5s }
      - slack: { url: env:SLACK }
      - teams: { url: file:teams }
      """
    ).notifications
    #expect(all.map(\.kind) == [.webhook, .slack, .teams])
    #expect(all.map(\.occasions) == [[.started, .notPassed], [.passed, .notPassed], [.passed, .notPassed]])
    #expect(all.map(\.timeout) == [.seconds(5), .seconds(30), .seconds(30)])
    #expect(all[0].secret == .environment("S") && all[1].secret == nil)
  }

  @Test(arguments: [
    ("- slack: { url: https://hooks.slack.com/services/T/B/x }", "is a secret"),
    ("- webhook: { url: env:U, secret: plain }", "must not be written here"),
    ("- slack: { url: env:U, secret: env:S }", "unknown key 'secret'"),
    ("- webhook: { url: env:U, on: [allways] }", "must be 'started', 'passed' or 'not-passed'"),
    ("- mail: { to: me }", "unknown key 'mail'"), ("- webhook: {}", "lacks the key 'url'"),
    ("- { slack: { url: env:U }, teams: { url: env:U } }", "exactly one of"),
  ])
  func whatCannotBeUsedIsRefusedWithItsPlace(_ notify: String, _ words: String) throws {
    let problems = try problems(notify)
    #expect(problems.contains { $0.contains(words) }, "\(problems)")
  }
}
