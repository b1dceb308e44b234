import Testing
import Vocabulary

struct FailureTests {
  struct Locked: Failure {
    var why: String?
    var remedy: String?
    var what: String { "the target 'production' is locked" }
    var exitStatus: Vocabulary.ExitStatus { .locked }
  }

  @Test func anErrorHasThreeLinesAndLeavesOutWhatIsNotKnown() {
    #expect(
      "\(Locked(why: "run 20261121-140511 deploys to it", remedy: "wait, or look at it with 'sluice runs show'"))"
        == """
        error: the target 'production' is locked
        because: run 20261121-140511 deploys to it
        try: wait, or look at it with 'sluice runs show'
        """)
    #expect("\(Locked())" == "error: the target 'production' is locked")
  }

  @Test func aSecretIsNeverShown() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump([secret], to: &dumped)
    #expect("\(secret) \(String(reflecting: secret)) \([secret]) \(dumped)".contains("hunter2") == false)
    #expect(secret.exposed == "hunter2")
  }

  @Test func exitStatusesAreThoseOfTheDocumentation() {
    #expect(Vocabulary.ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 64, 65, 66, 69, 73, 75, 78, 130, 143])
  }
}
