import Machine
import TestSupport
import Testing

@testable import Preflight

struct ImageTreeTests {
  @Test(arguments: [
    ("COPY . /app", "/app/bin/run.sh"), ("COPY . .", "/w/bin/run.sh"), ("COPY bin /x", "/x/run.sh"),
    ("COPY bin/run.sh /x", "/x"), ("COPY bin/run.sh /x/", "/x/run.sh"), ("COPY bin/*.sh ./", "/w/run.sh"),
    ("COPY bin/run.sh other.txt /x", "/x/run.sh"), ("COPY [\"bin/run.sh\", \"/a b\"]", "/a b"),
    ("COPY --parents bin/run.sh /x/", "/x/bin/run.sh"), ("COPY ./bin/../bin/run.sh .", "/w/run.sh"),
    ("COPY ../../bin/run.sh .", "/w/run.sh"), ("ADD bin/run.sh /usr/local/bin/", "/usr/local/bin/run.sh"),
    ("COPY bin/run.sh /usr/local/bin", "/usr/local/bin/run.sh"), ("COPY b[a-j]n/r?n.sh /x", "/x"),
    ("COPY . /a\nRUN mv /a/bin/run.sh /b.sh", "/b.sh"), ("COPY . /a\nRUN cp /a/bin/*.sh /usr/bin/", "/usr/bin/run.sh"),
    ("COPY . /a\nRUN ln -s /a/bin/run.sh /start", "/start"), ("COPY . /a\nRUN ln -s a/bin /b", "/b/run.sh"),
    ("COPY . /a\nRUN cd /a && install -m 755 bin/run.sh /usr/bin/go", "/usr/bin/go"),
  ])
  func copiedFilesAreFound(_ lines: String, _ path: String) throws {
    let fixture = try ImageFixture(["bin/run.sh": "found", "other.txt": "no"])
    #expect(ImageFixture.text(try fixture.image("FROM debian\nWORKDIR /w\n" + lines), path) == "found")
  }

  @Test(arguments: [
    ("RUN echo 'exec a' > /f", "exec a\n"),
    ("RUN printf '#!/bin/sh\\nexec %s\\n' agent > /f", "#!/bin/sh\nexec agent\n"),
    ("RUN echo a > /f && echo b >> /f", "a\nb\n"), ("RUN echo \"#!/bin/sh\\nexec b\" >/f", "#!/bin/sh\nexec b\n"),
    ("RUN [\"sh\", \"-c\", \"echo x > /f\"]", "x\n"), ("ENV N=x\nRUN echo \"$N ${N}\" > /f", "x x\n"),
    ("RUN <<EOF\necho one > /f\nEOF", "one\n"), ("RUN set -ex; \\\n  echo a > /f", "a\n"),
  ])
  func smallScriptsThatARunWritesAreRead(_ lines: String, _ text: String) throws {
    #expect(ImageFixture.text(try ImageFixture().image("FROM debian\n" + lines), "/f") == text)
  }

  @Test(arguments: [
    "RUN curl -o /f https://example.com/f", "RUN echo a | sed s/a/b/ > /f", "RUN echo $(date) > /f",
    "ADD https://example.com/f /f", "COPY --from=other/image /f /f", "COPY . /a\nRUN sed -i s/a/b/ /f",
  ])
  func whatOnlyABuildKnowsIsUnknown(_ lines: String) throws {
    guard case .unknown = try ImageFixture().image("FROM debian\n" + lines).tree.lookUp("/f") else {
      Issue.record("/f is not unknown")
      return
    }
  }

  @Test func otherStagesGiveTheirFiles() throws {
    let fixture = try ImageFixture(["run.sh": "found"])
    let text =
      "FROM debian AS b\nWORKDIR /src\nCOPY . .\nFROM alpine\nCOPY --from=b /src /app\nCOPY --from=0 /src/run.sh /r\n"
    let image = try fixture.image(text)
    #expect(ImageFixture.text(image, "/app/run.sh") == "found")
    #expect(ImageFixture.text(image, "/r") == "found")
  }

