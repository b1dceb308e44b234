import Machine
import Vocabulary

/// What the handlers of a Python program do.
extension PythonScript {
  /// What a handler does: a function of the file, a lambda, a method of what was started, `SIG_IGN`, `SIG_DFL`.
  func handlerActions(_ value: PythonExpression, in unit: Int) -> [Launcher.Action] {
    if let name = value.dottedName {
      if name.hasSuffix("SIG_IGN") { return [.ignores] }
      if name.hasSuffix("SIG_DFL") { return [.restoresDefault] }
      if let target = function(units[unit].module.qualifiedName(of: value) ?? name, in: unit) {
        return actions(
          target.function.body, in: target.unit, parameters: target.function.parameters.map(\.name), depth: 0)
          + afterLoop(endedBy: target.function, in: target.unit)
      }
      if name.hasSuffix(".terminate") { return [.signal(.terminate, group: false)] }
      if name.hasSuffix(".kill") { return [.signal(.kill, group: false)] }
      if name == "sys.exit" || name == "exit" { return [.unwinds(asInterrupt: false)] }
      if name.hasSuffix(".default_int_handler") { return [.unwinds(asInterrupt: true)] }
      if name.hasSuffix(".set") { return after(String(name.dropLast(4)), in: unit) }
      return []
    }
    if case .lambda(_, let body) = value.kind { return actions(of: body, in: unit, parameters: [], depth: 0) }
    if let call = value.call, call.function.dottedName?.hasSuffix("partial") == true, let inner = call.argument(at: 0) {
      return handlerActions(inner, in: unit)
    }
    return []
  }

  /// What is done after a loop whose variable a handler sets: `while not stopping:`.
  func afterLoop(endedBy handler: PythonFunction, in unit: Int) -> [Launcher.Action] {
    let set = Set(
      handler.body.flatMap(\.withDescendants).flatMap { statement -> [String] in
        guard case .assignment(let targets, _, let value?) = statement.kind, units[unit].module.flag(of: value) != nil
        else { return [] }
        return targets.compactMap(\.dottedName)
      })
    guard !set.isEmpty else { return [] }
    func search(_ body: [PythonStatement]) -> [PythonStatement]? {
      for (index, statement) in body.enumerated() {
        if case .condition(let condition, _, _) = statement.kind,
          condition.withDescendants.contains(where: { $0.dottedName.map(set.contains) == true })
        {
          return Array(body[(index + 1)...])
        }
        for block in statement.blocks {
          if let found = search(block) { return found }
        }
      }
      return nil
    }
    return search(units[unit].module.body).map { actions($0, in: unit, parameters: [], depth: 0) + [.exits] } ?? []
  }

  /// What is done after `EVENT.wait()` in the file, which a handler that sets the event leads to.
  func after(_ event: String, in unit: Int) -> [Launcher.Action] {
    func search(_ body: [PythonStatement]) -> [PythonStatement]? {
      for (index, statement) in body.enumerated() {
        if statement.calls.contains(where: { $0.function.dottedName == event + ".wait" }) {
          return Array(body[(index + 1)...])
        }
        for block in statement.blocks {
          if let found = search(block) { return found }
        }
      }
      return nil
    }
    return search(units[unit].module.body).map { actions($0, in: unit, parameters: [], depth: 0) } ?? []
  }

  func actions(
    _ body: [PythonStatement], in unit: Int, parameters: [String], depth: Int
  ) -> [Launcher.Action] {
    guard depth < 8 else { return [] }
    return body.flatMap { statement -> [Launcher.Action] in
      switch statement.kind {
      case .raises(let value):
        let name = (value?.call?.function ?? value)?.dottedName ?? ""
        return ["SystemExit", "KeyboardInterrupt"].contains(name)
          ? [.unwinds(asInterrupt: name == "KeyboardInterrupt")] : []
      case .attempt(let body, let handlers, _, let finally):
        // `wait(timeout=N)` with a kill where it runs out.
        var found = actions(body, in: unit, parameters: parameters, depth: depth + 1)
        let rescue = handlers.flatMap { actions($0.body, in: unit, parameters: parameters, depth: depth + 1) }
        if rescue.contains(.signal(.kill, group: false)) || rescue.contains(.signal(.kill, group: true)),
          let limit = timeout(body, in: unit)
        {
          found = found.filter { $0 != .waits } + [.killsAfter(limit)]
        }
        return found + actions(finally, in: unit, parameters: parameters, depth: depth + 1)
      case .function, .type: return []
      default:
        return statement.expressions.flatMap { actions(of: $0, in: unit, parameters: parameters, depth: depth) }
          + statement.blocks.flatMap { actions($0, in: unit, parameters: parameters, depth: depth + 1) }
      }
    }
  }

