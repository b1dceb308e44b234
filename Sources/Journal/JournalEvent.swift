package import Cutover
package import Vocabulary

/// What a record tells. Its name in the journal is its `kind`.
package enum JournalEvent: Hashable, Sendable {
  case runStarted(RunStarted)
  case plan(WatchPlan)
  case stepStarted(StepStarted)
  case stepFinished(StepFinished)
  case action(ActionRecord)
  case note(NoteRecord)
  case contracts(ContractsRecord)
  case notification(NotificationRecord)
  /// One poll's readings, in the form in which the verifier took them in: changes, and a whole listing at intervals.
  case sample(Sample)
  case assessment(Assessment)
  case finding(Finding)
  case lock(LockRecord)
  case signal(SignalRecord)
  case verdict(VerdictRecord)
  case runFinished(RunFinished)
  /// A kind that a later program wrote; its payload is part of the chain and else skipped.
  case unknown(kind: String)

  /// The kind's name.
  package var kind: String {
    switch self {
    case .runStarted: "run-started"
    case .plan: "plan"
    case .stepStarted: "step-started"
    case .stepFinished: "step-finished"
    case .action: "action"
    case .note: "note"
    case .contracts: "contracts"
    case .notification: "notification"
    case .sample: "sample"
    case .assessment: "assessment"
    case .finding: "finding"
    case .lock: "lock"
    case .signal: "signal"
    case .verdict: "verdict"
    case .runFinished: "run-finished"
    case .unknown(let kind): kind
    }
  }
}

/// One line of a journal.
package struct JournalRecord: Hashable, Sendable {
  /// Its number, which is its line: from 1, without gaps.
  package let sequence: Int
  /// When it was written, by the wall clock.
  package let time: Timestamp
  /// What it tells.
  package let event: JournalEvent
  /// The SHA-256 of the line before, in lower-case hexadecimal; 64 zeros in the first.
  let previous: String
}

extension JournalRecord: Codable {
  private enum CodingKeys: String, CodingKey { case sequence, time, kind, payload, previous }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sequence = try container.decode(Int.self, forKey: .sequence)
    time = try container.decode(Timestamp.self, forKey: .time)
    previous = try container.decode(String.self, forKey: .previous)
    func payload<Payload: Decodable>(_ type: Payload.Type = Payload.self) throws -> Payload {
      try container.decode(type, forKey: .payload)
    }
    let kind = try container.decode(String.self, forKey: .kind)
    event =
      switch kind {
      case "run-started": .runStarted(try payload())
      case "plan": .plan(try payload())
      case "step-started": .stepStarted(try payload())
      case "step-finished": .stepFinished(try payload())
      case "action": .action(try payload())
      case "note": .note(try payload())
      case "contracts": .contracts(try payload())
      case "notification": .notification(try payload())
      case "sample": .sample(try payload())
      case "assessment": .assessment(try payload())
      case "finding": .finding(try payload())
      case "lock": .lock(try payload())
      case "signal": .signal(try payload())
      case "verdict": .verdict(try payload())
      case "run-finished": .runFinished(try payload())
      default: .unknown(kind: kind)
      }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sequence, forKey: .sequence)
    try container.encode(time, forKey: .time)
    try container.encode(previous, forKey: .previous)
    try container.encode(event.kind, forKey: .kind)
    switch event {
    case .runStarted(let payload): try container.encode(payload, forKey: .payload)
    case .plan(let payload): try container.encode(payload, forKey: .payload)
    case .stepStarted(let payload): try container.encode(payload, forKey: .payload)
    case .stepFinished(let payload): try container.encode(payload, forKey: .payload)
    case .action(let payload): try container.encode(payload, forKey: .payload)
    case .note(let payload): try container.encode(payload, forKey: .payload)
    case .contracts(let payload): try container.encode(payload, forKey: .payload)
    case .notification(let payload): try container.encode(payload, forKey: .payload)
    case .sample(let payload): try container.encode(payload, forKey: .payload)
    case .assessment(let payload): try container.encode(payload, forKey: .payload)
    case .finding(let payload): try container.encode(payload, forKey: .payload)
    case .lock(let payload): try container.encode(payload, forKey: .payload)
    case .signal(let payload): try container.encode(payload, forKey: .payload)
    case .verdict(let payload): try container.encode(payload, forKey: .payload)
    case .runFinished(let payload): try container.encode(payload, forKey: .payload)
    case .unknown: break
    }
  }
}
