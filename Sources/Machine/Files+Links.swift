import Glibc

extension Files {
  /// The path without links, `.` and `..`; nil when it leads to nothing, or its links lead in a circle.
  package static func resolved(_ path: String) -> String? {
    // The string is the system's, copied and freed here.
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
