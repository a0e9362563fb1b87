"""A stolen database login of a service cannot rewrite the evidence: audit log, event log, tombstones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from deploy.cli.servers import PostgresServer
from shared.access import tokens
from shared.audit import hash_chain, trail
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.privacy.erasure.events import OUTLIVING
from shared.store.database import Database, engine_for
from tests.kit import databases
from tests.kit.exchange import INTAKE

pytestmark = [pytest.mark.security, pytest.mark.integration]

SOMEBODY = tokens.Principal(str(uuid4()), frozenset({"caseworker"}), tokens.STAFF)
#: Errors that mean a refusal. An invalid statement would be no attack.
REFUSED = (errors.InsufficientPrivilege, errors.GeneratedAlways)

AUDIT = (
    "update audit_log set actor = 'somebody else'",
    "delete from audit_log",
    "truncate audit_log",
    """insert into audit_log (at, actor, roles, action, status, correlation)
    values (now() - interval '1 year', 'a', '', 'case.read', 200, gen_random_uuid())""",
    """insert into audit_log (number, actor, roles, action, status, correlation) overriding system value
    values (1, 'a', '', 'case.read', 200, gen_random_uuid())""",
    "select setval('audit_log_number_seq', 1)",
    "update audit_chain set hash = ''",
    "delete from audit_chain",
    "truncate audit_chain",
    "update audit_checkpoints set signed = ''",
    "delete from audit_checkpoints",
    "truncate audit_checkpoints",
    "delete from audit_chain_head",
)
LOG = (
    "update event_log set data = '{}'",
    "update event_log set position = 7 where position = 1",
    "update event_log set position = null where position = 1",
    "update event_log set subject = gen_random_uuid() where position is null",
    "delete from event_log",
    "truncate event_log",
    """insert into event_log (position, id, subject, name, version, time, correlation, classification, data)
    values (99, gen_random_uuid(), gen_random_uuid(), 'case.closed', 1, now(), gen_random_uuid(), 'case', '{}')""",
    "select setval('event_log_serial_seq', 1)",
    "delete from event_log_epochs",
    "update event_log_epochs set identity = 'another'",
    "delete from event_log_head",
    "insert into erased_subjects (subject, answer) values (gen_random_uuid(), 'deleted')",
    "update erased_subjects set subject = gen_random_uuid()",
    "delete from erased_subjects",
    "truncate erased_subjects",
)
DEFINITIONS = (
    "alter table audit_log disable trigger all",
    "alter table event_log disable trigger keeps_position",
    "drop trigger keeps_position on event_log",
    "drop table audit_log",
    "drop table event_log cascade",
    "alter table audit_log owner to current_user",
    "alter table event_log alter column position drop not null",
    "create rule silent as on insert to audit_log do instead nothing",
    "create trigger mine before insert on audit_log for each row execute function suppress_redundant_updates_trigger()",
    "create policy mine on event_log",
    "alter table event_log enable row level security",
    "create function public.mine() returns int language sql as 'select 1'",
    "create or replace function public.event_keeps_position() returns trigger language plpgsql as 'begin end'",
    "drop function public.redact_subject(uuid, uuid, text, text)",
    "alter function public.redact_subject(uuid, uuid, text, text) set search_path = rebuild",
    "create table public.mine (number int)",
    "create view public.mine as select 1",
    "create temporary table event_log (number int)",
    "create schema mine",
    "drop schema rebuild cascade",
    "lock table audit_log in access exclusive mode",
    "update alembic_version set version_num = 'intake_0001'",
)
#: Statements about the session and the server: roles, settings, files.
SESSION = (
    "set session_replication_role = replica",
    "set role {owner}",
    "set session authorization {owner}",
    "alter role {owner} password 'mine'",
    "grant {owner} to current_user",
    "alter role current_user superuser",
    "alter database current_database owner to current_user",
    "copy audit_log to '/tmp/audit'",
    "copy audit_log from program 'true'",
)
KEYS = (
    "delete from tombstones",
    "update tombstones set subject = gen_random_uuid()",
    "truncate tombstones",
    "create table public.mine (number int)",
    "drop table tombstones",
)


@dataclass
class Login:
    """A service's own login, at a database that has one row of each kind."""

    connection: "psycopg.Connection[Any]"
    database: Database
    url: str
    subject: UUID

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.encode()).fetchall()


