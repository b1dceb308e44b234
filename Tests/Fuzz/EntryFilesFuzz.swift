import Documents
import Preflight

/// Any bytes are a Dockerfile with a verdict, or are refused with a place.
func fuzzDockerfile(_ bytes: [UInt8]) {
  refuses { _ = try SignalReport.judge(dockerfile: String(decoding: bytes, as: UTF8.self)).lines }
}

/// Any bytes are a job file, or are refused with a place.
func fuzzHCL(_ bytes: [UInt8]) { refuses { _ = try HCL(bytes, file: "fuzz") } }

/// Any bytes are a unit, or are refused with a place.
func fuzzUnitFile(_ bytes: [UInt8]) { refuses { _ = try UnitFile(bytes, file: "fuzz") } }

/// Any bytes are another tool's YAML, or are refused with a place.
func fuzzForeignYAML(_ bytes: [UInt8]) { refuses { _ = try YAML.parseAll(bytes, file: "fuzz") } }

private func refuses(_ body: () throws -> Void) {
  do {
    try body()
  } catch {
    precondition(error is DocumentFailure)
  }
}
