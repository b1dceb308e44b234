import Testing

@testable import Preflight

/// Compares two texts as if they were files that are named.
enum Comparing {
  static func texts(
    _ old: String, _ new: String, name: String = "contract.json", use: ProtobufUse = .wireJSON
  ) throws -> ContractReport {
    try sides(single(old, name, "old/\(name)"), single(new, name, "new/\(name)"), use: use)
  }

  static func sides(
    _ old: ContractSide, _ new: ContractSide, use: ProtobufUse = .wireJSON,
    shared: [ContractDeclaration.Shared] = []
  ) throws -> ContractReport {
    let results = try ContractComparison(old: old, new: new, use: use, shared: shared).results()
    return ContractReport(from: old.label, to: new.label, results: results)
  }

  static func single(_ text: String, _ name: String, _ shown: String) -> ContractSide {
    ContractSide(
      label: shown, files: [ContractFile(name: name, shown: shown, bytes: Array(text.utf8))], isSingle: true)
  }

  static func folder(_ label: String, _ files: [String: String]) -> ContractSide {
    ContractSide(
      label: label,
      files: files.map { ContractFile(name: $0.key, shown: "\(label)/\($0.key)", bytes: Array($0.value.utf8)) })
  }

  /// One MCP tool with these argument and result schemas, as a list.
  static func tool(_ input: String, output: String? = nil, name: String = "lookup") -> String {
    #"{"tools":[{"name":"\#(name)","inputSchema":\#(input)"# + (output.map { #","outputSchema":\#($0)"# } ?? "") + "}]}"
  }
}
