import Cutover
package import Vocabulary

/// What kubectl's last words say went wrong.
///
/// kubectl has one exit code for every failure (seen on 1.32 and 1.35), so the kind is in its text alone; a text that is
/// not known is a fault of its own, never a success.
package struct KubectlFault: Hashable, Sendable {
  /// What went wrong.
  package let kind: Kind
  /// What kubectl said, one line, harmless, without anything that looks like a token.
  package let text: String

  /// The kinds that are told apart.
  package enum Kind: Hashable, Sendable {
    case contextUnknown, kubeconfigUnreadable, notLoggedIn, noCredentials, loginFailed, forbidden
    case namespaceMissing, objectMissing, pathMissing
    case refused, unresolved, silent, certificate, throttled, tooOld, conflict, invalid, serverFailed, unknown
  }

  /// Reads the end of kubectl's standard error.
  package init(_ errors: String) {
    let lines = errors.split(whereSeparator: \.isNewline).map(String.init)
    // kubectl's own log lines (`E1121 06:15:37.363495 … memcache.go:265]`) only repeat what its last line says.
    let said = lines.filter { !$0.contains("] \"Unhandled Error\"") && !$0.isEmpty }
    let whole = (said.isEmpty ? lines : said).joined(separator: " ")
    let last = said.last ?? lines.last ?? ""
    // What explains a failed plugin or a broken kubeconfig takes several lines.
    let isOfSeveral = last.hasPrefix("\t") || last.hasPrefix("*") || last.hasPrefix("To learn") || last.hasPrefix("  ")
    kind = Self.kind(of: whole)
    text = Self.line(isOfSeveral ? said.prefix(3).joined(separator: " ") : last)
  }

  private static func kind(of text: String) -> Kind {
    func has(_ part: String) -> Bool { text.contains(part) }
    if has("does not exist") && (has("error: context") || has("error: cluster")) { return .contextUnknown }
    if has("context was not found for specified context") { return .contextUnknown }
    if has("credential plugin") || has("getting credentials:") { return .loginFailed }
    if has("error loading config file") || has("Error in configuration") { return .kubeconfigUnreadable }
    if has("error: stat ") || has("error: open ") { return .kubeconfigUnreadable }
    if has("(Unauthorized)") || has("must be logged in") { return .notLoggedIn }
    if has("Please enter Username") || text.hasSuffix("error: EOF") { return .noCredentials }
    if has("(Forbidden)") && has("exceeded quota") { return .invalid }
    if has("(Forbidden)") { return .forbidden }
    if has("(NotFound)") {
      if has("namespaces \"") { return .namespaceMissing }
      return has("could not find the requested resource") ? .pathMissing : .objectMissing
    }
    if has("was refused - did you specify") || has("connection refused") { return .refused }
    if has("no such host") { return .unresolved }
    if has("x509:") || has("tls:") { return .certificate }
    if has("(TooManyRequests)") || has("rate limiter Wait") { return .throttled }
    if has("(Expired)") || has("(Gone)") { return .tooOld }
    if has("(Conflict)") || has("(AlreadyExists)") { return .conflict }
    if has(" is invalid:") || has("(Invalid)") || has("(BadRequest)") { return .invalid }
    if has("deadline exceeded") || has("handshake timeout") || has("i/o timeout") || has("(Timeout)") { return .silent }
    if has("(InternalError)") || has("(ServiceUnavailable)") || has("unable to handle the request") {
      return .serverFailed
    }
    if has("EOF") || has("connection reset") || has("unexpected end") { return .serverFailed }
    return .unknown
  }

  private static func line(_ text: String) -> String {
    let words = text.split(separator: " ").map { $0.contains("eyJ") ? "(token)" : $0 }
    let line = words.joined(separator: " ").harmless
    return line.count <= 300 ? line : "\(line.prefix(180)) … \(line.suffix(100))"
  }
}

extension KubectlFault {
  /// What happened, for the first line of an error.
  package var what: String {
    switch kind {
    case .contextUnknown: "kubectl has no such context or cluster"
    case .kubeconfigUnreadable: "kubectl cannot read its configuration"
    case .notLoggedIn: "the cluster does not take this login"
    case .noCredentials: "kubectl has no credentials for the cluster"
    case .loginFailed: "the login program of the kubeconfig failed"
    case .forbidden: "the cluster forbids it"
    case .namespaceMissing: "the namespace does not exist"
    case .objectMissing: "the cluster has no such object"
    case .pathMissing: "the API server does not know this kind of object"
    case .refused: "nothing listens at the API server's address"
    case .unresolved: "the API server's name does not resolve"
    case .silent: "the API server does not answer in time"
    case .certificate: "the API server's certificate is not trusted"
    case .throttled: "the API server asks for patience"
    case .tooOld: "the API server no longer keeps what was asked for"
    case .conflict: "somebody else changed the object in the same moment"
    case .invalid: "the cluster refuses the change"
    case .serverFailed: "the API server failed"
    case .unknown: "kubectl failed"
    }
  }

  /// What to do about it.
  package var remedy: String {
    switch kind {
    case .contextUnknown: "kubectl config get-contexts; then correct 'context' of kubernetes in sluice.yaml"
    case .kubeconfigUnreadable: "kubectl config view; KUBECONFIG names the file"
    case .notLoggedIn: "log in again as for kubectl itself, and try: kubectl auth whoami"
    case .noCredentials: "add a user to the context: kubectl config set-context --current --user=NAME"
    case .loginFailed: "run that program by hand, or install it; kubectl config view names it"
    case .forbidden: "sluice init --rbac prints the Roles that verifying and deploying need"
    case .namespaceMissing: "kubectl get namespaces; then correct 'namespace' of kubernetes in sluice.yaml"
    case .objectMissing: "kubectl get deployments,statefulsets; then correct the name in sluice.yaml"
    case .pathMissing: "kubectl api-resources; the address may not be that of a Kubernetes API server"
    case .refused, .unresolved: "kubectl cluster-info; look whether the context names the right cluster, and the VPN"
    case .silent: "kubectl get --raw /readyz; look at the network between here and the cluster"
    case .certificate: "correct certificate-authority and server of the kubeconfig's cluster"
    case .throttled: "wait a minute and try again"
    case .tooOld: "try again: it lists anew"
    case .conflict: "see who deploys beside you, then try again"
    case .invalid: "read kubectl's words above; kubectl describe shows quotas and admission"
    case .serverFailed: "kubectl get --raw /readyz; try again"
    case .unknown: "run kubectl by hand with -v=6"
    }
  }

  /// The status that a command ends with.
  package var exitStatus: ExitStatus {
    switch kind {
    case .contextUnknown, .kubeconfigUnreadable, .namespaceMissing, .objectMissing: .configuration
    case .invalid, .conflict: .actionFailed
    default: .unavailable
    }
  }

  /// Whether asking again can help without anybody doing anything.
  var isTransient: Bool {
    switch kind {
    case .refused, .silent, .throttled, .tooOld, .serverFailed, .unknown, .unresolved: true
    default: false
    }
  }

  /// What a session source says of it.
  var sourceKind: SourceFailure.Kind {
    switch kind {
    case .notLoggedIn, .noCredentials, .loginFailed, .forbidden: .denied
    case .silent, .throttled: .timeout
    case .contextUnknown, .kubeconfigUnreadable, .namespaceMissing, .objectMissing: .missing
    case .pathMissing, .certificate, .invalid, .conflict, .tooOld: .malformed
    case .refused, .unresolved, .serverFailed, .unknown: .unreachable
    }
  }
}
