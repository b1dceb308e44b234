package import Vocabulary

import Cutover

/// What keeps versions from running or stopping as containers.
package enum DockerFailure: Failure {
  /// The settings cannot be meant; one sentence.
  case settings(String)
  /// The version is neither a tag nor a digest.
  case noTag(VersionName)
  /// The program is not there.
  case programMissing(String, searched: String)
  /// The engine does not answer; the program's own words.
  case unreachable(String, engine: String?, line: String)
  /// This user may not speak to the engine.
  case denied(String, engine: String?, line: String)
  /// The program knows no such context.
  case contextUnknown(String, line: String)
  /// Program and engine speak no common version of the API.
  case versionRefused(String, engine: String?, line: String)
  /// The image is neither there nor can it be had.
  case imageMissing(String, line: String)
  /// The engine has no container of that name.
  case containerMissing(String, program: String, line: String)
  /// The program refused something else; what was to be done, in words.
  case refused(String, line: String)
  /// What the program printed cannot be understood.
  case notUnderstood(String)
  /// The program did not answer in time.
  case late(String, engine: String?, after: Duration)
  /// A container ended before it did anything; `lines` are the last of its log.
  case endedAtOnce(InstanceID, container: String, end: String, lines: [String])
  /// Every container of a version ended before it could serve.
  case neverServed(GenerationID, reason: String, container: String)
  /// No container of the version is left, so it cannot be put back.
  case versionUnknown(VersionName, known: [VersionName])
  /// The stop signal could not be sent.
  case notTold(InstanceID, line: String)

  package var what: String {
    switch self {
    case .settings(let sentence): sentence
    case .noTag(let version): "version '\(version.rawValue.harmless)' is no tag of an image"
    case .programMissing(let program, _): "there is no '\(program.harmless)'"
    case .unreachable(let program, let engine, _): "the engine of \(Self.name(program, engine)) does not answer"
    case .denied(let program, let engine, _): "this user may not use the engine of \(Self.name(program, engine))"
    case .contextUnknown(let name, _): "docker knows no context '\(name.harmless)'"
    case .versionRefused(let program, let engine, _): "\(Self.name(program, engine)) and its engine do not fit"
    case .imageMissing(let image, _): "there is no image '\(image.harmless)'"
    case .containerMissing(let name, _, _): "there is no container '\(name.harmless)'"
    case .refused(let action, _): "\(action) failed"
    case .notUnderstood(let what): "what \(what.harmless) printed cannot be understood"
    case .late(let program, let engine, let limit):
      "\(Self.name(program, engine)) did not answer within \(limit.text)"
    case .endedAtOnce(let id, _, let end, _): "\(id.rawValue.harmless) ended at once: \(end)"
    case .neverServed(let id, _, _): "no container of \(id.rawValue.harmless) came to serve, and all have ended"
    case .versionUnknown(let version, _):
      "version '\(version.rawValue.harmless)' has no container here, so it cannot be put back"
    case .notTold(let id, _): "\(id.rawValue.harmless) could not be told to stop"
    }
  }

  package var why: String? {
    switch self {
    case .settings: nil
    case .noTag: "a tag is letters, digits, '_', '.' and '-', at most 128; a digest is sha256: and 64 digits"
    case .programMissing(_, let searched): "PATH is \(searched.harmless)"
    case .unreachable(_, _, let line), .denied(_, _, let line), .contextUnknown(_, let line),
      .versionRefused(_, _, let line), .imageMissing(_, let line), .containerMissing(_, _, let line),
      .refused(_, let line), .notTold(_, let line):
      line
    case .notUnderstood: "another program of that name, or one that is much older or newer"
    case .late: "the engine is busy, or far away"
    case .endedAtOnce(_, _, _, let lines):
      lines.isEmpty ? "its log is empty" : "it logged: \(lines.joined(separator: " | "))"
    case .neverServed(_, let reason, _): reason
    case .versionUnknown(_, let known):
      known.isEmpty ? "none was started" : "known are: \(known.map(\.rawValue.harmless).joined(separator: ", "))"
    }
  }

  package var remedy: String? {
    switch self {
    case .settings: "change 'docker' in sluice.yaml"
    case .noTag: "name the tag: --version TAG"
    case .programMissing(let program, _): "install \(program.harmless), or name the one you have: 'program: podman'"
    case .unreachable(let program, let engine, _), .late(let program, let engine, _):
      "see that '\(Self.command(program, engine)) info' answers, then run the same command again"
    case .denied: "add the user to the engine's group (docker), or run as one that is in it"
    case .contextUnknown: "docker context ls"
    case .versionRefused: "set DOCKER_API_VERSION to the engine's, or update the older of the two"
    case .imageMissing(let image, _): "docker pull \(image.harmless), by hand until it works"
    case .containerMissing(_, let program, _): "look for its name with '\(program.harmless) ps --all'"
    case .refused: "do it by hand until it works"
    case .notUnderstood: "docker version"
    case .endedAtOnce(_, let container, _, _), .neverServed(_, _, let container): "docker logs \(container.harmless)"
    case .versionUnknown: "name one of these, or deploy the version"
    case .notTold: "run the same command again once the engine answers: nobody is told twice"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .settings, .noTag, .contextUnknown: .configuration
    case .containerMissing: .missingInput
    case .programMissing, .unreachable, .denied, .versionRefused, .notUnderstood, .late: .unavailable
    case .imageMissing, .refused, .endedAtOnce, .neverServed, .versionUnknown, .notTold: .actionFailed
    }
  }

  private static func name(_ program: String, _ engine: String?) -> String {
    engine.map { "\(program.harmless) (\($0.harmless))" } ?? program.harmless
  }

  private static func command(_ program: String, _ engine: String?) -> String {
    engine.map { "\(program.harmless) --context \($0.harmless)" } ?? program.harmless
  }

  /// What it is as a reading's failure.
  var asReading: (kind: SourceFailure.Kind, detail: String) {
    let kind: SourceFailure.Kind =
      switch self {
      case .late: .timeout
      case .denied: .denied
      case .programMissing: .missing
      case .notUnderstood: .malformed
      default: .unreachable
      }
    return (kind, [what, why].compactMap(\.self).joined(separator: ": "))
  }
}
