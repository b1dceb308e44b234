package import Cutover
package import Machine
package import Vocabulary
package import Web

/// Sessions per worker as a number, from the HTTP servers of LiveKit workers.
///
/// Asks `/worker` and `/` of every endpoint at each poll. A count is given only where a whole answer that looks like a
/// worker's arrived; any other instance is `unreachable` with the reason in its note, and its count is unknown. `/` says
/// 200 also while a worker drains, is not registered, or cannot start a single process. So an instance whose platform
/// tells turns apart, and with them more than that, is only said to be answering; where nobody else can tell, 200 is taken
/// for serving.
package struct WorkerHTTP: SessionSource {
  /// Gives the endpoints at the moment of a poll; a platform's list changes with its instances.
  package typealias Endpoints = @Sendable () async throws -> [WorkerEndpoint]

  package let traits: SourceTraits

  private let endpoints: Endpoints
  private let client: HTTPClient
  private let clock: WallClock
  private let limits: Limits

  /// What one poll may use up.
  package struct Limits: Sendable {
    /// For one request; a worker answers within milliseconds unless its event loop is blocked.
    package var request: Duration = .seconds(2)
    /// Requests at once; each needs one descriptor.
    package var width = 128
    /// The longest body that is taken, in bytes; a worker's answer has less than 300.
    package var bodyBytes = 65_536

    /// The defaults.
    package init() {}
  }

  /// A source over endpoints that do not change, or that a platform hands over.
  package init(
    id: SourceID = "worker-http", client: HTTPClient, clock: WallClock = .live, limits: Limits = Limits(),
    endpoints: @escaping Endpoints
  ) {
    traits = SourceTraits(id: id, kind: "worker-http", sees: [.counts])
    self.endpoints = endpoints
    self.client = client
    self.clock = clock
    self.limits = limits
  }

  package func reading(within limit: Duration) async -> Reading {
    let deadline = ContinuousClock.now + limit
    let answer: Reading.Answer
    do {
      answer = await poll(try await endpoints(), until: deadline)
    } catch {
      let detail = (error as? any Failure)?.what ?? "the list of workers could not be made"
      answer = .failure(SourceFailure(kind: .unreachable, detail: detail))
    }
    return Reading(source: traits.id, takenAt: clock.now, answer: answer)
  }

  private func poll(_ endpoints: [WorkerEndpoint], until deadline: ContinuousClock.Instant) async -> Reading.Answer {
    var results: [Result<InstanceObservation, SourceFailure>?] = Array(repeating: nil, count: endpoints.count)
    await withTaskGroup(of: (Int, Result<InstanceObservation, SourceFailure>).self) { group in
      for index in endpoints.indices {
        if index >= limits.width, let (done, result) = await group.next() { results[done] = result }
        group.addTask { (index, await ask(endpoints[index], until: deadline)) }
      }
      for await (index, result) in group { results[index] = result }
    }
    let failures = results.compactMap { result in if case .failure(let failure)? = result { failure } else { nil } }
    guard endpoints.isEmpty || failures.count < endpoints.count else {
      return .failure(summary(of: failures, endpoints))
    }
    let instances = zip(endpoints, results).map { endpoint, result in
      switch result {
      case .success(let instance): instance
      case .failure(let failure): endpoint.observation(.unreachable, note: failure.detail)
      case nil: endpoint.observation(.unreachable, note: "not asked")
      }
    }
    return .snapshot(Observation(instances: instances))
  }

  /// One failure for a poll in which nobody answered; it names at most three workers.
  private func summary(of failures: [SourceFailure], _ endpoints: [WorkerEndpoint]) -> SourceFailure {
    let named = zip(endpoints, failures).prefix(3).map { "\($0.name.rawValue.harmless): \($1.detail)" }
    let rest = failures.count > 3 ? ["and \(failures.count - 3) more"] : []
    let kinds = Set(failures.map(\.kind))
    return SourceFailure(
      kind: kinds.count == 1 ? failures[0].kind : .unreachable,
      detail: "no worker answered: " + (named + rest).joined(separator: "; "))
  }
}

