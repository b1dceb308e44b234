/// What a field's name says of its value.
enum Field: UInt8, Sendable {
  case none
  /// Any value is a secret.
  case secret
  /// A value that looks like one is.
  case maybeSecret
  case authorization
  case cookie
  case room
  case identity
  case personName
  /// A phone number, a mail address, a user's name.
  case contact
  case metadata
  case attributes
  case transcript
  case chat

  var isSecret: Bool { self == .secret || self == .maybeSecret || self == .authorization || self == .cookie }
  /// Whether the value is prose, which goes on over spaces.
  var isProse: Bool { self == .transcript || self == .chat || self == .metadata || self == .attributes }
  /// Whether what the value holds is learned as a name.
  var isLearned: Bool { self == .room || self == .identity || self == .personName }
  /// Whether lists and objects as value are hidden too, leaf by leaf.
  var hasParts: Bool { self != .none && self != .room && self != .maybeSecret && self != .authorization }

  var builtin: Builtin {
    switch self {
    case .none, .secret, .maybeSecret: .secretField
    case .authorization: .authorization
    case .cookie: .cookie
    case .room: .room
    case .identity: .identity
    case .personName: .personName
    case .contact: .contact
    case .metadata: .metadata
    case .attributes: .attributes
    case .transcript: .transcript
    case .chat: .chat
    }
  }
}

/// Decides by a field's name, in any spelling: `turn_password`, `turnPassword`, `TURN-PASSWORD`.
enum FieldNames {
  /// Texts one of which is in every name that is decided here; in small letters.
  static let triggers = [
    "pass", "pwd", "secret", "token", "credential", "key", "auth", "cookie", "signature", "jwt", "dsn", "otp", "_pin",
    "pin\"", "pin=", "pin:",
    "connectionstring", "connection_string", "connstr", "identit", "participant", "room", "metadata", "attributes",
    "transcript",
    "prompt", "instruction", "utterance", "user_input", "userinput", "chat", "messages", "conversation", "content",
    "text", "arguments", "phone", "caller", "callee", "email", "e-mail", "firstname", "first_name", "first-name",
    "last-name", "full-name", "display-name", "user-name", "lastname",
    "last_name", "fullname", "full_name", "displayname", "display_name", "customer", "username", "user_name", "birth",
    "ssn", "fromnumber", "from_number", "tonumber", "to_number", "sipnumber", "sip_number", "callednumber",
    "callingnumber", "trunknumber", "numbers", "dial", "call_to", "callto", "greeting", "dtmf", "fromuser", "touser",
    "passwd", "sid", "sessid", "sessionid", "connect.sid",
    "csrf", "xsrf", "hmac", "salt", "seed", "mnemonic", "identifiedby", "kennwort", "parol",
  ]

  /// Those of them one of which is in every name of a room's, a participant's or a person's name; and `sid`, which tells whose
  /// the name beside it is.
  static let learnedTriggers = triggers.filter { trigger in
    ["identit", "participant", "room", "caller", "callee", "customer", "sid", "name"].contains { trigger.contains($0) }
  }

  /// What a name says of its value.
  static func field(of name: ArraySlice<UInt8>) -> Field {
    guard name.count >= 3, name.count <= 96 else { return .none }
    let words = words(of: name)
    guard let last = words.last else { return .none }
    let joined = words.joined()
    if let exact = exact[joined] { return exact }
    // What stands before the last words says whose it is: `provider.room_name`.
    for count in [3, 2] where words.count > count {
      if let exact = exact[words.suffix(count).joined()], exact != .none { return exact }
    }
    let core = words.reversed().drop { isFiller($0) }.reversed().map { $0 }
    guard let end = core.last else { return .none }
    if descriptors.contains(end) || descriptors.contains(last) { return .none }
    return secret(core, end, joined) ?? person(core, end, joined) ?? .none
  }

  private static func secret(_ words: [String], _ end: String, _ joined: String) -> Field? {
    if endings.contains(where: { end.hasSuffix($0) }) { return .secret }
    if words.contains(where: { strong.contains($0) }) { return .secret }
    if cores.contains(where: { joined.contains($0) }) { return .secret }
    switch end {
    case "key", "keys":
      guard words.count > 1 else { return .maybeSecret }
      return keyOwners.contains(words[words.count - 2]) ? .secret : .maybeSecret
    case "tokens", "auth", "signature", "sig", "hmac", "salt", "seed", "dsn", "otp", "sessionid": return .maybeSecret
    case "pass": return words.count > 1 ? .secret : .maybeSecret
    case "pin": return .secret
    case "authorization": return .authorization
    case "cookie", "cookies": return .cookie
    case "sid": return joined == "connectsid" || joined == "phpsessid" ? .secret : nil
    default: return joined.hasSuffix("connectionstring") ? .maybeSecret : nil
    }
  }

