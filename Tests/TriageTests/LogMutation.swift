import Documents
import Logs
import Vocabulary

/// What happens to logs on their way to somebody's desk: what they mean stays.
enum LogMutation: String, CaseIterable, Sendable {
  case docker, dockerInParts, cri, criInParts, timestamps, kubectlPrefix, compose, syslog, journal
  case cloudLoggingText, cloudLoggingObject, cloudLoggingPrinted, cloudWatch, cloudWatchExport, datadog, array
  case newestFirst, otherTimes, otherNames, withoutProcesses, besideHealthyOnes, mixedWithHealthyOnes

  /// The lines of one log as this leaves them, given other lines that may come among them.
  func apply(_ lines: [String], healthy: [[String]]) -> [String] {
    switch self {
    case .docker: return lines.map { Self.docker($0 + "\n", at: Self.time(of: $0)) }
    case .dockerInParts:
      return lines.flatMap { line in
        Self.parts(line).enumerated().map { index, part in
          Self.docker(index == Self.parts(line).count - 1 ? part + "\n" : part, at: Self.time(of: line))
        }
      }
    case .cri: return lines.map { "\(Self.time(of: $0)) stdout F \($0)" }
    case .criInParts:
      return lines.flatMap { line in
        let parts = Self.parts(line)
        return parts.enumerated().map { "\(Self.time(of: line)) stdout \($0 == parts.count - 1 ? "F" : "P") \($1)" }
      }
    case .timestamps: return lines.map { "\(Self.time(of: $0)) \($0)" }
    case .kubectlPrefix: return lines.map { "[pod/agent-7d9f-x2x/agent] \($0)" }
    case .compose: return lines.map { "agent-1  | \($0)" }
    case .syslog: return lines.map { "<134>1 \(Self.time(of: $0)) host agent 4711 - - \($0)" }
    case .journal:
      return lines.map { line in
        let moment = (Timestamp(Self.time(of: line))?.nanoseconds ?? 0) / 1_000
        return
          "{\"MESSAGE\":\(Self.quoted(line)),\"__REALTIME_TIMESTAMP\":\"\(moment)\",\"_SYSTEMD_UNIT\":\"agent.service\"}"
      }
    case .cloudLoggingText: return lines.map { Self.cloudLogging("\"textPayload\":\(Self.quoted($0))", $0) }
    case .cloudLoggingObject:
      return lines.map {
        Self.cloudLogging(($0.hasPrefix("{") ? "\"jsonPayload\":\($0)" : "\"textPayload\":\(Self.quoted($0))"), $0)
      }
    case .cloudLoggingPrinted:
      return ["["]
        + lines.enumerated().flatMap { index, line in
          [
            "  {", "    \"insertId\": \"i\(index)\",", "    \"logName\": \"projects/p/logs/stdout\",",
            "    \"resource\": {", "      \"labels\": {", "        \"pod_name\": \"agent-1\"", "      },",
            "      \"type\": \"k8s_container\"", "    },", "    \"textPayload\": \(Self.quoted(line)),",
            "    \"timestamp\": \"\(Self.time(of: line))\"", index == lines.count - 1 ? "  }" : "  },",
          ]
        } + ["]"]
    case .cloudWatch: return lines.map { Self.cloudWatch($0) }
    case .cloudWatchExport: return ["{\"events\": [" + lines.map { Self.cloudWatch($0) }.joined(separator: ", ") + "]}"]
    case .datadog:
      return lines.map { line in
        "{\"id\":\"x\",\"type\":\"log\",\"attributes\":{\"message\":\(Self.quoted(line)),\"timestamp\":\"\(Self.time(of: line))\",\"host\":\"h1\",\"service\":\"agent\"}}"
      }
    case .array:
      return [
        "[" + lines.map { Self.cloudLogging("\"textPayload\":\(Self.quoted($0))", $0) }.joined(separator: ",") + "]"
      ]
    case .newestFirst: return lines.reversed()
    case .otherTimes:
      return lines.map { line in
        var line = line
        for (day, other) in [("11-20", "03-30"), ("11-21", "03-31")] {
          line = line.replacing("2026-\(day)T", with: "2031-\(other)T").replacing(
            "2026-\(day) ", with: "2031-\(other) ")
        }
        return line
      }
    case .otherNames: return Self.renamed(lines, "q")
    case .withoutProcesses: return lines.map(Self.withoutProcess)
    case .besideHealthyOnes:
      let all = ([lines] + healthy).enumerated().flatMap { index, lines in
        lines.map { (Self.time(of: $0), "[pod/agent-\(index)/agent] \($0)") }
      }
      return all.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    case .mixedWithHealthyOnes:
      let all = ([lines] + healthy).flatMap { lines in lines.map { (Self.time(of: $0), $0) } }
      return all.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }
  }

