import Journal
import Machine
import Vocabulary

extension Context {
  /// Who asked for a run, as the environment and git say it; what nobody says stays unknown.
  func performer() async -> Performer {
    var performer = Performer()
    performer.user = variable("SUDO_USER", "USER", "LOGNAME") ?? "uid \(Host.user)"
    performer.commit = await commit()
    performer.actor = variable("GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_LOGIN")
    performer.pipeline = variable("CI_JOB_URL", "CI_PIPELINE_URL")
    if let server = variable("GITHUB_SERVER_URL"), let repository = variable("GITHUB_REPOSITORY"),
      let run = variable("GITHUB_RUN_ID")
    {
      performer.pipeline = "\(server)/\(repository)/actions/runs/\(run)"
    }
    return performer
  }

  /// The first of these variables that says something.
  private func variable(_ names: String...) -> String? {
    names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }?.harmless
  }

  /// The commit of the working directory; what pipelines say of it where there is no git, or no checkout.
  private func commit() async -> String? {
    let invocation = Invocation(["git", "rev-parse", "HEAD"], directory: directory)
    // Without git, or outside of a checkout, there is no commit to name, and no run waits for it.
    if let run = try? await invocation.run(within: .seconds(5)), run.succeeded {
      let commit = run.text.prefix { !$0.isNewline }
      if !commit.isEmpty { return commit.harmless }
    }
    return variable("GITHUB_SHA", "CI_COMMIT_SHA")
  }
}
