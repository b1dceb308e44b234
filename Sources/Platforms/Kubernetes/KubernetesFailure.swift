package import Vocabulary

/// Why a cluster could not be asked or changed.
package enum KubernetesFailure: Failure {
  /// There is no kubectl.
  case kubectlMissing(searched: String)
  /// kubectl or the API server refused or failed; see `KubectlFault`.
  case refused(KubectlFault, doing: String)
  /// kubectl gave no end in time and was stopped.
  case silent(doing: String, after: Duration)
  /// An answer that cannot be understood.
  case malformed(what: String)
  /// The workload selects no pods that could be asked for.
  case selectorUnknown(workload: String)
  /// The controllers did not take the change in time.
  case notObserved(workload: String, after: Duration)
  /// Nothing is changed by it: the template is as it was.
  case nothingChanged(VersionName, workload: String)
  /// The version is not one that can be put back.
  case versionMissing(VersionName, known: [String])
  /// The name is that of several.
  case ambiguous(VersionName, candidates: [String])
  /// A number of the rollout history is not a name.
  case bareNumber(VersionName, known: [String])
  /// The rollout is paused.
  case paused(workload: String)
  /// kubectl rolled to something else than was asked.
  case otherRolled(wanted: String, found: String)
  /// The container is not in the template.
  case containerMissing(String, known: [String])
  /// The manifest does not hold what the target names, or another version of it.
  case manifest(path: String, why: String)
  /// No pod of a version will ever serve.
  case cannotServe(VersionName, why: String, details: String?)
  /// Another run holds the Lease.
  case leased(name: String, holder: String, until: Timestamp)
  /// The Lease was taken over while the run went on.
  case leaseLost(name: String, holder: String)

  package var what: String {
    switch self {
    case .kubectlMissing: "program 'kubectl' is not found"
    case .refused(let fault, let doing): "\(fault.what): \(doing)"
    case .silent(let doing, let limit): "kubectl gave no end within \(limit.text): \(doing)"
    case .malformed: "the cluster's answer cannot be understood"
    case .selectorUnknown(let workload): "\(workload.harmless) has no selector that pods can be listed by"
    case .notObserved(let workload, _): "the change of \(workload.harmless) was not taken up"
    case .nothingChanged(let version, let workload):
      "\(workload.harmless) runs '\(version.rawValue.harmless)' already; nothing was changed"
    case .versionMissing(let version, _): "version '\(version.rawValue.harmless)' is not one that can be put back"
    case .ambiguous(let version, _): "'\(version.rawValue.harmless)' names more than one version"
    case .bareNumber(let version, _): "'\(version.rawValue.harmless)' is a number of the rollout history, not a version"
    case .paused(let workload): "\(workload.harmless) is paused"
    case .otherRolled(let wanted, let found):
      "the cluster rolled to '\(found.harmless)' instead of '\(wanted.harmless)'"
    case .containerMissing(let name, _): "the pods have no container '\(name.harmless)'"
    case .manifest(let path, _): "the manifest '\(path.harmless)' cannot be deployed"
    case .cannotServe(let version, let why, _): "version '\(version.rawValue.harmless)' cannot serve: \(why)"
    case .leased(_, let holder, let until): "'\(holder.harmless)' changes this fleet, until \(until) at least"
    case .leaseLost(_, let holder): "the lock of this fleet was taken over by '\(holder.harmless)'"
    }
  }

  package var why: String? {
    switch self {
    case .kubectlMissing(let searched): "it is in no folder of PATH: \(searched.harmless)"
    case .refused(let fault, _): fault.text.isEmpty ? nil : "kubectl said: \(fault.text)"
    case .silent: "the API server does not answer, or kubectl waits for a login"
    case .malformed(let what): what
    case .selectorUnknown: nil
    case .notObserved(_, let limit): "status.observedGeneration is behind, or no new ReplicaSet came, for \(limit.text)"
    case .nothingChanged: "the pod template would stay as it is, so no pod would be replaced"
    case .versionMissing(_, let known), .bareNumber(_, let known):
      known.isEmpty ? "the cluster keeps no other version" : "the cluster has \(known.joined(separator: ", "))"
    case .ambiguous(_, let candidates): "it is that of \(candidates.joined(separator: ", "))"
    case .paused: "a paused rollout replaces no pods, and kubectl refuses to undo one"
    case .otherRolled: "somebody else rolled it in the same moment"
    case .containerMissing(_, let known): "they have \(known.map(\.harmless).joined(separator: ", "))"
    case .manifest(_, let why): why
    case .cannotServe(_, _, let details): details
    case .leased(let name, _, _), .leaseLost(let name, _): "Lease '\(name.harmless)' says so"
    }
  }

  package var remedy: String? {
    switch self {
    case .kubectlMissing: "install it: https://kubernetes.io/docs/tasks/tools/"
    case .refused(let fault, _): fault.remedy
    case .silent: "kubectl version, in a terminal: it shows what it waits for"
    case .malformed: "ask again; if it stays, look at it with 'kubectl get --raw'"
    case .selectorUnknown: "give it a selector by labels"
    case .notObserved(let workload, _): "kubectl describe \(workload.harmless)"
    case .nothingChanged: "watch it with 'sluice verify-cutover', or name another version"
    case .versionMissing: "name one of these with --to, or deploy it again"
    case .ambiguous, .bareNumber: "name one by its pod-template-hash or digest with --to"
    case .paused(let workload): "kubectl rollout resume \(workload.harmless)"
    case .otherRolled: "see who deploys beside you, then 'sluice verify-cutover'"
    case .containerMissing: "set 'container' of kubernetes in sluice.yaml"
    case .manifest: "correct it, or take 'manifest' out of sluice.yaml and set the image alone"
    case .cannotServe: "sluice rollback; the pods of before go on serving where the strategy keeps them"
    case .leased(let name, _, _): "wait for it; when that run is dead, kubectl delete lease \(name.harmless)"
    case .leaseLost: "look what the other run does before you begin again"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .kubectlMissing, .silent, .malformed: .unavailable
    case .refused(let fault, _): fault.exitStatus
    case .selectorUnknown, .containerMissing, .manifest: .configuration
    case .notObserved, .nothingChanged, .versionMissing, .otherRolled, .cannotServe, .paused, .leaseLost: .actionFailed
    case .ambiguous, .bareNumber: .usage
    case .leased: .locked
    }
  }
}
