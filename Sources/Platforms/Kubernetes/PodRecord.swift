import Cutover
import Vocabulary

/// What a watch has told of one pod, from its first event to after its last.
///
/// The first deletion that was seen is kept: the API writes another deadline into it later, and the DELETED event another
/// one still. What a container's state has told once stays known, since a terminated status stands for a second or less.
struct PodRecord: Sendable {
  let uid: String
  let name: String
  private(set) var labels: [String: String] = [:]
  private(set) var image: String?
  private(set) var createdAt: Timestamp?
  private(set) var deletion: Deletion?
  /// The lives of the agent's container, by how often it had been started before.
  private(set) var lives: [Int: Life] = [:]
  /// The number of the life that is, or that comes next.
  private(set) var current = 0
  private(set) var standing = Standing()
  /// When and how the pod was gone; nil: it is there.
  private(set) var removal: Removal?
  /// When it was last told of.
  private(set) var seenAt: Timestamp

  /// When a pod was told to go, and by when it must have.
  struct Deletion: Hashable, Sendable {
    let requestedAt: Timestamp
    let deadline: Timestamp
    let grace: Duration
  }

  /// One life of the agent's container.
  struct Life: Sendable {
    var startedAt: Timestamp?
    var servingAt: Timestamp?
    var terminated: APIObject.ContainerStatus.Terminated?
  }

  /// What the pod is said to be at the moment.
  struct Standing: Hashable, Sendable {
    var phase: String?
    var isReady = false
    /// Why it is not ready, where the node and not its probe says so.
    var isContainerReady = false
    var isRunning = false
    var waiting: String?
    var waitingMessage: String?
    /// Why the platform takes it away: `EvictionByEvictionAPI`, `DeletionByPodGC`, `Evicted` …; nil: nobody does.
    var disruption: String?
    var unschedulable: String?
  }

  /// How a pod came to be gone.
  enum Removal: Hashable, Sendable {
    /// The watch said so.
    case told(at: Timestamp)
    /// A listing after a gap in the watch no longer had it.
    case missed(after: Timestamp, by: Timestamp)

    var at: Timestamp {
      switch self {
      case .told(let at), .missed(_, let at): at
      }
    }
  }

  init(_ pod: APIObject.Pod, container: String?, at now: Timestamp) {
    uid = pod.metadata.uid ?? pod.metadata.name
    name = pod.metadata.name
    seenAt = now
    take(pod, container: container, at: now)
  }

  /// Takes in what an event or a listing says.
  mutating func take(_ pod: APIObject.Pod, container: String?, at now: Timestamp) {
    seenAt = now
    labels = pod.metadata.labels ?? labels
    createdAt = pod.metadata.createdAt ?? createdAt
    let own =
      pod.spec?.containers.first { $0.name == container } ?? (container == nil ? pod.spec?.containers.first : nil)
    image = own?.image ?? image
    if deletion == nil, let deadline = pod.metadata.deletionTimestamp.flatMap({ Timestamp($0) }) {
      // Where the grace is not given, the deletion was asked for by now at the latest.
      let grace = pod.metadata.deletionGracePeriodSeconds.map { .seconds($0) } ?? max(.zero, deadline - now)
      deletion = Deletion(requestedAt: deadline - grace, deadline: deadline, grace: grace)
    }
    let conditions = pod.status?.conditions ?? []
    func condition(_ type: String) -> APIObject.Condition? { conditions.first { $0.type == type } }
    standing = Standing(phase: pod.status?.phase, isReady: condition("Ready")?.status == "True")
    let disruption = condition("DisruptionTarget")
    standing.disruption = disruption?.status == "True" ? disruption?.reason ?? "DisruptionTarget" : nil
    if pod.status?.phase == "Failed", let reason = pod.status?.reason { standing.disruption = reason }
    let scheduled = condition("PodScheduled")
    if scheduled?.status == "False" { standing.unschedulable = scheduled?.message ?? scheduled?.reason }
    let name = own?.name
    if let status = pod.status?.containerStatuses?.first(where: { $0.name == name }) { take(status, at: now) }
  }

