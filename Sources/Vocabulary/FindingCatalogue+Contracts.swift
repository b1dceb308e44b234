extension FindingCatalogue {
  static let contracts: [Entry] = []
}
