extension Assessment {
  enum CodingKeys: String, CodingKey {
    case schema, target, run, kind, incoming, outgoing, sample, at, verdict, isFinal, reason, conditions, regions
    case sessions, instances, latency, exposure, forecast, findings, recommendedAction, window
  }

  /// Writes every key, those without a value as null: whoever reads the object finds `recommended-action` in each.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
    try container.encode(target, forKey: .target)
    try container.encode(run, forKey: .run)
    try container.encode(kind, forKey: .kind)
    try container.encode(incoming, forKey: .incoming)
    try container.encode(outgoing, forKey: .outgoing)
    try container.encode(sample, forKey: .sample)
    try container.encode(at, forKey: .at)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(isFinal, forKey: .isFinal)
    try container.encode(reason, forKey: .reason)
    try container.encode(conditions, forKey: .conditions)
    try container.encode(regions, forKey: .regions)
    try container.encode(sessions, forKey: .sessions)
    try container.encode(instances, forKey: .instances)
    try container.encode(latency, forKey: .latency)
    try container.encode(exposure, forKey: .exposure)
    try container.encode(forecast, forKey: .forecast)
    try container.encode(findings, forKey: .findings)
    try container.encode(recommendedAction, forKey: .recommendedAction)
    try container.encode(window, forKey: .window)
  }
}
