/// What becomes of the signal that stops an entry command.
package enum SignalPath {
  /// Runs the command in thought until its agent serves, sends the stop signal, and says what becomes of the agent's sessions.
  package static func judge(_ entry: EntryCommand, programs: any ProgramCatalogue) -> SignalVerdict {
    SignalVerdict(outcome: .unknown, chain: [])
  }
}
