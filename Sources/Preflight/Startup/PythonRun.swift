/// What runs, in its order, when a module of the agent is imported or one of its functions is called.
///
/// It follows local imports and calls of local functions and classes, and goes past what does not run: functions that are
/// only defined, `if __name__ == "__main__":`, `if TYPE_CHECKING:`. What is called through a value it does not know.
struct PythonRun {
  /// One thing that runs.
  struct Step: Sendable {
    let file: Int
    let line: Int
    let what: What
    /// The functions of the agent through which it is reached, outermost first.
    let through: [String]
    /// Whether a task of its own runs it, which nobody waits for.
    let isInBackground: Bool
    /// Whether a `with` or a `try` with `finally` stands around it.
    let isGuarded: Bool
    /// Whether a `try` with `except` stands around it.
    let isHandled: Bool
    /// Whether it runs on a condition only.
    let isConditional: Bool

    enum What: Sendable {
      /// A call with the full name of what is called; nil when it is a value.
      case call(PythonCall, name: String?)
      /// An import with its full name.
      case imports(PythonImport, name: String)
      /// `os.environ["NAME"]`, which raises when it is not set.
      case variable(String)
      /// `raise`.
      case raises
      /// The end of a `try` with `finally`, before its `finally`.
      case cleanup
    }
  }

  private(set) var source: AgentSource
  private(set) var steps: [Step] = []
  private var imported: Set<Int> = []
  private var entered: Set<String> = []
  private var through: [String] = []
  private var isInBackground = false
  private var guards = 0
  private var handlers = 0
  private var conditions = 0

  private static let stepLimit = 50_000
  private static let depthLimit = 12

  init(_ source: AgentSource) { self.source = source }

  /// Imports the file that is started, as each of the worker's processes does.
  mutating func importEntry() {
    imported = [0]
    run(source.files[0].module.body, in: 0)
  }

  /// Calls a function of the agent.
  mutating func call(_ function: PythonFunction, in file: Int) { run(function.body, in: file) }

  private mutating func add(_ what: Step.What, line: Int, in file: Int, isGuarded: Bool = false) {
    guard steps.count < PythonRun.stepLimit else { return }
    steps.append(
      Step(
        file: file, line: line, what: what, through: through, isInBackground: isInBackground,
        isGuarded: isGuarded || guards > 0, isHandled: handlers > 0, isConditional: conditions > 0))
  }

  // MARK: Statements

  private mutating func run(_ body: [PythonStatement], in file: Int) {
    for statement in body { run(statement, in: file) }
  }

  private mutating func run(_ statement: PythonStatement, in file: Int) {
    switch statement.kind {
    case .imports(let imports):
      for item in imports { take(item, in: file) }
    case .function: evaluate(statement.expressions, in: file)
    case .branches(let branches):
      for branch in branches {
        if let condition = branch.condition {
          if PythonRun.neverRuns(condition) { continue }
          evaluate([condition], in: file)
        }
        conditions += 1
        run(branch.body, in: file)
        conditions -= 1
      }
    case .assignment(_, _, let value): evaluate([value].compactMap(\.self), in: file)
    case .with(let items, let body):
      evaluate(items.map(\.value), in: file, isGuarded: true)
      guards += 1
      run(body, in: file)
      guards -= 1
    case .attempt(let body, let handlers, let otherwise, let finally):
      if !finally.isEmpty { guards += 1 }
      if !handlers.isEmpty { self.handlers += 1 }
      run(body, in: file)
      if !handlers.isEmpty { self.handlers -= 1 }
      run(otherwise, in: file)
      if !finally.isEmpty {
        guards -= 1
        add(.cleanup, line: finally.first?.line ?? statement.line, in: file)
      }
      run(finally, in: file)
    case .raises:
      evaluate(statement.expressions, in: file)
      add(.raises, line: statement.line, in: file)
    default:
      evaluate(statement.expressions, in: file)
      for block in statement.blocks { run(block, in: file) }
    }
  }

  private static func neverRuns(_ condition: PythonExpression) -> Bool {
    switch condition.kind {
    case .operation("==", let left, let right): left.name == "__name__" || right.name == "__name__"
    case .name("TYPE_CHECKING"), .attribute(_, "TYPE_CHECKING"), .constant("False"): true
    default: false
    }
  }

