import CMachine

/// The variables of this process.
package enum ProcessEnvironment {
  /// All variables, read at each call.
  package static var current: [String: String] {
    var variables: [String: String] = [:]
    // environ ends with NULL; the program changes it nowhere.
    guard var next = unsafe cm_environment() else { return [:] }
    while let entry = unsafe next.pointee {
      let text = unsafe String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      unsafe next += 1
    }
    return variables
  }
}
