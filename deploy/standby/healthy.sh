#!/usr/bin/env bash
# Check a data server: the standby is healthy while it follows, the primary while writes are confirmed. They are not
# confirmed while the standby is unavailable.
set -euo pipefail
pg_isready --quiet --host=127.0.0.1 --username=postgres
[ "$(psql --no-psqlrc --no-password --quiet --tuples-only --no-align --username=postgres --command="
  select case when pg_is_in_recovery() then exists (select from pg_stat_wal_receiver where status = 'streaming')
    else current_setting('synchronous_standby_names') = ''
      or exists (select from pg_stat_replication where sync_state in ('sync', 'quorum')) end")" = t ]
