import CommandLine
import Vocabulary

/// Bytes as a command line, one word a line: it is read, or refused with harmless sentences.
func fuzzCommandLine(_ bytes: [UInt8]) {
  let words = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  let parser = Parser(root: FuzzedProgram.self)
  do throws(UsageFailure) {
    _ = try parser.parse(words, environment: ["FUZZED": words.first ?? ""], now: Timestamp(milliseconds: 0), width: 40)
  } catch {
    precondition(!error.problems.isEmpty, "a refused line has a problem")
    precondition(
      error.description.split(separator: "\n").allSatisfy { $0.harmless == $0 }, "a message holds harmful text")
  }
}

/// Every kind of argument that can be declared.
private enum FuzzedProgram: CommandGroup {
  static let name = "fuzzed"
  static let summary = "Everything."
  static let sections = [CommandSection([All.self, Group.self])]

  enum Group: CommandGroup {
    static let name = "group"
    static let summary = "A group with a fallback."
    static let sections = [CommandSection([Rest.self])]
    static let fallback: (any Command.Type)? = Rest.self
  }

  struct Rest: Command {
    static let name = "rest"
    static let aliases = ["r"]
    static let summary = "A captured line."
    init(_ arguments: inout Arguments) {
      _ = arguments.rest(help: "The line.")
    }
  }

  enum Word: String, CaseIterable, Sendable { case one, two, three }

  struct All: Command {
    static let name = "all"
    static let summary = "All kinds."
    init(_ arguments: inout Arguments) {
      _ = arguments.flag("-f", "--flag", environment: "FUZZED", help: "A flag.")
      _ = arguments.count("-v", "--verbose", help: "A count.")
      _ = arguments.option("-d", "--duration", value: .duration, default: .seconds(1), help: "A duration.")
      _ = arguments.option("--time", value: .time, help: "A time.")
      _ = arguments.option("-i", "--integer", value: .integer(-5...5), environment: "FUZZED", help: "An integer.")
      _ = arguments.option("--number", value: .number(0...1), help: "A number.")
      _ = arguments.option("--word", value: ValueKind<Word>.choice, help: "A word.")
      _ = arguments.repeatedOption("-r", "--repeated", value: .file(), help: "Files.")
      _ = arguments.listOption("-l", "--list", value: .text("text"), help: "Texts.")
      _ = arguments.requiredOption("--required", value: .directory(), help: "A folder.")
      _ = arguments.positional(value: .text("first"), help: "The first.")
      _ = arguments.optionalPositional(value: .text("second"), help: "The second.")
      _ = arguments.positionals(value: .text("rest"), atLeast: 1, help: "The others.")
      arguments.atMostOne(of: "--flag", "--verbose")
      arguments.require("--time", with: "--number")
      arguments.exactlyOne(of: "--list", "--repeated")
    }
  }
}
