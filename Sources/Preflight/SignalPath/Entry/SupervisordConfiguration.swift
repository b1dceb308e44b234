import Machine

/// A `supervisord.conf` that is named by itself: what `supervisord -n -c` starts of it.
enum SupervisordConfiguration {
  /// Its start: in the Dockerfile's image where one is named, else on the host with the context's files.
  static func start(_ bytes: [UInt8], file: String, context: String, hasImage: Bool) throws(EntryFailure)
    -> PlatformStart
  {
    let text = String(decoding: bytes, as: UTF8.self)
    let programs = SectionedText(text).sections.filter {
      $0.name.hasPrefix("program:") || $0.name.hasPrefix("fcgi-program:") || $0.name == "include"
    }
    guard let first = programs.first else { throw .nothingToStart(file: file) }
    var start = PlatformStart(
      name: ImagePath.name(file), kind: "supervisord", place: Place(file: file, line: first.line))
    start.isOnHost = !hasImage
    // Where it lies in the context, so that the files beside it are found.
    let at = "/app/" + (ImagePath.relative(file, to: context) ?? ImagePath.name(file))
    start.entrypoint = PlatformStart.Command(words: ["supervisord", "-n", "-c", Word(at)], place: start.place)
    start.file = (at, ImageFile(text: text, origin: Place(file: file, line: 1)))
    return start
  }
}
