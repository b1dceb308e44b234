import Preflight

/// Any bytes are a script up to a place, and running it in thought ends.
func fuzzShell(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  for dialect in ShellKind.allCases { _ = ShellParser.parse(text, dialect: dialect) }
  let words = [Word("bash"), Word("-c"), Word(text)]
  _ = SignalPath.judge(
    EntryCommand(arguments: words, origin: Place(file: "fuzz", line: 1), image: ImageFacts(shell: .bash)),
    programs: Programs())
}
