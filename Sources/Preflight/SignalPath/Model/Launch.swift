package import Machine

/// One program start in the evaluation of an entry command.
package struct Launch: Sendable {
  /// The argument vector; the first word names the program.
  package var arguments: [Word]
  /// The exported environment; a variable that is not in it is unset.
  package var environment: [String: Word]
  /// The folder it starts in, absolute; nil when that is not known.
  package var workingDirectory: String?
  /// The signals that it inherits as ignored: harmless to a program that installs a handler.
  package var ignored: Set<Signal>
  /// The signals that it inherits as blocked: a handler never sees them.
  package var blocked: Set<Signal>
  /// Whether it is process 1, which the kernel spares from every signal that it has no handler for.
  package var isFirst: Bool
  /// What is known of the image.
  package var image: ImageFacts
  /// The files of the image.
  package var files: any ImageFiles
  /// Where the command is written.
  package var place: Place

  /// The start of an entry command as process 1, or below the platform's init.
  package init(_ entry: EntryCommand) {
    self.init(
      arguments: entry.arguments, environment: entry.environment, workingDirectory: entry.workingDirectory,
      isFirst: !entry.hasInit, image: entry.image, files: entry.files, place: entry.origin)
  }

  /// A start; see the properties.
  package init(
    arguments: [Word], environment: [String: Word] = [:], workingDirectory: String? = "/", ignored: Set<Signal> = [],
    blocked: Set<Signal> = [], isFirst: Bool = true, image: ImageFacts = ImageFacts(),
    files: any ImageFiles = NoImageFiles(), place: Place
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.ignored = ignored
    self.blocked = blocked
    self.isFirst = isFirst
    self.image = image
    self.files = files
    self.place = place
  }

  /// The same start with other words, and at another place when one is given.
  package func with(_ arguments: [Word], at place: Place? = nil) -> Launch {
    var launch = self
    launch.arguments = arguments
    launch.place = place ?? self.place
    return launch
  }

  /// The program's name without its folder; empty when it is not known.
  package var name: String {
    guard let first = arguments.first?.known else { return "" }
    return first.split(separator: "/").last.map(String.init) ?? first
  }

  /// A path as seen from the folder of the launch, absolute and without `.` and `..`; nil when the folder is not known.
  package func absolute(_ path: some StringProtocol) -> String? {
    guard path.hasPrefix("/") else {
      return workingDirectory.map { Launch.normalized($0 + "/" + path) }
    }
    return Launch.normalized(String(path))
  }

  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
