import Machine
import Vocabulary

/// One file as it is: a run's journal, the configuration.
package struct FileCollector: Collector {
  package let name: String
  package let budget: CollectorBudget
  private let path: String
  private let file: String
  private let rechains: Bool
  /// The moment after which nothing of a journal is wanted; nil: all of it is.
  private var until: Timestamp?

  /// A run's journal, whose lines are chained again after their redaction.
  ///
  /// It ends where the window does, and is whole from its beginning on: what it says later are changes of what it said before.
  package static func journal(_ file: String, within window: TimeWindow? = nil) -> FileCollector {
    var journal = FileCollector(name: "journal", path: BundlePath.journal, file: file, size: 16 << 30, rechains: true)
    journal.until = window?.until
    return journal
  }

  /// sluice.yaml as it is written: values that stand for a variable or a file are never resolved.
  package static func configuration(_ file: String) -> FileCollector {
    FileCollector(name: "configuration", path: BundlePath.configuration, file: file, size: 4 << 20, rechains: false)
  }

  private init(name: String, path: String, file: String, size: Int, rechains: Bool) {
    self.name = name
    self.path = path
    self.file = file
    self.rechains = rechains
    budget = CollectorBudget(time: .seconds(120), size: size)
  }

  package func plan() async -> [PlannedFile] {
    [
      PlannedFile(
        path: path, source: file, size: Files.size(of: file),
        missing: Files.kind(of: file) == nil ? "no such file or directory" : nil)
    ]
  }

  package func collect(into sink: CollectorSink) async throws {
    let reader = try FileReader(file)
    let size = try reader.size()
    var offset = 0
    let source = file
    try await sink.add(
      path, { _ in FileFacts(source: source) }, within: until.flatMap { .journal(until: $0) }, rechains: rechains
    ) { piece in
      piece = try reader.read(min(256 << 10, size - offset), at: offset)
      offset += piece.count
      return offset < size && !piece.isEmpty
    }
  }
}
