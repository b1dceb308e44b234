import Documents
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary

struct CredentialSearchTests {
  static let hidden = "a-secret-that-nobody-may-see-at-all"

  /// A home with an lk configuration, and a folder to work in.
  static func search(
    toml: String? = nil, configuration: String? = CredentialSearchTests.configuration, mode: UInt32 = 0o600,
    variables: [String: String] = [:], _ body: (inout CredentialSearch, TemporaryFolder) throws -> Void
  ) throws {
    let folder = try TemporaryFolder()
    try Files.makeDirectory(folder.file(".livekit"))
    if let configuration { _ = try folder.write(configuration, to: ".livekit/cli-config.yaml", mode: mode) }
    if let toml { _ = try folder.write(toml, to: "livekit.toml") }
    var search = CredentialSearch(
      directory: folder.path, environment: variables.merging(["HOME": folder.path]) { first, _ in first })
    try body(&search, folder)
  }

  static let configuration = """
    default_project: main
    projects:
      - name: other
        project_id: p_2
        url: wss://other.livekit.cloud
        api_key: APIother
        api_secret: \(hidden)-other
      - name: main
        url: wss://main.livekit.cloud
        api_key: APImain
        api_secret: \(hidden)-main
      - { name: keyless, url: wss://keyless.livekit.cloud, api_key: "", api_secret: "" }
    device_name: laptop
    theme: dark
    """

  static let all = [
    "LIVEKIT_URL": "wss://env.livekit.cloud", "LIVEKIT_API_KEY": "APIenv", "LIVEKIT_API_SECRET": hidden,
  ]

  static func failure(_ search: CredentialSearch) -> CredentialFailure? {
    do {
      _ = try search.resolve()
      return nil
    } catch {
      return error as? CredentialFailure
    }
  }

