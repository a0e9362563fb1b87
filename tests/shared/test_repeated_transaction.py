"""A transaction that lost a conflict is repeated without the state of its first attempt."""

from collections.abc import Callable
from typing import Any

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from deploy.cli import servers
from shared.access.permissions import NotFound
from shared.audit import trail
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.events.envelope import new_id
from shared.http import RequestPipeline, idempotency, shown_case
from shared.store import contending
from shared.store.database import Database
from tests.kit.client import Client, edge_of
from tests.kit.harness import add_case, harness
from tests.kit.intake.cases import OPEN, opened

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contending, "PAUSE_SECONDS", 0)


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    return edge_of(database, clock=clock)


def lost_once(act: Callable[..., Any]) -> Callable[..., Any]:
    """Return an action whose first call fails: the server ends its transaction in favour of another one."""
    calls: list[None] = []

    def acting(*given: Any, **named: Any) -> Any:
        done = act(*given, **named)
        calls.append(None)
        if len(calls) == 1:
            raise OperationalError("select", None, DeadlockDetected())
        return done

    return acting


def test_a_caller_who_lost_access_before_the_second_try_is_answered_like_a_stranger(
    postgres: servers.PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with harness("legal", postgres) as legal:
        legal.case = new_id()
        with legal.database.transaction() as session:
            add_case(session, "legal", legal.case)
        member, stranger = legal.member("legal_adviser"), legal.staff("legal_adviser")
        access: Any = legal.door._access
        admit, tries = access.admit, list[None]()

        def once(*asked: Any) -> Any:
            tries.append(None)
            if len(tries) > 1:
                raise NotFound
            return admit(*asked)

        address = f"/v1/cases/{legal.case}"
        expected = stranger.ask("GET", address).status_code
        monkeypatch.setattr(access, "admit", once)
        writing: Any = legal.door.transactions._writing
        monkeypatch.setattr(writing, "shown", lost_once(writing.shown))
        assert (member.ask("GET", address).status_code, len(tries)) == (expected, 2)


def test_an_answer_of_the_first_try_never_uses_the_session_of_the_second(
    door: RequestPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Client(door, "caseworker")
    case, access = opened(worker), vars(door)["_access"]
    begun, used, works = list[Session](), list[Session](), list[Callable[[], Response]]()
    admit, part_etags = access.admit, shown_case.part_etags

    def admitted(session: Session, *asked: Any) -> Any:
        begun.append(session)
        return admit(session, *asked)

    def etags(session: Session, *asked: Any) -> Any:
        used.append(session)
        return part_etags(session, *asked)

    def meanwhile(work: Callable[[], Response]) -> Callable[[], Response]:
        works.append(work)
        # The response of the first attempt is still being written when the second has started.
        response = [each() for each in works][-1] if len(works) > 1 else None
        return lambda: response or work()

    monkeypatch.setattr(access, "admit", admitted)
    monkeypatch.setattr(shown_case, "part_etags", etags)
    monkeypatch.setattr(trail, "note", lost_once(trail.note))
    door.transactions.meanwhile = meanwhile
    assert worker.ask("GET", f"/v1/cases/{case}").status_code == 200
    assert len(begun) == len(set(map(id, begun))) == 2
    assert list(map(id, used)) == list(map(id, begun))


def test_a_change_that_is_repeated_is_done_audited_and_stored_with_its_key_once(
    door: RequestPipeline, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "finish", lost_once(idempotency.finish))
    worker = Client(door, "caseworker")
    assert worker.ask("POST", "/v1/cases", OPEN, Idempotency_Key="one").status_code == 201
    with database.transaction() as session:
        assert session.scalars(select(idempotency.keys.c.status)).all() == [201]
        noted = session.execute(select(trail.audit_log.c.action, trail.audit_log.c.status)).all()
    assert [tuple(row) for row in noted] == [("case.open", 201)]
