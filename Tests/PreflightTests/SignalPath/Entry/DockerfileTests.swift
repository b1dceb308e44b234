import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct DockerfileTests {
  @Test(arguments: [
    // Both forms, and what is neither.
    (#"CMD ["a", "b c"]"#, ["a", "b c"]), ("CMD a b", ["/bin/sh", "-c", "a b"]),
    ("CMD ['a', 'b']", ["/bin/sh", "-c", "['a', 'b']"]), (#"CMD ["a", "b",]"#, ["/bin/sh", "-c", #"["a", "b",]"#]),
    (#"CMD ["a"] # start"#, ["/bin/sh", "-c", #"["a"] # start"#]), (#"CMD [ "a" ]  "#, ["a"]), ("CMD []", []),
    (#"CMD ["a\tA"]"#, ["a\tA"]), (#"CMD   ["a", "$HOME"]"#, ["a", "$HOME"]),
    // The last one wins; keywords have no case.
    ("CMD a\nCMD b", ["/bin/sh", "-c", "b"]), ("cmd [\"a\"]\nEntryPoint [\"e\"]", ["e", "a"]),
    // The two together.
    ("ENTRYPOINT e\nCMD [\"a\"]", ["/bin/sh", "-c", "e", "a"]),
    ("ENTRYPOINT [\"e\"]\nCMD a b", ["e", "/bin/sh", "-c", "a b"]), ("ENTRYPOINT []\nCMD [\"a\"]", ["a"]),
    // SHELL counts from where it stands on.
    ("SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nCMD a", ["/bin/bash", "-o", "pipefail", "-c", "a"]),
    ("CMD a\nSHELL [\"/bin/bash\", \"-c\"]", ["/bin/sh", "-c", "a"]),
    // Continuations, comments and empty lines between them.
    ("CMD a && \\\n  # why\n\n  b", ["/bin/sh", "-c", "a &&   b"]), ("CMD a \\  \n b", ["/bin/sh", "-c", "a  b"]),
    ("CMD a\\\\\nUSER x", ["/bin/sh", "-c", "a\\\\"]), ("CMD [\"a\", \\\n  \"b\"]", ["a", "b"]),
    ("  CMD a  ", ["/bin/sh", "-c", "a"]), ("CMD a # b", ["/bin/sh", "-c", "a # b"]),
    // Other commands do not count.
    ("HEALTHCHECK CMD b\nCMD [\"a\"]", ["a"]), ("RUN <<EOF\nCMD [\"x\"]\nEOF\nCMD [\"a\"]", ["a"]),
    ("COPY <<-'A' <<B /x/\n\tCMD x\n\tA\nCMD y\nB\nCMD [\"a\"]", ["a"]),
    ("CMD [\"a\"]\r\nUSER x\r\n", ["a"]), ("CMD a\r\n", ["/bin/sh", "-c", "a"]),
  ])
  func commandsResolve(_ lines: String, _ expected: [String]) throws {
    #expect(try ImageFixture.arguments("FROM python:3.12-slim\n" + lines) == expected)
  }

  @Test func theEscapeDirectiveCountsOnlyAtTheTop() throws {
    #expect(try ImageFixture.arguments("# escape=`\nFROM debian\nCMD a `\n  b\\\n") == ["/bin/sh", "-c", "a   b\\"])
    #expect(
      try ImageFixture.arguments("# syntax=docker/dockerfile:1\n# escape=`\nFROM debian\nCMD a `\n b")
        == ["/bin/sh", "-c", "a  b"])
    #expect(try ImageFixture.arguments("# hello\n# escape=`\nFROM debian\nCMD a `") == ["/bin/sh", "-c", "a `"])
    #expect(throws: DocumentFailure.self) { try ImageFixture.arguments("# escape=x\nFROM debian") }
    #expect(throws: DocumentFailure.self) { try ImageFixture.arguments("# escape=\\\n# escape=`\nFROM debian") }
  }

  @Test func anEntrypointClearsTheCommandThatWasInherited() throws {
    #expect(try ImageFixture.arguments("FROM node:22\nENTRYPOINT [\"e\"]") == ["e"])
    #expect(try ImageFixture.arguments("FROM node:22\nCMD [\"a\"]") == ["docker-entrypoint.sh", "a"])
    #expect(try ImageFixture.arguments("FROM node:22\nCMD [\"a\"]\nENTRYPOINT [\"e\"]") == ["e", "a"])
    #expect(try ImageFixture.arguments("FROM debian AS b\nCMD [\"a\"]\nFROM b\nENTRYPOINT [\"e\"]") == ["e"])
    #expect(try ImageFixture.arguments("FROM debian AS b\nENTRYPOINT [\"e\"]\nFROM B\nCMD [\"a\"]") == ["e", "a"])
  }

  @Test func stagesAreFoundByNameAndNumber() throws {
    let text = "FROM python:3 AS one\nCMD [\"1\"]\nFROM alpine AS two\nCMD [\"2\"]\nFROM one\n"
    let fixture = try ImageFixture()
    #expect(try fixture.image(text).arguments == ["1"])
    #expect(try fixture.image(text, stage: "TWO").arguments == ["2"])
    #expect(try fixture.image(text, stage: "1").facts.shell == .busybox)
    let failure = #expect(throws: DocumentFailure.self) { try fixture.image(text, stage: "three") }
    #expect(failure?.problems.first?.hint == "its stages: one, two")
  }

  @Test(arguments: [
    ("ARG B=alpine\nFROM $B", "alpine"), ("ARG B=alpine\nARG T=${B}:3\nFROM ${T}", "alpine:3"),
    ("FROM ${B:-python:3.12-slim}", "python:3.12-slim"), ("ARG B\nFROM ${B:-debian}", "debian"),
    ("FROM --platform=$BUILDPLATFORM node:22-$TARGETARCH", "node:22-amd64"),
    ("ARG V=3.12.1\nFROM python:${V%.*}-slim", "python:3.12-slim"),
    ("ARG V=a/b/c\nFROM ${V##*/}", "c"), ("ARG V=a-b-c\nFROM ${V//-/.}", "a.b.c"),
    ("ARG V=x\nFROM ${V:+alpine}", "alpine"),
  ])
  func argumentsBeforeTheFirstStageNameTheBase(_ text: String, _ base: String) throws {
    #expect(try ImageFixture().image(text + "\nCMD [\"a\"]").facts.name == base)
  }

  @Test func buildArgumentsOutrankDefaultsAndEnvOutranksArg() throws {
    let text = """
      ARG V=1
      FROM debian
      ARG V
      ARG W=w
      ENV X=$V Y="a $W" Z='$V' W=env
      ENV OLD one two
      WORKDIR /srv/$W
      WORKDIR sub
      STOPSIGNAL ${S:-SIGINT}
      CMD ["a"]
      """
    let image = try ImageFixture().image(text, arguments: ["V": "2"])
    #expect(image.environment == ["X": "2", "Y": "a w", "Z": "$V", "W": "env", "OLD": "one two"])
    #expect(image.workingDirectory == "/srv/env/sub")
    #expect(image.stopSignal?.text == "SIGINT")
  }

  @Test func triggersActInTheChild() throws {
    let text =
      "FROM debian AS base\nONBUILD ENTRYPOINT [\"e\"]\nONBUILD COPY <<F /f\nx\nF\nCMD [\"a\"]\nFROM base\nCMD [\"b\"]\n"
    let image = try ImageFixture().image(text)
    #expect(image.arguments == ["e", "b"])
    #expect(ImageFixture.text(image, "/f") == "x\n")
    #expect(try ImageFixture().image(text, stage: "base").arguments == ["a"])
  }

  @Test func hereDocumentsBecomeFiles() throws {
    let text = """
      FROM debian
      ENV WHO=me
      WORKDIR /app
      COPY --chmod=755 <<EOF run.sh
      #!/bin/sh
      exec "$WHO" '\\$WHO'
      EOF
      COPY <<'A' <<-"B" dir/
      $WHO
      A
      \tindented
      \tB
      RUN cat <<EOF > /entry.sh && chmod +x /entry.sh
      #!/bin/sh
      exec python agent.py
      EOF
      """
    let image = try ImageFixture().image(text)
    #expect(ImageFixture.text(image, "/app/run.sh") == "#!/bin/sh\nexec \"me\" '$WHO'\n")
    #expect(ImageFixture.text(image, "/app/dir/A") == "$WHO\n")
    #expect(ImageFixture.text(image, "/app/dir/B") == "indented\n")
    guard case .file(let entry) = image.tree.lookUp("/entry.sh") else {
      Issue.record("/entry.sh is not there")
      return
    }
    #expect(entry.text == "#!/bin/sh\nexec python agent.py\n")
    #expect(entry.isExecutable == true)
    #expect(entry.origin == Place(file: "Dockerfile", line: 14))
  }

  @Test(arguments: [
    ("FROM debian\nCMD [1]", true), ("FROM debian\nENTRYPOINT [\"a\", null]", true),
    ("FROM debian\nSHELL /bin/bash", true),
    ("FROM debian\nCMD [\"a\"]", false),
  ])
  func whatIsNoListOfStringsStartsNothing(_ text: String, _ isFault: Bool) throws {
    #expect((try ImageFixture().image(text).fault != nil) == isFault)
  }

  @Test(arguments: [
    ("", 1), ("# only\n", 1), ("CMD a", 1), ("FROM debian\nCDM a", 2), ("FROM debian\nRUN <<EOF\nx", 2),
    ("FROM debian\nENV A=${B", 2), ("FROM debian\nWORKDIR \"x", 2), ("FROM debian\nENV A=${B:?is needed}", 2),
    ("FROM debian\nCOPY x", 2), ("FROM deb\u{0}ian", 1),
  ])
  func whatBuildKitRefusesIsRefusedAtItsLine(_ text: String, _ line: Int) throws {
    let failure = #expect(throws: DocumentFailure.self) { try ImageFixture.arguments(text) }
    #expect(failure?.problems.first?.mark?.line == line)
    #expect(failure?.exitStatus == .badInput)
  }

  @Test func aMisspeltInstructionIsNamed() {
    let failure = #expect(throws: DocumentFailure.self) { try ImageFixture.arguments("FROM debian\nENTRYPIONT a") }
    #expect(failure?.remedy == "did you mean ENTRYPOINT?")
  }
}
