import Testing

@testable import Preflight

struct BaseImageTests {
  @Test(arguments: [
    ("python:3.12-slim", BaseImage.Shell.dash, false), ("python:3.12-slim-bookworm", .dash, false),
    ("python:3.12", .dash, true),
    ("python:3.12-alpine3.20", .busybox, true), ("docker.io/library/python:3-alpine", .busybox, true),
    ("node:22-slim", .dash, false), ("node", .dash, true), ("alpine", .busybox, true), ("fedora:41", .bash, false),
    ("ubuntu:24.04", .dash, true), ("debian:12-slim", .dash, false),
    ("public.ecr.aws/docker/library/node:20", .dash, true),
    ("localhost:5000/python:3.12-slim", .dash, false), ("python@sha256:0123", .dash, true),
    ("registry.access.redhat.com/ubi9/ubi:9.4", .bash, nil), ("amazonlinux:2023", .bash, false),
    ("gcr.io/distroless/python3-debian12", .absent, false), ("scratch", .absent, false),
    ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", .dash, false),
    ("ghcr.io/astral-sh/uv:0.5-python3.12-alpine", .busybox, true),
    ("nvidia/cuda:12.4.1-runtime-ubuntu22.04", .dash, true), ("example.com/own:1-alpine", .busybox, true),
    ("example.com/own:1-bookworm", .dash, nil), ("example.com/own:1", nil, nil),
  ])
  func imagesAreKnownByNameAndTag(_ reference: String, _ shell: BaseImage.Shell?, _ hasPs: Bool?) {
    let image = BaseImages.image(reference)
    #expect(image.shell == shell)
    #expect(image.hasPs == hasPs)
  }

  @Test func everyLineOfTheTableIsRead() {
    let lines = BaseImages.data.split(separator: "\n").filter { !$0.hasPrefix("#") }
    for line in lines { #expect(line.split(separator: "|", omittingEmptySubsequences: false).count == 9, "\(line)") }
  }

  @Test(arguments: [
    (
      "RUN apt-get update && apt-get install -y --no-install-recommends procps tini=0.19.0-1",
      ["procps": "", "tini": "0.19.0-1"]
    ),
    ("RUN npm install -g pnpm@10 @scope/tool@1.2", ["pnpm": "10", "@scope/tool": "1.2"]), ("RUN npm ci", [:]),
    (
      "RUN pip install --no-cache-dir supervisor==4.2.5 'honcho>=1' -r requirements.txt",
      ["supervisor": "4.2.5", "honcho": "1"]
    ),
    ("RUN apk add --no-cache bash dumb-init~1.2", ["bash": "", "dumb-init": "1.2"]),
    ("RUN corepack prepare pnpm@9.1.0 --activate", ["pnpm": "9.1.0", "corepack": ""]),
  ])
  func installedToolsAreKnown(_ line: String, _ installed: [String: String]) throws {
    #expect(try ImageFixture().image("FROM debian\n" + line).facts.installed == installed)
  }

  @Test(arguments: [
    ("RUN ln -sf /bin/bash /bin/sh", ShellKind.bash), ("RUN rm /bin/sh && ln -s bash /bin/sh", .bash),
    ("RUN echo 'dash dash/sh boolean false' | debconf-set-selections && dpkg-reconfigure dash", .bash),
    ("RUN apt-get install -y zsh", .dash), ("RUN cp /bin/busybox /bin/sh", .busybox),
  ])
  func aRunCanReplaceTheShell(_ line: String, _ shell: ShellKind) throws {
    #expect(try ImageFixture().image("FROM python:3.12-slim\n" + line).facts.shell == shell)
  }
}
