#!/bin/bash
# Runs once, on the first start of an empty server: a database and a login role for each service, and no way across.
# CASEPATH_DATABASES says which: of its data (nothing), or of its keys (_keys).
# A service's password comes from its secret file; here it is read by psql and stands in no command line.
set -euo pipefail

for service in intake legal support; do
  name=$service${CASEPATH_DATABASES:-}
  password=$(cat "/run/secrets/${name}_database_password")
  PASSWORD=$password psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -v name="$name" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv password PASSWORD
create role :"name" login nosuperuser nocreatedb nocreaterole password :'password';
create database :"name" owner :"name" encoding 'UTF8' locale 'C.UTF-8' template template0;
revoke connect, temporary on database :"name" from public;
SQL
  unset password
done

psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
revoke connect on database postgres, template1 from public;
SQL
