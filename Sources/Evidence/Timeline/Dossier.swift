package import Triage

/// Everything that is known when evidence is written: a run, logs that were read, what triage makes of them.
///
/// All that is made of it is pure: the same dossier gives the same bytes.
package struct Dossier: Sendable {
  /// The run; nil: there is only a case.
  package let run: RunHistory?
  /// What triage looked at; nil: nothing but the run.
  package let file: CaseFile?
  /// What triage makes of that.
  package let diagnosis: Diagnosis?
  /// The time of which the timeline tells; nil: all of it.
  package var window: TimeWindow?

  /// What is known; without a diagnosis that of the case is made.
  package init(run: RunHistory? = nil, file: CaseFile? = nil, diagnosis: Diagnosis? = nil) {
    self.run = run
    self.file = file
    self.diagnosis = diagnosis ?? file.map { Diagnosis(of: $0) }
  }
}