  private mutating func take(_ item: PythonImport, in file: Int) {
    let module = source.absolute(item.module, in: file)
    let member = item.member.map { "\(module).\($0)" }
    add(.imports(item, name: module), line: item.line, in: file)
    // Importing a.b runs a, then a.b, and what is taken from it when that is a module too.
    let parts = module.split(separator: ".")
    for count in parts.indices { enter(module: parts[...count].joined(separator: ".")) }
    if let member { enter(module: member) }
  }

  private mutating func enter(module name: String) {
    guard let number = source.file(ofModule: name), imported.insert(number).inserted else { return }
    run(source.files[number].module.body, in: number)
  }

  // MARK: Expressions

  private mutating func evaluate(_ expressions: [PythonExpression], in file: Int, isGuarded: Bool = false) {
    for expression in expressions { evaluate(expression, in: file, isGuarded: isGuarded) }
  }

  private mutating func evaluate(_ expression: PythonExpression, in file: Int, isGuarded: Bool = false) {
    switch expression.kind {
    case .lambda(let defaults, _): return evaluate(defaults, in: file)
    case .operation("or", let first, let second), .operation("and", let first, let second):
      evaluate(first, in: file)
      return evaluate(perhaps: [second], in: file)
    case .conditional(let value, let condition, let otherwise):
      evaluate(condition, in: file)
      return evaluate(perhaps: [value, otherwise], in: file)
    case .call(let call): return evaluate(call, in: file, isGuarded: isGuarded)
    case .element(let value, let index):
      let name = source.files[file].module.qualifiedName(of: value)
      if name == "os.environ", let key = source.files[file].module.text(of: index) {
        add(.variable(key), line: expression.line, in: file)
      }
    default: break
    }
    evaluate(expression.children, in: file, isGuarded: isGuarded)
  }

  private mutating func evaluate(perhaps expressions: [PythonExpression], in file: Int) {
    conditions += 1
    evaluate(expressions, in: file)
    conditions -= 1
  }

  /// What starts a task that nobody waits for here.
  private static let taskMakers: Set<String> = ["create_task", "ensure_future", "add_shutdown_callback"]

  private mutating func evaluate(_ call: PythonCall, in file: Int, isGuarded: Bool) {
    let module = source.files[file].module
    let name = module.qualifiedName(of: call).map { source.absolute($0, in: file) }
    let last = name.map { String($0.split(separator: ".").last ?? "") } ?? call.function.memberName ?? ""
    let startsTask = PythonRun.taskMakers.contains(last)
    let wasInBackground = isInBackground
    isInBackground = isInBackground || startsTask
    if name == nil { evaluate(call.function.children, in: file) }
    evaluate(call.arguments.map(\.value), in: file)
    // A function handed to a thread runs there, and mostly somebody waits for it.
    let handed = last == "to_thread" ? call.argument(at: 0) : last == "run_in_executor" ? call.argument(at: 1) : nil
    if let handed, let target = module.qualifiedName(of: handed) {
      let pseudo = PythonCall(function: handed, arguments: [])
      visit(pseudo, name: source.absolute(target, in: file), in: file, isGuarded: isGuarded)
    }
    isInBackground = wasInBackground
    visit(call, name: name, in: file, isGuarded: isGuarded)
  }

  /// Notes a call, and follows it when it is a function or class of the agent.
  private mutating func visit(_ call: PythonCall, name: String?, in file: Int, isGuarded: Bool) {
    add(.call(call, name: name), line: call.line, in: file, isGuarded: isGuarded)
    guard let name, through.count < PythonRun.depthLimit,
      let (definition, other) = source.definition(of: name, in: file)
    else { return }
    let key = "\(other):\(definition.line)"
    guard entered.insert(key).inserted else { return }
    through.append(name)
    defer { through.removeLast() }
    switch definition.kind {
    case .function(let function): run(function.body, in: other)
    case .type(_, _, let body):
      for statement in body {
        if let function = statement.function, ["__init__", "__post_init__", "__new__"].contains(function.name) {
          run(function.body, in: other)
        }
      }
    default: break
    }
  }
}

extension PythonExpression {
  /// The name behind the last dot; nil for anything but an attribute.
  var memberName: String? {
    guard case .attribute(_, let name) = kind else { return nil }
    return name
  }
}
