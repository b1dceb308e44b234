package import Vocabulary

/// Why text cannot be redacted. Whatever was to be written must not be released.
package enum RedactionFailure: Failure, Equatable {
  /// A file is not text that can be read here: compressed, or in an encoding of two bytes.
  case notText(file: String, what: String)
  /// A pattern gave up, so that nobody knows what the text holds.
  case abandoned(file: String, rule: String)
  /// More names were learned than are kept.
  case tooManyNames(limit: Int)
  /// A rule to relax that there is not.
  case unknownRule(String, nearest: String?)
  /// A rule of the configuration that cannot be used.
  case badRule(String, reason: String)

  package var what: String {
    switch self {
    case .notText(let file, let what): "'\(file.harmless)' cannot be redacted: it is \(what)"
    case .abandoned(let file, let rule): "'\(file.harmless)' cannot be redacted: the rule '\(rule.harmless)' gave up"
    case .tooManyNames(let limit): "more than \(limit) names of rooms and participants were seen"
    case .unknownRule(let name, _): "there is no redaction rule '\(name.harmless)'"
    case .badRule(let name, _): "the redaction rule '\(name.harmless)' cannot be used"
    }
  }

  package var why: String? {
    switch self {
    case .notText: "only text of single bytes is searched for secrets"
    case .abandoned: "the pattern needs too many steps on this text"
    case .tooManyNames: "names beyond these would stay readable in free text"
    case .unknownRule(_, let nearest): nearest.map { "the nearest is '\($0)'" }
    case .badRule(_, let reason): reason.harmless
    }
  }

  package var remedy: String? {
    switch self {
    case .notText: "unpack or convert the file first, or leave it out"
    case .abandoned: "leave the file out, or make the rule's pattern simpler"
    case .tooManyNames: "collect a shorter time window"
    case .unknownRule, .badRule: "correct the rules under 'redaction' in sluice.yaml"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .unknownRule, .badRule: .configuration
    default: .redactionRefused
    }
  }
}
