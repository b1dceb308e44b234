/// What is known of one direction: the three answers, the worst last.
package enum ContractAnswer: String, Hashable, Comparable, Codable, Sendable {
  /// Proved: every value of the writer is one for the reader.
  case compatible
  /// Neither proved nor refuted.
  case undecided
  /// Some value of the writer is none for the reader.
  case breaking

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .compatible: 0
    case .undecided: 1
    case .breaking: 2
    }
  }
}

/// Who writes and who reads while two versions run side by side.
package enum ContractDirection: String, Hashable, Comparable, CaseIterable, Codable, Sendable {
  /// The new version reads what the old one writes.
  case backward
  /// The old version reads what the new one writes.
  case forward
  /// An old caller's arguments reach the new tool.
  case argsOldCallerNewTool = "args-old-caller-new-tool"
  /// A new caller's arguments reach the old tool.
  case argsNewCallerOldTool = "args-new-caller-old-tool"
  /// The new tool's result is read by an old caller.
  case resultNewToolOldReader = "result-new-tool-old-reader"
  /// The old tool's result is read by a new caller.
  case resultOldToolNewReader = "result-old-tool-new-reader"

  /// Directions of schemas and protobuf.
  package static let ofMessages: [Self] = [.backward, .forward]
  /// Directions of tools.
  package static let ofTools: [Self] = [
    .argsOldCallerNewTool, .argsNewCallerOldTool, .resultNewToolOldReader, .resultOldToolNewReader,
  ]

  /// Whether the writer is the old version, which cannot wait for the new one.
  package var writesOld: Bool {
    switch self {
    case .backward, .argsOldCallerNewTool, .resultOldToolNewReader: true
    case .forward, .argsNewCallerOldTool, .resultNewToolOldReader: false
    }
  }

  /// In a few words, for tables.
  package var words: String {
    switch self {
    case .backward: "new reads what old writes"
    case .forward: "old reads what new writes"
    case .argsOldCallerNewTool: "arguments of an old caller, new tool"
    case .argsNewCallerOldTool: "arguments of a new caller, old tool"
    case .resultNewToolOldReader: "result of the new tool, old reader"
    case .resultOldToolNewReader: "result of the old tool, new reader"
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.position < right.position }

  private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
