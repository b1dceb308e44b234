extension FindingCatalogue {
  static let contracts = ContractChangeKind.all.map { kind in
    Entry(kind.code, kind.title, signs: "the two versions of the contract", remedy: kind.remedy)
  }
}
