/// What of an image's files is known without building it: what the build copies from its context, and nothing else.
///
/// A lookup never leaves the context: a link that points out of it is `unknown`, with no byte read.
package protocol ImageFiles: Sendable {
  /// What is at an absolute path of the image.
  func lookUp(_ path: String) -> ImageLookup
  /// The names in a folder of the image, sorted; nil when they are not all known.
  func names(in path: String) -> [String]?
}

/// What a path of an image leads to.
package enum ImageLookup: Sendable {
  /// A text file; a binary one has its first bytes only, made text.
  case file(ImageFile)
  case folder
  /// Surely not there: its folder comes from the context, whole.
  case missing
  /// It may be there: the base image or a RUN may have made it.
  case unknown
}

/// A file of an image that came from the context or from a here-document.
package struct ImageFile: Sendable {
  /// Its text as the image has it; at most 1 MiB.
  package let text: String
  /// Where its first line is written.
  package let origin: Place
  /// Whether it may be executed; nil when that is not known (a RUN chmod with an expression, a mode of the context).
  package let isExecutable: Bool?

  /// A file.
  package init(text: String, origin: Place, isExecutable: Bool? = nil) {
    self.text = text
    self.origin = origin
    self.isExecutable = isExecutable
  }
}

/// The files of nothing: every path is unknown.
package struct NoImageFiles: ImageFiles {
  package init() {}
  package func lookUp(_ path: String) -> ImageLookup { .unknown }
  package func names(in path: String) -> [String]? { nil }
}
