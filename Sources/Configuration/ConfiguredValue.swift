import Machine

/// A value that may stand elsewhere than in sluice.yaml: as it is, `env:NAME`, or `file:PATH`.
package enum ConfiguredValue: Hashable, Sendable {
  /// As it is.
  case literal(String)
  /// In a variable of the environment.
  case environment(String)
  /// In a file, without the line end that follows it.
  case file(String)

  /// Reads `env:NAME`, `file:PATH`, or a value as it is; a path is taken from the folder of the file that names it.
  package init(_ text: String, in folder: String) {
    if text.hasPrefix("env:") {
      self = .environment(String(text.dropFirst(4)))
    } else if text.hasPrefix("file:") {
      let path = text.dropFirst(5)
      self = .file(path.hasPrefix("/") ? String(path) : "\(folder)/\(path)")
    } else {
      self = .literal(text)
    }
  }

  /// The value.
  ///
  /// Throws `ConfigurationFailure.variableMissing`, or what reading the file threw. No error holds the value.
  package func resolved(in environment: [String: String]) throws -> String {
    switch self {
    case .literal(let text): return text
    case .environment(let name):
      guard let value = environment[name] else { throw ConfigurationFailure.variableMissing(name) }
      return value
    case .file(let path):
      let text = String(decoding: try Files.read(path, limit: 1 << 16), as: UTF8.self)
      return text.last?.isNewline == true ? String(text.dropLast()) : text
    }
  }
}
