import Preflight

/// Any bytes are a lock file or a list of requirements that names versions on its own lines, or are refused.
func fuzzLockFile(_ bytes: [UInt8]) {
  let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
  for name in PackagePins.fileNames {
    for pin in PackagePins.read(bytes, as: name) {
      guard let place = FindingPlace(locator: pin.locator) else { preconditionFailure("a pin without a place") }
      precondition(place.path == name && place.line.map { (1...lines).contains($0) } == true)
    }
  }
}

/// Any bytes are JavaScript whose settings lie on its own lines.
func fuzzNodeSettings(_ bytes: [UInt8]) {
  let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
  for setting in ServerSettings(javaScript: bytes, file: "agent.js").settings {
    precondition(setting.place.line.map { (1...lines).contains($0) } == true)
  }
}