def at(url: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def login(postgres: PostgresServer) -> Iterator[Login]:
    with databases.opened(postgres, "intake") as (database, url), psycopg.connect(url, autocommit=True) as connection:
        subject = uuid4()
        fill(database, subject)
        yield Login(connection, database, url, subject)


def fill(database: Database, subject: UUID) -> None:
    """Write one row of each kind with the service's own code, which the login must allow."""
    with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        eventlog.begin_epoch_if_restored(session)
        trail.note(session, SOMEBODY, action="case.read", subject=subject, status=200, correlation=new_id())
        eventlog.record(session, subject, [Announcement("thing.happened", {"number": 1})])
    with database.transaction() as session:
        eventlog.number(session)
        hash_chain.extend(session, 0)
    with database.transaction(ORIGIN.holding(Origin(INTAKE))) as session:
        eventlog.record(session, subject, [Announcement("thing.happened", {"number": 2})])


def note(database: Database) -> None:
    with database.transaction() as session:
        trail.note(session, SOMEBODY, action="case.read", subject=uuid4(), status=200, correlation=new_id())


@pytest.fixture(scope="module")
def key_login(postgres: PostgresServer) -> Iterator["psycopg.Connection[Any]"]:
    with databases.migrated(postgres, databases.KEYS) as url:
        yield from at(url)


@pytest.mark.promise("SEC-35", "ROLE-1")
@pytest.mark.parametrize("statement", [*AUDIT, *LOG, *DEFINITIONS])
def test_a_service_s_login_can_not_rewrite_what_bears_witness(login: Login, statement: str) -> None:
    with pytest.raises(REFUSED), login.connection.transaction(force_rollback=True):
        login.connection.execute(statement.encode())


@pytest.mark.promise("SEC-126")
@pytest.mark.hazard("H-OPERATION-20", control="floor-of-chained-rows")
def test_a_service_s_login_does_not_switch_the_chain_off(postgres: PostgresServer) -> None:
    floor, unchained = (
        "select floor from audit_chain_head",
        "select number from audit_log except select number from audit_chain order by 1",
    )
    with databases.opened(postgres, "intake") as (database, url), psycopg.connect(url, autocommit=True) as connection:
        fill(database, uuid4())
        for asked, found in ((2**62, 1), (0, 1), (-1, 1)):
            connection.execute("update audit_chain_head set floor = %s", [asked])
            assert connection.execute(floor).fetchall() == [(found,)]
        note(database)
        connection.execute("update audit_chain_head set floor = 2")
        assert connection.execute(floor).fetchall() == [(1,)]
        with database.transaction() as session:
            hash_chain.extend(session, 2**62)
        assert connection.execute(floor).fetchall() == [(2,)]
        note(database)
        with database.transaction() as session:
            hash_chain.extend(session, 0)
        assert connection.execute(unchained).fetchall() == []
        # The owner repairs a floor that is too high.
        with psycopg.connect(databases.owner_url(url), autocommit=True) as owner:
            owner.execute("update audit_chain_head set floor = 0")
        assert connection.execute(floor).fetchall() == [(0,)]


@pytest.mark.promise("SEC-36", "ROLE-1")
@pytest.mark.parametrize("statement", SESSION)
def test_a_service_s_login_does_not_become_another(login: Login, statement: str) -> None:
    owner = str(login.rows("select pg_get_userbyid(relowner) from pg_class where relname = 'audit_log'")[0][0])
    name = str(login.rows("select current_database()")[0][0])
    asked = statement.format(owner=f'"{owner}"').replace("database current_database", f'database "{name}"')
    with pytest.raises(REFUSED), login.connection.transaction(force_rollback=True):
        login.connection.execute(asked.encode())


@pytest.mark.promise("SEC-36", "ROLE-1")
def test_a_service_s_login_grants_itself_nothing(login: Login) -> None:
    with login.connection.transaction(force_rollback=True):
        login.connection.execute("grant update, delete on audit_log to current_user")  # the server only warns
        with pytest.raises(REFUSED):
            login.connection.execute("update audit_log set actor = 'somebody else'")


@pytest.mark.promise("SEC-39")
@pytest.mark.parametrize("statement", KEYS)
def test_who_was_erased_stays_so_for_the_login_at_the_keys(
    key_login: "psycopg.Connection[Any]", statement: str
) -> None:
    key_login.execute("insert into tombstones (subject) values (gen_random_uuid())")
    with pytest.raises(REFUSED), key_login.transaction(force_rollback=True):
        key_login.execute(statement.encode())


@pytest.mark.promise("SEC-37", "ROLE-2")
def test_what_waits_for_its_position_gets_one_and_keeps_it(login: Login) -> None:
    with login.connection.transaction(force_rollback=True):
        numbered = login.connection.execute("update event_log set position = 2 where position is null")
        assert numbered.rowcount == 1
        with pytest.raises(REFUSED) as refused:
            login.connection.execute("update event_log set position = 3 where position = 2")
        assert "event_keeps_position" in str(refused.value.diag.context), "the trigger refuses it"


@pytest.mark.promise("SEC-38", "ROLE-3")
def test_what_is_redacted_leaves_a_tombstone_and_nothing_else_is_touched(postgres: PostgresServer) -> None:
    erased, other, request = uuid4(), uuid4(), uuid4()
    with databases.opened(postgres, "intake") as (database, url), psycopg.connect(url, autocommit=True) as connection:
        for subject in (erased, other):
            fill(database, subject)
        ordered = "insert into event_log (id, subject, name, version, time, correlation, classification, data) values "
        for name in sorted(OUTLIVING):
            row = "(gen_random_uuid(), %s, %s, 1, now(), gen_random_uuid(), 'case', '{\"request\": 1}')"
            connection.execute(f"{ordered}{row}".encode(), [erased, name])
        redact(connection, erased, request)
        rows = connection.execute(
            "select subject, name, classification, data from event_log order by serial"
        ).fetchall()
    assert {name: data for subject, name, _, data in rows if subject == erased} == {
        "thing.happened": {},
        **{name: {"request": 1} for name in OUTLIVING},
    }
    assert {kind for subject, name, kind, _ in rows if subject == erased and name not in OUTLIVING} == {"erased"}
    assert [data for subject, _, _, data in rows if subject == other] == [{"number": 1}, {"number": 2}]


def redact(connection: "psycopg.Connection[Any]", subject: UUID, request: UUID) -> None:
    """Redact a subject and find its tombstone: visible before the commit, and absent after a rollback."""
    tombstone = "select request, answer, basis, settled_at from erased_subjects where subject = %s"
    call = "select public.redact_subject(%s, %s, 'deleted', null)"
    with connection.transaction(force_rollback=True):
        connection.execute(call, [subject, request])
        assert connection.execute(tombstone, [subject]).fetchall() == [(request, "deleted", None, None)]
    assert connection.execute(tombstone, [subject]).fetchall() == []
    # The login's own tables come first in the search path, but the function must ignore them.
    connection.execute("create table rebuild.event_log (like public.event_log)")
    connection.execute("create table rebuild.erased_subjects (like public.erased_subjects including all)")
    connection.execute("set search_path = rebuild, public")
    connection.execute(call, [subject, request])
    connection.execute("set search_path = public")
    assert connection.execute(tombstone, [subject]).fetchall() == [(request, "deleted", None, None)]


@pytest.mark.promise("SEC-38")
def test_only_the_running_role_may_have_anything_redacted(login: Login) -> None:
    grantees = """
        select coalesce(r.rolname, 'everybody') from pg_proc p cross join aclexplode(p.proacl) x
            left join pg_roles r on r.oid = x.grantee
        where p.oid = 'public.redact_subject(uuid, uuid, text, text)'::regprocedure order by 1
    """
    both = "select current_user::text union select pg_get_userbyid(relowner) from pg_class where relname = 'event_log'"
    assert login.rows(grantees) == login.rows(f"{both} order by 1")


@pytest.mark.promise("SEC-35")
def test_a_service_may_do_what_its_code_needs_and_no_more(login: Login) -> None:
    from shared.store import rights

    engine = engine_for(login.url, pool_size=1)
    with engine.connect() as connection:
        assert (rights.lacking(connection), rights.excessive(connection)) == ([], [])
    engine.dispose()
    owner = engine_for(databases.owner_url(login.url), pool_size=1)
    with owner.connect() as connection:
        assert rights.excessive(connection)
    owner.dispose()
