import Libraries
import Redaction
import TestSupport
import Testing
import Vocabulary

/// What a redactor hides and leaves, text by text.
struct RedactorTests {
  private let key = [UInt8](repeating: 7, count: 32)

  private func redact(_ text: String, _ options: RedactionOptions = RedactionOptions()) throws -> String {
    try Redactor(key: key, options: options).redact(text)
  }

  @Test func aRoomOfLiveKitKeepsItsIdentifierAndLosesNameAndPassword() throws {
    let text =
      #"{"sid":"RM_iDGuERGFU3zK","name":"story of alice","emptyTimeout":300,"turnPassword":"vjNkHJnlUz5QDAqRV4Z4"}"#
    let redacted = try redact(text)
    #expect(redacted.contains(#""sid":"RM_iDGuERGFU3zK""#) && redacted.contains(#""emptyTimeout":300"#))
    #expect(!redacted.contains("alice") && !redacted.contains("vjNkHJnl"))
    #expect(redacted.contains(#""name":"redacted-room-"#))
  }

  @Test func theReleaseAttributeStays() throws {
    let redacted = try redact(
      #"{"attributes":{"app.version":"v20260224201212","lk.agent.state":"speaking","mood":"sad"}}"#)
    #expect(redacted.contains("v20260224201212") && redacted.contains("speaking") && !redacted.contains("sad"))
  }

  @Test func pseudonymsAreStableInABundleAndUnlinkableBetweenBundles() throws {
    let text = #"{"room":"kitchen of bob"}"#
    #expect(try redact(text) == redact(text))
    #expect(try redact(text) == #"{"room":"\#(Redactor(key: key).pseudonym(ofRoom: "kitchen of bob"))"}"#)
    #expect(try redact(text) != Redactor().redact(text))
  }

  @Test func aNameHasOnePseudonymInEverySpelling() throws {
    let redacted = try redact(##"{"identity":"m\u00fcller"} {"identity":"müller"} identity=m%C3%BCller"##)
    let pseudonym = try Redactor(key: key).pseudonym(ofIdentity: "müller")
    #expect(redacted.split(separator: pseudonym, omittingEmptySubsequences: false).count == 4, "\(redacted)")
  }

  @Test func redactingTwiceChangesNothingMore() throws {
    var planted = PlantedSecrets(seed: 3)
    let once = try redact(planted.secrets().prefix(1_500).map(\.text).joined(separator: "\n"))
    #expect(try redact(once) == once)
  }

  @Test func namesAreHiddenInOtherLinesOnceLearned() throws {
    var redactor = try Redactor(key: key)
    let log = Array("closing kitchen-of-bob\n{\"room\": \"kitchen-of-bob\"}\nkitchen-of-bobby stays\n".utf8)
    var learner = redactor.learner("log")
    var nothing: [UInt8] = []
    try learner.redact(log, into: &nothing)
    try learner.finish(into: &nothing)
    #expect(nothing.isEmpty && learner.names.count == 1)
    redactor.add(learner.names)
    let redacted = String(decoding: try redactor.redact(log).bytes, as: UTF8.self)
    let pseudonym = redactor.pseudonym(ofRoom: "kitchen-of-bob")
    #expect(redacted == "closing \(pseudonym)\n{\"room\": \"\(pseudonym)\"}\nkitchen-of-bobby stays\n")
    #expect(try redactor.redact(path: "logs/kitchen-of-bob.log") == "logs/\(pseudonym).log")
  }

  @Test func commonWordsAreNotLearned() throws {
    let redacted = try redact("{\"identity\":\"agent\"}\nthe agent has left\n")
    #expect(redacted.hasSuffix("the agent has left\n"))
  }

  @Test func addressesAreHiddenOnlyWhenAskedFor() throws {
    var options = RedactionOptions()
    #expect(try redact("from 10.1.2.3 and 2001:db8::17 on 127.0.0.1") == "from 10.1.2.3 and 2001:db8::17 on 127.0.0.1")
    options.hidesAddresses = true
    let redacted = try redact("from 10.1.2.3 and 2001:db8::17 on 127.0.0.1", options)
    #expect(!redacted.contains("10.1.2.3") && !redacted.contains("2001") && redacted.contains("127.0.0.1"))
  }

  @Test func rulesAreRelaxedOneByOneAndAddedAndTheManifestSaysSo() throws {
    var options = RedactionOptions()
    options.relaxed = ["email"]
    options.ownRules = [.init(name: "ticket", pattern: #"\bTCK-(\d{6})\b"#)]
    let redactor = try Redactor(key: key, options: options)
    let (bytes, counts) = try redactor.redact(Array("bob@example.com has TCK-123456 and +4915112345678".utf8))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.hasPrefix("bob@example.com has TCK-redacted-ticket-") && !text.contains("+49151"))
    let manifest = redactor.manifest(counts)
    #expect(manifest.relaxed == ["email"] && manifest.added == ["ticket"] && !manifest.rules.contains("email"))
    #expect(manifest.counts.map(\.rule) == ["phone", "ticket"])
  }

  @Test(arguments: [
    ("emial", nil), ("jwt", "a[") as (String, String?), ("Big Name", "x"), ("email", "x"),
  ]) func rulesThatCannotBeAreRefused(name: String, pattern: String?) throws {
    var options = RedactionOptions()
    if let pattern {
      options.ownRules = [.init(name: name == "jwt" ? "mine" : name, pattern: pattern)]
    } else {
      options.relaxed = [name]
    }
    let failure = #expect(throws: RedactionFailure.self) { try Redactor(options: options) }
    #expect(failure?.exitStatus == .configuration && failure?.why != nil)
  }

  @Test func secretsOfThisMachineAreHiddenInEveryEncoding() throws {
    let secret = "correct/horse \"battery\" & staple"
    var options = RedactionOptions()
    options.secrets = [Secret(secret)]
    let spellings = [
      secret, percent(secret), encode("x" + secret), encode("xy" + secret + "z"), encode("abc" + secret),
      encode(encode(secret)),
      secret.replacing("\"", with: "\\\""), secret.replacing("\"", with: "\\\\\\\""),
      secret.replacing("&", with: "&amp;").replacing("\"", with: "&quot;"),
    ]
    for spelling in spellings {
      let redacted = try redact("before \(spelling) after", options)
      #expect(
        !redacted.contains(spelling) && redacted.hasPrefix("before redacted-") && redacted.hasSuffix(" after"),
        "\(redacted)")
    }
  }

  @Test(arguments: [
    #"{"prompt_tokens": 532, "max_tokens": 100}"#, "token expired, auth failed, password: incorrect",
    "secretKeyRef: name", #"{"password": null, "token": "", "api_key": "${API_KEY}"}"#,
    #"{"caller":"webhook/resource_url_notifier.go:334","name":"livekit.agents"}"#,
    "pulled registry:5000/agent:v1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "2026-11-21 10:20:30+02:00 offset", "getty@tty1.service started", "git clone git@github.com:livekit/agents.git",
    #"{"metadata":{"name":"agent-7d9f8b6c5d-x2x9z","namespace":"voice","labels":{"app":"x"}}}"#,
    "the room was full, the participant left", "redacted-room-abcdefghij",
  ]) func thisStays(text: String) throws {
    guard text.contains("git@") else {
      #expect(try redact(text) == text)
      return
    }
    // A mail address by its form; nobody loses anything by it.
    #expect(try redact(text).hasPrefix("git clone "))
  }

  @Test(arguments: [
    "compressed": [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "UTF-16": [0xFF, 0xFE, 0x61, 0, 0x62, 0],
    "two bytes": [0x61, 0, 0x62, 0, 0x63, 0, 0x64, 0, 0x65, 0],
  ]) func whatIsNoTextIsRefused(name: String, bytes: [UInt8]) throws {
    let failure = #expect(throws: RedactionFailure.self) { try Redactor().redact(bytes, file: name) }
    #expect(failure?.exitStatus == .redactionRefused)
  }

  @Test func bytesThatAreNoTextPass() throws {
    let bytes: [UInt8] = [0xFF, 0xC3, 0x28, 0x80, 0x0A] + Array("password=hunter22\n".utf8) + [0xF0, 0x28, 0x8C]
    let redacted = try Redactor(key: key).redact(bytes).bytes
    #expect(
      redacted.starts(with: [0xFF, 0xC3, 0x28, 0x80, 0x0A] + Array("password=redacted-secret-".utf8))
        && redacted.suffix(3) == [0xF0, 0x28, 0x8C])
  }
}
