#!/usr/bin/env bash
# Whether a server of the data is well: one that follows, when it does; one that takes writes, when those are confirmed,
# which they are not while it waits for a standby that is away.
set -euo pipefail
pg_isready --quiet --host=127.0.0.1 --username=postgres
[ "$(psql --no-psqlrc --no-password --quiet --tuples-only --no-align --username=postgres --command="
  select case when pg_is_in_recovery() then exists (select from pg_stat_wal_receiver where status = 'streaming')
    else current_setting('synchronous_standby_names') = ''
      or exists (select from pg_stat_replication where sync_state in ('sync', 'quorum')) end")" = t ]
