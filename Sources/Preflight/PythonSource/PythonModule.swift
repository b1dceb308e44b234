import Vocabulary

/// One file of Python as it is written: its statements with their places, read without running anything.
///
/// The reader takes any bytes. What it cannot read becomes an `unread` statement or expression and a trouble with its line,
/// and what stands around it is read all the same. Nesting, and with it the work and the stack of whoever walks the tree,
/// is bounded.
package struct PythonModule: Sendable {
  /// The statements at module level, in order.
  package let body: [PythonStatement]
  /// What could not be read, in order.
  package let troubles: [PythonTrouble]
  /// The text, line by line and without the line ends; the first has the number 1.
  package let lines: [String]

  /// What imports bind anywhere in the module: the name here to the full name there.
  let bindings: [String: String]
  /// What names are bound to at module level when they are bound exactly once in the whole module.
  let constants: [String: PythonExpression]

  /// Reads a file's bytes; UTF-8 is what Python takes, other bytes are replaced.
  package init(_ bytes: [UInt8]) {
    var tokenizer = PythonTokenizer(bytes)
    let tokens = tokenizer.tokens()
    var reader = PythonReader(tokens)
    body = reader.module()
    troubles = (tokenizer.troubles + reader.troubles).sorted { $0.line < $1.line }
    lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    )
    .map(String.init)
    bindings = PythonModule.bindings(body)
    constants = PythonModule.constants(body)
  }

  /// Reads a text.
  package init(_ text: String) { self.init(Array(text.utf8)) }

  /// A line's text, harmless and without its indentation; empty when there is no such line.
  package func excerpt(_ line: Int) -> String {
    guard lines.indices.contains(line - 1) else { return "" }
    return String(lines[line - 1].drop { $0 == " " || $0 == "\t" }).harmless
  }

  /// Every statement of the module, functions' and classes' bodies included, in the order of the text.
  package var allStatements: [PythonStatement] { body.flatMap(\.withDescendants) }

  /// Every expression of the module, the parts of expressions included, in the order of the text.
  package var allExpressions: [PythonExpression] {
    allStatements.flatMap(\.expressions).flatMap(\.withDescendants)
  }

  /// Every call of the module, in the order of the text.
  package var allCalls: [PythonCall] { allExpressions.compactMap(\.call) }
}

/// A place that could not be read.
package struct PythonTrouble: Hashable, Sendable {
  /// The line, from 1.
  package let line: Int
  /// What is there instead of what the language allows, lower-case.
  package let what: String
}
