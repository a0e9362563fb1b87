"""The calculator at intake's door: for every role, about no case, with a reason for every refusal."""

import json
from typing import Any

import pytest

from services.intake import rules
from services.intake.rules import FactRefused
from services.intake.service import PLAN
from shared.clock import Clock
from shared.database import Database
from shared.reference import codes
from shared.tokens import Verifier, public_set
from shared.web import Door
from tests.shared.test_edge import KEY, Client

ASKED = {"jurisdiction": "NL", "rule": "NL.OBJECTION", "from": "2026-03-06"}


@pytest.fixture
def door(database: Database) -> Door:
    clock = Clock(movable=True)
    database.standing["clock"] = clock
    return Door(database, clock, Verifier(json.dumps(public_set([KEY]))), PLAN.following.emits, PLAN.access, PLAN.cases)


def ask(client: Client, **changed: Any) -> tuple[int, dict[str, Any]]:
    reply = client.ask("POST", "/v1/deadlines/calculate", {**ASKED, **changed})
    return reply.status_code, json.loads(reply.get_data(as_text=True))


@pytest.mark.integration
def test_every_role_may_ask_and_is_told_what_the_command_tells(door: Door) -> None:
    for role in codes("staff_role"):
        status, told = ask(Client(door, role))
        assert (status, told["due_on"]) == (200, "2026-04-07"), role
    expected = rules.calculated({"jurisdiction": "NL", "rule": "NL.OBJECTION", "start": "2026-03-06"})
    assert told == expected
    assert ask(Client(door))[0] == 403


@pytest.mark.integration
def test_what_can_not_be_counted_names_the_field_and_repeats_nothing(door: Door) -> None:
    client = Client(door, "caseworker")
    for field, value in (
        *(("rule", "NL.NONSENSE"), ("rule", "GB.RG"), ("jurisdiction", "FR"), ("from", "2026-02-30")),
        *(("from", "yesterday"), ("from", "2026-03-06T10:00"), ("from", "2026\n"), ("from", 2026), ("extra", "more")),
    ):
        status, told = ask(client, **{field: value})
        assert status == 422, (field, value)
        assert [each["field"] for each in told["errors"]] == [field]
        assert field in ("rule", "jurisdiction") or str(value).strip() not in json.dumps(told)


@pytest.mark.integration
def test_an_unknown_length_is_an_answer_without_a_date(door: Door) -> None:
    status, told = ask(Client(door, "legal_adviser"), rule="NL.CIVIL")

    assert (status, told["due_on"]) == (200, None)
    assert "no date is given" in told["note"]


def test_a_date_that_leads_past_the_calendar_is_refused() -> None:
    with pytest.raises(FactRefused) as refused:
        rules.calculated({"jurisdiction": "NL", "rule": "NL.SCHADEFONDS", "start": "2199"})

    assert refused.value.errors[0]["field"] == "from"