extension WorkerHTTP {
  /// Asks one worker for its count, then for its health on the same connection.
  private func ask(
    _ endpoint: WorkerEndpoint, until deadline: ContinuousClock.Instant
  ) async -> Result<InstanceObservation, SourceFailure> {
    do throws(SourceFailure) {
      let response = try await get(endpoint, until: deadline)
      let answer: WorkerAnswer
      do throws(WorkerAnswer.Problem) {
        answer = try WorkerAnswer(response)
      } catch {
        throw SourceFailure(kind: .malformed, detail: "/worker answered \(error.what)")
      }
      let health = await health(endpoint, until: deadline)
      return .success(
        endpoint.observation(health.phase, sdk: answer.sdk, sessions: answer.activeJobs, note: health.note))
    } catch {
      return .failure(error)
    }
  }

  /// The body of `/worker`, which must come whole with status 200.
  private func get(_ endpoint: WorkerEndpoint, until deadline: ContinuousClock.Instant) async throws(SourceFailure)
    -> [UInt8]
  {
    let response: HTTPResponse
    do throws(WebFailure) {
      response = try await client.send(try request(endpoint.workerURL, of: endpoint, until: deadline))
    } catch {
      throw SourceFailure(error)
    }
    switch response.status {
    case 200: return response.body
    case 300..<400: throw SourceFailure(kind: .malformed, detail: "/worker answered a redirect (\(response.status))")
    case 401, 403: throw SourceFailure(kind: .denied, detail: "/worker answered \(response.status)")
    default: throw SourceFailure(kind: .malformed, detail: "/worker answered \(response.status)")
    }
  }

  private func health(
    _ endpoint: WorkerEndpoint, until deadline: ContinuousClock.Instant
  ) async -> (phase: InstanceObservation.Phase, note: String?) {
    do throws(WebFailure) {
      var request = try request(endpoint.healthURL, of: endpoint, until: deadline)
      // The last request of a poll. Thousands of kept connections cost more, in descriptors and in libcurl's search for
      // the oldest of them, than one handshake without TLS at the next poll.
      if !request.url.hasPrefix("https:") { request.headers = ["Connection": "close"] }
      let response = try await client.send(request)
      guard response.status != 200 else { return (endpoint.generation == nil ? .serving : .unknown("answering"), nil) }
      // The SDK says why in a few words: `inference process not running`.
      let text = String(decoding: response.body.prefix(100), as: UTF8.self).harmless
      let word = "unhealthy (\(response.status)\(response.status == 503 && !text.isEmpty ? ": \(text)" : ""))"
      return (.unknown(word), nil)
    } catch {
      return (.unknown("no health"), "/ gave no answer: \(error.what)")
    }
  }

  private func request(
    _ url: String, of endpoint: WorkerEndpoint, until deadline: ContinuousClock.Instant
  ) throws(WebFailure) -> HTTPClient.Request {
    let left = deadline - .now
    guard left > .zero else { throw .timedOut(.connecting, at: url, after: .zero) }
    var request = HTTPClient.Request(.get, url)
    request.timeout = min(limits.request, left)
    request.connectTimeout = request.timeout
    request.bodyLimit = limits.bodyBytes
    request.unixSocket = endpoint.unixSocket
    return request
  }
}

extension WorkerEndpoint {
  fileprivate func observation(
    _ phase: InstanceObservation.Phase, sdk: String? = nil, sessions: Int? = nil, note: String? = nil
  ) -> InstanceObservation {
    InstanceObservation(
      id: name, version: version, generation: generation, sdk: sdk, phase: phase, sessions: sessions, note: note)
  }
}

extension SourceFailure {
  /// Why a request gave nothing that can be used.
  package init(_ failure: WebFailure) {
    let kind: Kind =
      switch failure {
      case .timedOut, .peerSilent: .timeout
      case .libraryMissing: .missing
      case .truncated, .tls, .tooLarge, .malformed, .protocolViolation, .handshakeRefused: .malformed
      default: .unreachable
      }
    self.init(kind: kind, detail: failure.what)
  }
}
