"""One role owns and migrates a database, another one runs: on private and given servers, and on older databases."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from psycopg import errors

from deploy.cli import doctor, servers
from deploy.cli.environment import service_environment
from deploy.cli.errors import DatabaseTooOld
from deploy.cli.installation import CHECKOUT, SERVICES, WEB, WITH_ROLES, Installation
from deploy.cli.migration import Listed, ListedTable, _finish, _start, ensure_given, list_rights, migrate_all
from deploy.cli.stores import SUPERUSER_PASSWORDS, Stores, owner_variable, role_in, stores_of, url_variable
from deploy.cli.up import Up
from shared.store.migration import FIRST_SERVED, migrate
from shared.store.migration import list_rights as rights_in
from tests.kit import database_rights
from tests.migrations.dumps import HERE, Dump, leave_with_one_role, schema_of

pytestmark = pytest.mark.integration
LEFT = Dump(HERE / "0.2.0")
LEFT_BY_A_REBUILD = "create table rebuild.cases (like public.cases including all)"


@dataclass(frozen=True)
class Upgraded:
    """A server whose databases had one role each, after this release has migrated them."""

    server: servers.PostgresServer
    installation: Installation
    stores: Stores
    #: The addresses of each database's original role.
    old: dict[str, str]


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder, (port,) = tmp_path_factory.mktemp("upgraded"), servers.free_ports(1)
    with servers.postgres(folder, port, databases=(), durable=False) as server:
        old = {name: leave_with_one_role(server, name, LEFT.file(name)) for name in LEFT.databases}
        with psycopg.connect(old["legal"]) as connection:
            connection.execute(LEFT_BY_A_REBUILD)
    with servers.postgres(folder, port, durable=False, keep=False) as server:
        installation, stores = Installation(CHECKOUT, folder / "state", {}, {}), Stores({}, server, None)
        migrate_all(installation, stores)
        yield Upgraded(server, installation, stores, old)


OWNERS = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"


@pytest.mark.promise("ROLE-6")
def test_an_embedded_database_of_one_role_comes_over(upgraded: Upgraded) -> None:
    for name in LEFT.databases:
        url = upgraded.stores.database_url(name)
        assert url == upgraded.old[name], "what a service was told still counts"
        assert rows(url, OWNERS) == [(f"{name}_owner",)]
        with pytest.raises(errors.InsufficientPrivilege):
            rows(url, "create table public.mine (number int)")
    [(events,)] = rows(upgraded.stores.database_url("intake"), "select count(*) from event_log")
    assert events >= LEFT.facts["logs"]["intake"] > 0
    with pytest.raises(errors.InsufficientPrivilege):
        rows(upgraded.stores.database_url("intake"), "update event_log set data = '{}' returning 1")


def test_a_rebuild_that_the_one_role_has_begun_goes_on_with_its_tables(upgraded: Upgraded) -> None:
    with psycopg.connect(upgraded.stores.database_url("legal")) as connection:
        connection.execute("drop table rebuild.cases")
        connection.execute(LEFT_BY_A_REBUILD)
        connection.rollback()


@pytest.mark.promise("SEC-40", "ROLE-4")
def test_a_private_server_grants_what_the_page_says(upgraded: Upgraded) -> None:
    listed = list_rights(upgraded.installation, upgraded.stores)
    assert list(listed) == [name for service in SERVICES for name in (service, f"{service}_keys")]
    assert database_rights.differences(listed) == []
    listed["legal"]["tables"]["audit_log"]["rights"].append(("UPDATE", None))
    listed["support"]["tables"]["cases"]["owner"] = "support"
    assert [line.partition(":")[0] for line in database_rights.differences(listed)] == [
        "legal.audit_log",
        "support.cases",
    ]


def test_the_desk_s_database_on_a_given_server_is_made_and_grants_what_the_page_says(upgraded: Upgraded) -> None:
    """Like the migration container with Docker, if an older release has not created this database."""
    place = f"127.0.0.1:{upgraded.server.port}/web"
    given = {
        **{url_variable(name): upgraded.stores.database_url(name) for name in upgraded.server._databases},
        **{owner_variable(name): upgraded.stores.owner_url(name) for name in upgraded.server._databases},
        url_variable(WEB): f"postgresql://web:run@{place}",
        owner_variable(WEB): f"postgresql://web_owner:own@{place}",
        **dict.fromkeys(SUPERUSER_PASSWORDS, upgraded.server._superuser.password),
    }
    stores = Stores(given, None, None)
    pending = migrate_all(upgraded.installation, stores, check=True)
    assert pending.pop(WEB)[0] == "web_0001"
    assert set().union(*pending.values()) == set()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(given[url_variable(WEB)])
    assert set().union(*migrate_all(upgraded.installation, stores).values()) == set()
    listed = list_rights(upgraded.installation, stores)
    assert {"sessions", "sign_ins"} <= set(listed[WEB]["tables"])
    assert database_rights.differences(listed) == []


@pytest.mark.promise("ROLE-5")
def test_a_new_table_gets_its_rights_with_the_next_migration(upgraded: Upgraded) -> None:
    owner, runner = upgraded.stores.owner_url("support"), upgraded.stores.database_url("support")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("create table of_a_later_release (number int)")
        connection.execute("grant update, delete on event_log to support")
        try:
            with pytest.raises(errors.InsufficientPrivilege):
                rows(runner, "select * from of_a_later_release")
            migrate(schema_of("support"), owner, runner="support")
            assert rows(runner, "insert into of_a_later_release values (1) returning number") == [(1,)]
            with pytest.raises(errors.InsufficientPrivilege):  # grants that an operator made by hand were revoked
                rows(runner, "delete from event_log returning 1")
        finally:
            connection.execute("drop table of_a_later_release")


@pytest.fixture
def given(upgraded: Upgraded) -> Stores:
    """Return the same server as if the environment named it, with one database of one role and one that is missing.

    The address of the missing one lists two servers, as with a standby: the first is unavailable.
    """
    server, addresses = upgraded.server, {}
    places = f"?host=127.0.0.1,127.0.0.1&port={servers.free_ports(1)[0]},{server.port}&target_session_attrs=read-write"
    for database in ("intake", "legal_keys"):
        name = f"given_{database}"
        if database == "intake":
            runs = leave_with_one_role(server, name, LEFT.file(database))
            owns = f"postgresql://{name}_owner:own@127.0.0.1:{server.port}/{name}"
        else:
            runs, owns = (f"postgresql://{login}@/{name}{places}" for login in (f"{name}:run", f"{name}_owner:own"))
        addresses[url_variable(database)], addresses[owner_variable(database)] = runs, owns
    password = server._superuser.password
    return Stores({**addresses, **dict.fromkeys(SUPERUSER_PASSWORDS, password)}, None, None)


@pytest.mark.promise("ROLE-6", "STORE-1")
def test_a_given_server_whose_database_has_one_role_comes_over(upgraded: Upgraded, given: Stores) -> None:
    """Like the migration container with Docker, which receives the superusers' passwords."""
    listed: dict[str, Listed] = {}
    for database in ("intake", "legal_keys") * 2:  # at each start
        ensure_given(given)
        runner = role_in(given.database_url(database))
        migrate(schema_of(database), given.owner_url(database), runner=runner)
        tables = cast("dict[str, ListedTable]", rights_in(given.database_url(database), runner))
        listed[database] = {"runs": runner, "tables": tables}
    assert database_rights.differences(listed) == []
    [(events,)] = rows(given.database_url("intake"), "select count(*) from event_log")
    assert events >= LEFT.facts["logs"]["intake"] > 0
    with closing(upgraded.server._connect()) as connection:
        others = connection.execute(
            "select datname from pg_database "
            "where datallowconn and has_database_privilege('given_legal_keys', datname, 'connect')"
        ).fetchall()
    assert others == [("given_legal_keys",)], "no role connects to another's database"