  func timeout(_ body: [PythonStatement], in unit: Int) -> Duration? {
    for call in body.flatMap(\.withDescendants).flatMap(\.calls) {
      guard let name = call.function.dottedName,
        name.hasSuffix(".wait") || name.hasSuffix("wait_for") || name.hasSuffix(".communicate"),
        let value = call.argument("timeout") ?? call.argument(at: name.hasSuffix("wait_for") ? 1 : 0),
        let seconds = units[unit].module.number(of: value), seconds >= 0, seconds < 1e9
      else { continue }
      return .milliseconds(Int64(seconds * 1000))
    }
    return nil
  }

  /// What the calls of an expression do, innermost last.
  func actions(
    of expression: PythonExpression, in unit: Int, parameters: [String], depth: Int
  ) -> [Launcher.Action] {
    expression.withDescendants.compactMap(\.call).reversed().flatMap { call -> [Launcher.Action] in
      let module = units[unit].module
      let full = module.qualifiedName(of: call) ?? attributeName(call) ?? ""
      switch full {
      case "os._exit", "os.abort": return [.exits]
      case "sys.exit", "exit", "quit": return [.unwinds(asInterrupt: false)]
      case "os.kill", "os.killpg":
        let isOwn = call.argument(at: 0)?.call?.function.dottedName?.hasSuffix("getpid") == true
        let signal = call.argument(at: 1).map { sent($0, in: unit, parameters: parameters) } ?? .some(nil)
        return isOwn ? [.raises] : [.signal(signal ?? nil, group: full.hasSuffix("pg"))]
      default: break
      }
      let last = full.split(separator: ".").last.map(String.init) ?? ""
      switch last {
      case "terminate" where full.contains("."): return [.signal(.terminate, group: false)]
      case "kill" where full.contains("."): return [.signal(.kill, group: false)]
      case "send_signal":
        return [.signal(call.argument(at: 0).flatMap { sent($0, in: unit, parameters: parameters) }, group: false)]
      case "wait" where full.contains("."), "communicate", "waitpid": return [.waits]
      case "drain": return [.drains]
      case "set" where full.contains("."): return after(String(full.dropLast(4)), in: unit)
      default:
        guard depth < 8, let target = function(full, in: unit) else { return [] }
        return actions(
          target.function.body, in: target.unit, parameters: target.function.parameters.map(\.name), depth: depth + 1)
      }
    }
  }

  /// The signal that an argument names; nil for the handler's own parameter, which is the signal that came.
  func sent(_ value: PythonExpression, in unit: Int, parameters: [String]) -> Signal? {
    if let name = value.name, parameters.contains(name) { return nil }
    return signals(value, in: unit).first
  }

  func signals(_ value: PythonExpression, in unit: Int) -> Set<Signal> {
    switch value.kind {
    case .list(let values), .tuple(let values), .set(let values):
      return Set(values.flatMap { signals($0, in: unit) })
    case .number(let text): return Set(Signal(name: text).map { [$0] } ?? [])
    default: break
    }
    guard let name = units[unit].module.qualifiedName(of: value), let last = name.split(separator: ".").last else {
      return []
    }
    if last.hasPrefix("SIG"), let signal = Signal(name: last) { return [signal] }
    if let known = signalNames[name] { return known }
    return units[unit].module.constants[name].map { value in
      if case .name = value.kind { [] } else { signals(value, in: unit) }
    } ?? []
  }
}
