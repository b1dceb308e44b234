import Glibc

/// Where programs are.
package enum Program {
  /// PATH of this process, or the system's default.
  static var searchPath: String { ProcessEnvironment.current["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }

  /// This program's own executable, even when its file was replaced since it started.
  package static let own = "/proc/self/exe"

  /// The path of a program; nil when no folder of the search path has it.
  package static func find(_ name: String, searching path: String? = nil) -> String? {
    try? self.path(of: name, searching: path ?? searchPath, in: nil)
  }

  /// The path to execute, checked; relative ones with a slash stay as they are.
  static func path(of name: String, searching path: String, in directory: String?) throws(MachineFailure) -> String {
    guard !name.isEmpty else { throw .programMissing(name, searched: nil) }
    if name.contains("/") {
      let seen = name.hasPrefix("/") ? name : (directory.map { $0 + "/" } ?? "") + name
      guard Files.kind(of: seen) != nil else { throw .programMissing(name, searched: nil) }
      guard Files.kind(of: seen) == .file, isExecutable(seen) else { throw .programNotExecutable(name) }
      return name
    }
    var found: String?
    for folder in path.split(separator: ":") {
      let candidate = folder + "/" + name
      guard Files.kind(of: candidate) == .file else { continue }
      if isExecutable(candidate) { return candidate }
      found = found ?? candidate
    }
    if let found { throw .programNotExecutable(found) }
    throw .programMissing(name, searched: path)
  }

  private static func isExecutable(_ path: String) -> Bool {
    // The path lives for the call.
    unsafe access(path, X_OK) == 0
  }
}
