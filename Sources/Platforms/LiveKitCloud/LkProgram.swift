import LiveKit
import Machine
import Vocabulary

/// The `lk` of PATH, called by argument array; it gets the credentials in its environment, never as an argument.
struct LkProgram {
  let settings: LiveKitCloudSettings

  private var environment: [String: String] {
    var variables = settings.inherited
    variables["LIVEKIT_URL"] = settings.credentials.server.url
    variables["LIVEKIT_API_KEY"] = settings.credentials.apiKey
    variables["LIVEKIT_API_SECRET"] = settings.credentials.secret.exposed
    // Its output is journaled.
    variables["NO_COLOR"] = "1"
    return variables
  }

  private func invocation(_ arguments: [String]) -> Invocation {
    Invocation(["lk"] + arguments, environment: environment, directory: settings.directory)
  }

  /// Throws when there is none, or one that does not know `--attribute` (before July 2026).
  func check() async throws {
    let path = settings.inherited["PATH"] ?? ""
    guard let found = Program.find("lk", searching: path) else { throw LiveKitCloudFailure.lkMissing(searched: path) }
    let help = try await invocation(["agent", "deploy", "--help"]).run(within: .seconds(30))
    guard help.succeeded, (help.text + help.errorText).contains("--attribute") else {
      throw LiveKitCloudFailure.lkTooOld(path: found)
    }
  }

  /// Deploys from the directory; each line that it prints is handed on, harmless and without secrets.
  func deploy(
    attributes: [(key: String, value: String)], onLine: @escaping @Sendable (String) -> Void
  ) async throws -> CompletedRun {
    var arguments = ["agent", "deploy", "--yes"]
    if settings.deployment != .production { arguments += ["--deployment", settings.deployment.rawValue] }
    for (key, value) in attributes { arguments += ["--attribute", "\(key)=\(value)"] }
    return try await invocation(arguments).run(within: settings.deployLimit) { [secret = settings.credentials.secret] in
      let text = $0.line.text.withoutSecrets(secret)
      if !text.isEmpty { onLine(text) }
    }
  }
}

extension String {
  /// One line for a journal: harmless, at most 500 characters, with neither the secret nor anything that begins like a
  /// token. A real server sends the whole token back with its refusal, and lk prints that.
  func withoutSecrets(_ secret: Secret) -> String {
    let text = secret.isEmpty ? self : replacing(secret.exposed, with: "(secret)")
    // `eyJ` is how the base64 of `{"` begins.
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { $0.contains("eyJ") ? "(token)" : $0 }
    return String(words.joined(separator: " ").harmless.prefix(500))
  }
}
