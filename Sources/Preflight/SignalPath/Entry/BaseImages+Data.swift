extension BaseImages {
  /// The table; see `BaseImages` for its columns.
  static let data = """
    # name                               | tag words   | sh      | ps  | bash | entrypoint           | command | folder | stop
    scratch                              | *           | -       | no  | no  | -                     | -       | /      | -
    busybox                              | *           | busybox | yes | no  | -                     | sh      | /      | -
    alpine                               | *           | busybox | yes | no  | -                     | /bin/sh | /      | -
    bash                                 | *           | busybox | yes | yes | docker-entrypoint.sh  | bash    | /      | -
    debian                               | *           | dash    | no  | yes | -                     | bash    | /      | -
    ubuntu                               | *           | dash    | yes | yes | -                     | /bin/bash | /    | -
    buildpack-deps                       | curl scm    | dash    | no  | yes | -                     | bash    | /      | -
    buildpack-deps                       | *           | dash    | yes | yes | -                     | bash    | /      | -
    fedora                               | *           | bash    | no  | yes | -                     | /bin/bash | /    | -
    quay.io/fedora/*                     | *           | bash    | no  | yes | -                     | /bin/bash | /    | -
    registry.fedoraproject.org/fedora    | *           | bash    | no  | yes | -                     | /bin/bash | /    | -
    rockylinux                           | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    rockylinux/rockylinux                | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    almalinux                            | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    centos                               | *           | bash    | yes | yes | -                     | /bin/bash | /    | -
    quay.io/centos/*                     | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    oraclelinux                          | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    amazonlinux                          | *           | bash    | no  | yes | -                     | /bin/bash | /    | -
    public.ecr.aws/amazonlinux/**        | *           | bash    | no  | yes | -                     | /bin/bash | /    | -
    registry.access.redhat.com/ubi*/*-minimal | *      | bash    | no  | yes | -                     | /bin/bash | /    | -
    registry.access.redhat.com/ubi*/ubi  | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    registry.access.redhat.com/ubi*      | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    registry.access.redhat.com/**        | *           | bash    | ?   | yes | ?                     | ?       | /      | -
    registry.redhat.io/**                | *           | bash    | ?   | yes | ?                     | ?       | /      | -
    redhat/ubi*                          | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    opensuse/*                           | *           | bash    | ?   | yes | -                     | /bin/bash | /    | -
    archlinux                            | *           | bash    | yes | yes | -                     | /usr/bin/bash | / | -
    mcr.microsoft.com/azurelinux/base/*  | *           | bash    | ?   | yes | -                     | bash    | /      | -
    mcr.microsoft.com/playwright/**      | *           | dash    | yes | yes | -                     | /bin/bash | /    | -
    mcr.microsoft.com/playwright         | *           | dash    | yes | yes | -                     | /bin/bash | /    | -
    mcr.microsoft.com/devcontainers/**   | *           | dash    | yes | yes | -                     | ?       | /      | -
    python                               | alpine      | busybox | yes | no  | -                     | python3 | /      | -
    python                               | slim        | dash    | no  | yes | -                     | python3 | /      | -
    python                               | *           | dash    | yes | yes | -                     | python3 | /      | -
    pypy                                 | slim        | dash    | no  | yes | -                     | pypy3   | /      | -
    pypy                                 | *           | dash    | yes | yes | -                     | pypy3   | /      | -
    node                                 | alpine      | busybox | yes | no  | docker-entrypoint.sh  | node    | /      | -
    node                                 | slim        | dash    | no  | yes | docker-entrypoint.sh  | node    | /      | -
    node                                 | *           | dash    | yes | yes | docker-entrypoint.sh  | node    | /      | -
    nikolaik/python-nodejs               | alpine      | busybox | yes | no  | -                     | python3 | /      | -
    nikolaik/python-nodejs               | slim        | dash    | no  | yes | -                     | python3 | /      | -
    nikolaik/python-nodejs               | *           | dash    | yes | yes | -                     | python3 | /      | -
    oven/bun                             | distroless  | -       | no  | no  | /usr/local/bin/bun    | -       | /      | -
    oven/bun                             | alpine      | busybox | yes | no  | docker-entrypoint.sh  | /usr/local/bin/bun | /home/bun/app | -
    oven/bun                             | slim        | dash    | no  | yes | docker-entrypoint.sh  | /usr/local/bin/bun | /home/bun/app | -
    oven/bun                             | *           | dash    | no  | yes | docker-entrypoint.sh  | /usr/local/bin/bun | /home/bun/app | -
    denoland/deno                        | bin         | -       | no  | no  | /deno                 | -       | /      | -
    denoland/deno                        | distroless  | -       | no  | no  | /tini -- /bin/deno    | -       | /      | -
    denoland/deno                        | alpine      | busybox | yes | no  | /tini -- docker-entrypoint.sh | eval | / | -
    denoland/deno                        | ubuntu      | dash    | yes | yes | /tini -- docker-entrypoint.sh | eval | / | -
    denoland/deno                        | *           | dash    | no  | yes | /tini -- docker-entrypoint.sh | eval | / | -
    ghcr.io/astral-sh/uv                 | alpine      | busybox | yes | no  | -                     | uv      | /      | -
    ghcr.io/astral-sh/uv                 | slim        | dash    | no  | yes | -                     | uv      | /      | -
    ghcr.io/astral-sh/uv                 | debian bookworm trixie bullseye | dash | yes | yes | - | uv      | /      | -
    ghcr.io/astral-sh/uv                 | *           | -       | no  | no  | /uv                   | -       | /io    | -
    gcr.io/distroless/python3*           | debug       | busybox | yes | no  | /usr/bin/python3      | -       | /      | -
    gcr.io/distroless/nodejs*            | debug       | busybox | yes | no  | /nodejs/bin/node      | -       | /      | -
    gcr.io/distroless/python3*           | *           | -       | no  | no  | /usr/bin/python3      | -       | /      | -
    gcr.io/distroless/nodejs*            | *           | -       | no  | no  | /nodejs/bin/node      | -       | /      | -
    gcr.io/distroless/*                  | *           | -       | no  | no  | -                     | -       | /      | -
    cgr.dev/chainguard/wolfi-base        | *           | busybox | yes | no  | -                     | /bin/sh -l | /   | -
    cgr.dev/chainguard/python            | dev         | busybox | yes | yes | /usr/bin/python       | -       | /      | -
    cgr.dev/chainguard/python            | *           | -       | no  | no  | /usr/bin/python       | -       | /      | -
    cgr.dev/chainguard/node              | dev         | busybox | yes | yes | /usr/bin/dumb-init -- /usr/bin/node | - | /app | -
    cgr.dev/chainguard/node              | *           | -       | no  | no  | /usr/bin/dumb-init -- /usr/bin/node | - | /app | -
    public.ecr.aws/lambda/*              | *           | bash    | ?   | yes | /lambda-entrypoint.sh | -       | /var/task | -
    nvidia/cuda                          | ubuntu      | dash    | yes | yes | /opt/nvidia/nvidia_entrypoint.sh | /bin/bash | / | -
    nvidia/cuda                          | *           | ?       | ?   | yes | /opt/nvidia/nvidia_entrypoint.sh | /bin/bash | / | -
    nvcr.io/nvidia/**                    | *           | dash    | yes | yes | /opt/nvidia/nvidia_entrypoint.sh | - | /workspace | -
    pytorch/pytorch                      | *           | dash    | yes | yes | /opt/nvidia/nvidia_entrypoint.sh | /bin/bash | /workspace | -
    tensorflow/tensorflow                | *           | dash    | yes | yes | -                     | /bin/bash | /    | -
    continuumio/miniconda3               | alpine      | busybox | yes | no  | -                     | /bin/sh -l | /   | -
    continuumio/*                        | *           | dash    | yes | yes | -                     | /bin/bash | /    | -
    condaforge/*                         | *           | dash    | yes | yes | tini --               | /bin/bash | /    | -
    mambaorg/micromamba                  | *           | dash    | ?   | yes | /usr/local/bin/_entrypoint.sh | /bin/bash | /tmp | -
    golang                               | alpine      | busybox | yes | no  | -                     | sh      | /go    | -
    golang                               | *           | dash    | yes | yes | -                     | bash    | /go    | -
    rust                                 | alpine      | busybox | yes | no  | -                     | /bin/sh | /      | -
    rust                                 | slim        | dash    | no  | yes | -                     | bash    | /      | -
    rust                                 | *           | dash    | yes | yes | -                     | bash    | /      | -
    ruby                                 | alpine      | busybox | yes | no  | -                     | irb     | /      | -
    ruby                                 | slim        | dash    | no  | yes | -                     | irb     | /      | -
    ruby                                 | *           | dash    | yes | yes | -                     | irb     | /      | -
    nginx                                | alpine      | busybox | yes | no  | /docker-entrypoint.sh | nginx -g daemon_off; | / | SIGQUIT
    nginx                                | *           | dash    | no  | yes | /docker-entrypoint.sh | nginx -g daemon_off; | / | SIGQUIT
    httpd                                | alpine      | busybox | yes | no  | -                     | httpd-foreground | / | SIGWINCH
    httpd                                | *           | dash    | no  | yes | -                     | httpd-foreground | / | SIGWINCH
    postgres                             | alpine      | busybox | yes | yes | docker-entrypoint.sh  | postgres | /     | SIGINT
    postgres                             | *           | dash    | no  | yes | docker-entrypoint.sh  | postgres | /     | SIGINT
    redis                                | alpine      | busybox | yes | no  | docker-entrypoint.sh  | redis-server | /data | -
    redis                                | *           | dash    | no  | yes | docker-entrypoint.sh  | redis-server | /data | -
    eclipse-temurin                      | alpine      | busybox | yes | yes | /__cacert_entrypoint.sh | -     | /      | -
    eclipse-temurin                      | *           | dash    | ?   | yes | /__cacert_entrypoint.sh | jshell | /     | -
    heroku/heroku                        | *           | dash    | yes | yes | -                     | ?       | /      | -
    phusion/baseimage                    | *           | dash    | yes | yes | -                     | /sbin/my_init | / | -
    tiangolo/uvicorn-gunicorn*           | *           | dash    | ?   | yes | /entrypoint.sh        | /start.sh | /app | -
    """
}
