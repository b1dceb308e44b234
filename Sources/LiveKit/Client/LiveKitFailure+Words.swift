package import Vocabulary
import Web

extension LiveKitFailure {
  package var what: String {
    switch reason {
    case .transport: "\(call) has no answer from \(server)"
    case .overloaded: "\(server) is asked too much (\(call))"
    case .roomUnanswered: "no node of \(server) holds the room (\(call))"
    case .denied: "\(server) refuses \(call)"
    case .refused(let code, _):
      code == .notFound ? "\(call): \(server) knows no such thing" : "\(call) failed at \(server)"
    case .unsuccessful: "\(call) was not done by \(server)"
    case .notCloud: "\(server) knows no hosted agents (\(call))"
    case .status(let status): "\(server) answers \(call) with status \(status)"
    case .malformed: "\(server) gives \(call) an answer that cannot be read"
    case .invalidRegion: "the log server of the region cannot be asked (\(call))"
    case .unwritable: "\(call) cannot be written"
    }
  }

  package var why: String? {
    switch reason {
    case .transport(let failure): [failure.what, failure.why].compactMap { $0 }.joined(separator: ": ")
    case .overloaded(let status, let delay):
      "status \(status)" + (delay.map { "; it asks to be left alone for \($0.text)" } ?? "")
    case .roomUnanswered: "the room has closed"
    case .denied(let denial): denial.why
    case .refused(let code, let message): message.isEmpty ? code.word : "\(code.word): \(message)"
    case .unsuccessful(let message): message.isEmpty ? nil : message
    case .notCloud: "it is a self-hosted server, or not LiveKit at all"
    case .malformed(let reason): reason
    case .invalidRegion: "the service names a region that is no host label"
    case .status, .unwritable: nil
    }
  }

  package var remedy: String? {
    switch reason {
    case .transport(let failure):
      isAboutAgents ? "check LIVEKIT_URL; LK_AGENTS_URL sets the address of hosted agents" : failure.remedy
    case .overloaded:
      "ask less often, or share the project's requests with fewer tools; LiveKit Cloud takes 1,000 a minute"
    case .denied(let denial): denial.remedy
    case .refused(let code, _): code.remedy(for: call)
    case .unsuccessful: "look at the agent in LiveKit's dashboard, then try again"
    case .notCloud: "hosted agents are on LiveKit Cloud only; for a self-hosted fleet configure its own platform"
    case .status(404): "check the address: is it a LiveKit server?"
    case .malformed: "check the address: is it a LiveKit server, with nothing between that answers for it?"
    case .roomUnanswered, .status, .invalidRegion, .unwritable: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch reason {
    case .denied, .notCloud: .configuration
    case .transport(let failure): failure.exitStatus
    case .unsuccessful: .actionFailed
    case .refused(let code, _):
      [.failedPrecondition, .invalidArgument, .alreadyExists, .outOfRange].contains(code) ? .actionFailed : .unavailable
    default: .unavailable
    }
  }

  private var isAboutAgents: Bool { call.contains("Agent") || call == "logs" }
}

extension LiveKitFailure.Denial {
  fileprivate var why: String? {
    switch self {
    case .noToken: "what was sent is no token to it"
    case .unknownKey: "it does not know the API key"
    case .wrongSecret: "the secret is not the API key's"
    case .expired: "the token is over: the clocks differ by more than five minutes"
    case .notYetValid: "the token does not hold yet: the clocks differ by more than two minutes"
    case .missingGrant: "the token does not allow it"
    case .unclear: nil
    }
  }

  fileprivate var remedy: String? {
    switch self {
    case .unknownKey, .wrongSecret:
      "check LIVEKIT_API_KEY, LIVEKIT_API_SECRET and that both are of LIVEKIT_URL's project"
    case .expired, .notYetValid: "set this machine's clock: timedatectl set-ntp true"
    case .missingGrant: "use an API key of the project that may do it"
    case .noToken, .unclear: "check that LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET belong together"
    }
  }
}

extension TwirpCode {
  /// The code as it is written.
  fileprivate var word: String {
    if case .other(let word) = self { return word.harmless }
    return TwirpCode.words.first { $0.value == self }?.key ?? "unknown"
  }

  fileprivate func remedy(for call: String) -> String? {
    switch self {
    case .notFound: "check the name or id, and that the credentials are of its project"
    case .failedPrecondition where call == "RollbackAgent":
      "rollback needs a paid plan; without one, deploy the earlier source again"
    case .failedPrecondition: "look at the agent in LiveKit's dashboard: its state or the project's plan forbids it"
    case .unimplemented, .badRoute: "check that the server is new enough for this call"
    case .unavailable, .internal, .unknown, .deadlineExceeded, .canceled, .aborted, .dataLoss: "try again"
    case .invalidArgument, .malformed, .alreadyExists, .permissionDenied, .unauthenticated, .resourceExhausted,
      .outOfRange, .other:
      nil
    }
  }
}
