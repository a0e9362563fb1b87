#!/usr/bin/env bash
# Run one of the two data servers: `server.sh NAME OTHER postgres ARGUMENT ...`.
#
# A file that only promote.sh changes names the primary. The primary starts normally. The other server follows it: an empty
# one is copied first, and a former primary does not start, because two primaries would diverge.
set -euo pipefail
name=$1 other=$2
shift 2
password=/run/secrets/postgres_password passwords=/tmp/passwords

note_password() {
  install -m 0600 /dev/null "$passwords.next"
  printf '*:*:*:postgres:%s\n' "$(cat "$password")" >"$passwords.next"
  mv "$passwords.next" "$passwords"
}

ask() { psql --no-psqlrc --no-password --quiet --tuples-only --no-align --username=postgres "$@"; }

copy_the_other() {
  until pg_isready --quiet --host="$other" --username=postgres; do sleep 1; done
  # PG_VERSION is copied last: without it, an interrupted copy starts again.
  find "$PGDATA" -mindepth 1 -delete
  pg_basebackup --host="$other" --username=postgres --no-password --pgdata="$PGDATA/copy" --wal-method=stream --checkpoint=fast
  touch "$PGDATA/copy/standby.signal"
  find "$PGDATA/copy" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv --target-directory="$PGDATA" {} +
  mv "$PGDATA/copy/PG_VERSION" "$PGDATA"
  rmdir "$PGDATA/copy"
  chmod 0700 "$PGDATA"
}

# While this server follows, the primary confirms only writes that are stored here too. An operator can suspend that while
# this server is unavailable. The password is read again, because it may have changed.
keep_synchronous() {
  while sleep 2; do
    note_password || true
    [ "$(ask --command='select pg_is_in_recovery()' 2>/dev/null)" != f ] || return 0
    behind="select 1 from pg_stat_replication where application_name = '$name' and state = 'streaming' and sync_state = 'async'"
    if [ "$(ask --host="$other" --command="$behind" 2>/dev/null)" = 1 ]; then
      ask --host="$other" --command="alter system set synchronous_standby_names = '$name'" \
        --command='select pg_reload_conf()' >/dev/null || true
    fi
  done
}

export PGPASSFILE=$passwords PGCONNECT_TIMEOUT=5 PGAPPNAME=$name
note_password
if [ "$(cat /run/data-server/primary)" != "$name" ]; then
  [ -s "$PGDATA/PG_VERSION" ] || copy_the_other
  if [ ! -e "$PGDATA/standby.signal" ]; then
    echo "$name took writes once, and $other does now: this server does not start with what it holds." \
      "docs/guides/operate/external-stores.md says how it becomes the standby." >&2
    exit 1
  fi
fi
# A child of init, not of the server: the server would treat the end of an unknown child as a crash.
[ ! -e "$PGDATA/standby.signal" ] || (keep_synchronous &)
exec docker-entrypoint.sh "$@" -chba_file=/etc/casepath/standby/pg_hba.conf -cwal_keep_size=512MB \
  "-cprimary_conninfo=host=$other user=postgres passfile=$passwords application_name=$name"
