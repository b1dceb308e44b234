/// Prometheus alert rules over what livekit-agents exports.
///
/// The worker exports `lk_agents_active_job_count`, `lk_agents_worker_load` and the histogram
/// `lk_agents_proc_initialize_duration_seconds` (buckets to 10 s, successful initializations only), each with
/// `nodename`, once `prometheus_port` is set (livekit-agents 1.8.9, telemetry/metrics.py). None has a version and none
/// says `draining`, and livekit-server exports nothing of agents: what a rule cannot see is said beside it.
package enum AlertRules {
  /// The rules as a file that Prometheus loads.
  ///
  /// - Parameters:
  ///   - job: The scrape job of the workers.
  ///   - drainSeconds: After how long a drain is too long: the effective window and its tail.
  ///   - initializeSeconds: The worker's `initialize_process_timeout`.
  /// - Returns: YAML.
  package static func yaml(job: String = "livekit-agents", drainSeconds: Int = 3_630, initializeSeconds: Int = 10)
    -> String
  {
    let late = Double(initializeSeconds) * 0.8
    return """
      # Alerts for livekit-agents. The workers export these once AgentServer(prometheus_port=...) is set and Prometheus scrapes
      # that port as job '\(job)'. No metric has the version: relabel the pod's version label onto the target.
      groups:
        - name: livekit-agents
          rules:
            # INI-001: processes that need longer than \(initializeSeconds) s are killed and leave no observation, so the alarm comes before.
            - alert: LiveKitAgentSlowInitialization
              expr: >-
                histogram_quantile(0.99, sum by (le, instance)
                (rate(lk_agents_proc_initialize_duration_seconds_bucket{job="\(job)"}[15m]))) > \(late)
              for: 5m
              labels: { severity: warning }
              annotations:
                summary: "{{ $labels.instance }} initializes processes in {{ $value }} s (p99); the limit is \(initializeSeconds) s"
                description: "INI-001: move imports and model loads to prewarm, or raise initialize_process_timeout"
            # PLT-005: up, and no process was ever initialized; only successful initializations are counted.
            - alert: LiveKitAgentUnableToServe
              expr: >-
                (time() - process_start_time_seconds{job="\(job)"} > 120)
                unless on (instance) lk_agents_proc_initialize_duration_seconds_count{job="\(job)"} > 0
              for: 1m
              labels: { severity: critical }
              annotations:
                summary: "{{ $labels.instance }} is up and has initialized no process"
                description: "PLT-005, INI-002: its log names the exception; GET / answers 200 all the while"
            # INI-002, INI-003: more processes are initialized than calls explain: they die and are made again.
            - alert: LiveKitAgentRespawnStorm
              expr: >-
                sum by (instance) (increase(lk_agents_proc_initialize_duration_seconds_count{job="\(job)"}[5m]))
                > on (instance) (20 + 10 * (sum by (instance) (max_over_time(lk_agents_active_job_count{job="\(job)"}[5m]))
                or sum by (instance) (0 * up{job="\(job)"})))
              for: 5m
              labels: { severity: warning }
              annotations:
                summary: "{{ $labels.instance }} has initialized {{ $value }} processes in 5 minutes"
                description: "INI-002, INI-003: processes die and are replaced; read their stderr"
            # RTE-004: rooms without an agent. Holds where each room has one agent; livekit-server exports no agent metric, so
            # 'sluice verify-cutover' names such sessions and this rule only counts.
            - alert: LiveKitSessionsUnserved
              expr: sum(livekit_room_total) - (sum(lk_agents_active_job_count{job="\(job)"}) or vector(0)) > 0
              for: 2m
              labels: { severity: critical }
              annotations:
                summary: "{{ $value }} rooms have had no agent for 2 minutes"
                description: "RTE-004: no worker is available, or the entrypoint fails before it connects"
            # DRN-008: a pod that was asked to stop so long ago and is still there. No worker metric says 'draining':
            # kube-state-metrics does. Narrow it to the agent's namespace or pods.
            - alert: LiveKitAgentDrainingTooLong
              expr: kube_pod_deletion_timestamp > 0
              for: \(drainSeconds)s
              labels: { severity: warning }
              annotations:
                summary: "{{ $labels.namespace }}/{{ $labels.pod }} has been draining for more than \(drainSeconds) s"
                description: "DRN-008: longer than every clock; find out whether SIGTERM reached the agent (SIG-001)"

      """
  }
}
