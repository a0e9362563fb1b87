"""Which database errors a caller receives, and whether a follower counts them as an attempt."""

from typing import Any

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.http import problems
from shared.http.store_errors import translated
from shared.store import database as store
from shared.store.database import Database, is_full, is_passing


def _raised(kind: type[psycopg.Error]) -> DBAPIError:
    return OperationalError("insert", {}, kind("marker"))


@pytest.mark.promise("REL-19")
@pytest.mark.parametrize(
    ("kind", "retry", "counts_as_try"),
    [
        (errors.DiskFull, "30", False),
        (errors.OutOfMemory, "2", False),
        (errors.InsufficientResources, "2", False),
        (errors.TooManyConnections, "2", False),
        (errors.ConfigurationLimitExceeded, "2", True),
        (errors.AdminShutdown, "2", False),
        (errors.CrashShutdown, "2", False),
        (errors.CannotConnectNow, "2", False),
        (errors.DatabaseDropped, "2", True),
        (errors.SystemError, "2", True),
        (errors.IoError, "2", True),
        (errors.LockNotAvailable, "2", False),
    ],
)
def test_what_the_server_lacks_is_a_503_with_a_time_to_come_back(
    kind: type[psycopg.Error], retry: str, counts_as_try: bool
) -> None:
    error = _raised(kind)
    answer = problems.answer(translated(error), "x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, retry)
    assert b"marker" not in answer.data
    assert is_passing(error) is not counts_as_try


def test_who_is_refused_for_want_of_room_is_told_so() -> None:
    answer = problems.answer(translated(_raised(errors.DiskFull)), "x")
    document: dict[str, Any] = answer.get_json()
    assert document["type"] == "urn:casepath:problem:no-room-in-the-database"
    assert document["status"] == 503


@pytest.mark.parametrize("kind", [errors.UndefinedTable, errors.NotNullViolation, errors.QueryCanceled])
def test_a_mistake_of_ours_stays_one(kind: type[psycopg.Error]) -> None:
    error = DBAPIError("insert", {}, kind("marker"))
    assert translated(error) is error
    assert problems.answer(translated(error), "x").status_code == 500


def test_a_pool_that_is_empty_is_a_503() -> None:
    assert problems.answer(translated(PoolTimeout("marker")), "x").status_code == 503


@pytest.mark.integration
def test_want_of_room_is_remembered_for_a_while(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not database.lacks_room
    with pytest.raises(DBAPIError) as refused, database.transaction():
        raise _raised(errors.DiskFull)
    assert is_full(refused.value)
    assert database.lacks_room
    monkeypatch.setattr(store, "FULL_SECONDS", 0.0)
    assert not database.lacks_room
