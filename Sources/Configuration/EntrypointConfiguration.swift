import Documents
import Preflight

extension TargetReader {
  /// `entrypoint: { dockerfile, context, compose, manifest, unit, procfile, supervisord, stage, service }`: what starts the agent.
  func entrypoint(_ reader: MappingReader) -> EntryFiles? {
    var files = EntryFiles()
    files.context = reader.string("context")
    files.dockerfile = reader.string("dockerfile")
    files.compose = reader.string("compose")
    files.manifest = reader.string("manifest")
    files.unit = reader.string("unit")
    files.procfile = reader.string("procfile")
    files.supervisord = reader.string("supervisord")
    files.stage = reader.text("stage")
    files.service = reader.text("service")
    let platforms = [files.compose, files.manifest, files.unit, files.procfile, files.supervisord].compactMap(\.self)
    if !files.namesAny { reader.report("'entrypoint' names no file", hint: "write dockerfile: Dockerfile") }
    if platforms.count > 1 { reader.report("'entrypoint' names more than one platform's file") }
    return files.below(folder)
  }
}
