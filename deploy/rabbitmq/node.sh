#!/usr/bin/env bash
# Starts a node of several (cluster.yml), with the cookie by which they know each other: Erlang takes it from a file that
# nobody else can read, which a mounted secret is not.
set -euo pipefail
install -m 0400 /run/secrets/broker_cookie /var/lib/rabbitmq/.erlang.cookie
# A node that says nothing for so long is taken for gone (seconds): one whose container ended may not have said goodbye.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel net_ticktime 5'
exec docker-entrypoint.sh "$@"
