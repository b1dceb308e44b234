import Documents
import Machine
import TestSupport
import Testing

@testable import Preflight

/// The printed settings, judged by the programs that read them.
struct AlertRulesTests {
  private static let program: String? =
    ["/usr/bin/promtool", "/usr/local/bin/promtool"].first { Files.kind(of: $0) == .file }

  private func promtool(_ arguments: [String]) async throws -> CompletedRun {
    try await Invocation([try #require(Self.program)] + arguments).run(within: .seconds(60) * Patience.factor)
  }

  @Test(.enabled(if: program != nil, "no promtool (Debian package prometheus)"))
  func prometheusTakesTheRules() async throws {
    let folder = try TemporaryFolder()
    let run = try await promtool(["check", "rules", try folder.write(AlertRules.yaml(), to: "rules.yaml")])
    #expect(run.succeeded && run.text.contains("5 rules found"), "\(run.text)\(run.errorText)")
  }

  /// Each rule fires where it should, on series as a worker exports them, and stays silent on a healthy fleet.
  @Test(.enabled(if: program != nil, "no promtool (Debian package prometheus)"))
  func theRulesFireForWhatTheyAreMeantForAndForNothingElse() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(AlertRules.yaml(drainSeconds: 600), to: "rules.yaml")
    let labels = "job=\"livekit-agents\",instance=\"a:9090\",nodename=\"a\""
    let metric = "lk_agents_proc_initialize_duration_seconds"
    func up(_ more: [(String, String)]) -> String {
      ([("up{\(labels)}", "1x40"), ("process_start_time_seconds{\(labels)}", "0x40")] + more)
        .map { "      - { series: '\($0.0)', values: '\($0.1)' }" }.joined(separator: "\n")
    }
    func buckets(_ fast: String, _ slow: String) -> [(String, String)] {
      ["0.1", "0.5", "1.0", "2.0", "5.0"].map { ("\(metric)_bucket{\(labels),le=\"\($0)\"}", fast) }
        + ["10.0", "+Inf"].map { ("\(metric)_bucket{\(labels),le=\"\($0)\"}", slow) } + [
          ("\(metric)_count{\(labels)}", slow)
        ]
    }
    let healthy = buckets("0+1x40", "0+1x40")
    let busy = ("lk_agents_active_job_count{\(labels)}", "2x40")
    let pod = "kube_pod_deletion_timestamp{namespace=\"n\",pod=\"agent-1\"}"
    let cases: [(String, [(String, String)], Set<String>)] = [
      ("healthy", healthy + [busy, ("livekit_room_total{}", "2x40")], []),
      ("slow", buckets("0x40", "0+1x40") + [busy], ["LiveKitAgentSlowInitialization"]),
      ("unable", [], ["LiveKitAgentUnableToServe"]),
      ("storm", buckets("0+60x40", "0+60x40"), ["LiveKitAgentRespawnStorm"]),
      ("busy", buckets("0+12x40", "0+12x40") + [("lk_agents_active_job_count{\(labels)}", "8x40")], []),
      ("unserved", healthy + [busy, ("livekit_room_total{}", "3x40")], ["LiveKitSessionsUnserved"]),
      ("none served ever", healthy + [("livekit_room_total{}", "1x40")], ["LiveKitSessionsUnserved"]),
      ("draining", healthy + [busy, (pod, "4000x40")], ["LiveKitAgentDrainingTooLong"]),
    ]
    let names = [
      "LiveKitAgentSlowInitialization", "LiveKitAgentUnableToServe", "LiveKitAgentRespawnStorm",
      "LiveKitSessionsUnserved", "LiveKitAgentDrainingTooLong",
    ]
    for (name, series, alerts) in cases {
      for alert in names {
        // promtool compares labels and annotations too: whether an alert fires is asked of ALERTS.
        let expected = alerts.contains(alert) ? "1" : "0"
        let test = """
          rule_files: [rules.yaml]
          evaluation_interval: 1m
          tests:
            - interval: 1m
              input_series:
          \(up(series))
              promql_expr_test:
                - expr: count(ALERTS{alertname="\(alert)",alertstate="firing"}) or vector(0)
                  eval_time: 35m
                  exp_samples: [ { value: \(expected) } ]

          """
        let run = try await promtool(["test", "rules", try folder.write(test, to: "test.yaml")])
        #expect(run.succeeded, "\(name), \(alert): \(run.text)\(run.errorText)")
      }
    }
  }

  @Test func theProbesAreYAMLWithTheGraceThatTheWindowNeeds() throws {
    let root = try YAML.parse(Array(Probes.yaml(grace: 700, port: 9_000).utf8), file: "probes")
    let pod = try #require(root["spec"]?["template"]?["spec"])
    #expect(pod["terminationGracePeriodSeconds"]?.integer == 700)
    let container = try #require(pod["containers"]?[0])
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
      #expect(container[probe]?["httpGet"]?["port"]?.text == "worker", "\(probe)")
    }
    #expect(container["ports"]?[0]?["containerPort"]?.integer == 9_000)
  }
}
