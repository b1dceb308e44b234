/// The questions that people ask about starting agents, each with its answer, its settings and a program that runs.
package enum StartupGuide {
  /// One question with its answer.
  package struct Entry: Encodable, Sendable {
    /// Its id, which never changes its meaning.
    package let id: String
    /// What is asked.
    package let question: String
    /// The answer, in short.
    package let answer: String
    /// What belongs to it: each smaller question with its answer.
    package let points: [Point]
    /// The settings that follow from it.
    package let settings: [Value]
    /// The findings that it explains.
    package let codes: [String]
    /// The program's file name and text.
    package let example: Example

    init(
      _ id: String, _ question: String, answer: String, points: [Point], settings: [Value], codes: [String] = [],
      example: StartupExample
    ) {
      self.id = id
      self.question = question
      self.answer = answer
      self.points = points
      self.settings = settings
      self.codes = codes
      self.example = Example(file: example.file, summary: example.summary, program: example.program)
    }
  }

  /// A smaller question with its answer.
  package struct Point: Encodable, Sendable {
    package let question: String
    package let answer: String

    init(_ question: String, _ answer: String) {
      self.question = question
      self.answer = answer
    }
  }

  /// A setting with a value to begin with.
  package struct Value: Encodable, Sendable {
    package let name: String
    package let value: String
    package let reason: String

    init(_ name: String, _ value: String, _ reason: String) {
      self.name = name
      self.value = value
      self.reason = reason
    }
  }

  /// A program that runs.
  package struct Example: Encodable, Sendable {
    package let file: String
    package let summary: String
    package let program: String
  }

  /// All questions, in the order in which they are listed.
  package static let entries = starting + serving + code

  /// The entry of an id, or the one that explains a finding's code.
  package static func entry(_ id: String) -> Entry? {
    let wanted = id.lowercased()
    return entries.first { $0.id == wanted } ?? entries.first { $0.codes.contains { $0.lowercased() == wanted } }
  }

  /// The list of all questions.
  package static func list(width: Int) -> String {
    let longest = entries.map { $0.id.count }.max() ?? 0
    var lines: [String] = []
    for entry in entries {
      let codes = entry.codes.isEmpty ? "" : " (" + entry.codes.joined(separator: ", ") + ")"
      let head = entry.id + String(repeating: " ", count: longest + 2 - entry.id.count)
      lines.append(wrap(entry.question + codes, width: width, first: head, indent: longest + 2))
    }
    return lines.joined(separator: "\n") + "\n\none of them: sluice check startup --explain ID"
  }

  static func wrap(_ text: String, width: Int, first: String = "", indent: Int = 0) -> String {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indent)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension StartupGuide.Entry {
  /// The entry as text, its sentences wrapped; the program stays as it is. No line end at its end.
  package func text(width: Int) -> String {
    let wrap = StartupGuide.wrap
    var parts = [wrap("\(id): \(question)", width, "", 0), wrap(answer, width, "", 0)]
    for point in points {
      parts.append(wrap(point.question, width, "- ", 2) + "\n" + wrap(point.answer, width, "  ", 2))
    }
    let longest = settings.map { $0.name.count }.max() ?? 0
    let values = settings.map { setting -> String in
      let name = "  " + setting.name + String(repeating: " ", count: longest + 2 - setting.name.count)
      return wrap("\(setting.value): \(setting.reason)", width, name, longest + 4)
    }
    parts.append((["settings"] + values).joined(separator: "\n"))
    parts.append("\(example.file): \(example.summary)\n\n\(example.program)")
    return parts.joined(separator: "\n\n")
  }
}