  private mutating func take(_ status: APIObject.ContainerStatus, at now: Timestamp) {
    let count = status.restartCount ?? 0
    standing.isContainerReady = status.ready ?? false
    standing.isRunning = status.state?.running != nil
    standing.waiting = status.state?.waiting.map { $0.reason ?? "waiting" }
    standing.waitingMessage = status.state?.waiting?.message
    if let terminated = status.lastState?.terminated {
      // While the next life is waited for, the count is still that of the last one.
      end(status.state?.waiting == nil ? count - 1 : count, terminated)
    }
    if let terminated = status.state?.terminated { end(count, terminated) }
    let isOver = lives[count]?.terminated != nil && status.state?.waiting != nil
    current = max(current, isOver ? count + 1 : count)
    if let running = status.state?.running {
      var life = lives[count] ?? Life()
      life.startedAt = running.startedAt.flatMap { Timestamp($0) }
      if standing.isReady { life.servingAt = life.servingAt ?? now }
      lives[count] = life
    } else if lives[current] == nil {
      lives[current] = Life()
    }
  }

  private mutating func end(_ number: Int, _ terminated: APIObject.ContainerStatus.Terminated) {
    guard number >= 0 else { return }
    var life = lives[number] ?? Life()
    life.terminated = life.terminated ?? terminated
    life.startedAt = life.startedAt ?? terminated.startedAt.flatMap { Timestamp($0) }
    lives[number] = life
  }

  /// Takes in that it is gone.
  mutating func remove(_ removal: Removal) { self.removal = self.removal ?? removal }

  /// Whether it is there and its current container has not ended for good.
  var isAlive: Bool {
    removal == nil && standing.phase != "Succeeded" && standing.phase != "Failed"
  }

  /// Whether it is there and was not told to go.
  var isWanted: Bool { isAlive && deletion == nil }
}

/// All pods of a workload that a watch has told of.
struct PodBook: Sendable {
  private(set) var pods: [String: PodRecord] = [:]
  /// When the last whole listing was taken in; nil: none was.
  private(set) var listedAt: Timestamp?
  let container: String?
  /// Ended pods beyond this many are forgotten, the earliest first: a storm of evictions must end somewhere.
  private static let endedLimit = 20_000

  init(container: String?) { self.container = container }

  /// Takes in a whole listing; what it no longer has went while nobody looked. Returns how many did.
  mutating func reconcile(_ listing: [APIObject.Pod], at now: Timestamp) -> Int {
    let before = listedAt.map { max($0, pods.values.map(\.seenAt).max() ?? $0) }
    var gone = Set(pods.filter { $0.value.removal == nil }.keys)
    for pod in listing {
      gone.remove(pod.metadata.uid ?? pod.metadata.name)
      put(pod, at: now)
    }
    for uid in gone { pods[uid]?.remove(.missed(after: before ?? now, by: now)) }
    listedAt = now
    return gone.count
  }

  /// Takes in a line of the watch.
  mutating func put(_ pod: APIObject.Pod, isDeleted: Bool = false, at now: Timestamp) {
    let uid = pod.metadata.uid ?? pod.metadata.name
    if pods[uid] == nil {
      pods[uid] = PodRecord(pod, container: container, at: now)
    } else {
      pods[uid]?.take(pod, container: container, at: now)
    }
    guard isDeleted else { return }
    pods[uid]?.remove(.told(at: now))
    forgetTheEarliest()
  }

  private mutating func forgetTheEarliest() {
    guard pods.count > Self.endedLimit * 2 else { return }
    let ended = pods.values.compactMap { pod in pod.removal.map { ($0.at, pod.uid) } }.sorted { $0 < $1 }
    for (_, uid) in ended.dropLast(Self.endedLimit) { pods[uid] = nil }
  }
}
