"""The chain of the audit log, on a real database: every row gets a link, and every change is detected."""

import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from services.intake.service import Intake
from shared.access import tokens
from shared.audit import hash_chain, trail
from shared.audit.hash_chain import Chainer
from shared.events.envelope import new_id
from shared.http import Call
from shared.store.database import Database
from shared.store.leader import Lease, LeaseLost
from shared.store.low_water_mark import LowWaterMark
from shared.store.measuring import Measuring
from shared.telemetry import metrics
from tests.kit import databases
from tests.kit.databases import as_owner
from tests.kit.plans import explained, pages_of
from tests.kit.statements import statements

pytestmark = pytest.mark.integration
KEY = tokens.new_key(tokens.service_issuer("legal"))
WHO = tokens.Principal(str(uuid4()), frozenset({"caseworker"}), tokens.STAFF)


@pytest.fixture
def store(database: Database) -> Database:
    return database


def chainer(store: Database) -> Chainer:
    return Chainer(store, service="legal", database_url="", signing_key=json.dumps(KEY))


def note(store: Database, count: int) -> None:
    with store.transaction() as session:
        for _ in range(count):
            trail.note(session, WHO, action="case.read", subject=uuid4(), status=200, correlation=new_id())


def links(store: Database) -> list[tuple[int, int]]:
    chain = hash_chain.audit_chain
    with store.transaction() as session:
        return [(row.place, row.number) for row in session.execute(select(chain).order_by(chain.c.place))]


def test_each_row_gets_one_link_in_an_order_without_gaps(store: Database) -> None:
    note(store, 3)
    chainer(store).chain_next()
    note(store, 2)
    chainer(store).chain_next()
    assert chainer(store).chain_next() == 0
    assert links(store) == [(place, place) for place in range(1, 6)]


def test_a_row_that_commits_late_is_chained_late_and_not_left_out(store: Database) -> None:
    with store.transaction() as slow:
        trail.note(slow, WHO, action="case.read", subject=None, status=200, correlation=new_id())
        for _ in range(4):
            note(store, 1)
            chainer(store).chain_next()
        assert [number for _, number in links(store)] == [2, 3, 4, 5]
    for _ in range(3):
        chainer(store).chain_next()
    assert [number for _, number in links(store)] == [2, 3, 4, 5, 1]


def test_the_floor_rises_behind_what_is_on_its_way_and_no_further(store: Database) -> None:
    one = chainer(store)
    with store.transaction() as slow:
        trail.note(slow, WHO, action="case.read", subject=None, status=200, correlation=new_id())
        note(store, 3)
        one.chain_next()
        note(store, 3)
        one.chain_next()
        assert floor(store) == 0
    one.chain_next()
    assert floor(store) == 7
    assert len(links(store)) == 7


def test_the_mark_of_a_table_without_rows_is_nought(store: Database) -> None:
    with store.transaction() as session:
        assert LowWaterMark("audit_log", "number").look(session.connection().exec_driver_sql) == 0


