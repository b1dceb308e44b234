import Redaction
import Testing

struct RedactorTests {
  @Test func hidesAPasswordInJSON() throws {
    let text = try Redactor().redact(#"{"turn_password":"vjNkHJnlUz5Q","sid":"RM_iDGuERGFU3zK"}"#)
    #expect(!text.contains("vjNkHJnlUz5Q"))
    #expect(text.contains("RM_iDGuERGFU3zK"))
  }
}
