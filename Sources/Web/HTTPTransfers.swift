import CCurl

/// The transfers of one client: those that run in libcurl's multi handle, and those that wait for their turn.
///
/// Made, used and released on the driver's thread.
@safe final class HTTPTransfers {
  /// Transfers of one kind: requests, or streams.
  private struct Lane {
    let width: Int
    var running = 0
    /// In order; numbers that are no longer in `waiting` were cancelled.
    var queue: [UInt64] = []
    var next = 0
    var waiting: [UInt64: (HTTPClient.Request, HTTPClientDriver.Sink)] = [:]

    mutating func turn() -> (UInt64, HTTPClient.Request, HTTPClientDriver.Sink)? {
      guard running < width else { return nil }
      while next < queue.count {
        let id = queue[next]
        next += 1
        if let (request, sink) = waiting.removeValue(forKey: id) { return (id, request, sink) }
      }
      queue.removeAll(keepingCapacity: false)
      next = 0
      return nil
    }
  }

  private let multi: UnsafeMutableRawPointer
  private let configuration: HTTPClient.Configuration
  private var requests: Lane
  private var streams: Lane
  private var running: [UInt64: HTTPTransfer] = [:]
  private var numbers: [UInt: UInt64] = [:]

  /// Takes over the multi handle.
  @unsafe init(multi: UnsafeMutableRawPointer, configuration: HTTPClient.Configuration) {
    unsafe self.multi = multi
    self.configuration = configuration
    requests = Lane(width: max(1, configuration.maximumRequests))
    streams = Lane(width: max(1, configuration.maximumStreams))
  }

  func add(_ id: UInt64, _ request: HTTPClient.Request, _ sink: HTTPClientDriver.Sink) {
    if sink.isStream {
      streams.queue.append(id)
      streams.waiting[id] = (request, sink)
    } else {
      requests.queue.append(id)
      requests.waiting[id] = (request, sink)
    }
  }

  func cancel(_ id: UInt64) {
    if let (_, sink) = requests.waiting.removeValue(forKey: id) ?? streams.waiting.removeValue(forKey: id) {
      sink.refuse(.cancelled)
    } else if let transfer = running[id] {
      end(transfer) { $0.end(.cancelled) }
    }
  }

  func resume(_ id: UInt64) { running[id]?.resume() }

  /// Starts whose turn it is, moves bytes, and ends what is finished, until there is nothing to do but wait.
  func advance() {
    repeat {
      while let (id, request, sink) = requests.turn() ?? streams.turn() { start(id, request, sink) }
      var count: Int32 = 0
      // The handle is ours until `release`; the callbacks run inside this call, on this thread.
      unsafe cc_multi_perform(multi, &count)
    } while endFinished()
  }

  /// Waits for bytes, for libcurl's own timers, for a nudge, or for a stream's deadline.
  func wait() {
    var milliseconds: Int32 = 60_000
    let now = ContinuousClock.now
    for transfer in running.values {
      guard let deadline = transfer.headDeadline else { continue }
      guard deadline > now else {
        end(transfer) { $0.end(.timedOut(.answer, at: $0.name, after: $0.request.timeout)) }
        return
      }
      milliseconds = min(milliseconds, Int32(min(60_000, (deadline - now) / .milliseconds(1) + 1)))
    }
    unsafe cc_multi_poll(multi, milliseconds)
  }

  /// Ends everything with `cancelled`.
  func end() {
    for transfer in running.values { end(transfer) { $0.end(.cancelled) } }
    for (_, sink) in Array(requests.waiting.values) + Array(streams.waiting.values) { sink.refuse(.cancelled) }
    requests.waiting = [:]
    streams.waiting = [:]
  }

  /// Lets the multi handle and its connections go; nothing may be called after it.
  func release() { unsafe cc_multi_cleanup(multi) }

  private func start(_ id: UInt64, _ request: HTTPClient.Request, _ sink: HTTPClientDriver.Sink) {
    let transfer: HTTPTransfer
    do { transfer = try HTTPTransfer(id, request, sink, configuration) } catch { return sink.refuse(error) }
    running[id] = transfer
    numbers[transfer.key] = id
    if sink.isStream { streams.running += 1 } else { requests.running += 1 }
    let result = unsafe cc_multi_add(multi, transfer.easy)
    if result != CURLM_OK {
      end(transfer) { $0.end(.libraryMissing(reason: "curl_multi_add_handle failed with \(result.rawValue)")) }
    }
  }

  private func endFinished() -> Bool {
    var hasEnded = false
    var result = CURLE_OK
    while let easy = unsafe cc_multi_finished(multi, &result) {
      // A handle that is ended here has not been freed: only `end` does that, and it forgets the number.
      guard let id = numbers[UInt(bitPattern: easy)], let transfer = running[id] else { continue }
      hasEnded = true
      let code = result
      end(transfer) { $0.finish(code) }
    }
    return hasEnded
  }

  private func end(_ transfer: HTTPTransfer, _ tell: (HTTPTransfer) -> Void) {
    running[transfer.id] = nil
    numbers[transfer.key] = nil
    if transfer.sink.isStream { streams.running -= 1 } else { requests.running -= 1 }
    unsafe cc_multi_remove(multi, transfer.easy)
    tell(transfer)
  }
}
