/// What a shell makes of words.
extension ShellMachine {
  /// A word under expansion: fields that are complete, and the one that is being built.
  private struct Fields {
    var done: [String] = []
    var current = ""
    var isOpen = false
    /// Whether the current field holds an unquoted pattern character.
    var isPattern = false

    mutating func append(_ text: String) {
      current += text
      isOpen = true
    }

    mutating func close() {
      if isOpen { done.append(current) }
      (current, isOpen) = ("", false)
    }
  }

  /// The fields of a word: expanded, and split where nothing quotes it.
  mutating func fields(of word: ShellWord, process: Int) -> [String] {
    var fields = Fields()
    for (index, part) in word.parts.enumerated() {
      switch part {
      case .text(let text, let quoted):
        if index == 0, !quoted, text == "~" || text.hasPrefix("~/") {
          fields.append((variables["HOME"]?.text ?? "/root") + text.dropFirst())
        } else {
          fields.append(text)
        }
      default: add(part, to: &fields, process)
      }
    }
    fields.close()
    return fields.done
  }

  /// The text of a word where no splitting is done: assignments, case, here-strings.
  mutating func text(of word: ShellWord, process: Int, asPattern: Bool = false) -> String {
    var result = ""
    for part in word.parts {
      switch part {
      case .text(let text, let quoted): result += quoted && asPattern ? WordPattern.quoted(text) : text
      default:
        let quoted = isQuoted(part)
        let text = values(of: part, process).joined(separator: " ")
        result += quoted && asPattern ? WordPattern.quoted(text) : text
      }
    }
    return result
  }

  private func isQuoted(_ part: ShellWord.Part) -> Bool {
    switch part {
    case .text(_, let quoted), .parameter(_, let quoted), .command(_, let quoted), .arithmetic(_, let quoted): quoted
    case .process: true
    }
  }

  private mutating func add(_ part: ShellWord.Part, to fields: inout Fields, _ process: Int) {
    let quoted = isQuoted(part)
    // The words of `${1+"$@"}` and `${x:-a b}` keep their own quotes.
    if case .parameter(let parameter, quoted: false) = part, let inner = substitute(parameter, process) {
      for part in inner.parts {
        if case .text(let text, quoted: false) = part {
          split(text, into: &fields)
        } else {
          add(part, to: &fields, process)
        }
      }
      return
    }
    if case .text(let text, _) = part { return fields.append(text) }
    let isMany: Bool =
      if case .parameter(let parameter, _) = part { parameter.name == "@" || parameter.index == "@" } else { false }
    let values = values(of: part, process)
    if quoted, isMany {
      for (index, value) in values.enumerated() {
        if index > 0 { fields.close() }
        fields.append(value)
      }
    } else if quoted {
      fields.append(values.joined(separator: " "))
    } else {
      for (index, value) in values.enumerated() {
        if index > 0 { fields.close() }
        // zsh splits only what is asked for.
        if shell == .zsh { if !value.isEmpty { fields.append(value) } } else { split(value, into: &fields) }
      }
    }
  }

  private func split(_ text: String, into fields: inout Fields) {
    let separators = variables["IFS"]?.text ?? " \t\n"
    for character in text {
      if separators.contains(character) { fields.close() } else { fields.append(String(character)) }
    }
  }

  /// The word that stands in for a parameter, when one does.
  private mutating func substitute(_ parameter: Parameter, _ process: Int) -> ShellWord? {
    let values = value(of: parameter)
    switch parameter.operation {
    case .fallback(let word, let whenEmpty): return isMissing(values, whenEmpty) ? word : nil
    case .assign(let word, let whenEmpty):
      guard isMissing(values, whenEmpty) else { return nil }
      variables[parameter.name] = .text(text(of: word, process: process))
      return word
    case .alternative(let word, let whenEmpty):
      return isMissing(values, whenEmpty) ? ShellWord(parts: [], line: word.line) : word
    default: return nil
    }
  }

  private func isMissing(_ values: [String]?, _ whenEmpty: Bool) -> Bool {
    guard let values else { return true }
    return whenEmpty && values.allSatisfy(\.isEmpty)
  }

  /// What a part comes to, before splitting.
  private mutating func values(of part: ShellWord.Part, _ process: Int) -> [String] {
    switch part {
    case .text(let text, _): return [text]
    case .command(let substitution, _): return [printed[ObjectIdentifier(substitution)] ?? Word.unknown.text]
    case .process(let substitution, _): return [printed[ObjectIdentifier(substitution)] ?? Word.unknown.text]
    case .arithmetic(let text, _):
      let value = ShellArithmetic.value(of: arithmetic(text), variables: &variables)
      return [value.map(String.init) ?? Word.unknown.text]
    case .parameter(let parameter, _):
      if parameter.name == "$" { return ["\(self.process)"] }
      if let word = substitute(parameter, process) {
        if word.parts.contains(where: { if case .parameter(let inner, _) = $0 { inner.name == "@" } else { false } }) {
          return fields(of: word, process: process)
        }
        return [text(of: word, process: process)]
      }
      return values(of: parameter, process)
    }
  }

