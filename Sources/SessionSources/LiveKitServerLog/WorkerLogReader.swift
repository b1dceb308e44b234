import Cutover
package import Vocabulary
import Logs

/// Where one worker's own log is.
package struct WorkerLogFiles: Hashable, Sendable {
  /// The instance.
  package let name: InstanceID
  /// The release it runs.
  package let version: VersionName?
  /// Its log: what it writes to standard output, and to standard error where that is another file.
  package let files: [String]

  /// A worker with its log.
  package init(name: InstanceID, version: VersionName?, files: [String]) {
    self.name = name
    self.version = version
    self.files = files
  }
}

/// One worker's log, read as it grows.
struct WorkerLogReader {
  let worker: WorkerLogFiles
  private(set) var log = WorkerLog()
  private(set) var isComplete = true
  private var followers: [LogFollower]

  init(_ worker: WorkerLogFiles) {
    self.worker = worker
    followers = worker.files.map(LogFollower.init)
  }

  /// Takes in what was added; a file that is not there yet has nothing.
  mutating func read(at now: Timestamp) throws(SourceFailure) {
    var log = log
    for index in followers.indices {
      do {
        let progress = try followers[index].read(limit: 64 << 20) {
          log.append($0, from: index == 0 ? .output : .errors, readAt: now)
        }
        guard progress.isAtEnd else {
          throw SourceFailure(
            kind: .timeout, detail: "'\(followers[index].path.harmless)' is not read to its end yet")
        }
      } catch let failure as SourceFailure {
        throw failure
      } catch {
        let detail = (error as? any Failure)?.what ?? "'\(followers[index].path.harmless)' cannot be read"
        throw SourceFailure(kind: .missing, detail: detail)
      }
    }
    self.log = log
    isComplete = followers.allSatisfy(\.isComplete)
  }
}