# --- older than the baselines -----------------------------------------------------------------------------------------

#: The parts of a server that can change: roles with their passwords, databases, and the owners in one of them.
_SERVER = (
    "select rolname, rolpassword from pg_authid order by 1",
    "select datname, pg_get_userbyid(datdba), datacl::text from pg_database order by 1",
)
_OWNED = (
    "select relname, pg_get_userbyid(relowner), relacl::text from pg_class"
    " where relnamespace = 'public'::regnamespace order by 1"
)


def make_older(url: str) -> None:
    """Set a database to a migration of 0.1.0."""
    with psycopg.connect(url) as connection:
        connection.execute("update alembic_version set version_num = 'keys_0001'")


def state_of(server: servers.PostgresServer, database: str) -> list[list[tuple[object, ...]]]:
    with server._superuser.connect() as connection:
        state = [connection.execute(query.encode()).fetchall() for query in _SERVER]
    with server._superuser.connect(database) as connection:
        return [*state, connection.execute(_OWNED.encode()).fetchall()]


@pytest.fixture
def older(tmp_path: Path) -> Iterator[servers.PostgresServer]:
    """Yield a stopped private server; one of its two databases is at a migration of 0.1.0."""
    databases = ("intake_keys", "legal_keys")
    (port,) = servers.free_ports(1)
    with servers.postgres(tmp_path, port, databases=(), durable=False) as server:
        urls = [leave_with_one_role(server, name, LEFT.file(name)) for name in databases]
        make_older(urls[-1])
    server = servers.PostgresServer(tmp_path, port, databases=databases, durable=False)
    yield server
    server.stop()
    server.wipe()