  @Test func returnsAreTakenOutWhereARunTakesThemOut() throws {
    let fixture = try ImageFixture(["a.sh": "a\r\nb\r\n"])
    for line in ["sed -i 's/\\r$//' /w/a.sh", "dos2unix /w/*.sh", "cd /w && sed -i -e 's/\\r//g' a.sh"] {
      #expect(ImageFixture.text(try fixture.image("FROM debian\nCOPY . /w\nRUN " + line), "/w/a.sh") == "a\nb\n")
    }
    #expect(ImageFixture.text(try fixture.image("FROM debian\nCOPY . /w"), "/w/a.sh") == "a\r\nb\r\n")
  }

  @Test func executeBitsAreThoseOfTheContextOrOfWhatChangesThem() throws {
    let fixture = try ImageFixture(["a.sh": "", "b.txt": ""])
    func isExecutable(_ lines: String, _ path: String) throws -> Bool? {
      guard case .file(let file) = try fixture.image("FROM debian\n" + lines).tree.lookUp(path) else { return nil }
      return file.isExecutable
    }
    #expect(try isExecutable("COPY . /w", "/w/a.sh") == true)
    #expect(try isExecutable("COPY . /w", "/w/b.txt") == false)
    #expect(try isExecutable("COPY --chmod=0755 . /w", "/w/b.txt") == true)
    #expect(try isExecutable("COPY --chmod=u=rw . /w", "/w/a.sh") == false)
    #expect(try isExecutable("COPY . /w\nRUN chmod +x /w/*.txt", "/w/b.txt") == true)
    #expect(try isExecutable("COPY . /w\nRUN chmod -R 644 /w", "/w/a.sh") == false)
  }

  @Test func ignoredFilesAreNotThere() throws {
    let fixture = try ImageFixture([
      ".dockerignore": "# no\n*.sh\n!keep.sh\nsub/**/x\n/top\n", "a.sh": "a", "keep.sh": "k", "sub/b/x": "x",
      "sub/y": "y",
      "top/z": "z",
    ])
    let image = try fixture.image("FROM debian\nCOPY . /w")
    #expect(ImageFixture.text(image, "/w/a.sh") == nil)
    #expect(ImageFixture.text(image, "/w/keep.sh") == "k")
    #expect(ImageFixture.text(image, "/w/sub/b/x") == nil)
    #expect(ImageFixture.text(image, "/w/sub/y") == "y")
    #expect(ImageFixture.text(image, "/w/top/z") == nil)
    #expect(image.tree.names(in: "/w") == [".dockerignore", "keep.sh", "sub"])
  }

  @Test func linksLeadThroughTheImageAndNeverOutOfTheContext() async throws {
    let outside = try ImageFixture(["secret": "secret"])
    let fixture = try ImageFixture(["real/run.sh": "found"])
    let links = [
      "inside": "real/run.sh", "folder": "real", "image": "/app/real/run.sh", "out": "\(outside.folder.path)/secret",
      "up": "../../../../..\(outside.folder.path)/secret", "circle": "circle", "one": "two", "two": "one",
    ]
    for (name, target) in links {
      let run = try await Invocation(["/bin/ln", "-s", target, fixture.folder.file(name)]).run(within: .seconds(10))
      try #require(run.succeeded)
    }
    let image = try fixture.image("FROM debian\nCOPY . /app\nCOPY inside out up circle /own/")
    for path in ["/app/inside", "/app/folder/run.sh", "/app/image", "/own/inside"] {
      #expect(ImageFixture.text(image, path) == "found", "\(path)")
    }
    for path in ["/app/out", "/app/up", "/app/circle", "/app/one", "/own/out", "/own/up", "/own/circle"] {
      #expect(ImageFixture.text(image, path) == nil, "\(path)")
    }
  }

  @Test func nothingOfAnEmptyImageIsThereButWhatWasCopied() throws {
    let fixture = try ImageFixture(["a": "a"])
    let image = try fixture.image("FROM scratch\nCOPY a /a\nCMD x")
    guard case .missing = image.tree.lookUp("/bin/sh") else {
      Issue.record("/bin/sh is thought to be there")
      return
    }
    #expect(image.hasNoShell)
    #expect(!(try fixture.image("FROM scratch\nCOPY --from=busybox /bin/sh /bin/sh").hasNoShell))
  }
}
