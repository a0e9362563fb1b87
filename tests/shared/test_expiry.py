"""Data with a retention period is deleted when it ends, and nothing else is deleted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from shared.exchange.follower.reactions import reactions
from shared.exchange.forgeries import forgeries
from shared.exchange.holds import quarantine
from shared.http.idempotency import keys
from shared.runtime import expiry
from shared.runtime.expiry import EXPIRING, Expiring, Expiry
from shared.store.database import Database

pytestmark = pytest.mark.integration

Row = Callable[[datetime], dict[str, Any]]
POSITIONS = count(1)
ROWS: dict[str, Row] = {
    keys.name: lambda at: {"actor": "someone", "key": str(uuid4()), "request": "r", "at": at},
    reactions.name: lambda at: {"id": uuid4(), "source": "intake", "position": 1, "name": "answer", "at": at},
    quarantine.name: lambda at: {
        "hash": str(uuid4()),
        "reason": "no_json",
        "size": 1,
        "exchange": "x",
        "count": 1,
        "first_at": at - timedelta(days=900),
        "last_at": at,
    },
    forgeries.name: lambda at: {
        "source": "intake",
        "position": next(POSITIONS),
        "kind": "applied",
        "count": 1,
        "first_at": at,
        "last_at": at,
    },
}


def kept(database: Database, what: Expiring) -> int:
    with database.transaction() as session:
        return int(session.execute(select(func.count()).select_from(what.table)).scalar_one())


def put(database: Database, what: Expiring, *rows: dict[str, Any]) -> None:
    with database.transaction() as session:
        session.execute(insert(what.table), list(rows))


@pytest.mark.parametrize("what", EXPIRING, ids=lambda each: each.table.name)
def test_rows_go_when_their_days_are_over_and_not_before(database: Database, what: Expiring) -> None:
    now, row = datetime.now(UTC), ROWS[what.table.name]
    young = now - timedelta(days=what.days) + timedelta(hours=1)
    old = now - timedelta(days=what.days, hours=1)
    put(database, what, row(young), row(old), row(old))
    assert expiry.sweep(database, what) == 2
    assert kept(database, what) == 1


def test_many_go_in_small_transactions(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "AT_ONCE", 3)
    [what] = [each for each in EXPIRING if each.table is keys]
    old = datetime.now(UTC) - timedelta(days=what.days + 1)
    put(database, what, *(ROWS[keys.name](old) for _ in range(10)))
    Expiry(database).sweep_all()
    assert kept(database, what) == 0


def test_what_vanished_is_kept_for_an_operator(database: Database) -> None:
    [what] = [each for each in EXPIRING if each.table is reactions]
    old = datetime.now(UTC) - timedelta(days=what.days + 1)
    put(database, what, ROWS[reactions.name](old) | {"vanished_at": old})
    assert expiry.sweep(database, what) == 0