  private static func person(_ words: [String], _ end: String, _ joined: String) -> Field? {
    let owner = words.count > 1 ? words[words.count - 2] : ""
    switch end {
    case "identity", "identities": return .identity
    case "participant", "participants": return .identity
    case "room", "roomname": return .room
    case "name":
      if owner == "room" { return .room }
      return persons.contains(owner) || ["first", "last", "full", "display"].contains(owner) ? .personName : nil
    case "metadata": return .metadata
    case "attributes": return .attributes
    case "transcript", "transcripts", "transcription", "utterance", "prompt", "prompts", "instructions", "instruction",
      "greeting":
      return .transcript
    case "phone", "email", "mail", "dtmf", "ssn", "birthdate", "birthday", "callee": return .contact
    case "number", "numbers": return phones.contains(owner) ? .contact : nil
    default: return nil
    }
  }

  /// Whether a word may name a telephone number: `from`, `caller`.
  static func isOfPhone(_ word: String) -> Bool { phones.contains(word) || word == "number" || word == "tel" }

  private static let exact: [String: Field] = {
    var table: [String: Field] = [:]
    func add(_ field: Field, _ names: [String]) { for name in names { table[name] = field } }
    // Names that would otherwise be taken for something else, by their last word or as a whole.
    add(
      .none,
      [
        "caller", "tokenizer", "keyid", "participantkind", "participants", "chat", "message", "contenttype", "keys",
        "pathname",
      ])
    add(
      .secret,
      [
        "accesskeyid", "secretaccesskey", "turnpassword", "icepwd", "iceufrag", "clientkeydata", "identitytoken", "pwd",
        "passwd", "xamzcredential", "xamzsecuritytoken", "xamzsignature", "xgoogsignature", "xgoogcredential",
        "phpsessid", "jsessionid", "connectsid", "awsaccesskeyid", "clientsecretid", "registrytoken",
      ])
    add(
      .maybeSecret,
      [
        "key", "auth", "signature", "sig", "tokens", "sessionkey",
        "clientcertificatedata",
        "certificateauthoritydata",
      ])
    add(
      .authorization,
      [
        "authorization", "proxyauthorization", "xauthorization", "auth0authorization", "wwwauthenticate",
        "authorizationheader",
      ])
    add(.cookie, ["cookie", "setcookie", "cookies", "cookieheader"])
    add(.room, ["room", "roomname", "sourceroom", "destinationroom", "roomslug", "fromroom", "toroom"])
    add(
      .identity,
      [
        "identity", "participant", "remoteparticipant", "linkedparticipant", "publisheridentity", "identities",
        "lkpublishonbehalf", "publishonbehalf", "remoteidentity", "useridentity",
      ])
    add(
      .personName,
      [
        "participantname", "firstname", "lastname", "fullname", "displayname", "customername", "callername", "customer",
        "calleename", "patientname", "guestname",
      ])
    add(
      .contact,
      [
        "email", "mail", "phone", "phonenumber", "phonenumbers", "mobilenumber", "callerid", "callernumber",
        "calleenumber", "callingnumber", "callednumber", "fromnumber", "tonumber", "sipnumber", "trunkphonenumber",
        "sipphonenumber", "siptrunkphonenumber", "sipcallto", "callto", "dialto", "dialed", "dialednumber", "fromuser",
        "touser", "username", "dateofbirth", "birthdate", "ssn", "dtmf", "digits", "customeremail", "useremail",
        "outboundnumber", "inboundnumber", "destinationnumber", "sourcenumber", "transferto", "emailaddress",
      ])
    add(
      .transcript,
      [
        "text", "content", "usertext", "agenttext", "inputtext", "outputtext", "finaltext", "partialtext",
        "interimtext", "rawtext", "ttstext", "stttext", "spokentext", "textcontent", "userinput", "usertranscript",
        "agenttranscript", "agentspeech", "userspeech", "arguments", "rawarguments", "toolarguments",
        "functionarguments", "lasttranscript", "systemprompt", "initialprompt", "transcripttext", "messagetext",
        "replytext",
      ])
    add(
      .chat,
      [
        "chatctx", "chatcontext", "chathistory", "messages", "chatitems", "conversation", "conversationhistory",
        "chatmessages", "transcriptsegments", "chatmessage", "initialctx", "initialchatctx",
      ])
    add(
      .metadata, ["metadata", "jobmetadata", "roommetadata", "participantmetadata", "dispatchmetadata", "usermetadata"])
    add(.attributes, ["attributes", "participantattributes", "extraattributes"])
    return table
  }()

