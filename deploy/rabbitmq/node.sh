#!/usr/bin/env bash
# Start a node of a cluster (cluster.yml) with the shared cookie. Erlang requires a file that only its owner can read, and
# a mounted secret is not one.
set -euo pipefail
install -m 0400 /run/secrets/broker_cookie /var/lib/rabbitmq/.erlang.cookie
# Seconds of silence after which a node counts as dead. A container that was killed does not close its connections.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel net_ticktime 5'
exec docker-entrypoint.sh "$@"
