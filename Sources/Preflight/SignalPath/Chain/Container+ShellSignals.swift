import Machine

extension Container {
  /// `trap ACTION SIGNAL…`; the status is 1 for a name that the shell does not know.
  func trap(_ arguments: [String], _ shell: inout ShellMachine) -> Int32? {
    var arguments = arguments[...]
    if arguments.first == "--" { arguments.removeFirst() }
    guard let action = arguments.first, !["-l", "-p", "-P"].contains(action) else { return 0 }
    // `trap TERM` and `trap - TERM` take the trap away; so does a number first.
    let resets = action == "-" || arguments.count == 1 || Int(action) != nil
    var status: Int32 = 0
    for name in resets && action != "-" ? arguments : arguments.dropFirst() {
      guard let trap = shell.trap(named: name) else {
        status = 1
        continue
      }
      // What was ignored at the start stays ignored; ksh and zsh say nothing about it.
      if resets {
        shell.traps[trap] = nil
      } else {
        shell.traps[trap] = action
        if !action.isEmpty { shell.hadTraps = true }
      }
    }
    return status
  }

  /// `kill`, builtin or program; the status is 1 when nobody is there.
  mutating func kill(_ arguments: [String], _ shell: inout ShellMachine, _ id: Int) -> Int32? {
    var rest = arguments[...]
    var signal = Signal.terminate
    while let option = rest.first, option.hasPrefix("-"), option.count > 1 {
      rest.removeFirst()
      if option == "--" { break }
      if option == "-l" || option == "-L" { return 0 }
      if option == "-s" || option == "-n" || option == "--signal" {
        guard let name = rest.popFirst() else { return 1 }
        if name == "0" || name == "EXIT" { return probe(rest, shell, id) }
        guard let named = Signal(name: name) else { return 1 }
        signal = named
        continue
      }
      if option == "-0" { return probe(rest.first == "--" ? rest.dropFirst() : rest, shell, id) }
      guard let named = Signal(name: option.dropFirst()) else { return 1 }
      signal = named
      // Only the first word is a signal; `-PID` behind it is a group.
      if rest.first == "--" { rest.removeFirst() }
      break
    }
    var status: Int32? = rest.isEmpty ? 1 : 0
    processes[id]?.program = .shell(shell)
    // A process hears its own signal last: the others are told before it goes.
    var itself = 0
    for target in rest {
      guard let number = number(of: target, shell) else {
        if !Word(holed: target).isKnown {
          doubts.insert("\(place(of: shell, line: 0)): whom 'kill \(Word(holed: target))' signals is not known")
          status = nil
        } else {
          status = 1
        }
        continue
      }
      let group = number == 0 ? processes[id]?.group : number < -1 ? -number : nil
      if number == -1 {
        for other in living.reversed() where other != 1 && other != id { send(signal, to: other, from: id) }
      } else if let group {
        let members = living.reversed().filter {
          processes[$0]?.group == group && processes[$0]?.ending == nil
        }
        if members.isEmpty { status = 1 }
        for member in members {
          if member == id { itself += 1 } else { send(signal, to: member, from: id) }
        }
      } else if number == id {
        itself += 1
      } else if processes[number]?.ending == nil, processes[number] != nil {
        send(signal, to: number, from: id)
      } else {
        status = 1
      }
    }
    for _ in 0..<itself { send(signal, to: id, from: id) }
    if case .shell(let now)? = processes[id]?.program { shell = now }
    return status
  }

  /// `kill -0`: whether somebody is there.
  private func probe(_ targets: ArraySlice<String>, _ shell: ShellMachine, _ id: Int) -> Int32? {
    for target in targets {
      guard let number = number(of: target, shell) else { return Word(holed: target).isKnown ? 1 : nil }
      let alive =
        number < -1
        ? living.contains { processes[$0]?.group == -number }
        : number == 0 || processes[number]?.ending == nil && processes[number] != nil
      if !alive { return 1 }
    }
    return targets.isEmpty ? 1 : 0
  }

