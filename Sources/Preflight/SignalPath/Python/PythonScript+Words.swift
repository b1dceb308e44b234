import Machine

/// The words of what a Python program starts.
extension PythonScript {
  /// A word: a text, `sys.executable`, a path joined of texts; a hole for what is not known.
  func word(_ value: PythonExpression, in unit: Int) -> Word {
    let module = units[unit].module
    if let text = module.text(of: value) { return Word(text) }
    switch value.kind {
    case .formatted(let parts):
      return Word(
        holed: parts.map { part in
          switch part {
          case .text(let text): text
          case .hole(let code): code.contains("sys.executable") ? "python3" : String(Character(Word.hole))
          }
        }.joined())
    case .call(let call):
      let name = module.qualifiedName(of: call) ?? ""
      if name.hasSuffix("path.join") {
        let parts = call.arguments.map { word($0.value, in: unit).known }
        let known = parts.compactMap(\.self)
        if known.count == parts.count { return Word(known.joined(separator: "/")) }
        // The folder of the file itself is the usual first part.
        if known.count == parts.count - 1, parts.first == .some(nil) {
          return Word(([units[unit].folder] + known).joined(separator: "/"))
        }
      }
      if ["str", "os.path.abspath", "os.fspath", "shlex.quote", "os.path.expanduser", "pathlib.Path"].contains(name),
        let first = call.argument(at: 0)
      {
        return word(first, in: unit)
      }
      if name.hasSuffix("shutil.which"), let first = call.argument(at: 0) { return word(first, in: unit) }
      if name.hasSuffix("shlex.join"), let first = call.argument(at: 0) {
        return Word(holed: words(first, in: unit).map(\.text).joined(separator: " "))
      }
      if case .attribute(let separator, "join") = call.function.kind, let text = module.text(of: separator),
        let first = call.argument(at: 0)
      {
        return Word(holed: words(first, in: unit).map(\.text).joined(separator: text))
      }
    case .operation("+", let left, let right):
      return Word(holed: word(left, in: unit).text + word(right, in: unit).text)
    case .operation("or", let left, let right):
      let first = word(left, in: unit)
      return first.isKnown ? first : word(right, in: unit)
    default: break
    }
    let name = module.qualifiedName(of: value)
    if name == "sys.executable" { return "python3" }
    if let name, let constant = module.constants[name], constant.name == nil { return word(constant, in: unit) }
    return .unknown
  }

  /// The words of a list, of a text that is split, or of `sys.argv[1:]`.
  func words(_ value: PythonExpression, in unit: Int) -> [Word] {
    let module = units[unit].module
    switch value.kind {
    case .list(let values), .tuple(let values):
      return values.flatMap { element -> [Word] in
        if case .prefix("*", let inner) = element.kind { return words(inner, in: unit) }
        return [word(element, in: unit)]
      }
    case .operation("+", let left, let right): return words(left, in: unit) + words(right, in: unit)
    case .call(let call):
      if module.qualifiedName(of: call) == "shlex.split",
        let text = call.argument(at: 0).flatMap({ module.text(of: $0) })
      {
        return PlainWords.split(text)
      }
      if case .attribute(let text, "split") = call.function.kind, let text = module.text(of: text) {
        return PlainWords.split(text)
      }
      if module.qualifiedName(of: call) == "list", let inner = call.argument(at: 0) { return words(inner, in: unit) }
    default: break
    }
    let names = value.withDescendants.compactMap { module.qualifiedName(of: $0) }
    if names.contains("sys.argv") { return arguments }
    if let name = value.name, let constant = module.constants[name], constant.name == nil {
      return words(constant, in: unit)
    }
    return [word(value, in: unit)]
  }
}

extension Launch {
  /// A path without `./` and with `..` resolved as far as it goes; relative paths stay relative.
  static func relative(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
