/// What is known of an image that a Dockerfile begins with.
struct BaseImage: Hashable, Sendable {
  /// The program behind `/bin/sh`; `absent` without one.
  enum Shell: String, Hashable, Sendable { case dash, busybox, bash, absent }

  /// nil when nothing tells.
  var shell: Shell?
  /// Whether `ps` is there; nil when nothing tells.
  var hasPs: Bool?
  /// Whether `bash` is there; nil when nothing tells.
  var hasBash: Bool?
  /// What a Dockerfile inherits; nil when it is not known, empty when there is none.
  var entrypoint: [String]?
  var command: [String]?
  var workingDirectory = "/"
  var stopSignal: String?
  /// Whether the image itself is in the table, or only its tag's words told something.
  var isKnown = false
}

/// Images by name and tag.
///
/// One line of the table is one kind of image: name, words of its tag, `/bin/sh`, `ps`, `bash`, entrypoint, command, working
/// directory, stop signal. The first line that fits decides; `-` is none and `?` not known. Taken from the images'
/// Dockerfiles and, for `sh`, `ps` and `bash`, from their package lists.
enum BaseImages {
  /// What an image of this reference brings along.
  static func image(_ reference: String) -> BaseImage {
    let (name, tag) = split(reference)
    let parts = tag.lowercased().split { $0 == "-" || $0 == "." || $0 == "_" }.map(String.init)
    // `alpine3.20` is alpine, and `ubi9` ubi.
    let words = Set(parts + parts.map(\.trimmedDigits) + [tag.lowercased()])
    if let row = table.first(where: { $0.fits(name: name, words: words) }) {
      var image = row.image
      image.refine(words: words)
      return image
    }
    var image = BaseImage()
    image.refine(words: words.union(name.lowercased().split { $0 == "/" || $0 == "-" }.map(String.init)))
    return image
  }

  /// The name without the registry's default parts, and the tag; a digest tells nothing.
  static func split(_ reference: String) -> (name: String, tag: String) {
    let named = reference.split(separator: "@").first.map(String.init) ?? reference
    let last = named.lastIndex(of: "/").map { named[named.index(after: $0)...] } ?? named[...]
    let tag = last.firstIndex(of: ":").map { String(last[last.index(after: $0)...]) } ?? "latest"
    var name = last.contains(":") ? String(named.dropLast(tag.count + 1)) : named
    for prefix in [
      "docker.io/", "index.docker.io/", "registry-1.docker.io/", "mirror.gcr.io/", "public.ecr.aws/docker/", "library/",
    ] where name.hasPrefix(prefix) {
      name = String(name.dropFirst(prefix.count))
    }
    return (name, tag)
  }

  private struct Row {
    let name: PathPattern
    let tags: Set<String>
    let image: BaseImage

    func fits(name: String, words: Set<String>) -> Bool {
      self.name.matches(name.split(separator: "/").map(String.init)) && (tags.isEmpty || !tags.isDisjoint(with: words))
    }
  }

  private static let table: [Row] = BaseImages.data.split(separator: "\n").compactMap { line in
    let fields = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
    guard fields.count == 9, !fields[0].hasPrefix("#") else { return nil }
    func flag(_ text: String) -> Bool? { text == "?" ? nil : text == "yes" }
    func words(_ text: String) -> [String]? {
      text == "?" ? nil : text == "-" ? [] : text.split(separator: " ").map(String.init)
    }
    return Row(
      name: PathPattern(fields[0]), tags: fields[1] == "*" ? [] : Set(fields[1].split(separator: " ").map(String.init)),
      image: BaseImage(
        shell: fields[2] == "-" ? BaseImage.Shell.absent : BaseImage.Shell(rawValue: fields[2]), hasPs: flag(fields[3]),
        hasBash: flag(fields[4]), entrypoint: words(fields[5]), command: words(fields[6]),
        workingDirectory: fields[7], stopSignal: fields[8] == "-" ? nil : fields[8], isKnown: true))
  }
}

extension BaseImage {
  /// Takes from a tag's words what the table leaves open: `3.12-alpine` has busybox, `-bookworm` dash.
  fileprivate mutating func refine(words: Set<String>) {
    func has(_ candidates: String...) -> Bool {
      words.contains { word in candidates.contains { word == $0 || word.trimmedDigits == $0 } }
    }
    if has("alpine") {
      (shell, hasPs, hasBash) = (shell ?? .busybox, hasPs ?? true, hasBash ?? false)
    } else if has("debian", "slim", "trixie", "bookworm", "bullseye", "buster", "stretch") {
      (shell, hasBash) = (shell ?? .dash, hasBash ?? true)
      if has("slim") { hasPs = hasPs ?? false }
    } else if has("ubuntu", "noble", "jammy", "focal", "bionic", "plucky", "oracular") {
      (shell, hasPs, hasBash) = (shell ?? .dash, hasPs ?? true, hasBash ?? true)
    } else if has(
      "ubi", "el", "fedora", "rockylinux", "rocky", "centos", "almalinux", "amazonlinux", "al", "oraclelinux",
      "opensuse", "leap", "azurelinux", "mariner", "photon")
    {
      (shell, hasBash) = (shell ?? .bash, hasBash ?? true)
    } else if has("busybox", "musl", "wolfi") {
      shell = shell ?? .busybox
    }
  }
}

extension String {
  /// `alpine` of `alpine3.20`'s first word, `ubi` of `ubi9`.
  fileprivate var trimmedDigits: String {
    var rest = self[...]
    while rest.last?.isNumber == true { rest = rest.dropLast() }
    return String(rest)
  }
}
