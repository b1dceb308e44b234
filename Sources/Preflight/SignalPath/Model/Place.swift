/// Where something is written: a file and its line.
package struct Place: Hashable, Sendable, CustomStringConvertible {
  /// The file as the user knows it: a path in the build context, or the Dockerfile for what a here-document wrote.
  package let file: String
  /// The line, from 1; nil where the whole file is meant.
  package let line: Int?

  /// A file, or a line of it.
  package init(file: String, line: Int? = nil) {
    self.file = file
    self.line = line
  }

  /// `entrypoint.sh:4`.
  package var description: String { line.map { "\(file):\($0)" } ?? file }

  /// The place `lines` further down; the same place where no line is known.
  package func advanced(by lines: Int) -> Place { Place(file: file, line: line.map { $0 + lines }) }
}