  @Test func theOrderIsThatOfLk() throws {
    let toml = "[project]\nsubdomain = \"other\"\n"
    try Self.search(toml: toml, variables: Self.all) { search, _ throws in
      #expect(try search.resolve().apiKey == "APIenv")
      search.subdomain = "OTHER"
      #expect(try search.resolve().apiKey == "APIother")
      search.project = "main"
      #expect(try search.resolve().apiKey == "APImain")
      #expect(try search.resolve().secret == Secret("\(Self.hidden)-main"))
    }
    try Self.search(toml: toml) { search, folder throws in
      let found = try search.resolve()
      #expect(found.apiKey == "APIother" && found.server.url == "https://other.livekit.cloud")
      #expect(found.origin == .project(name: "other", file: folder.file(".livekit/cli-config.yaml")))
      #expect(found.warnings.isEmpty)
    }
    try Self.search { search, _ throws in #expect(try search.resolve().apiKey == "APImain") }
  }

  @Test func whatIsGivenGoesBeforeTheEnvironment() throws {
    try Self.search(variables: Self.all) { search, _ throws in
      #expect(try search.resolve().origin == .environment)
      search.url = "http://127.0.0.1:7880"
      #expect(try search.resolve().server.url == "http://127.0.0.1:7880")
      #expect(try search.resolve().apiKey == "APIenv")
      search.apiKey = "given"
      search.secret = Secret("given-secret")
      let given = try search.resolve()
      #expect(given.origin == .given && given.apiKey == "given" && given.secret == Secret("given-secret"))
    }
  }

  @Test func theAddressOfHostedAgentsComesFromTheEnvironment() throws {
    try Self.search(variables: ["LK_AGENTS_URL": "http://127.0.0.1:9"]) { search, _ throws in
      #expect(try search.resolve().server.agentsURL == "http://127.0.0.1:9")
    }
  }

  @Test func anAddressAloneTakesTheKeyOfItsProject() throws {
    try Self.search { search, folder throws in
      search.url = "https://OTHER.livekit.cloud/"
      #expect(try search.resolve().apiKey == "APIother")
      search.url = "wss://nobody.livekit.cloud"
      let file = folder.file(".livekit/cli-config.yaml")
      #expect(
        Self.failure(search)
          == .notFound(looked: [
            .environment(missing: ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]),
            .address("https://nobody.livekit.cloud", file: file),
          ]))
    }
  }

  @Test func halfAnEnvironmentIsReportedAndNotUsed() throws {
    try Self.search(variables: ["LIVEKIT_URL": "wss://env.livekit.cloud", "LIVEKIT_API_SECRET": ""]) {
      search, _ throws in
      let found = try search.resolve()
      #expect(found.apiKey == "APImain")
      #expect(found.warnings == [.environmentIncomplete(missing: ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"])])
    }
  }

  @Test func aConfigurationThatOthersCanReadIsReported() throws {
    for (mode, isReported) in [(0o600, false), (0o640, true), (0o604, true), (0o644, true), (0o400, false)] {
      try Self.search(mode: UInt32(mode)) { search, folder throws in
        let warning = LiveKitCredentials.Warning.readableByOthers(
          file: folder.file(".livekit/cli-config.yaml"), mode: UInt32(mode))
        #expect(try search.resolve().warnings == (isReported ? [warning] : []))
      }
    }
    // It was not looked at, so it is not reported.
    try Self.search(mode: 0o644, variables: Self.all) { search, _ throws in
      #expect(try search.resolve().warnings.isEmpty)
    }
  }

  @Test func aFolderOfAnotherProjectIsReported() throws {
    try Self.search(toml: "[project]\nsubdomain = \"other\"\n", variables: Self.all) { search, folder throws in
      #expect(
        try search.resolve().warnings
          == [.otherSubdomain(file: folder.file("livekit.toml"), wanted: "other", found: "env")])
    }
    try Self.search(toml: "not toml", variables: Self.all) { search, _ throws in
      #expect(try search.resolve().warnings.isEmpty)
    }
  }

  @Test func errorsNameWhatWasLookedAtInOrder() throws {
    try Self.search(configuration: nil) { search, folder throws in
      let failure = try #require(Self.failure(search))
      #expect(
        "\(failure)" == """
          error: there are no LiveKit credentials
          because: looked at the environment (LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET not set); \
          '\(folder.path)/livekit.toml' (not there); '\(folder.path)/.livekit/cli-config.yaml' (not there)
          try: set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or run: lk cloud auth
          """)
      #expect(failure.exitStatus == .configuration)
      search.project = "main"
      #expect(Self.failure(search)?.what == "project 'main' cannot be looked up")
    }
    try Self.search(toml: "[project]\nsubdomain = \"third\"\n") { search, folder throws in
      // Not the default project: its rooms would be another project's.
      let failure = try #require(Self.failure(search))
      #expect(
        failure.why?.contains("no project of the subdomain 'third' that '\(folder.path)/livekit.toml' names") == true)
    }
    try Self.search(toml: "[agent]\nid = \"CA_x\"\n", configuration: "default_project: gone\nprojects: []\n") {
      search, _ throws in
      #expect(Self.failure(search)?.why?.contains("livekit.toml' (names no project)") == true)
      #expect(Self.failure(search)?.why?.contains("cli-config.yaml' (no default project)") == true)
      search.apiKey = "given"
      #expect(Self.failure(search) == .incomplete(missing: ["LIVEKIT_URL", "LIVEKIT_API_SECRET"]))
      search.apiKey = nil
      search.subdomain = "x\u{1b}"
      #expect(Self.failure(search)?.what == "lk knows no project of the subdomain 'x\\u{1b}'")
    }
    try Self.search { search, _ throws in
      search.project = "keyless"
      #expect(Self.failure(search)?.what == "lk's project 'keyless' has no key and secret")
      search.project = "mian"
      #expect(Self.failure(search)?.why?.hasSuffix("has 'other', 'main', 'keyless'") == true)
    }
    try Self.search(variables: Self.all.merging(["LIVEKIT_URL": "user:\(Self.hidden)@x"]) { $1 }) { search, _ throws in
      let failure = try #require(Self.failure(search))
      #expect(failure.what == "'x' is no address of a LiveKit project")
    }
  }

  @Test func brokenFilesAreSaidAtTheirPlace() throws {
    try Self.search(toml: "[project]\nsubdomain = \"a\n") { search, _ throws in
      #expect(throws: DocumentFailure.self) { try search.resolve() }
    }
    try Self.search(configuration: "projects:\n  - name: [\(Self.hidden)\n") { search, _ throws in
      do {
        _ = try search.resolve()
        Issue.record("it was read")
      } catch {
        #expect(error is DocumentFailure && !"\(error)".contains(Self.hidden))
      }
    }
    for configuration in ["", "- a\n", "projects: 1\n", "projects: [1, {}]\n", "default_project: [a]\n"] {
      try Self.search(configuration: configuration) { search, _ throws in #expect(Self.failure(search) != nil) }
    }
  }

  @Test func noDescriptionShowsTheSecret() throws {
    try Self.search(variables: Self.all) { search, _ throws in
      search.secret = Secret(Self.hidden)
      search.environment["LIVEKIT_API_SECRET"] = nil
      let found = try search.resolve()
      #expect(!APIServer.everything(found).contains(Self.hidden))
      search.apiKey = nil
      search.environment["LIVEKIT_API_KEY"] = nil
      let failure = try #require(Self.failure(search))
      #expect(!APIServer.everything(failure).contains(Self.hidden))
    }
  }

  @Test(
    arguments: [
      ("[project]\n  subdomain = \"my-proj\"\n\n[agent]\n  id = \"CA_xxx\"\n", "my-proj", "CA_xxx"),
      ("project_subdomain = \"my-proj\"\n[agent]\nname = \"a\"\ncpu = 1\nreplicas = 2\n", "my-proj", nil),
      ("[project]\nsubdomain = \"wss://proj\"\n", "proj", nil),
      ("[project]\nsubdomain = \"\"\n[agent]\nid = ''\n", nil, nil),
      ("", nil, nil), ("project = 1\nagent = []\n", nil, nil),
    ] as [(String, String?, String?)])
  func livekitTomlIsReadInEveryForm(text: String, subdomain: String?, agent: String?) throws {
    let folder = try TemporaryFolder()
    #expect(try ProjectFile.find(in: folder.path) == nil)
    let path = try folder.write(text, to: "livekit.toml")
    let file = try #require(try ProjectFile.find(in: folder.path))
    #expect(file.path == path && file.subdomain == subdomain && file.agent?.rawValue == agent)
  }
}
