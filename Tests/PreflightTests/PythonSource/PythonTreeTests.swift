import Machine
import TestSupport
import Testing

@testable import Preflight

/// The reader's trees beside those of Python itself, for the modules of its own library.
struct PythonTreeTests {
  @Test(.enabled(if: Python.isThere, "\(Python.isMissing)"))
  func statementsCallsStringsAndImportsAreThoseThatPythonReads() async throws {
    let answer = try await Python.judge("python_library.py")
    let folder = try #require(answer.first)
    var files: [String] = []
    for part in ["", "/asyncio", "/email", "/importlib", "/concurrent/futures", "/unittest"] {
      files += try Files.list(folder + part).filter { $0.hasSuffix(".py") }.map { "\(folder)\(part)/\($0)" }
    }
    files = try files.sorted().enumerated().filter { $0.offset % 2 == 0 }.map(\.element).filter {
      let text = String(decoding: try Files.read($0, limit: 1 << 22), as: UTF8.self)
      return !text.contains("\\N{") && !text.contains("\\ud") && !text.contains("\u{0C}")
    }
    try #require(files.count > 80)
    let lines = try await Python.judge("python_tree.py", files)
    var expected: [String: [String]] = [:]
    var file = ""
    for line in lines {
      if line.hasPrefix("F ") { file = String(line.dropFirst(2)) } else { expected[file, default: []].append(line) }
    }
    for path in files {
      let module = PythonModule(try Files.read(path, limit: 1 << 22))
      #expect(module.troubles.isEmpty, "\(path): \(module.troubles)")
      let wrong = Set(expected[path] ?? []).symmetricDifference(module.items)
      #expect(wrong.isEmpty && module.items.count == expected[path]?.count ?? 0, "\(path): \(wrong.sorted().prefix(6))")
    }
  }
}

extension PythonModule {
  /// What the judge prints of a file.
  fileprivate var items: [String] {
    let expressions = allExpressions
    let strings = expressions.compactMap { expression -> String? in
      guard case .string(let text) = expression.kind else { return nil }
      let bytes = Array(text.utf8)
      return "T \(expression.line) \(bytes.hexadecimal.prefix(80)) \(bytes.count)"
    }
    let calls = expressions.compactMap { expression -> String? in
      guard let call = expression.call else { return nil }
      let positional = call.arguments.filter { $0.name == nil && $0.spread != "**" }
      let names = call.arguments.filter { $0.name != nil || $0.spread == "**" }.map { $0.name ?? "**" }
      return
        "C \(expression.line) \(call.function.dottedName ?? "?") \(positional.count) \(names.joined(separator: ","))"
    }
    let imports = allStatements.flatMap(\.imports).map { "I \($0.module) \($0.member ?? "") \($0.name ?? "")" }
    return allStatements.map { "S \($0.line) \($0.kindName)" } + strings + calls + imports
  }
}

extension PythonStatement {
  fileprivate var kindName: String {
    switch kind {
    case .expression: "Expr"
    case .assignment: "Assign"
    case .augmented: "AugAssign"
    case .imports: "Import"
    case .function: "FunctionDef"
    case .type: "ClassDef"
    case .branches: "If"
    case .loop: "For"
    case .condition: "While"
    case .with: "With"
    case .attempt: "Try"
    case .match: "Match"
    case .returns: "Return"
    case .raises: "Raise"
    case .asserts: "Assert"
    case .keyword: "Keyword"
    case .unread: "?"
    }
  }
}
