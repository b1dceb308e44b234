import Redaction
import TestSupport
import Testing

/// Text that is longer than what a stream has at hand.
struct RedactionStreamTests {
  private func redact(_ text: String, chunk: Int = 100_000) throws -> String {
    var stream = try Redactor().stream("long")
    var output: [UInt8] = []
    let bytes = Array(text.utf8)
    var place = 0
    while place < bytes.count {
      let end = min(place + chunk, bytes.count)
      try stream.redact(bytes[place..<end], into: &output)
      place = end
    }
    try stream.finish(into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private func base64(_ lines: Int) -> String {
    var planted = PlantedSecrets(seed: 5)
    return (0..<lines).map { _ in planted.text(64, of: PlantedSecrets.base64) }.joined(separator: "\n")
  }

  @Test func aLineOfMegabytesIsRedactedAllAlong() throws {
    var items: [String] = []
    for number in 0..<30_000 {
      items.append(#"{"n":\#(number),"password":"hunter\#(number)x","note":"nothing of interest is here"}"#)
    }
    let redacted = try redact("[" + items.joined(separator: ",") + "]\n")
    #expect(!redacted.contains("hunter") && redacted.contains(#""n":29999"#))
    #expect(redacted.split(separator: "nothing of interest").count == 30_001)
  }

  @Test func aKeyOfAnyLengthIsHidden() throws {
    let body = base64(8_000)
    let redacted = try redact("before\n-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\nafter\n")
    #expect(redacted.hasPrefix("before\nredacted-pem-") && redacted.hasSuffix("\nafter\n"))
    for line in body.split(separator: "\n") { #expect(!redacted.contains(line)) }
  }

  @Test func aSecretTextOfAnyLengthIsHidden() throws {
    let long = String(repeating: "hush and hush. ", count: 60_000)
    let redacted = try redact(#"{"transcript":"\#(long)","level":"info"}"# + "\n")
    #expect(!redacted.contains("hush") && redacted.hasSuffix(#"","level":"info"}"# + "\n"))
  }

  @Test func aChatOfAnyLengthIsHidden() throws {
    let item = "    {\n      \"role\": \"user\",\n      \"content\": [\n        \"hush hush hush\"\n      ]\n    }"
    let redacted = try redact(
      "{\n  \"chat_ctx\": [\n" + Array(repeating: item, count: 6_000).joined(separator: ",\n")
        + "\n  ],\n  \"level\": \"info\"\n}\n")
    #expect(!redacted.contains("hush") && redacted.hasSuffix("  ],\n  \"level\": \"info\"\n}\n"))
    #expect(redacted.split(separator: "\"role\": \"user\"").count == 6_001)
  }

  @Test func aBlockOfAnyLengthIsHidden() throws {
    let redacted = try redact(
      "system_prompt: |\n" + String(repeating: "  hush, said the owl\n", count: 30_000) + "level: info\n")
    #expect(!redacted.contains("hush") && redacted.hasSuffix("\nlevel: info\n"))
  }

  @Test func anEndlessRunIsHidden() throws {
    let redacted = try redact("data " + base64(10_000).replacing("\n", with: "") + " end\n")
    #expect(redacted.utf8.count < 1_000 && redacted.hasPrefix("data redacted-run-") && redacted.hasSuffix(" end\n"))
  }

  @Test func secretsAtTheBordersOfStretchesAreHidden() throws {
    // Lines of many lengths put the secret at every distance from a border.
    var text = ""
    for number in 0..<20_000 {
      text +=
        String(repeating: "-", count: number % 97) + " token=ghp_\(1_000_000 + number)abcdefghijklmnopqrstuvwxyz012\n"
    }
    #expect(!(try redact(text, chunk: 4_093)).contains("ghp_"))
  }
}
