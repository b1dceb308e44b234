/// A name that is text with a meaning of its own, so that two kinds of name are never mixed up.
package protocol Identifier: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
where RawValue == String {
  /// Wraps a text as it is.
  init(rawValue: String)
}

extension Identifier {
  /// Wraps a text as it is.
  package init(_ text: some StringProtocol) { self.init(rawValue: String(text)) }
  package init(stringLiteral value: String) { self.init(rawValue: value) }
  package var description: String { rawValue }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  package init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// One fleet under one name in `sluice.yaml`.
package struct TargetName: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// The release name that a user knows: `v20260224201212`, an image tag, a git commit.
package struct VersionName: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One turn of a version in service; unique within a target (`v1`, `v2`, `v1` again are three generations).
package struct GenerationID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One worker process, container, pod or replica, by the name that its platform gives it.
package struct InstanceID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// What a LiveKit server calls a registered worker (`AW_…`, `CAW_…`); changes whenever the worker reconnects.
package struct WorkerID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One call or stream: the job id (`AJ_…`) where it is known, else room sid and identity.
package struct SessionID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// A region as the platform names it.
package struct RegionName: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One session source or platform of a target, unique within it: `platform`, `worker-http`, `livekit-rooms`.
package struct SourceID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One journaled execution of a command; sorts by the time it began: `20261121-140511-123-k3v9q2`.
package struct RunID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}
