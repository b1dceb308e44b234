import Documents
package import Notifications

/// `notify: - webhook: { url, secret, on, timeout }`, and the same of `slack` and `teams` without `secret`.
package struct NotificationConfiguration: Sendable {
  /// What is understood there.
  package var kind: NotificationReceiver.Kind
  /// Where it listens.
  package var url: ConfiguredValue
  /// With what bodies are signed; nil: they are not.
  package var secret: ConfiguredValue?
  /// When it is told.
  package var occasions: Set<NotificationOccasion> = [.passed, .notPassed]
  /// The limit on telling it.
  package var timeout: Duration = .seconds(30)
}

extension TargetReader {
  /// Those who are told, in the file's order.
  func notifications(_ reader: MappingReader) -> [NotificationConfiguration] {
    let all = reader.elements("notify") { node, name in reader.read(node, called: name, notification) } ?? []
    if all.count > 20 { reader.report("'notify' names more than 20 receivers") }
    return all
  }

  private func notification(_ reader: MappingReader) -> NotificationConfiguration? {
    let found = NotificationReceiver.Kind.allCases.compactMap { kind in
      reader.mapping(kind.rawValue) { receiver(kind, $0) }
    }
    if reader.mapping.entries.count != 1 {
      reader.report("each entry of 'notify' names exactly one of 'webhook', 'slack' and 'teams'")
      return nil
    }
    return found.first
  }

  private func receiver(_ kind: NotificationReceiver.Kind, _ reader: MappingReader) -> NotificationConfiguration? {
    let url = reader.required("url", reader.string).map { ConfiguredValue($0, in: folder) }
    let secret = kind == .webhook ? reader.string("secret").map { ConfiguredValue($0, in: folder) } : nil
    let occasions = reader.elements("on") { node, name -> NotificationOccasion? in
      let occasion = node.text.flatMap { NotificationOccasion(rawValue: $0) }
      if occasion == nil { reader.report("\(name) must be 'started', 'passed' or 'not-passed'", at: node.mark) }
      return occasion
    }
    let timeout = reader.duration("timeout", in: .seconds(1) ... .seconds(120))
    if case .literal? = secret {
      reader.report("'secret' must not be written here", hint: "write env:NAME or file:PATH")
    }
    if kind != .webhook, case .literal? = url {
      reader.report("the 'url' of '\(kind.rawValue)' is a secret", hint: "write env:NAME or file:PATH")
    }
    guard let url else { return nil }
    var configuration = NotificationConfiguration(kind: kind, url: url, secret: secret)
    if let occasions { configuration.occasions = Set(occasions) }
    if let timeout { configuration.timeout = timeout }
    return configuration
  }
}
