import Preflight

/// Any bytes are a module whose places lie inside it, and whose tree can be walked.
func fuzzPython(_ bytes: [UInt8]) {
  let module = PythonModule(bytes)
  let lines = bytes.count + 1
  for trouble in module.troubles { precondition(1...lines ~= trouble.line) }
  for statement in module.allStatements {
    precondition(1...lines ~= statement.line && statement.lines.upperBound <= lines)
  }
  for expression in module.allExpressions {
    precondition(1...lines ~= expression.line && 1...lines ~= expression.column)
    _ = (module.qualifiedName(of: expression), module.text(of: expression), module.number(of: expression))
  }
}
