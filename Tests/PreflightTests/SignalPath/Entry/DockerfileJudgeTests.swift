import Documents
import Machine
import TestSupport
import Testing

@testable import Preflight

/// The reader of Dockerfiles against dockerfile-parse, which shares no line with it.
///
/// Two things dockerfile-parse does not know, and BuildKit does: here-documents, whose bodies it takes for instructions, and
/// empty lines within a continuation, which end an instruction for it. Files with either are not compared.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
struct DockerfileJudgeTests {
  @Test(.enabled(if: SignalCorpus.folder != nil, "SLUICE_CORPUS names no corpus"))
  func theCorpusIsReadAlike() async throws {
    let cases = "\(SignalCorpus.folder ?? "")/cases"
    let paths = try Files.list(cases).flatMap { name in
      try Files.list("\(cases)/\(name)").filter { $0.contains("Dockerfile") }.map { "\(cases)/\(name)/\($0)" }
    }
    let texts = try paths.map { String(decoding: try Files.read($0, limit: Dockerfile.limit), as: UTF8.self) }
    let compared = zip(paths, texts).filter { !$0.1.contains("<<") && !Self.hasEmptyLineWithin($0.1) }
    #expect(compared.count > 200)
    try await compare(compared.map(\.0), compared.map(\.1))
  }

  @Test(arguments: [UInt64](1...4))
  func oddFilesAreReadAlike(_ seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    let texts = (0..<250).map { _ in OddDockerfile.make(&generator) }
    let paths = try texts.enumerated().map { try folder.write($1, to: "Dockerfile.\($0)") }
    try await compare(paths, texts)
  }

  /// Whether an empty line stands between a line and the one that goes on with it.
  private static func hasEmptyLineWithin(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !String($0).trimmed.hasPrefix("#")
    }
    return zip(lines, lines.dropFirst()).contains { $0.hasSuffix("\\") && String($1).trimmed.isEmpty }
  }

  private func compare(_ paths: [String], _ texts: [String]) async throws {
    let answers = try await Python.judge("dockerfile.py", lines: paths)
    #expect(answers.count == paths.count)
    for ((path, text), answer) in zip(zip(paths, texts), answers) {
      let theirs = (try JSON.parse(Array(answer.utf8), file: "judge").sequence ?? []).map { entry in
        "\(entry[0]?.integer ?? 0) \(entry[1]?.text ?? "") \(entry[2]?.text ?? "")"
      }
      let ours = try Dockerfile(Array(text.utf8), file: path).instructions.map { instruction in
        let words = (instruction.flags + [instruction.text]).joined(separator: " ").split(
          whereSeparator: \.isWhitespace)
        return "\(instruction.line) \(instruction.keyword) \(words.joined(separator: " "))"
      }
      #expect(ours == theirs, "\(text)")
    }
  }
}

/// Dockerfiles as nobody should write them, and some do.
private enum OddDockerfile {
  static func make(_ generator: inout SeededGenerator) -> String {
    let escape = Bool.random(using: &generator) ? "\\" : "`"
    var lines = escape == "`" ? ["# escape=`"] : []
    if Int.random(in: 0..<4, using: &generator) == 0 { lines.append("ARG BASE=python:3.12-slim") }
    lines.append(
      "FROM \(pick(["${BASE:-debian}", "$BASE AS build", "--platform=linux/amd64 alpine", "scratch"], &generator))")
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      let line = pick(arguments, &generator).replacing("%", with: escape)
      let keyword = pick(
        ["CMD", "ENTRYPOINT", "RUN", "ONBUILD CMD", "cmd", "Run", "HEALTHCHECK CMD", "LABEL a="], &generator)
      let indent = pick(["", "", "  ", "\t"], &generator)
      let between = pick(["", "", "# why\n", "  # why\n# not\n", "#\n"], &generator)
      lines.append(
        indent + "\(keyword) \(line)".replacing("~", with: escape + pick(["", " ", "\t"], &generator) + "\n" + between))
      if Int.random(in: 0..<3, using: &generator) == 0 {
        lines.append(pick(["", "# CMD nothing", "   ", "#escape=x"], &generator))
      }
    }
    return lines.joined(separator: "\n") + pick(["", "\n", "\n\n"], &generator)
  }

  private static let arguments = [
    #"["python", "agent.py"]"#, #"["python", 'agent.py']"#, #"["python", "agent.py",]"#, "python agent.py start",
    "a && ~ b", "a ~  b ~\tc", #"["a", ~ "b"]"#, #"echo "it is #1" # here"#, "a '# no' ~ b # no", "a %% b",
    #"echo "a ~ b""#,
    "$HOME/${X:-1} --flag=1", "[ -f x ] ~ || exit", "x ~ ~ y",
  ]

  private static func pick<Element>(_ elements: [Element], _ generator: inout SeededGenerator) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }
}