def test_rows_of_a_database_that_was_restored_under_a_chainer_are_chained(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chainer(store)
    note(store, 3)
    befalls = iter((lambda: None, lambda: empty(store), lambda: note(store, 2), one.stop))

    def try_acquire(*_whose: str) -> Lease:
        next(befalls)()
        return ShortLease(2)

    monkeypatch.setattr(hash_chain, "try_acquire", try_acquire)
    monkeypatch.setattr(hash_chain, "POLL_SECONDS", 0)
    one.pause = 0
    one.run()
    assert [number for _, number in links(store)] == [1, 2]


class ShortLease(Lease):
    """A lease that lasts a few heartbeats."""

    def __init__(self, beats: int) -> None:
        self._beats = beats

    def renew(self) -> None:
        self._beats -= 1
        if self._beats < 0:
            raise LeaseLost

    def __exit__(self, *_error: object) -> None:
        pass


def empty(store: Database) -> None:
    """Restore the state of the database before its first row."""
    with as_owner(store) as owner:
        for table in ("audit_log", "audit_chain", "audit_checkpoints"):
            owner.execute(f"alter table {table} disable trigger user".encode())
            owner.execute(f"grant truncate on {table} to current_user".encode())
            owner.execute(f"truncate {table} restart identity".encode())
        owner.execute("update audit_chain_head set floor = 0")


def floor(store: Database) -> int:
    with store.transaction() as session:
        return int(session.execute(select(hash_chain.chain_head.c.floor)).scalar_one())


@pytest.mark.promise("SEC-18")
@pytest.mark.parametrize(
    "change",
    ["update audit_log set status = 404", "delete from audit_log", "truncate audit_log", "delete from audit_chain"],
)
def test_nothing_is_changed_or_taken_away(store: Database, change: str) -> None:
    note(store, 1)
    chainer(store).chain_next()
    with pytest.raises(ProgrammingError) as refused, store.transaction() as session:
        session.execute(text(change))
    assert isinstance(refused.value.orig, (errors.InsufficientPrivilege, errors.RaiseException))


def test_a_row_that_was_slipped_in_behind_the_chain_is_told_from_one_that_waits(store: Database) -> None:
    note(store, 2)
    with store.transaction() as lost:
        trail.note(lost, WHO, action="case.read", subject=None, status=200, correlation=new_id())
        lost.rollback()
    note(store, 1)
    one = chainer(store)
    for _ in range(2):
        one.chain_next()
    assert (floor(store), said_of(store)) == (4, {"checkpoints": [], "unchained": 0, "slipped_in": []})

    slip = """
        insert into audit_log (number, actor, roles, action, status, correlation) overriding system value
        values (3, 'somebody', '', 'case.read', 200, gen_random_uuid())
    """
    with as_owner(store) as owner:
        owner.execute(slip)
    note(store, 1)
    one.chain_next()
    note(store, 1)
    assert said_of(store) == {"checkpoints": [], "unchained": 1, "slipped_in": [3]}


def said_of(store: Database) -> Any:
    """Return what an officer receives in addition to the chain."""
    with store.transaction() as session:
        call = Call(session, datetime.now(UTC), WHO, {})
        edge = SimpleNamespace(serve=lambda _route, handle, *_request: handle(call))
        return Intake.audit_checkpoints(SimpleNamespace(edge=edge), None).body


def test_a_checkpoint_is_signed_by_the_service_and_says_how_far_the_chain_has_come(store: Database) -> None:
    note(store, 2)
    one = chainer(store)
    one.chain_next()
    assert one.sign_when_due()
    assert not one.sign_when_due(), "nothing new"
    with store.transaction() as session:
        signed = session.execute(select(hash_chain.checkpoints.c.signed)).scalar_one()
        last = session.execute(select(hash_chain.audit_chain.c.hash).where(hash_chain.audit_chain.c.place == 2))
        expected = last.scalar_one().hex()
    keys = json.dumps(tokens.public_set([KEY]))
    said = tokens.read_signed(signed, keys, kind=hash_chain.STATEMENT, issuer="casepath:service:legal")
    assert (said["service"], said["place"], said["hash"]) == ("legal", 2, expected)
    with pytest.raises(tokens.TokenRefused):
        tokens.Verifier(keys).verify(f"Bearer {signed}")
    with pytest.raises(tokens.TokenRefused):
        tokens.read_signed(signed, keys, kind=hash_chain.STATEMENT, issuer="casepath:service:intake")


def test_several_chainers_at_once_make_one_chain(store: Database) -> None:
    note(store, 50)
    threads = [threading.Thread(target=chainer(store).chain_next) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert links(store) == [(place, place) for place in range(1, 51)]


FILL = """
    insert into audit_log (actor, roles, action, status, correlation)
    select 'fictitious', '', 'case.read', 200, gen_random_uuid() from generate_series(1, 49990 + {waiting});
    insert into audit_chain (place, number, hash)
    select number, number, '\\x00' from audit_log where number <= 49990;
    update audit_chain_head set floor = 49980
"""


@pytest.mark.hazard("H-OPERATION-6", control="audit-age-bounded")
@pytest.mark.parametrize("waiting", [10, 0])
def test_the_age_of_what_is_not_chained_is_read_from_a_few_pages_of_a_long_chain(
    database: Database, fresh_database: str, waiting: int
) -> None:
    with psycopg.connect(databases.owner_url(fresh_database), autocommit=True) as connection:
        connection.execute(sql.SQL(FILL).format(waiting=waiting))
        connection.execute("vacuum analyze audit_log, audit_chain")
        with statements() as made:
            Measuring(database, hash_chain.MEASURES).look()
        plans = [explained(connection, each.text, each.parameters) for each in made]
    assert len(plans) == len(hash_chain.MEASURES)
    assert max(map(pages_of, plans)) <= 50
    assert (metrics.audit_waiting_age._value.get() > 0) == (waiting > 0)
