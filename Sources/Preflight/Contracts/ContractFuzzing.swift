import Documents

/// The way of tests that only have bytes into what reads and compares contracts.
package enum ContractFuzzing {
  /// Reads the bytes as a file of that name and compares them with themselves; what is read is never breaking.
  package static func compare(_ bytes: [UInt8], name: String) {
    let side = ContractSide(
      label: name, files: [ContractFile(name: name, shown: name, bytes: bytes)], isSingle: true)
    do {
      let results = try ContractComparison(old: side, new: side, use: .wireJSON).results()
      precondition(!results.contains { $0.overlap == .breaking }, "a contract that breaks itself")
    } catch {
      precondition(error is DocumentFailure)
    }
  }
}
