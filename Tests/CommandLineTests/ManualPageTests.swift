import CommandLine
import Machine
import TestSupport
import Testing

struct ManualPageTests {
  @Test func everyCommandThatIsShownHasAPage() {
    #expect(
      ManualPage.pages(root: Sample.self, version: "1.0").map(\.fileName) == [
        "sluice.1", "sluice-deploy.1", "sluice-rollback.1", "sluice-verify-cutover.1", "sluice-triage.1",
        "sluice-check.1", "sluice-check-contracts.1", "sluice-check-signals.1", "sluice-runs.1", "sluice-runs-list.1",
        "sluice-runs-show.1", "sluice-guard.1",
      ])
  }

  @Test func pagesStayAsTheyWereRead() throws {
    for page in ManualPage.pages(root: Sample.self, version: "1.0")
    where ["sluice.1", "sluice-deploy.1"].contains(page.fileName) {
      try Golden.expect(page.text, in: page.fileName)
    }
  }

  @Test(.enabled(if: Program.find("man") != nil, "man is not installed (man-db)"))
  func manShowsEveryPageWithoutAWarning() async throws {
    let folder = try TemporaryFolder()
    for page in ManualPage.pages(root: Sample.self, version: "1.0") {
      let path = try folder.write(page.text, to: page.fileName)
      let environment = ["PATH": "/usr/bin:/bin", "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANROFFOPT": "-ww"]
      let run = try await Invocation(["man", "-l", "--warnings", "-E", "UTF-8", path], environment: environment)
        .run(within: .seconds(60))
      #expect(run.errorText == "", "\(page.fileName)")
      #expect(run.succeeded)
      guard page.fileName == "sluice-deploy.1" else { continue }
      let shown = run.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(shown.contains("It's \"odd\" text: a [bracket], $HOME, `tick`, 100% & a back\\slash; (paren) <angle>"))
      #expect(shown.contains("sluice deploy --target production --version v2 Deploy v2 and watch until it is proved."))
      #expect(shown.contains("SLUICE_TARGET Stands for --target where that is not given."))
      #expect(shown.contains("-t, --target NAME"))
    }
  }
}
