import Libraries

/// One thing that is hidden: a line of the rules.
struct Rule: Sendable {
  /// What counts and relaxations call it.
  let name: String
  /// What its pseudonyms say: `redacted-KIND-…`.
  let kind: String
  /// Texts without one of which no line is looked at; each is where the pattern begins, unless `reach` is given.
  let triggers: [String]
  /// The pattern; nil for rules that are built in.
  let pattern: String?
  /// The pattern's group that is hidden; 0 is the whole match.
  let group: Int
  /// Bytes that may stand between the pattern's beginning and the trigger.
  let reach: Reach
  /// What else must hold of the hidden text.
  let check: Check
  /// Whether letters of either case are taken for each other.
  let ignoresCase: Bool
  /// What a look at one byte says before the pattern is asked.
  let glance: Glance?

  /// How the pattern's beginning is found from its trigger.
  enum Reach: Sendable {
    /// The trigger begins a word, and the pattern with it.
    case word
    /// The trigger begins the pattern, wherever it stands.
    case here
    /// Everything before it that is neither white space nor a quote or bracket.
    case back
  }

  /// A byte that stands so many bytes behind the trigger's first; asked for before the pattern is.
  struct Glance: Sendable {
    let offset: Int
    let bytes: ClosedRange<UInt8>
  }

  /// What must hold of a text beside its pattern.
  enum Check: Sendable {
    case nothing
    /// It mixes characters as random text does.
    case random
    /// It is Base64 of a name, a colon and a password.
    case basic
    /// It ends in a domain that mail could go to.
    case mail
    /// It has as many digits as a phone number.
    case phone
    /// It is an address of a network, not of the machine itself.
    case address
  }

  init(
    _ name: String, _ kind: String, _ triggers: [String] = [], _ pattern: String? = nil, group: Int = 0,
    reach: Reach = .word, check: Check = .nothing, ignoresCase: Bool = false,
    glance: (Int, ClosedRange<Unicode.Scalar>)? = nil
  ) {
    (self.name, self.kind, self.triggers, self.pattern, self.group) = (name, kind, triggers, pattern, group)
    (self.reach, self.check, self.ignoresCase) = (reach, check, ignoresCase)
    self.glance = glance.map {
      Glance(offset: $0.0, bytes: UInt8(ascii: $0.1.lowerBound)...UInt8(ascii: $0.1.upperBound))
    }
  }
}

/// The rules that are no pattern: each is code of its own.
enum Builtin: Int, CaseIterable {
  case secretField, authorization, cookie, privateKey, token, encoded, unbrokenRun, knownSecret
  case room, identity, personName, contact, metadata, attributes, transcript, chat, learnedName

  var rule: Rule {
    switch self {
    case .secretField: Rule("secret-field", "secret")
    case .authorization: Rule("authorization", "authorization")
    case .cookie: Rule("cookie", "cookie")
    case .privateKey: Rule("pem-block", "pem")
    case .token: Rule("jwt", "jwt")
    case .encoded: Rule("base64", "base64")
    case .unbrokenRun: Rule("unbroken-run", "run")
    case .knownSecret: Rule("known-secret", "secret")
    case .room: Rule("room-name", "room")
    case .identity: Rule("participant-identity", "identity")
    case .personName: Rule("participant-name", "name")
    case .contact: Rule("personal-field", "personal")
    case .metadata: Rule("metadata", "metadata")
    case .attributes: Rule("attributes", "attribute")
    case .transcript: Rule("transcript", "text")
    case .chat: Rule("chat-context", "text")
    case .learnedName: Rule("learned-name", "name")
    }
  }
}
