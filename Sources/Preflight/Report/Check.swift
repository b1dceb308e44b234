package import Cutover
package import Machine
package import Vocabulary

/// One question asked before a rollout: a value that is made with its options and run once.
///
/// A check changes nothing, heeds cancellation, and ends: what it cannot find out it says in its result. It throws only
/// what was given to it wrongly (a file that is named and not there); what it was not given is `notChecked`.
package protocol Check: Sendable {
  /// What the command line and reports call it: `contracts`, `signals`, `drain-window`, `startup`, `observability`.
  var id: String { get }
  /// The question in a few words, for people.
  var title: String { get }

  /// Finds the answer.
  func run(in context: CheckContext) async throws -> CheckResult
}

/// What every check may look at, as one value.
package struct CheckContext: Sendable {
  /// The folder of the agent's source and build files, absolute.
  package var directory: String
  /// The folder of the configuration in use, else the one that the command was called in, absolute.
  package var root: String
  /// The folder that the command was called in, absolute: the files of findings are named from there.
  package var called: String
  /// The environment's variables.
  package var environment: [String: String]
  /// The fleet; nil where none is configured.
  package var target: TargetName?
  /// What each session source and the platform can tell at all, the platform first; empty where there is nothing to
  /// ask.
  package var sources: [SourceTraits]
  /// Asks every session source and the platform once, not longer than the limit; nil where there is nothing to ask.
  ///
  /// A source that fails is a reading with the failure, never a missing one.
  package var look: (@Sendable (_ limit: Duration) async -> [Reading])?
  /// Time that passes.
  package var clock: any Clock<Duration>
  /// The time of day.
  package var wallClock: WallClock

  /// A context without a fleet; without a folder of the call, that is the agent's own.
  package init(
    directory: String, root: String, called: String? = nil, environment: [String: String] = [:],
    target: TargetName? = nil,
    sources: [SourceTraits] = [], look: (@Sendable (_ limit: Duration) async -> [Reading])? = nil,
    clock: any Clock<Duration> = ContinuousClock(), wallClock: WallClock = .steady
  ) {
    self.directory = directory
    self.root = root
    self.called = called ?? directory
    self.environment = environment
    self.target = target
    self.sources = sources
    self.look = look
    self.clock = clock
    self.wallClock = wallClock
  }
}

/// What a check came to.
package struct CheckResult: Sendable {
  /// The answer.
  package var status: Status
  /// What is wrong or worth knowing; evidence that lies in a file has `FILE:LINE` as its locator.
  package var findings: [Finding]
  /// What it has to show besides its findings, in order.
  package var lines: [CheckLine]
  /// The same for machines, with a `schema` of its own; nil: status and findings say it all.
  package var object: (any Encodable & Sendable)?

  /// The answer of a check.
  package enum Status: Hashable, Sendable {
    /// Looked at, and nothing wrong was found.
    case passed
    /// At least one finding is a warning or worse.
    case problems
    /// Not looked at, and why.
    case notChecked(String)
    /// Looked at, and not enough could be seen; why.
    case inconclusive(String)
  }

  /// A result with the status that is given.
  package init(
    _ status: Status, findings: [Finding] = [], lines: [CheckLine] = [], object: (any Encodable & Sendable)? = nil
  ) {
    self.status = status
    self.findings = findings
    self.lines = lines
    self.object = object
  }

  /// A result whose findings decide: `problems` where one that is not ruled out is a warning or worse, else `passed`.
  package init(
    findings: [Finding], lines: [CheckLine] = [], object: (any Encodable & Sendable)? = nil
  ) {
    self.init(
      findings.contains(where: \.isProblem) ? .problems : .passed, findings: findings, lines: lines, object: object)
  }
}

extension CheckResult.Status {
  /// The status as machines read it: `passed`, `problems`, `not-checked`, `inconclusive`.
  package var word: String {
    switch self {
    case .passed: "passed"
    case .problems: "problems"
    case .notChecked: "not-checked"
    case .inconclusive: "inconclusive"
    }
  }

  /// Why nothing was looked at, or not enough could be seen.
  package var reason: String? {
    switch self {
    case .passed, .problems: nil
    case .notChecked(let reason), .inconclusive(let reason): reason
    }
  }
}

extension Finding {
  /// Whether it is a warning or worse, and not ruled out.
  package var isProblem: Bool { severity != .info && status != .ruledOut }
}

/// Something that a check shows; how wide it is drawn is the renderer's affair.
package enum CheckLine: Hashable, Sendable, ExpressibleByStringLiteral {
  /// A sentence, wrapped to the width.
  case text(String)
  /// Rows in columns.
  case table(CheckTable)
  /// Text that is shown as it is, line by line: a diff, a drawing, a file to copy.
  case verbatim([String])
  /// The processes between the platform and the agent.
  case chain(SignalDrawing)

  package init(stringLiteral value: String) { self = .text(value) }
}

/// Rows in columns; each row has as many cells as there are columns.
package struct CheckTable: Hashable, Sendable {
  /// The columns' titles, from the left.
  package var columns: [String]
  /// The rows' cells.
  package var rows: [[String]]

  /// A table.
  package init(_ columns: [String], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }
}
