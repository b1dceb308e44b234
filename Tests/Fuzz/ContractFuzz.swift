import Preflight

/// Any bytes are a contract of some kind, or are refused; and no contract breaks itself.
func fuzzContract(_ bytes: [UInt8]) {
  for name in ["contract.json", "contract.yaml", "contract.binpb"] { ContractFuzzing.compare(bytes, name: name) }
}
