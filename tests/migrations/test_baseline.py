"""A database from a baseline is equal to one of 0.2.0, after both are migrated to this release."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from deploy.cli import servers
from deploy.cli.servers import baselines
from deploy.cli.servers.roles import owner_of
from shared.store.migration import DatabaseTooOld, list_rights, migrate, pending_migrations, replaced_migrations
from tests.migrations.dumps import HERE, Dump, run, schema_of

pytestmark = [pytest.mark.integration, pytest.mark.slow]
LEFT = Dump(HERE / "0.2.0")
#: The tables of a new database with rows: single rows that are locked, changed and read.
SINGLE = {"event_log_head": 1, "event_log_published": 1, "test_clock": 1, "audit_chain_head": 1}
#: Triggers protect these from accidental changes by the owner.
GROWING = ("audit_log", "audit_chain", "audit_checkpoints", "installation")
_RANDOM = re.compile(r"^\\(un)?restrict .*$", re.MULTILINE)
_FUNCTION_RIGHTS = (
    "select oid::regprocedure::text, has_function_privilege({role}, oid, 'execute') from pg_proc"
    " where pronamespace = 'public'::regnamespace"
)


class Made(NamedTuple):
    """A migrated database: its name, which is also the runtime role's, and the address of its owner."""

    name: str
    owner_url: str

    def schema(self, folder: Path) -> str:
        """Return tables, columns, types, defaults, indexes, constraints, functions, triggers and comments."""
        file = folder / f"{self.name}.sql"
        run("pg_dump", self.owner_url, "--schema-only", "--no-owner", "--no-privileges", f"--file={file}")
        return _RANDOM.sub("", file.read_text(encoding="utf-8"))

    def rights(self) -> tuple[Any, frozenset[str]]:
        """Return the rights of the runtime role on each table, and the functions that it may call."""
        listed = json.dumps(list_rights(self.owner_url, self.name), default=str, sort_keys=True)
        with psycopg.connect(self.owner_url) as connection:
            query = sql.SQL(_FUNCTION_RIGHTS).format(role=sql.Literal(self.name))
            functions = frozenset(name for name, may in connection.execute(query) if may)
        return json.loads(listed.replace(self.name, "runner")), functions

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query by the owner."""
        with psycopg.connect(self.owner_url) as connection:
            return connection.execute(query.encode()).fetchall()


Makes = Callable[[str], Made]


@pytest.fixture(scope="module")
def made_anew(postgres: servers.PostgresServer) -> Makes:
    """Return a function that makes a database of this release from the baseline and the later migrations."""
    databases: dict[str, Made] = {}

    def make(database: str) -> Made:
        if database not in databases:
            name = f"baseline_{uuid4().hex[:12]}"
            postgres.create_database(name)
            migrate(schema_of(database), postgres.owner_url(name), runner=name)
            databases[database] = Made(name, postgres.owner_url(name))
        return databases[database]

    return make


@pytest.fixture(scope="module")
def left(postgres: servers.PostgresServer) -> Makes:
    """Return a function that restores a database of 0.2.0 and migrates it to this release."""
    restored = LEFT.restore(postgres)
    restored.migrate()
    return lambda database: Made(restored.names[database], restored.owner_url(database))


@pytest.mark.parametrize("database", LEFT.databases)
def test_both_have_the_same_tables_columns_indexes_constraints_and_functions(
    database: str, made_anew: Makes, left: Makes, tmp_path: Path
) -> None:
    anew, migrated = (make(database).schema(tmp_path).splitlines() for make in (made_anew, left))
    assert sum(line.startswith("CREATE TABLE") for line in anew) >= 5
    assert anew == migrated


@pytest.mark.parametrize("database", LEFT.databases)
def test_both_grant_the_running_role_the_same_and_are_at_the_same_migrations(
    database: str, made_anew: Makes, left: Makes
) -> None:
    anew, migrated = made_anew(database), left(database)
    tables, functions = anew.rights()
    migrated_tables, migrated_functions = migrated.rights()
    assert tables == migrated_tables
    assert functions <= migrated_functions
    # The dump was made without rights, so every role may call this function there. It only runs as a trigger.
    assert migrated_functions - functions <= {"event_keeps_position()"}
    heads = "select version_num from alembic_version order by 1"
    assert anew.ask(heads) == migrated.ask(heads)
    assert pending_migrations(schema_of(database), anew.owner_url) == []


@pytest.mark.parametrize("database", LEFT.databases)
def test_a_new_database_has_the_single_rows_and_no_other(database: str, made_anew: Makes) -> None:
    anew = made_anew(database)
    tables = [name for (name,) in anew.ask("select tablename from pg_tables where schemaname = 'public'")]
    counted = {name: anew.ask(f'select count(*) from public."{name}"')[0][0] for name in tables}  # noqa: S608 - names of tables
    counted.pop("alembic_version")
    assert {name: count for name, count in counted.items() if count} == ({} if database.endswith("_keys") else SINGLE)


@pytest.mark.parametrize("database", [name for name in LEFT.databases if not name.endswith("_keys")])
def test_the_owner_of_a_new_database_may_not_change_what_bears_witness(database: str, made_anew: Makes) -> None:
    anew = made_anew(database)
    for table in GROWING:
        for right in ("update", "delete", "truncate"):
            query = f"select has_table_privilege('{owner_of(anew.name)}', 'public.{table}', '{right}')"
            assert anew.ask(query) == [(False,)], (table, right)
        with psycopg.connect(anew.owner_url) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"delete from public.{table}".encode())  # noqa: S608 - names of this file
    public = "select has_function_privilege('public', 'redact_subject(uuid, uuid, text, text)', 'execute')"
    assert anew.ask(public) == [(False,)]


def test_the_command_knows_every_replaced_migration() -> None:
    known = frozenset[str]().union(*(replaced_migrations(schema_of(database)) for database in LEFT.databases))
    assert baselines.replaced_migrations() == known
    assert len(known) > 100


@pytest.mark.hazard("H-UPGRADE-1", control="kept-databases")
@pytest.mark.parametrize("database", LEFT.databases)
def test_a_database_that_is_older_than_the_baseline_is_refused_and_left_as_it_is(
    database: str, postgres: servers.PostgresServer
) -> None:
    name = f"older_{uuid4().hex[:12]}"
    postgres.create_database(name)
    url, migrations = postgres.owner_url(name), schema_of(database)
    own = "keys" if database.endswith("_keys") else database
    oldest = min(each for each in replaced_migrations(migrations) if each.startswith(own))
    with psycopg.connect(url) as connection:
        connection.execute("create table alembic_version (version_num varchar(32) not null)")
        connection.execute("insert into alembic_version values (%s)", [oldest])
    with pytest.raises(DatabaseTooOld):
        pending_migrations(migrations, url)
    with pytest.raises(DatabaseTooOld):
        migrate(migrations, url)
    assert Made(name, url).ask("select tablename from pg_tables where schemaname = 'public'") == [("alembic_version",)]