  /// The process that a word of `kill` or `wait` names.
  private func number(of target: String, _ shell: ShellMachine) -> Int? {
    if let number = Int(target) { return number }
    guard target.hasPrefix("%") else { return nil }
    if let index = Int(target.dropFirst()) {
      return shell.jobs.indices.contains(index - 1) ? shell.jobs[index - 1] : nil
    }
    return shell.jobs.last
  }

  /// `wait`; true, for it is a builtin.
  mutating func wait(_ arguments: [String], _ shell: inout ShellMachine, _ id: Int) -> Bool {
    let any = shell.shell != .dash && arguments.contains { $0 == "-n" || $0 == "-fn" || $0 == "-nf" }
    let named = arguments.filter { !$0.hasPrefix("-") || Int($0) != nil }
    let isOurs: (Int) -> Bool = { [processes, jobs = shell.jobs] in processes[$0]?.parent == id || jobs.contains($0) }
    var targets = named.compactMap { number(of: $0, shell) }.flatMap { shell.pipelines[$0] ?? [$0] }
    shell.status = 0
    if named.isEmpty {
      targets = shell.jobs
    } else if targets.isEmpty || !targets.contains(where: isOurs) {
      shell.status = 127
      checkStatus(&shell, id)
      return true
    }
    let alive = targets.filter { processes[$0]?.ending == nil && processes[$0] != nil && isOurs($0) }
    if any, let gone = targets.first(where: { processes[$0]?.ending != nil }) {
      shell.jobs.removeAll { $0 == gone }
      shell.status = processes[gone]?.ending?.shellStatus
    } else if !alive.isEmpty {
      shell.waiting = .builtin(any ? alive : targets, any: any)
      return true
    } else if any {
      shell.status = 127
    } else if !named.isEmpty {
      shell.status = targets.last.flatMap { processes[$0]?.ending?.shellStatus }
    }
    checkStatus(&shell, id)
    return true
  }

  /// Programs that look at processes: pgrep, pkill, killall, pidof, kill. Nil when the words start another.
  mutating func processCommand(_ words: [String], _ shell: inout ShellMachine, _ id: Int) -> Void? {
    let name = words[0].split(separator: "/").last.map(String.init) ?? ""
    switch name {
    case "kill": shell.status = kill(Array(words.dropFirst()), &shell, id)
    case "pgrep", "pidof", "pkill", "killall":
      guard processes[id]?.launch.image.hasPs == true else { return nil }
      var signal = Signal.terminate
      var isParent = false
      var pattern: String?
      var takesNext = false
      for word in words.dropFirst() {
        if takesNext {
          takesNext = false
          if isParent, pattern == nil { pattern = word } else if let named = Signal(name: word) { signal = named }
          continue
        }
        if word == "-P" {
          isParent = true
          takesNext = true
        } else if word == "-s" || word == "--signal" {
          takesNext = true
        } else if word.hasPrefix("-") {
          if let named = Signal(name: word.dropFirst()) { signal = named }
        } else {
          pattern = word
        }
      }
      let found = living.filter { other in
        guard other != id, let process = processes[other], process.ending == nil else { return false }
        if isParent { return pattern.flatMap { Int($0) } == process.parent }
        guard let pattern, let image = process.images.last else { return false }
        return image.text.contains(pattern) || image.name == pattern
      }
      if name == "pgrep" || name == "pidof" {
        processes[id]?.printed += found.map { "\($0)\n" }.joined()
      } else {
        processes[id]?.program = .shell(shell)
        for other in found.reversed() { send(signal, to: other, from: id) }
        if case .shell(let now)? = processes[id]?.program { shell = now }
      }
      shell.status = found.isEmpty ? 1 : 0
    default: return nil
    }
    checkStatus(&shell, id)
    return ()
  }
}

extension ShellMachine {
  /// A condition of `trap` by its name, as this shell reads it.
  func trap(named name: String) -> Trap? {
    if name == "0" || name.uppercased() == "EXIT" { return .exit }
    let isPlain = shell == .dash
    if Int(name) == nil, isPlain, name.hasPrefix("SIG") || name != name.uppercased() { return nil }
    if let signal = Signal(name: name) { return .signal(signal) }
    let upper = name.uppercased()
    return ["ERR", "DEBUG", "RETURN", "ZERR"].contains(upper) && !isPlain ? .other(upper) : nil
  }
}
