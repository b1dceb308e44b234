/// What a target declares under `contracts` in sluice.yaml.
package struct ContractDeclaration: Hashable, Sendable {
  /// The configuration's folder, absolute, at which every path starts.
  package var root: String
  /// Files with contracts, as patterns.
  package var files: [String]
  /// What the contracts of the working tree are compared with.
  package var baseline: Baseline
  /// What protobuf messages are written in; nil: it is not said, and JSON is not ruled out.
  package var protobuf: ProtobufUse?
  /// Contracts whose writer and reader are declared.
  package var shared: [Shared]

  /// A declaration.
  package init(
    root: String, files: [String] = [], baseline: Baseline = .deployed, protobuf: ProtobufUse? = nil,
    shared: [Shared] = []
  ) {
    self.root = root
    self.files = files
    self.baseline = baseline
    self.protobuf = protobuf
    self.shared = shared
  }

  /// Where the old version of the contracts is.
  package enum Baseline: Hashable, Sendable {
    /// What the last verified deploy recorded.
    case deployed
    /// The same files at a git revision.
    case git(revision: String)
    /// The same files in another folder, absolute.
    case folder(String)
  }

  /// One contract that is not said by its file alone.
  package struct Shared: Hashable, Sendable {
    /// What it is.
    package var kind: Kind
    /// Its name: a method, a topic, or what the state is called.
    package var name: String
    /// Its schema's file.
    package var schema: String
    /// Who writes it, and who reads it.
    package var writer: ContractParty
    package var reader: ContractParty

    /// A contract.
    package init(kind: Kind, name: String, schema: String, writer: ContractParty, reader: ContractParty) {
      self.kind = kind
      self.name = name
      self.schema = schema
      self.writer = writer
      self.reader = reader
    }

    /// What a declared contract is.
    package enum Kind: String, Hashable, Sendable {
      case state = "shared-state"
      case dispatchMetadata = "dispatch-metadata"
      case rpcRequest = "rpc-request"
      case rpcResponse = "rpc-response"
      case dataTopic = "data-topic"
    }

    /// `data-topic captions`.
    var title: String { "\(kind.rawValue) \(name)" }
  }

  /// Whether nothing is declared.
  package var isEmpty: Bool { files.isEmpty && shared.isEmpty }

  /// Every file that is declared.
  var selection: ContractSelection { ContractSelection(files + shared.map(\.schema)) }

  /// The declared files of the working tree, to be recorded with a deploy that passes, shown as from a folder, else from the
  /// configuration's. Throws `MachineFailure`.
  package func workingTree(from called: String? = nil) throws -> ContractSide {
    try ContractLoader(directory: root, environment: [:]).load(
      selection, in: root, label: "working tree", called: called ?? root)
  }
}
