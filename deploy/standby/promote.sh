#!/usr/bin/env bash
# Promote the standby of the data server (docs/guides/operate/external-stores.md#with-docker). The former primary is stopped, and does
# not start again with its old data.
set -euo pipefail
cd "$(dirname "$0")/../.."

ask() { docker compose exec -T "$1" psql --no-psqlrc --quiet --tuples-only --no-align --username=postgres "${@:2}"; }

former=$(cat secrets/data-server/primary)
case $former in
  postgres) next=standby ;;
  standby) next=postgres ;;
  *) echo "secrets/data-server/primary names neither postgres nor standby; nothing was changed." >&2; exit 1 ;;
esac
if [ "$(ask "$next" --command='select pg_is_in_recovery()')" != t ]; then
  echo "$next follows no server; nothing was changed. See: docker compose ps $next, docker compose logs $next" >&2
  exit 1
fi
docker compose stop "$former"
echo "$next" >secrets/data-server/primary
# The new primary has no standby yet, so it confirms writes without one.
ask "$next" --command='alter system reset synchronous_standby_names' --command='select pg_reload_conf()' >/dev/null
[ "$(ask "$next" --command='select pg_promote()')" = t ] || { echo "$next did not take over within a minute: run this again." >&2; exit 1; }
echo "$next takes writes. $former becomes its standby once its volume was removed."
