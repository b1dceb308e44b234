package import Vocabulary

/// One thing wrong with a document, and where.
package struct DocumentProblem: Hashable, Comparable, Sendable {
  /// The file's name, made harmless.
  package let file: String
  /// The place; nil when it concerns the document as a whole.
  package let mark: Mark?
  /// What is wrong, text from the document made harmless.
  package let what: String
  /// What to write instead; nil when `what` says it all.
  package let hint: String?

  /// A problem; every text is made harmless here.
  package init(file: String, at mark: Mark?, _ what: String, hint: String? = nil) {
    self.file = file.harmless
    self.mark = mark
    self.what = what.harmless
    self.hint = hint?.harmless
  }

  /// `sluice.yaml:14:7: unknown key 'grce'`.
  package var line: String { mark.map { "\(file):\($0): \(what)" } ?? "\(file): \(what)" }

  /// By file, then by place.
  package static func < (left: DocumentProblem, right: DocumentProblem) -> Bool {
    let start = Mark(line: 0, column: 0)
    return (left.file, left.mark ?? start, left.what) < (right.file, right.mark ?? start, right.what)
  }
}

/// A document that cannot be used: every problem that was found, in the order of the document.
package struct DocumentFailure: Failure, Hashable {
  /// At least one problem, sorted by place.
  package let problems: [DocumentProblem]
  /// 65 for data, 78 where the document is configuration.
  package let exitStatus: ExitStatus

  /// A failure of some problems, of which there is at least one.
  package init(_ problems: [DocumentProblem], exitStatus: ExitStatus = .badInput) {
    precondition(!problems.isEmpty, "a failure without a problem")
    self.problems = problems.sorted()
    self.exitStatus = exitStatus
  }

  package var what: String {
    problems.count == 1 ? problems[0].line : "\(problems.count) problems in \(problems[0].file)"
  }
  package var why: String? {
    problems.count == 1 ? nil : problems.map(\.line).joined(separator: "; ")
  }
  package var remedy: String? { problems.lazy.compactMap(\.hint).first }

  /// Each problem on a line of its own, its hint below it.
  package var description: String {
    problems.map { "error: \($0.line)" + ($0.hint.map { "\ntry: \($0)" } ?? "") }.joined(separator: "\n")
  }
}

/// How much a reader takes before it refuses a document.
package struct DocumentLimits: Hashable, Sendable {
  /// The longest document.
  package let bytes: Int
  /// The deepest nesting of sequences and mappings.
  package let depth: Int
  /// The most values; keys do not count.
  package let nodes: Int

  /// Limits; the standard ones hold an answer of a platform's API about 10,000 instances.
  package init(bytes: Int = 16 << 20, depth: Int = 64, nodes: Int = 1_000_000) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }
}
