"""A session with an interpreter, in a case whose person refused an interpreter by name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared.access import exclusions
from shared.access.exclusions import Exclusion
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

PLANNED: dict[str, Any] = {"attendance": "planned", "held_on": "2025-12-11"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(datetime(2025, 12, 4, 11, tzinfo=UTC))
        yield service


@pytest.fixture
def counsellor(support: Harness) -> Client:
    return support.member("counsellor", lead=True)


def refuse(support: Harness, kind: str = "interpreter", member: Any = None) -> None:
    with support.database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), support.case, kind, member, None))


def plans(counsellor: Client, status: int = 201, **said: Any) -> dict[str, Any]:
    course = counsellor.told("POST", "counselling", {"modality": "one_to_one"}, 201)["id"]
    return counsellor.told("POST", "counselling-sessions", {"course": course, **PLANNED, **said}, status)


@pytest.mark.hazard("H-DANGER-15", control="interpreter-is-checked")
def test_a_session_with_an_interpreter_waits_until_the_name_was_compared(support: Harness, counsellor: Client) -> None:
    refuse(support)
    for checked in ({}, {"interpreter_checked": False}):
        refused = plans(counsellor, 422, interpreted=True, **checked)
        assert [error["rule"] for error in refused["errors"]] == ["interpreter_is_checked"]
    plans(counsellor, interpreted=True, interpreter_checked=True)
    without = plans(counsellor, interpreted=False)["id"]
    correction = {"reason": "other", "interpreted": True}
    counsellor.told("POST", f"counselling-sessions/{without}/correction", correction, 422)
    counsellor.told(
        "POST", f"counselling-sessions/{without}/correction", {**correction, "interpreter_checked": True}, 201
    )
    shown = counsellor.told("GET", "")["counselling_sessions"]
    assert [each["interpreter_checked"] for each in shown] == [True, True]


@pytest.mark.parametrize(("kind", "registered"), [("interpreter", True), ("worker", True), ("family_member", False)])
def test_other_exclusions_need_no_comparison(support: Harness, counsellor: Client, kind: str, registered: bool) -> None:
    refuse(support, kind, uuid4() if registered else None)
    plans(counsellor, interpreted=True)
