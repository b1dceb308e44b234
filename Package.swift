// swift-tools-version: 6.2
import PackageDescription

/// STATIC_C=1 links the C libraries into the program; the release command in README.md sets it.
let linksStatically = Context.environment["STATIC_C"] == "1"

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]
let strictC: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

/// A header and module map of one Debian package's C library.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/CLibraries/\(name)", pkgConfig: linksStatically ? nil : pkgConfig,
    providers: [.apt([package])])
}

/// Links `lib<name>`, as an archive in static builds.
func link(_ name: String) -> LinkerSetting { .linkedLibrary(linksStatically ? ":lib\(name).a" : name) }

/// A small C target that says to Swift what its Glibc module or a variadic function does not.
func shim(_ name: String) -> Target {
  .target(name: name, path: "Sources/CLibraries/\(name)", cSettings: strictC)
}

func module(_ name: String, _ dependencies: [Target.Dependency] = [], link libraries: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: libraries.map(link))
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies, exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "sluice",
  products: [.executable(name: "sluice", targets: ["sluice"])],
  targets: [
    library("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
    library("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
    library("CDeflate", pkgConfig: "libdeflate", package: "libdeflate-dev"),
    library("CPCRE2", pkgConfig: "libpcre2-8", package: "libpcre2-dev"),
    library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
    shim("CCurl"),
    shim("CMachine"),

    // In the order of the layers: each module imports only what stands above it here.
    module("Vocabulary"),
    module("LogScan"),
    module("Cutover", ["Vocabulary"]),
    module("Machine", ["Vocabulary", "CMachine"]),
    module("Libraries", ["CCrypto", "CDeflate", "CPCRE2", "CZlib"], link: ["crypto", "deflate", "pcre2-8", "z"]),
    module("Archive", ["Libraries", "Machine", "Vocabulary"]),
    module("Documents", ["CYAML", "Vocabulary"], link: ["yaml"]),
    module("Redaction", ["Documents", "Libraries", "LogScan", "Vocabulary"]),
    module("Web", ["CCurl", "Documents", "Libraries", "Machine", "Vocabulary"]),
    module("Notifications", ["Cutover", "Documents", "Libraries", "Machine", "Vocabulary", "Web"]),
    module("Terminal", ["Cutover", "Machine", "Vocabulary"]),
    module("Journal", ["Cutover", "Documents", "Libraries", "Machine", "Vocabulary"]),
    module("LiveKit", ["Documents", "Libraries", "Web", "Machine", "Vocabulary"]),
    module("Logs", ["Cutover", "Documents", "Libraries", "LogScan", "Machine", "Vocabulary"]),
    module("SessionSources", ["Cutover", "Documents", "LiveKit", "Logs", "Machine", "Vocabulary", "Web"]),
    module(
      "Platforms",
      ["Cutover", "Documents", "Libraries", "LiveKit", "Logs", "Machine", "SessionSources", "Vocabulary", "Web"]),
    module("Runbooks", ["Cutover", "Journal", "LiveKit", "Machine", "Platforms", "SessionSources", "Vocabulary"]),
    module(
      "Rehearsal",
      [
        "Cutover", "Documents", "Journal", "Libraries", "LiveKit", "Logs", "Machine", "Platforms", "Runbooks",
        "SessionSources", "Vocabulary", "Web",
      ]),
    module(
      "Configuration",
      [
        "Cutover", "Documents", "Machine", "Notifications", "Platforms", "Preflight", "Redaction", "SessionSources",
        "Vocabulary",
        "Web",
      ]),
    module("Preflight", ["Cutover", "Documents", "Libraries", "Machine", "Vocabulary"]),
    module(
      "Triage",
      [
        "Cutover", "Documents", "Journal", "Libraries", "Logs", "LogScan", "Machine", "Platforms", "Preflight",
        "SessionSources", "Vocabulary",
      ]),
    module(
      "Evidence",
      [
        "Archive", "Cutover", "Documents", "Journal", "Libraries", "Logs", "Machine", "Platforms", "Redaction",
        "SessionSources", "Terminal", "Triage", "Vocabulary", "Web",
      ]),
    module("CommandLine", ["Machine", "Vocabulary"]),
    module(
      "Commands",
      [
        "Archive", "CommandLine", "Configuration", "Cutover", "Documents", "Evidence", "Journal", "Libraries",
        "LiveKit", "Machine", "Notifications", "Platforms", "Preflight", "Redaction", "Rehearsal", "Runbooks",
        "SessionSources", "Terminal", "Triage", "Vocabulary", "Web",
      ]),
    .executableTarget(
      name: "sluice", dependencies: ["CommandLine", "Commands", "Machine", "Vocabulary"], swiftSettings: strict),
    .executableTarget(
      name: "sluice-bench",
      dependencies: [
        "Cutover", "Documents", "LiveKit", "LogScan", "Logs", "Machine", "Preflight", "Redaction", "Rehearsal",
        "SessionSources", "Triage", "Vocabulary", "Web",
      ],
      path: "Tests/Benchmarks", swiftSettings: strict),
    .executableTarget(
      name: "sluice-fuzz",
      dependencies: [
        "Archive", "CommandLine", "Cutover", "Documents", "Journal", "Libraries", "LiveKit", "Logs", "Machine",
        "Preflight", "Redaction", "SessionSources", "Triage", "Vocabulary", "Web",
      ],
      path: "Tests/Fuzz", exclude: ["corpus"], swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["Machine", "Vocabulary"], path: "Tests/TestSupport", swiftSettings: strict),
    .executableTarget(
      name: "sluice-test-program", dependencies: ["Machine", "Vocabulary"], path: "Tests/TestProgram",
      swiftSettings: strict),
    .executableTarget(
      name: "sluice-journal-writer", dependencies: ["Cutover", "Journal", "Machine", "Vocabulary"],
      path: "Tests/JournalWriter", swiftSettings: strict),
    .target(
      name: "LiveKitStandIn",
      dependencies: [
        "Cutover", "Documents", "Libraries", "LiveKit", "Machine", "Rehearsal", "TestSupport", "Vocabulary", "Web",
      ],
      path: "Tests/StandIn/Library", swiftSettings: strict),
    .executableTarget(
      name: "sluice-stand-in", dependencies: ["LiveKitStandIn", "Machine", "Vocabulary"], path: "Tests/StandIn/Program",
      swiftSettings: strict),
    .testTarget(
      name: "StandInTests",
      dependencies: [
        "LiveKitStandIn", "sluice-stand-in", "Documents", "Libraries", "LiveKit", "Machine", "TestSupport",
        "Vocabulary", "Web",
      ],
      path: "Tests/StandInTests", swiftSettings: strict),
    tests("Vocabulary"),
    tests("LogScan"),
    tests("Cutover", ["Vocabulary"]),
    tests("Machine", ["sluice-test-program", "Vocabulary"]),
    tests("Libraries", ["Machine"]),
    tests("Archive", ["Libraries", "Machine", "Vocabulary"]),
    tests("Documents", ["Machine", "Vocabulary"]),
    tests("Redaction", ["Libraries", "LogScan", "Machine", "Vocabulary"]),
    tests("Web", ["Libraries", "Machine", "Vocabulary"]),
    tests("Terminal", ["Cutover", "Machine", "Vocabulary"], exclude: ["Golden"]),
    tests("Journal", ["sluice-journal-writer", "Cutover", "Documents", "Machine", "Vocabulary"]),
    tests("LiveKit", ["Documents", "Libraries", "Machine", "Vocabulary", "Web"]),
    tests("Logs", ["Cutover", "Documents", "LogScan", "Machine", "Vocabulary"]),
    tests(
      "SessionSources",
      ["sluice", "Cutover", "Documents", "Libraries", "LiveKit", "Logs", "Machine", "Vocabulary", "Web"]),
    tests(
      "Platforms",
      [
        "Cutover", "Documents", "LiveKit", "LiveKitStandIn", "Logs", "Machine", "SessionSources", "Vocabulary", "Web",
        "sluice-stand-in",
        "sluice-test-program",
      ]),
    tests(
      "Runbooks",
      ["Cutover", "Documents", "Journal", "LiveKit", "Machine", "Platforms", "SessionSources", "Vocabulary"]),
    tests(
      "Rehearsal",
      [
        "sluice", "Cutover", "Documents", "Journal", "LiveKit", "Logs", "Machine", "Platforms", "Runbooks",
        "SessionSources", "Vocabulary", "Web",
      ]),
    tests("Preflight", ["Cutover", "Documents", "Libraries", "LiveKit", "Machine", "Rehearsal", "Vocabulary", "Web"]),
    tests(
      "Triage",
      ["Cutover", "Documents", "Journal", "Logs", "Machine", "Platforms", "Preflight", "Redaction", "Vocabulary"]),
    tests(
      "Evidence",
      ["sluice", "Archive", "Cutover", "Documents", "Journal", "Libraries", "Machine", "Triage", "Vocabulary"]),
    tests("Notifications", ["Cutover", "Documents", "Libraries", "Machine", "Vocabulary", "Web"]),
    tests(
      "Configuration",
      ["Notifications", "Cutover", "Documents", "Machine", "Platforms", "SessionSources", "Vocabulary", "Web"]),
    tests("CommandLine", ["Machine", "Vocabulary"], exclude: ["Golden", "Shells"]),
    tests(
      "Commands",
      [
        "sluice", "CommandLine", "Configuration", "Cutover", "Documents", "Evidence", "Journal", "Libraries", "Machine",
        "Runbooks", "Terminal", "Vocabulary", "Web",
      ]),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "sluice", "sluice-stand-in", "Cutover", "Documents", "LiveKit", "LiveKitStandIn", "Machine", "TestSupport",
        "Vocabulary", "Web",
      ],
      path: "Tests/Integration", swiftSettings: strict),
  ]
)

/// SUITES=Web,Journal leaves only what the tests of these modules need: other builds, the sanitizers' among them, compile
/// nothing else.
if let suites = Context.environment["SUITES"] {
  var needed: Set<String> = []
  func need(_ name: String) {
    guard needed.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else { return }
    for dependency in target.dependencies {
      switch dependency {
      case .targetItem(let name, _), .byNameItem(let name, _): need(name)
      default: break
      }
    }
  }
  suites.split(separator: ",").forEach { need("\($0)Tests") }
  package.targets.removeAll { !needed.contains($0.name) }
  if !needed.contains("sluice") { package.products = [] }
}