@pytest.mark.hazard("H-UPGRADE-1", control="kept-databases")
@pytest.mark.promise("UPGRADE-11")
def test_a_private_server_with_an_older_database_is_refused_before_any_change(older: servers.PostgresServer) -> None:
    older.prepare()
    older.start()
    before = state_of(older, "intake_keys")
    with pytest.raises(DatabaseTooOld) as refused:
        older.complete_setup()
    assert state_of(older, "intake_keys") == before
    assert FIRST_SERVED in refused.value.next_step


@pytest.mark.promise("UPGRADE-11")
def test_up_refuses_an_older_database_before_it_prepares_the_broker(
    older: servers.PostgresServer, tmp_path: Path
) -> None:
    ports = servers.free_ports(3)
    broker = servers.RabbitServer(tmp_path, ports[0], distribution_port=ports[1], epmd_port=ports[2])
    installation = Installation(CHECKOUT, tmp_path / "state", dict.fromkeys(SERVICES, older.port), {})
    installation.make_home()
    run = Up(installation, Stores({}, older, broker))
    try:
        with pytest.raises(DatabaseTooOld):
            run.start()
    finally:
        run.stop()
    assert not broker.directory.exists()


@pytest.mark.promise("UPGRADE-11")
def test_a_given_server_with_an_older_database_is_refused_before_any_change(upgraded: Upgraded) -> None:
    server, addresses = upgraded.server, {}
    for database in ("intake_keys", "legal_keys"):
        name = f"older_{database}"
        addresses[url_variable(database)] = leave_with_one_role(server, name, LEFT.file(database))
        addresses[owner_variable(database)] = f"postgresql://{name}_owner:own@127.0.0.1:{server.port}/{name}"
    make_older(addresses[url_variable("legal_keys")])
    stores = Stores({**addresses, **dict.fromkeys(SUPERUSER_PASSWORDS, server._superuser.password)}, None, None)
    before = state_of(server, "older_intake_keys")
    with pytest.raises(DatabaseTooOld):
        ensure_given(stores)
    assert state_of(server, "older_intake_keys") == before


def test_names_are_text_in_a_database_that_has_no_encoding(upgraded: Upgraded) -> None:
    with upgraded.server._superuser.connect() as connection:
        connection.execute("create database plain encoding 'SQL_ASCII' locale 'C' template template0")
    with upgraded.server._superuser.connect("plain") as connection:
        assert connection.execute("select current_database()").fetchall() == [("plain",)]


@pytest.mark.promise("UPGRADE-11")
def test_a_database_is_not_migrated_while_its_key_database_is_older(upgraded: Upgraded) -> None:
    server, addresses = upgraded.server, {}
    for database in ("legal", "legal_keys"):
        url = leave_with_one_role(server, f"unmigrated_{database}", LEFT.file(database))
        addresses |= {url_variable(database): url, owner_variable(database): url}
    make_older(addresses[url_variable("legal_keys")])
    before = state_of(server, "unmigrated_legal")
    process = _start(upgraded.installation, Stores(addresses, None, None), "legal", [])
    with pytest.raises(DatabaseTooOld):
        _finish("legal", process)
    assert state_of(server, "unmigrated_legal") == before


def test_who_is_given_one_role_only_is_told_so(installation: Installation) -> None:
    one = {url_variable(name): f"postgresql://{name}@host/{name}" for name in LEFT.databases}
    two = {owner_variable(name): f"postgresql://{name}_owner@host/{name}" for name in LEFT.databases}
    states = {
        "training": doctor.WARN,
        "production": doctor.FAIL,
    }
    for environment, state in states.items():
        variables = {**one, "CASEPATH_ENVIRONMENT": environment}
        [found] = doctor._database_roles(replace(installation, variables=variables))
        assert (found.state, "intake_keys" in found.why, owner_variable("intake") in found.fix) == (state, True, True)
        [found] = doctor._database_roles(replace(installation, variables={**variables, **two}))
        assert found.state == doctor.OK


@pytest.mark.promise("SEC-41")
def test_no_service_is_told_the_owner_s_address(installation: Installation) -> None:
    secrets = {owner_variable(name): "postgresql://owner@host/name" for name in WITH_ROLES}
    secrets |= dict.fromkeys(SUPERUSER_PASSWORDS, "secret")
    given = {url_variable(name): f"postgresql://{name}@host/{name}" for name in WITH_ROLES}
    told = replace(installation, variables={**given, **secrets, "CASEPATH_AMQP_URI": "amqp://broker/x"})
    for service in SERVICES:
        environment = service_environment(told, stores_of(told), service)
        assert [name for name in environment if name.removesuffix("_FILE") in secrets] == []
