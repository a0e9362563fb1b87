#!/usr/bin/env bash
# Write both servers into the addresses of the data, and make `postgres` the primary. Run it once, before the first start
# with deploy/standby.yml (docs/guides/operate/external-stores.md#with-docker). Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ -d secrets ] || { echo "There is no secrets/ here: ./casepath init first." >&2; exit 1; }
mkdir -p secrets/data-server
[ -s secrets/data-server/primary ] || echo postgres >secrets/data-server/primary
chmod 0755 secrets/data-server
chmod 0644 secrets/data-server/primary
for file in secrets/{intake,legal,support,partners,web}{,_owner}_database_url; do
  address=$(sed -E 's#@postgres:5432/([a-z_]+)$#@/\1?host=postgres,standby\&port=5432,5432\&target_session_attrs=read-write#' "$file")
  case $address in
    *'@/'*'host=postgres,standby&'*) ;;
    *) echo "$file names no server of docker-compose.yml; it was left as it is." >&2; exit 1 ;;
  esac
  chmod u+w "$file"
  printf '%s' "$address" >"$file"
  chmod 0444 "$file"
done
echo "Addresses name both servers. Next, with COMPOSE_FILE=docker-compose.yml:deploy/standby.yml in .env:"
echo "  docker compose up --force-recreate --wait"
