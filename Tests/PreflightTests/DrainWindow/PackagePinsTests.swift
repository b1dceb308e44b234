import TestSupport
import Testing

@testable import Preflight

struct PackagePinsTests {
  private func pins(_ files: [String: String]) throws -> (PackagePins, TemporaryFolder) {
    let folder = try Project.folder(files)
    return (PackagePins(ProjectFiles(folder.path)), folder)
  }

  private static let python = "livekit-agents"
  private static let node = "@livekit/agents"

  @Test(arguments: [
    ("uv.lock", "[[package]]\nname = \"livekit-agents\"\nversion = \"1.6.4\"\nsource = { registry = \"x\" }\n", 3),
    (
      "poetry.lock",
      "[[package]]\nname = \"aiohttp\"\nversion = \"3\"\n\n[[package]]\nname = \"livekit-agents\"\nversion = \"1.6.4\"\n",
      7
    ),
    ("pdm.lock", "[[package]]\nname = \"livekit-agents\"\nversion = \"1.6.4\"\n", 3),
    ("Pipfile.lock", #"{"default": {"livekit-agents": {"version": "==1.6.4"}}}"#, 1),
    ("requirements.txt", "aiohttp\nlivekit_agents[openai,silero]==1.6.4 ; python_version < \"4\"  # pinned\n", 2),
    ("requirements/prod.txt", "livekit-agents == 1.6.4 --hash=sha256:abc\n", 1),
    ("Dockerfile", "FROM python\n# pip install livekit-agents==1.0\nRUN pip install 'livekit-agents[mcp]==1.6.4'\n", 3),
    ("pyproject.toml", "[project]\nname = 'x'\ndependencies = [\n  \"livekit-agents[openai]==1.6.4\",\n]\n", 4),
    ("Pipfile", "[packages]\nlivekit-agents = {version = \"==1.6.4\", extras = [\"openai\"]}\n", 2),
  ])
  func everyFileOfPythonNamesTheVersionAndItsLine(_ file: String, _ text: String, _ line: Int) throws {
    let (pins, _) = try pins([file: text])
    let known = try #require(pins.version(of: Self.python), "\(pins)")
    #expect(known.version == .exact("1.6.4") && known.pins.map(\.locator) == ["\(file):\(line)"], "\(pins)")
  }

  @Test(arguments: [
    ("package-lock.json", "{\"packages\": {\n\"node_modules/@livekit/agents\": {\"version\": \"1.2.2\"}}}", 2),
    (
      "pnpm-lock.yaml",
      "lockfileVersion: '9.0'\npackages:\n\n  '@livekit/agents@1.2.2(zod@3.25.0)':\n    resolution: {}\n", 4
    ),
    ("yarn.lock", "\"@livekit/agents@^1.2.0\":\n  version \"1.2.2\"\n  resolved \"x\"\n", 2),
    ("yarn.lock", "\"@livekit/agents@npm:^1.2.0\":\n  version: 1.2.2\n  resolution: \"x\"\n", 2),
    ("bun.lock", "{\n  \"packages\": {\n    \"@livekit/agents\": [\"@livekit/agents@1.2.2\", \"\", {}]\n}}", 3),
    ("node_modules/@livekit/agents/package.json", "{\n  \"version\": \"1.2.2\"\n}", 2),
  ])
  func everyFileOfNodeNamesTheVersionAndItsLine(_ file: String, _ text: String, _ line: Int) throws {
    let (pins, _) = try pins([file: text])
    let known = try #require(pins.version(of: Self.node), "\(pins)")
    #expect(known.version == .exact("1.2.2") && known.pins.map(\.locator) == ["\(file):\(line)"], "\(pins)")
  }

  @Test func aLockFileOutweighsARequirementAndThatWhatIsInstalledHere() throws {
    let (all, _) = try pins([
      "pyproject.toml": "[project]\ndependencies = ['livekit-agents~=1.2']\n",
      "uv.lock": "[[package]]\nname = \"livekit-agents\"\nversion = \"1.8.9\"\n",
      ".venv/lib/python3.12/site-packages/livekit_agents-1.3.0.dist-info/METADATA": "",
    ])
    #expect(all.version(of: Self.python)?.version == .exact("1.8.9"), "\(all)")
    let (installed, _) = try pins([".venv/lib/python3.12/site-packages/livekit_agents-1.3.0.dist-info/METADATA": ""])
    #expect(installed.version(of: Self.python)?.version == .exact("1.3.0"), "\(installed)")
  }

  @Test func aRangeIsARangeAndWhatTwoFilesRequireHoldsTogether() throws {
    let (pins, _) = try pins(["requirements.txt": "livekit-agents>=1.2\n", "constraints.txt": "livekit-agents<1.6.5\n"])
    #expect(pins.version(of: Self.python)?.version == .range(VersionRange(from: "1.2", below: "1.6.5")), "\(pins)")
  }

  @Test func twoLockFilesThatDifferLeaveItOpen() throws {
    func lock(_ version: String) -> String { "[[package]]\nname = \"livekit-agents\"\nversion = \"\(version)\"\n" }
    let (pins, _) = try pins(["uv.lock": lock("1.8.9"), "poetry.lock": lock("1.3.8")])
    let known = try #require(pins.version(of: Self.python))
    #expect(known.pins.count == 2 && !known.version.isWithin(VersionRange(from: "1.8.0")))
    #expect(known.version.touches(VersionRange(below: "1.3.9")))
  }

  @Test func otherPackagesAndAPinByAddressSayNothing() throws {
    let (other, _) = try pins(["requirements.txt": "livekit-agents-extra==1.0\nlivekit==1.0\n# livekit-agents==1\n"])
    #expect(other.version(of: Self.python) == nil, "\(other)")
    let (address, _) = try pins(["requirements.txt": "livekit-agents @ git+https://example.com/agents@main\n"])
    #expect(address.version(of: Self.python)?.version == .range(.all), "\(address)")
  }

  @Test(arguments: [
    ("package-lock.json", "{\"packages\": "), ("pyproject.toml", "[project\n"), ("Pipfile.lock", "\u{0}"),
  ])
  func aBrokenFileIsSaidAndNotTakenForAnEmptyOne(_ file: String, _ text: String) throws {
    let (pins, _) = try pins([file: text])
    #expect(pins.pins.isEmpty && pins.unreadable.count == 1 && pins.unreadable.allSatisfy { $0.contains(file) })
  }

  @Test func whatLiesInFoldersBelowCountsOnlyWhereTheFolderItselfSaysNothing() throws {
    let (pins, _) = try pins([
      "requirements.txt": "livekit-agents==1.8.9\n", "examples/requirements.txt": "livekit-agents==0.12.0\n",
    ])
    #expect(pins.version(of: Self.python)?.version == .exact("1.8.9"))
    let (below, _) = try self.pins(["agent/requirements.txt": "livekit-agents==1.8.9\n"])
    #expect(below.version(of: Self.python)?.pins.map(\.locator) == ["agent/requirements.txt:1"])
  }
}
