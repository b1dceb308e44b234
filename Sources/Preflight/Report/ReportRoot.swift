import Machine
import Vocabulary

/// Where the paths of a report start, and where those do that an editor or a CI server opens.
package struct ReportRoot: Hashable, Sendable {
  /// The folder that the command was called in, absolute; paths are given from there. Empty: they are taken as they are.
  package let directory: String
  /// The root of its repository, absolute; the folder itself where it is in none.
  package let root: String

  /// Paths taken as they are.
  package init() { (directory, root) = ("", "") }

  /// Paths from one folder, read from another one that holds it.
  package init(directory: String, root: String) { (self.directory, self.root) = (directory, root) }

  /// Paths from a folder, read from the root of the repository that it lies in.
  ///
  /// That is the nearest folder upwards with a `.git`, else GitHub's workspace, else the folder itself.
  package init(of directory: String, environment: [String: String]) {
    var folder = directory
    while folder != "/", Files.kind(of: folder + "/.git") == nil { folder = Files.folder(of: folder) }
    if folder == "/" {
      let workspace = environment["GITHUB_WORKSPACE"].flatMap {
        ImagePath.relative(directory, to: $0) == nil ? nil : $0
      }
      folder = workspace ?? directory
    }
    self.init(directory: directory, root: folder)
  }

  /// A path as it is read: from the root for what lies below it, else absolute.
  func path(_ path: String) -> String {
    guard !directory.isEmpty else { return path }
    let absolute = ImagePath.resolve(path, in: directory)
    return ImagePath.relative(absolute, to: root) ?? absolute
  }
}

extension ImagePath {
  /// A path of one folder as seen from another: below it, or up and down again; absolute where they share nothing.
  static func seen(_ path: String, of folder: String, from start: String) -> String {
    guard folder != start else { return path }
    let aim = resolve(path, in: folder).split(separator: "/")
    let here = start.split(separator: "/")
    let shared = zip(aim, here).prefix { $0 == $1 }.count
    guard shared > 0 else { return "/" + aim.joined(separator: "/") }
    return (here.dropFirst(shared).map { _ in ".." } + aim.dropFirst(shared)).joined(separator: "/")
  }
}

extension CheckContext {
  /// A finding with the files of the agent's folder named as from where the command was called.
  func located(_ finding: Finding) -> Finding {
    guard directory != called else { return finding }
    let evidence = finding.evidence.map { evidence in
      guard let locator = evidence.locator, let place = FindingPlace(locator: locator),
        Files.kind(of: ImagePath.resolve(place.path, in: directory)) != nil
      else { return evidence }
      let path = ImagePath.seen(place.path, of: directory, from: called)
      return Evidence(
        source: evidence.source, locator: path + locator.dropFirst(place.path.count), at: evidence.at,
        excerpt: evidence.excerpt)
    }
    return Finding(
      code: finding.code, status: finding.status, severity: finding.severity, confidence: finding.confidence,
      summary: finding.summary, cause: finding.cause, evidence: evidence, remedy: finding.remedy,
      appliesTo: finding.appliesTo)
  }

  /// Says which folder the files of a table are named from; nothing where that is the one of the call.
  var folderLine: [CheckLine] {
    guard directory != called else { return [] }
    return [.text("files are named from '\(folderName)'")]
  }

  /// The agent's folder as seen from where the command was called.
  var folderName: String { directory == called ? "." : ImagePath.seen("", of: directory, from: called).harmless }
}
