import Vocabulary

/// JUnit's XML, which CI servers read: suites of cases, each with what became of it.
package struct JUnitDocument {
  private let name: String
  private var suites: [Suite] = []

  /// A document of a command.
  package init(_ name: String) { self.name = name }

  /// Adds a suite; one without a case is left out.
  package mutating func add(_ suite: Suite) {
    if !suite.cases.isEmpty { suites.append(suite) }
  }

  /// The document in UTF-8.
  package var bytes: [UInt8] {
    func sum(_ count: (Suite) -> Int) -> Int { suites.map(count).reduce(0, +) }
    // Readers know no 'skipped' of the whole.
    let counts = #"tests="\#(sum(\.cases.count))" failures="\#(sum(\.failures))" errors="\#(sum(\.errors))""#
    var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
    text += #"<testsuites name="\#(Self.escape(name))" \#(counts)>"# + "\n"
    for suite in suites { text += suite.text }
    return Array((text + "</testsuites>\n").utf8)
  }

  /// Cases of one kind.
  package struct Suite {
    fileprivate let name: String
    private let classname: String
    fileprivate private(set) var cases: [String] = []
    fileprivate private(set) var failures = 0
    fileprivate private(set) var errors = 0
    private var skipped = 0

    /// A suite without a case.
    package init(_ name: String, classname: String) {
      self.name = name
      self.classname = classname
    }

    /// Adds a case; `took` is as long as it took, where that is known.
    package mutating func add(_ title: String, _ result: Result, took: Duration = .zero) {
      let head =
        #"    <testcase classname="\#(escape(classname))" name="\#(escape(title.harmless))" time="\#(max(0, took.seconds))""#
      var content = ""
      switch result {
      case .passed(let note):
        if let note { content = "<system-out>\(escape(note))</system-out>" }
      case .skipped(let reason):
        skipped += 1
        content = #"<skipped message="\#(escape(reason.harmless))"/>"#
      case .failed(let type, let message, let text):
        failures += 1
        content = #"<failure type="\#(escape(type))" message="\#(escape(message.harmless))">\#(escape(text))</failure>"#
      case .unknown(let type, let reason):
        errors += 1
        content = #"<error type="\#(escape(type))" message="\#(escape(reason.harmless))"/>"#
      }
      cases.append(content.isEmpty ? "\(head)/>\n" : "\(head)>\(content)</testcase>\n")
    }

    fileprivate var text: String {
      let counts = #"tests="\#(cases.count)" failures="\#(failures)" errors="\#(errors)" skipped="\#(skipped)""#
      return "  " + #"<testsuite name="\#(escape(name))" \#(counts)>"# + "\n\(cases.joined())  </testsuite>\n"
    }
  }

  /// What became of a case.
  package enum Result {
    /// It holds; with what there is to say of it.
    case passed(String? = nil)
    /// It does not: of what kind, why, and what shows it.
    case failed(type: String, message: String, text: String)
    /// It was not looked at.
    case skipped(String)
    /// What was seen decides nothing, which is not the same as passed.
    case unknown(type: String, String)
  }

  /// A text as XML's, which has no place for control characters.
  fileprivate static func escape(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(\.harmless).joined(separator: "\n")
    var result = ""
    for character in lines.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

private func escape(_ text: String) -> String { JUnitDocument.escape(text) }
