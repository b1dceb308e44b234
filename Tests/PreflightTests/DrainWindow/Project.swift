import Machine
import TestSupport

/// A project folder with the files that a test names.
enum Project {
  static func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      if name.contains("/") { try Files.makeDirectory(Files.folder(of: folder.file(name))) }
      _ = try folder.write(text, to: name)
    }
    return folder
  }
}
