"""Only the service that counts a child's limits can read the month of a birth."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake.facts.identity import rules
from shared.access import case_restrictions
from shared.access.tokens import SERVICE_ROLE
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import FOLLOWER, Client, told
from tests.kit.intake.cases import done, opened

pytestmark = pytest.mark.integration


def born(worker: Client, birth: dict[str, Any] | None) -> str:
    case = opened(worker)
    done(worker, case, "person", {"birth": birth}, method="PUT")
    return f"/v1/cases/{case}/birth-month"


def service(door: RequestPipeline) -> Client:
    return Client(door, SERVICE_ROLE, key=FOLLOWER, subject="legal")


@pytest.mark.parametrize(
    ("birth", "month"),
    [
        ({"date": "2008-09-12"}, "2008-09"),
        ({"date": "2008-09"}, "2008-09"),
        ({"date": "2008"}, "2008"),
        ({"date": "2008-09-12", "disputed": True}, None),
        (None, None),
    ],
)
def test_legal_is_told_the_month_or_the_year_and_never_the_day(
    worker: Client, door: RequestPipeline, birth: dict[str, Any] | None, month: str | None
) -> None:
    assert told(service(door).ask("GET", born(worker, birth))) == {"month": month}


def test_nobody_else_is_told(worker: Client, door: RequestPipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    address = born(worker, {"date": "2008-09-12"})
    assert worker.ask("GET", address).status_code == 403
    assert Client(door, "legal_adviser").ask("GET", address).status_code == 404
    assert service(door).ask("GET", f"/v1/cases/{uuid4()}/birth-month").status_code == 404
    # A service that counts no limits of children.
    monkeypatch.setattr(rules, "COUNTS_BIRTHDAYS", frozenset(("support",)))
    assert service(door).ask("GET", address).status_code == 404


def test_a_restricted_case_is_not_told_of(worker: Client, door: RequestPipeline, database: Database) -> None:
    address = born(worker, {"date": "2008-09-12"})
    with database.transaction() as session:
        case_restrictions.restrict(session, UUID(address.split("/")[3]), uuid4())
    assert service(door).ask("GET", address).status_code == 404