  private mutating func values(of parameter: Parameter, _ process: Int) -> [String] {
    let values = value(of: parameter)
    func map(_ change: (String) -> String) -> [String] {
      (values ?? [""]).map { $0.unicodeScalars.contains(Word.hole) ? Word.unknown.text : change($0) }
    }
    switch parameter.operation {
    case .value, .fallback, .assign, .alternative, .fail: return values ?? []
    case .length:
      if parameter.index == "@" || parameter.index == "*" || "@*".contains(parameter.name) {
        return ["\(values?.count ?? 0)"]
      }
      return map { "\($0.count)" }
    case .indirect:
      guard let name = values?.first else { return [] }
      return variables[name].map { [$0.text] } ?? []
    case .keys: return (values ?? []).indices.map { "\($0)" }
    case .removePrefix(let word, let longest):
      let pattern = WordPattern(text(of: word, process: process, asPattern: true))
      return map { text in
        let ends = Array(text.indices) + [text.endIndex]
        let end = (longest ? ends.reversed() : ends).first { pattern.matches(text[..<$0]) }
        return end.map { String(text[$0...]) } ?? text
      }
    case .removeSuffix(let word, let longest):
      let pattern = WordPattern(text(of: word, process: process, asPattern: true))
      return map { text in
        let starts = Array(text.indices) + [text.endIndex]
        let start = (longest ? starts : starts.reversed()).first { pattern.matches(text[$0...]) }
        return start.map { String(text[..<$0]) } ?? text
      }
    case .replace(let pattern, let replacement, let all, _):
      let from = text(of: pattern, process: process)
      let to = text(of: replacement, process: process)
      guard !from.isEmpty, !from.contains(where: { "*?[".contains($0) }) else { return [Word.unknown.text] }
      return map { text in
        var parts = text.split(separator: from, maxSplits: all ? .max : 1, omittingEmptySubsequences: false)
        if parts.isEmpty { parts = [""] }
        return parts.joined(separator: to)
      }
    case .slice(let offset, let length):
      guard let from = Int(offset.withoutBlanks) else { return [Word.unknown.text] }
      let count = length.flatMap { Int($0.withoutBlanks) }
      if parameter.name == "@" || parameter.index == "@" {
        let list = (parameter.name == "@" ? [name] : []) + (values ?? [])
        let start = min(max(from, 0), list.count)
        return Array(list[start...].prefix(max(count ?? .max, 0)))
      }
      return map { String($0.dropFirst(max(from, 0)).prefix(max(count ?? .max, 0))) }
    case .upperCase(let all): return map { all ? $0.uppercased() : $0.prefix(1).uppercased() + $0.dropFirst() }
    case .lowerCase(let all): return map { all ? $0.lowercased() : $0.prefix(1).lowercased() + $0.dropFirst() }
    case .other: return [Word.unknown.text]
    }
  }

  /// A parameter's value or values; nil when it is unset.
  private func value(of parameter: Parameter) -> [String]? {
    switch parameter.name {
    case "@", "*": return arguments.isEmpty ? nil : arguments
    case "#": return ["\(arguments.count)"]
    case "?": return [status.map { "\($0)" } ?? Word.unknown.text]
    case "!": return lastBackground.map { ["\($0)"] }
    case "-": return [options.errexit ? "ehB" : "hB"]
    case "0": return [name]
    case "PPID": return [Word.unknown.text]
    case "RANDOM", "SECONDS", "EPOCHSECONDS", "LINENO", "HOSTNAME": return [Word.unknown.text]
    case "UID", "EUID": return shell == .dash || shell == .busybox ? nil : [Word.unknown.text]
    case "BASH_SOURCE": return shell == .bash ? [name] : nil
    case "BASHPID": return [Word.unknown.text]
    case "PWD": return [workingDirectory ?? Word.unknown.text]
    default: break
    }
    if let number = Int(parameter.name) { return number <= arguments.count ? [arguments[number - 1]] : nil }
    guard let value = variables[parameter.name] else { return nil }
    guard let index = parameter.index else { return [value.text] }
    if index == "@" || index == "*" { return value.list.isEmpty ? nil : value.list }
    guard
      let position = Int(index)
        ?? variables[index.hasPrefix("$") ? String(index.dropFirst()) : index].flatMap({ Int($0.text) })
    else { return [Word.unknown.text] }
    let list = value.list
    let wanted = position < 0 ? list.count + position : position
    return list.indices.contains(wanted) ? [list[wanted]] : nil
  }

  /// The text of an expression with its parameters filled in, as the arithmetic reader wants it.
  func arithmetic(_ text: String) -> String {
    guard text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let character = rest.first {
      rest = rest.dropFirst()
      guard character == "$" else {
        result.append(character)
        continue
      }
      switch rest.first {
      case "#":
        rest = rest.dropFirst()
        result += "\(arguments.count)"
      case "?":
        rest = rest.dropFirst()
        result += status.map { "\($0)" } ?? "?"
      case "{":
        let name = rest.dropFirst().prefix { $0 != "}" }
        rest = rest.dropFirst(name.count + 2)
        result += value(of: Parameter(name: String(name)))?.first ?? "0"
      case .some(let digit) where digit.isNumber:
        rest = rest.dropFirst()
        result += value(of: Parameter(name: String(digit)))?.first ?? "0"
      default: result.append("$")
      }
    }
    return result
  }

  /// The environment that a program gets.
  var environment: [String: Word] {
    var result: [String: Word] = [:]
    for name in exported { if let value = variables[name] { result[name] = Word(holed: value.text) } }
    return result
  }
}