  /// Whether it leaves what a log means: workers without process ids cannot be told apart in one stream, lines without
  /// times cannot be put in order.
  func isFair(to lines: [String]) -> Bool {
    let isJSON = lines.allSatisfy { $0.hasPrefix("{") }
    switch self {
    case .mixedWithHealthyOnes, .besideHealthyOnes: return isJSON && lines.allSatisfy { $0.contains("\"pid\":") }
    case .newestFirst, .withoutProcesses: return isJSON
    default: return true
    }
  }

  /// The lines with every id of workers, jobs and processes changed, so that they are another worker's.
  static func renamed(_ lines: [String], _ mark: String) -> [String] {
    lines.map { line in
      line.replacing("AW_", with: "AW_\(mark)").replacing("AJ_", with: "AJ_\(mark)").replacing(
        "\"pid\": ", with: "\"pid\": \((mark.unicodeScalars.first?.value ?? 1) % 9 + 1)")
    }
  }

  /// As livekit-agents before 1.8.3 writes: the main process and the code's place are not said.
  private static func withoutProcess(_ line: String) -> String {
    guard let members = JSONMembers(ArraySlice(line.utf8)).all else { return line }
    let isOwn =
      !members.contains { $0.name == "job_id" } && !line.contains(" process\"") && !line.contains("process exited")
      && !line.contains("process initialized")
    let kept = members.filter { !$0.name.hasPrefix("code.") && !(isOwn && $0.name == "pid") }
    return "{"
      + kept.map { member in
        let value = String(decoding: member.value.bytes, as: UTF8.self)
        return "\"\(member.name)\": " + (member.value.kind == .string ? "\"\(value)\"" : value)
      }.joined(separator: ", ") + "}"
  }

  static func time(of line: String) -> String {
    let line = LogLine(Array(line.utf8))
    return (line.at ?? line.localTime ?? Timestamp(nanoseconds: 1_795_219_200_000_000_000)).description
  }

  private static func parts(_ line: String) -> [String] {
    // Cut behind the message, which is what is searched for: a runtime cuts after 16 kB, where a short line has ended.
    let characters = Array(line)
    return stride(from: 0, to: max(characters.count, 1), by: 120).map {
      String(characters[$0..<min($0 + 120, characters.count)])
    }
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: (try? CanonicalJSON.encode(text)) ?? [], as: UTF8.self)
  }

  private static func docker(_ text: String, at time: String) -> String {
    "{\"log\":\(quoted(text)),\"stream\":\"stdout\",\"time\":\"\(time)\"}"
  }

  private static func cloudLogging(_ payload: String, _ line: String) -> String {
    "{\"insertId\":\"a\",\"logName\":\"projects/p/logs/stdout\",\(payload),\"resource\":{\"type\":\"k8s_container\",\"labels\":{\"pod_name\":\"agent-1\"}},\"timestamp\":\"\(time(of: line))\"}"
  }

  private static func cloudWatch(_ line: String) -> String {
    let moment = (Timestamp(time(of: line))?.nanoseconds ?? 0) / 1_000_000
    return
      "{\"logStreamName\": \"agent/1\", \"timestamp\": \(moment), \"message\": \(quoted(line)), \"ingestionTime\": \(moment), \"eventId\": \"3\"}"
  }
}
