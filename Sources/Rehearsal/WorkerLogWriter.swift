import Documents
import Machine
import Vocabulary

/// Writes log lines as livekit-agents does: one JSON object a line, with the fields in its order.
struct WorkerLogWriter: Sendable {
  let wallClock: WallClock
  let write: @Sendable ([UInt8]) -> Void

  /// The fields of a line besides those that every line has, in their order; nil is left out.
  typealias Fields = KeyValuePairs<String, Value?>

  enum Value: Sendable {
    case text(String)
    /// Whole numbers are written without a fraction.
    case number(Double)
    case bool(Bool)

    fileprivate var json: String {
      switch self {
      case .text(let text): WorkerLogWriter.quoted(text)
      case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
      case .bool(let bool): String(bool)
      }
    }
  }

  func debug(_ message: String, _ fields: Fields = [:]) { line("DEBUG", message, fields) }
  func info(_ message: String, _ fields: Fields = [:]) { line("INFO", message, fields) }
  func warning(_ message: String, _ fields: Fields = [:]) { line("WARNING", message, fields) }
  func error(_ message: String, _ fields: Fields = [:]) { line("ERROR", message, fields) }

  private func line(_ level: String, _ message: String, _ fields: Fields) {
    let known: Fields = ["message": .text(message), "level": .text(level), "name": .text("livekit.agents")]
    let last: Fields = ["pid": .number(Double(Host.process.pid)), "timestamp": .text(timestamp)]
    let members = [known, fields, last].flatMap { part in
      part.compactMap { name, value in value.map { "\(Self.quoted(name)): \($0.json)" } }
    }
    let text = "{" + members.joined(separator: ", ") + "}\n"
    write(Array(text.utf8))
  }

  /// `2026-11-21T06:02:04.933000+00:00`.
  private var timestamp: String { "\(wallClock.now.description.dropLast())000+00:00" }

  /// A text as a JSON string.
  static func quoted(_ text: String) -> String {
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
}
