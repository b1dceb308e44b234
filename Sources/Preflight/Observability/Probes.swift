/// Probe settings for Kubernetes, and what the worker's own endpoints cannot tell.
package enum Probes {
  /// What `GET /` does not say.
  ///
  /// Seen with livekit-agents 1.8.9: it answers 200 while the worker drains, before it is registered, and while every
  /// job process fails to initialize; 503 only once the connection is given up or the inference process is dead.
  package static let blindness =
    "GET / answers 200 while a worker drains, before it is registered, and while none of its processes can be initialized "
    + "(PLT-005): up is not able to serve. GET /worker counts sessions, and says neither version nor drain."

  /// Probes and the settings beside them, as YAML to paste into a Deployment.
  ///
  /// - Parameters:
  ///   - grace: How long after SIGTERM Kubernetes may kill: the agent's drain timeout and its tail, in whole seconds.
  ///   - port: The worker's HTTP port; 8081 with `start`.
  /// - Returns: YAML.
  package static func yaml(grace: Int = 3_630, port: Int = 8_081) -> String {
    """
    # \(blindness)
    # So a probe of / restarts what is dead and stops nothing that is stuck: alert on that (--print alerts).
    # A worker takes no traffic through a Service: readiness only paces the rollout, and never routes a call.
    spec:
      strategy:
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }   # new instances serve before old ones drain
      template:
        spec:
          terminationGracePeriodSeconds: \(grace)            # the drain timeout and its tail; no preStop sleep
          containers:
            - name: agent
              ports:
                - { name: worker, containerPort: \(port) }
              startupProbe:                                   # heavy imports and prewarm get 2 minutes
                httpGet: { path: /, port: worker }
                periodSeconds: 2
                failureThreshold: 60
              readinessProbe:                                 # /worker answers only while the event loop runs
                httpGet: { path: /worker, port: worker }
                periodSeconds: 5
                timeoutSeconds: 3
                failureThreshold: 2
              livenessProbe:                                  # slow to kill: a restart cuts every call of the worker
                httpGet: { path: /, port: worker }
                periodSeconds: 15
                timeoutSeconds: 10
                failureThreshold: 8

    """
  }
}
