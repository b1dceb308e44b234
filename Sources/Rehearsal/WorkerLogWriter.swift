import Documents
import Machine
import Vocabulary

/// Writes log lines as livekit-agents does: one JSON object a line, with the fields in its order.
struct WorkerLogWriter: Sendable {
  let wallClock: WallClock
  let write: @Sendable ([UInt8]) -> Void

  enum Value: Sendable {
    case text(String)
    case number(Int)
    case bool(Bool)

    fileprivate var json: String {
      switch self {
      case .text(let text): quoted(text)
      case .number(let number): String(number)
      case .bool(let bool): String(bool)
      }
    }
  }

  func debug(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { line("DEBUG", message, fields) }
  func info(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { line("INFO", message, fields) }
  func warning(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { line("WARNING", message, fields) }
  func error(_ message: String, _ fields: KeyValuePairs<String, Value> = [:]) { line("ERROR", message, fields) }

  private func line(_ level: String, _ message: String, _ fields: KeyValuePairs<String, Value>) {
    let known: [(String, Value)] = [
      ("message", .text(message)), ("level", .text(level)), ("name", .text("livekit.agents")),
    ]
    let last: [(String, Value)] = [
      ("pid", .number(Int(Host.process.pid))), ("timestamp", .text(timestamp)),
    ]
    let all = known + fields.map { ($0.key, $0.value) } + last
    let text = "{" + all.map { "\(quoted($0.0)): \($0.1.json)" }.joined(separator: ", ") + "}\n"
    write(Array(text.utf8))
  }

  /// `2026-11-21T06:02:04.933000+00:00`.
  private var timestamp: String { "\(wallClock.now.description.dropLast())000+00:00" }
}

/// A text as a JSON string.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
