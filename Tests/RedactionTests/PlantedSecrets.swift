import Libraries
import TestSupport

/// Makes secrets of many kinds, and puts each into texts of many shapes; and strings that look alike and are none.
struct PlantedSecrets {
  /// One text with something in it.
  struct Sample {
    let kind: String
    let shape: String
    /// What must not survive, or must.
    let value: String
    let text: String
  }

  private var random: SeededGenerator
  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  static let lower = "abcdefghijklmnopqrstuvwxyz"
  static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  static let digits = "0123456789"
  static let hex = "0123456789abcdef"
  static let alphanumeric = lower + upper + digits
  static let base64 = alphanumeric + "+/"

  mutating func text(_ count: Int, of alphabet: String = Self.alphanumeric) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
  }

  mutating func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }

  mutating func token() -> String {
    let issuer = text(8)
    func part(_ text: String) -> String {
      encode(text).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    return part(#"{"alg":"HS256","typ":"JWT"}"#) + "." + part(#"{"iss":"\#(issuer)","exp":1795241627}"#) + "."
      + text(43)
  }

  mutating func person() -> String { pick(["alice", "bob", "carla", "dmitri", "emeka", "fatima", "giulia", "hiro"]) }

  /// Secrets that their form gives away: the kind, what comes first, how much of what alphabet follows.
  private static let formed: [(String, String, Int, String)] = [
    ("openai", "sk-proj-", 48, alphanumeric), ("openai-old", "sk-", 48, alphanumeric),
    ("anthropic", "sk-ant-api03-", 80, alphanumeric),
    ("groq", "gsk_", 52, alphanumeric), ("elevenlabs", "sk_", 48, hex), ("cartesia", "sk_car_", 32, alphanumeric),
    ("google", "AIza", 35, alphanumeric),
    ("google-client", "GOCSPX-", 28, alphanumeric), ("google-oauth", "ya29.", 60, alphanumeric),
    ("aws", "AKIA", 16, upper), ("aws-session", "ASIA", 16, upper),
    ("github", "ghp_", 36, alphanumeric), ("github-fine", "github_pat_", 82, alphanumeric),
    ("gitlab", "glpat-", 20, alphanumeric), ("slack", "xoxb-", 40, alphanumeric),
    ("slack-app", "xapp-1-", 60, alphanumeric), ("stripe", "sk_live_", 24, alphanumeric),
    ("stripe-hook", "whsec_", 32, alphanumeric), ("twilio", "SK", 32, hex),
    ("npm", "npm_", 36, alphanumeric), ("pypi", "pypi-AgEIcHlwaS5vcmc", 60, alphanumeric),
    ("huggingface", "hf_", 34, alphanumeric), ("docker", "dckr_pat_", 27, alphanumeric),
    ("databricks", "dapi", 32, hex), ("digitalocean", "dop_v1_", 64, hex), ("vault", "hvs.", 90, alphanumeric),
    ("tailscale", "tskey-auth-", 40, alphanumeric),
    ("newrelic", "NRAK-", 27, upper + digits), ("grafana", "glsa_", 40, alphanumeric),
    ("sentry", "sntrys_", 60, alphanumeric), ("linear", "lin_api_", 40, alphanumeric),
    ("notion", "ntn_", 46, alphanumeric), ("shopify", "shpat_", 32, hex), ("square", "sq0atp-", 22, alphanumeric),
    ("mailgun", "key-", 32, hex), ("xai", "xai-", 80, alphanumeric),
    ("pinecone", "pcsk_", 60, alphanumeric), ("planetscale", "pscale_tkn_", 43, alphanumeric),
    ("doppler", "dp.pt.", 43, alphanumeric), ("supabase", "sbp_", 40, hex),
    ("figma", "figd_", 40, alphanumeric), ("replicate", "r8_", 37, alphanumeric),
    ("atlassian", "ATATT3", 180, alphanumeric), ("rubygems", "rubygems_", 48, hex),
    ("age", "AGE-SECRET-KEY-1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"), ("openrouter", "sk-or-v1-", 64, hex),
  ]

  /// Secrets that their field's name gives away: the name, how many letters of what alphabet.
  private static let named: [(String, Int, String)] = [
    ("LIVEKIT_API_SECRET", 43, alphanumeric), ("DEEPGRAM_API_KEY", 40, hex), ("DB_PASSWORD", 12, alphanumeric + "!#^"),
    ("AWS_SECRET_ACCESS_KEY", 40, base64),
    ("AZURE_SPEECH_KEY", 32, hex), ("turn_password", 43, alphanumeric), ("turnPassword", 43, alphanumeric),
    ("client_secret", 30, alphanumeric), ("access_token", 40, alphanumeric),
    ("refreshToken", 50, alphanumeric), ("private_key", 64, base64), ("WEBHOOK_SECRET", 24, alphanumeric),
    ("sessionToken", 60, alphanumeric), ("passphrase", 14, lower),
    ("x-api-key", 32, alphanumeric), ("TWILIO_AUTH_TOKEN", 32, hex), ("signing_key", 44, base64),
    ("ENCRYPTION_KEY", 44, base64), ("password", 9, lower), ("DD_API_KEY", 32, hex),
    ("REDIS_PASSWORD", 12, alphanumeric), ("secretKeyBase", 64, hex), ("identity", 12, lower),
    ("participant_identity", 14, lower), ("room_name", 14, lower), ("roomName", 11, lower),
    ("user_transcript", 15, lower + " "), ("system_prompt", 20, lower + " "), ("metadata", 14, lower + " "),
    ("full_name", 12, lower),
  ]

  /// Every secret in every shape that it can have.
  mutating func secrets() -> [Sample] {
    var samples: [Sample] = []
    for (kind, beginning, count, alphabet) in Self.formed {
      for shape in 0..<Self.shapesOfForm {
        samples.append(
          formed(kind, beginning + text(count - 2, of: alphabet) + (alphabet == Self.upper ? "Q7" : "a7"), shape))
      }
    }
    for shape in 0..<Self.shapesOfForm {
      samples.append(formed("jwt", token(), shape))
      samples.append(formed("telephone", "+49151" + text(8, of: Self.digits), shape))
      samples.append(
        formed("mail", person() + "." + text(6, of: Self.lower) + "@" + text(7, of: Self.lower) + ".com", shape))
    }
    for (name, count, alphabet) in Self.named {
      for shape in 0..<Self.shapesOfName {
        let value = "q" + text(count - 2, of: alphabet) + "z"
        samples.append(field(name, value, shape))
      }
    }
    for _ in 0..<40 { samples += particular() }
    return samples
  }

  private static let shapesOfForm = 26

  private func formed(_ kind: String, _ value: String, _ shape: Int) -> Sample {
    let url = percent(value)
    let shapes: [(String, String)] = [
      ("plain", "2026-11-21T00:10:39.484+00:00 INFO using \(value) for the call"),
      ("JSON", #"{"message":"error from upstream","detail":"\#(value)","pid":5}"#),
      ("quoted in an error", #"{"level":"error","error":"invalid token: \#(value), error: signature is invalid"}"#),
      ("header", "Authorization: Bearer \(value)"),
      ("header in JSON", #"{"headers":{"Authorization":"Bearer \#(value)","Host":"x"}}"#),
      ("curl", "curl -H 'Authorization: Bearer \(value)' https://x.io"),
      ("query", "wss://x.livekit.cloud/rtc?access_token=\(url)&auto=1"), ("fragment", "https://x.io/cb#id=\(url)"),
      ("Base64", "blob \(encode("value=" + value))"),
      ("Base64 in Base64", "blob \(encode(encode("value=" + value)))"),
      ("JSON in Base64", #"{"data":"\#(encode(#"{"v":"\#(value)"}"#))"}"#),
      ("JSON in JSON", #"{"b":"{\"c\":\"[\\\"\#(value)\\\"]\"}"}"#), ("list", "['\(value)', 'other']"),
      ("brackets", "failed (\(value))"), ("escaped lines", #"lines:\n\#(value)\nend"#),
      ("Markdown", "- key `\(value)`"), ("CSV", "a,b,\(value),d"), ("angles", "<\(value)>"),
      ("environment", "FOO=\(value)"), ("encoded JSON", "body=\(percent(#"{"z":"\#(value)"}"#))"),
      ("tabs", "a\t\(value)\tb"), ("full stop", "The value is \(value)."), ("colours", "\u{1B}[31m\(value)\u{1B}[0m"),
      ("path", "/v1/keys/\(value)/rotate"), ("XML", "<v>\(value)</v>"),
      ("hexadecimal", "raw " + Array("v=\(value)".utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()),
    ]
    return Sample(kind: kind, shape: shapes[shape].0, value: value, text: shapes[shape].1)
  }

  private static let shapesOfName = 36

  private func field(_ name: String, _ value: String, _ shape: Int) -> Sample {
    let word = value.contains(" ") || value.contains("#") || value.contains("!") ? "\"\(value)\"" : value
    let json = #"{"\#(name)":"\#(value)","k":1}"#
    let inner = json.replacing("\"", with: "\\\"")
    let url = percent(value)
    let shapes: [(String, String)] = [
      ("JSON", #"{"message": "loaded", "\#(name)": "\#(value)", "pid": 32540}"#), ("compact JSON", json),
      ("JSON of many lines", "{\n  \"config\": {\n    \"\(name)\": \"\(value)\",\n    \"port\": 7880\n  }\n}"),
      ("JSON, value in the next line", "{\n  \"\(name)\":\n    \"\(value)\",\n  \"x\": 1\n}"),
      ("JSON in JSON", #"{"level":"info","body":"\#(inner)"}"#),
      (
        "JSON in JSON in JSON",
        #"{"a":"{\"b\":\"\#(inner.replacing("\\", with: "\\\\").replacing("\\\"", with: "\\\""))\"}"}"#
      ), ("YAML", "config:\n  \(name): \(word)\n  other: 5"),
      ("YAML in quotes", "  \(name): '\(value)'"), ("YAML block", "\(name): |\n  \(value)\nnext: 1"),
      ("environment", "\(name)=\(word)"), ("export", "export \(name)=\"\(value)\""),
      ("logfmt", "ts=1 level=info \(name)=\(word) msg=ok"),
      ("Python", "INFO cfg {'a': 1, '\(name)': '\(value)', 'z': None}"),
      ("arguments", "Config(host='x', \(name)='\(value)', port=1)"),
      ("query", "GET https://api.example.com/v1/x?a=1&\(name)=\(url)&z=2 200"), ("header", "> \(name): \(value)"),
      ("error", #"{"level":"error","msg":"bad config: \#(name)=\"\#(value)\" refused"}"#),
      ("exception", "ValueError: \(name)=\(word) is not accepted"), ("Base64", "blob \(encode(json))"),
      ("Base64 in Base64", "data=\(encode(encode("\(name)=\(word)")))"),
      ("Base64 of YAML", "value: \(encode("\(name): \(value)\n"))"), ("encoded", "body=\(percent(json))"),
      ("encoded query", "next=\(percent("https://x.io/?\(name)=\(value.replacing(" ", with: "+"))&b=1"))"),
      ("name and value", #"{"env":[{"name":"\#(name)","value":"\#(value)"},{"name":"X","value":"1"}]}"#),
      ("name and value in YAML", "env:\n- name: \(name)\n  value: \(word)\n- name: B\n  value: \"1\""),
      ("XML", "<\(name)>\(value)</\(name)>"), ("TOML", "\(name) = \"\(value)\""),
      ("JSON in quotes", "payload='\(json)'"), ("colours", "\u{1B}[36m\(name)\u{1B}[0m=\u{1B}[33m\(word)\u{1B}[0m"),
      ("HTML", "{&quot;\(name)&quot;:&quot;\(value)&quot;}"),
      ("escaped quotes", #"{\u0022\#(name)\u0022:\u0022\#(value)\u0022}"#),
      ("assignment", "os.environ[\"\(name)\"] = \"\(value)\""), ("PHP", "'\(name)' => '\(value)',"),
      ("form", "Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n--b"),
      ("list", #"{"\#(name)":["\#(value)"]}"#), ("tabs", "{\t\"\(name)\"\t:\t\"\(value)\"\t}"),
    ]
    return Sample(kind: name, shape: shapes[shape].0, value: value, text: shapes[shape].1)
  }

  /// What has a shape of its own.
  private mutating func particular() -> [Sample] {
    let jwt = token()
    let wrapped = Self.wrap(jwt, 64)
    let key = (0..<Int.random(in: 3...24, using: &random)).map { _ in text(64, of: Self.base64) }
    let (secret, long, name, number) = (
      text(10) + "7a", text(40) + "9x", person() + " " + text(6, of: Self.lower), text(4, of: Self.digits)
    )
    func sample(_ kind: String, _ shape: String, _ value: String, _ text: String) -> Sample {
      Sample(kind: kind, shape: shape, value: value, text: text)
    }
    return [
      sample(
        "jwt", "wrapped and indented", String(wrapped[1].prefix(40)),
        "token:\n" + wrapped.map { "  \($0)" }.joined(separator: "\n") + "\nnext line here"),
      sample(
        "jwt", "wrapped", String(wrapped[1].prefix(40)),
        "got\n" + wrapped.joined(separator: "\n") + "\n2026-11-21 next line"),
      sample(
        "pem", "lines", key[1],
        "-----BEGIN RSA PRIVATE KEY-----\n\(key.joined(separator: "\n"))\n-----END RSA PRIVATE KEY-----"),
      sample(
        "pem", "one line", key[1],
        #"{"k":"-----BEGIN PRIVATE KEY-----\n\#(key.joined(separator: "\\n"))\n-----END PRIVATE KEY-----\n"}"#),
      sample(
        "pem", "log lines", key[1],
        (["-----BEGIN EC PRIVATE KEY-----"] + key + ["-----END EC PRIVATE KEY-----"]).map {
          "2026-11-21T00:10:39 INFO \($0)"
        }.joined(separator: "\n")),
      sample(
        "pem", "cut off", key[1],
        "-----BEGIN OPENSSH PRIVATE KEY-----\n\(key.joined(separator: "\n"))\n2026-11-21 INFO next"),
      sample("dsn", "URL", secret, "postgres://app:\(secret)@db.internal:5432/x"),
      sample("dsn", "at sign in it", secret + "@b1", "redis://:\(secret)@b1@cache:6379/0"),
      sample("dsn", "Go", secret, "app:\(secret)@tcp(10.0.0.1:3306)/db"),
      sample("dsn", "ODBC", secret, "Server=x;Database=y;Uid=sa;Pwd=\(secret);"),
      sample(
        "presigned", "S3", long, "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=\(long)"
      ),
      sample("presigned", "Azure", long, "https://a.blob.core.windows.net/c?sv=2021&sig=\(long)%3D&se=2026"),
      sample("cookie", "header", secret, "Cookie: theme=dark; session=\(secret); a=b"),
      sample("cookie", "JSON", secret, #"{"headers":{"Set-Cookie":"sid=\#(secret); HttpOnly"}}"#),
      sample("basic", "header", encode("u:" + secret), "Authorization: Basic \(encode("u:" + secret))"),
      sample("option", "command", secret, "run --password \(secret) --port 80"),
      sample("option", "list", secret, "['run', '--api-key', '\(secret)', '--x']"),
      sample("header", "pairs", secret, "[(b'host', b'x'), (b'x-api-key', b'\(secret)')]"),
      sample(
        "participant", "object", name,
        #"{"participants":[{"sid":"PA_abcdefgh1234","identity":"u-1","state":"ACTIVE","name":"\#(name)","attributes":{"app.version":"v1"}}]}"#
      ),
      sample("room", "object", name, #"{"rooms":[{"sid":"RM_abcdefgh1234","name":"\#(name)","empty_timeout":300}]}"#),
      sample(
        "chat", "object", name,
        #"{"message":"x","chat_ctx":{"items":[{"role":"user","id":"item_1","content":["\#(name)"]}]}}"#),
      sample(
        "chat", "lines", name,
        "{\n \"messages\": [\n  {\n   \"role\": \"user\",\n   \"content\": \"\(name)\"\n  }\n ]\n}"),
      sample("chat", "Python", name, "ChatMessage(role='user', content=['\(name)'])"),
      sample("key pair", "YAML", long, "keys:\n  API\(text(12)): \(long)"),
      sample("attribute", "object", name, #"{"attributes":{"app.version":"v7","note":"\#(name)"}}"#),
      sample("telephone", "national", "(415) 555-\(number)", "call (415) 555-\(number) now"),
      sample("netrc", "line", secret, "machine api.x.io login bob password \(secret)"),
      sample("sentence", "quoted", secret, #"login failed for user bob with password "\#(secret)""#),
      sample("webhook", "Slack", secret + long, "https://hooks.slack.com/services/T0/B0/\(secret + long)"),
    ]
  }

  /// Strings that look like secrets and are none, each in a text.
  mutating func innocents(_ rounds: Int) -> [Sample] {
    var samples: [Sample] = []
    for round in 0..<rounds {
      func add(_ kind: String, _ value: String, _ text: String) {
        samples.append(Sample(kind: kind, shape: "", value: value, text: text))
      }
      for kind in ["RM", "PA", "TR", "AJ", "AW", "AD", "CA", "EV", "ND", "SCL"] {
        let id = kind + "_" + text(12)
        add("LiveKit id", id, round % 2 == 0 ? #"{"roomID":"\#(id)","msg":"x"}"# : "worker \(id) got it")
      }
      let hash = text(64, of: Self.hex)
      let uuid = [8, 4, 4, 4, 12].map { text($0, of: Self.hex) }.joined(separator: "-")
      let pod = "agent-\(text(10, of: Self.hex))-\(text(5, of: Self.lower))"
      let count = String(Int.random(in: 100...99_999, using: &random))
      let word = text(8, of: Self.lower)
      add("UUID", uuid, round % 2 == 0 ? #"{"request_id":"\#(uuid)"}"# : "trace_id=\(uuid)")
      add(
        "commit", String(hash.prefix(40)),
        round % 2 == 0 ? "commit \(hash.prefix(40))" : #"{"git_sha":"\#(hash.prefix(40))"}"#)
      add(
        "digest", "sha256:\(hash)",
        round % 2 == 0 ? "pulled reg.io/agent@sha256:\(hash)" : #"{"imageID":"sha256:\#(hash)"}"#)
      add("container", hash, #"{"containerID":"docker://\#(hash)"}"#)
      add("trace", String(hash.prefix(32)), "traceparent: 00-\(hash.prefix(32))-\(hash.suffix(16))-01")
      add(
        "pod", pod,
        round % 2 == 0
          ? "pod/\(pod) started" : #"{"metadata":{"name":"\#(pod)","namespace":"voice","labels":{"app":"agent"}}}"#)
      add("moment", "2026-11-21T00:10:39.\(count)+00:00", #"{"timestamp":"2026-11-21T00:10:39.\#(count)+00:00"}"#)
      add(
        "tokens", count, round % 2 == 0 ? #"{"prompt_tokens":\#(count),"completion_tokens":5}"# : "max_tokens=\(count)")
      add(
        "path", "/opt/venv/lib/python3.11/site-packages/\(word)/worker.py",
        #"{"code.file.path":"/opt/venv/lib/python3.11/site-packages/\#(word)/worker.py"}"#)
      add("version", "v202611210\(count)", #"{"attributes":{"app.version":"v202611210\#(count)"}}"#)
      add("semantic version", "1.8.\(count)", "livekit-agents==1.8.\(count)")
      add("address", "10.0.0.\(round % 250)", #"{"remote":"10.0.0.\#(round % 250):5060"}"#)
      let integrity = "sha512-\(text(86, of: Self.base64))=="
      add("integrity", integrity, #"{"integrity":"\#(integrity)"}"#)
      add("name of a secret", word, round % 2 == 0 ? "secretName: \(word)" : #"{"token_type":"\#(word)"}"#)
      add("logger", "livekit.agents.\(word)", #"{"name":"livekit.agents.\#(word)","level":"INFO"}"#)
      let agent = "agent-AJ_\(text(12))"
      add("agent", agent, #"{"identity":"\#(agent)"}"#)
      add("agent name", "concierge-\(word)", #"{"agent_name":"concierge-\#(word)"}"#)
    }
    return samples
  }

  static func wrap(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    return lines
  }
}

/// Standard Base64, with padding.
func encode(_ text: String) -> String {
  let alphabet = Array(PlantedSecrets.upper + PlantedSecrets.lower + PlantedSecrets.digits + "+/")
  let bytes = Array(text.utf8)
  var result = ""
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let part = bytes[start..<min(start + 3, bytes.count)]
    let bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
    for digit in 0..<4 { result.append(digit <= part.count ? alphabet[bits >> (18 - 6 * digit) & 63] : "=") }
  }
  return result
}

/// Percent-encoding of everything but letters, digits and `-._~`.
func percent(_ text: String) -> String {
  text.utf8.map { byte in
    let character = Character(Unicode.Scalar(byte))
    if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) { return String(character) }
    return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }.joined()
}