  /// Ends of words whose value is always secret.
  private static let endings = [
    "password", "passwd", "passphrase", "passcode", "secret", "apikey", "token", "privatekey", "secretkey", "accesskey",
    "authkey", "credential", "credentials", "pwd", "jwt", "signingkey", "secrets", "passwords", "mnemonic", "kennwort",
    "passwort", "encryptionkey",
  ]
  /// What makes a secret of every name that it is a part of.
  private static let cores = ["secretkey", "privatekey", "apikey", "password", "passwd", "turnpassword"]
  private static let strong: Set<String> = ["password", "passwd", "passphrase", "secret", "secrets", "pwd"]
  private static let keyOwners: Set<String> = [
    "api", "access", "secret", "private", "signing", "sign", "encryption", "encrypt", "decryption", "auth", "account",
    "master", "license", "shared", "service", "client", "ssh", "gpg", "host", "deploy", "storage", "admin", "webhook",
    "app", "application", "subscription", "cookie", "session", "jwt", "hmac", "aes", "rsa",
    "root", "openai",
    "deepgram",
    "elevenlabs", "cartesia", "livekit", "lk", "azure", "aws", "gcp", "google", "anthropic", "twilio", "stripe",
    "crypto",
    "data", "security", "bot", "consumer", "dev", "prod", "test", "live", "speech", "x", "integration", "write", "read",
    "assemblyai", "groq", "rime", "gemini", "mistral", "cohere", "datadog", "dd", "sendgrid", "slack", "github",
  ]
  private static let persons: Set<String> = [
    "participant", "caller", "callee", "customer", "patient", "guest", "contact", "speaker", "client", "person",
    "owner",
  ]
  private static let phones: Set<String> = [
    "phone", "mobile", "sip", "from", "to", "caller", "called", "calling", "callee", "dial", "dialed", "trunk",
    "destination", "source", "outbound", "inbound", "cell", "fax", "customer", "contact", "user", "account", "card",
  ]
  /// Last words of names that describe a secret and do not hold it.
  private static let descriptors: Set<String> = [
    "id", "ids", "type", "types", "count", "counts", "length", "len", "size", "limit", "limits", "ttl", "expiry",
    "expires",
    "expiration", "expire", "expired", "expiring", "at", "file", "files", "path", "paths", "dir", "directory", "ref",
    "refs", "alg",
    "algorithm", "version", "status", "state", "error", "errors", "valid", "invalid", "required", "enabled", "disabled",
    "present", "usage", "used", "budget",
    "policy", "rotation", "age", "seconds", "secs", "ms", "minutes", "hours", "duration", "format", "scheme", "kind",
    "mount",
    "volume", "index", "created", "updated", "issuer", "audience", "source", "provider", "class", "mode", "method",
    "field",
    "fields", "prefix", "suffix", "location", "latency", "delay", "rate", "timeout", "retries", "attempt", "attempts",
    "total", "max",
    "min", "avg", "changed", "missing", "hidden", "permission", "permissions", "role", "scope", "scopes", "endpoint",
    "url", "uri", "store", "manager", "service", "handler", "client", "agent", "server", "name", "names", "label",
    "title", "selector", "owner", "year",
    "options", "option", "config", "settings", "info", "details", "reason", "events", "event", "per", "arn", "cached",
    "budget", "window", "weight",
    "publisher", "subscriber", "joined", "left", "connected", "disconnected", "active", "ready", "loaded", "updated",
    "update", "exists",
  ]
  private static func isFiller(_ word: String) -> Bool {
    fillers.contains(word) || word.utf8.allSatisfy { Bytes.isDigit($0) }
  }
  /// Words after a name that change nothing: `API_KEY_PROD`, `password_b64`, `tokenValue`.
  private static let fillers: Set<String> = [
    "value", "val", "b64", "base64", "raw", "string", "str", "data", "env", "prod", "production", "staging", "dev",
    "test", "old",
    "new", "current", "previous", "primary", "secondary", "header", "plain", "plaintext", "encoded", "hash", "live",
    "main", "backup", "v1", "v2", "hex", "text", "a", "b",
  ]

  /// The words of a name in small letters; a word ends at `_`, `-`, `.`, before a capital after a small letter, and before the
  /// last of several capitals.
  static func words(of name: ArraySlice<UInt8>) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var place = name.startIndex
    func end() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    while place < name.endIndex {
      let byte = name[place]
      if Bytes.isUpper(byte), !word.isEmpty {
        let before = name[place - 1]
        let next = place + 1 < name.endIndex ? name[place + 1] : 0
        if !Bytes.isUpper(before) || Bytes.isLower(next) { end() }
      }
      if Bytes.isLetter(byte) || Bytes.isDigit(byte) { word.append(Bytes.lower(byte)) } else { end() }
      place += 1
    }
    end()
    return words
  }
}
