"""The calculator and the clocks over HTTP, with a reason for every refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.path.identification import rules
from shared.casework.refusals import FactRefused
from shared.http import RequestPipeline
from shared.reference import codes, deadlines
from tests.kit.client import Client, told

ASKED = {"jurisdiction": "NL", "rule": "NL.OBJECTION", "from": "2026-03-06"}


def ask(client: Client, **changed: Any) -> tuple[int, dict[str, Any]]:
    reply = client.ask("POST", "/v1/deadlines/calculate", {**ASKED, **changed})
    return reply.status_code, json.loads(reply.get_data(as_text=True))


@pytest.mark.integration
def test_every_role_may_ask_and_is_told_what_the_command_tells(door: RequestPipeline) -> None:
    for role in codes("staff_role"):
        status, told = ask(Client(door, role))
        assert (status, told["due_on"]) == (200, "2026-04-07"), role
    expected = rules.calculated("NL", "NL.OBJECTION", "2026-03-06", now=datetime.now(UTC))
    assert told == expected
    assert ask(Client(door))[0] == 403


@pytest.mark.integration
def test_what_can_not_be_counted_names_the_field_and_repeats_nothing(door: RequestPipeline) -> None:
    client = Client(door, "caseworker")
    for field, value in (
        *(("rule", "NL.NONSENSE"), ("rule", "GB.RG"), ("jurisdiction", "FR"), ("from", "2026-02-30")),
        *(
            ("received", "2026-02-30"),
            ("received", "then"),
            ("from", "yesterday"),
            ("from", "2026-03-06T10:00"),
            ("from", "2026\n"),
            ("from", 2026),
            ("extra", "more"),
        ),
    ):
        status, told = ask(client, **{field: value})
        assert status == 422, (field, value)
        assert [each["field"] for each in told["errors"]] == [field]
        assert field in ("rule", "jurisdiction") or str(value).strip() not in json.dumps(told)


@pytest.mark.integration
def test_the_readings_what_is_past_and_who_should_check_are_answered(door: RequestPipeline) -> None:
    asked = {"jurisdiction": "GB-EAW", "rule": "GB.RECONSIDER", "from": "2025-12-19", "received": "2026-01-02"}
    told = json.loads(
        Client(door, "legal_adviser").ask("POST", "/v1/deadlines/calculate", asked).get_data(as_text=True)
    )

    assert [each["due_on"] for each in told["readings"]] == ["2026-01-18", "2026-02-01"]
    assert (told["certainty"], told["date_certainty"], told["check"]) == ("likely", "likely", "lawyer")
    assert (told["past"]["first"], told["past"]["on"]) == ("2026-01-18", "2026-02-01")
    assert told["days_left"] < 0


@pytest.mark.integration
def test_an_unknown_length_is_an_answer_without_a_date(door: RequestPipeline) -> None:
    status, told = ask(Client(door, "legal_adviser"), rule="NL.CIVIL")

    assert (status, told["due_on"]) == (200, None)
    assert deadlines._NO_LENGTH in told["note"]


def test_a_date_that_leads_past_the_calendar_is_refused() -> None:
    with pytest.raises(FactRefused) as refused:
        rules.calculated("NL", "NL.SCHADEFONDS", "2199")

    assert refused.value.errors[0]["field"] == "from"


# --- a clock of a case ----------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_a_recovery_period_is_extended_by_decision_and_the_case_shows_its_new_day(door: RequestPipeline) -> None:
    client = Client(door, "caseworker")
    opening = {"jurisdiction": "GB-NIR", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
    made = client.ask("POST", "/v1/cases", opening)
    case = json.loads(made.get_data(as_text=True))["id"]
    for step in (
        {"stage": "referred", "made_elsewhere": True},
        {
            "stage": "reasonable_grounds",
            "outcome": "positive",
            "occurred_on": "2026-03-02",
            "received_on": "2026-03-02",
        },
    ):
        assert client.ask("POST", f"/v1/cases/{case}/identification", step).status_code == 201

    def clock() -> tuple[dict[str, Any], str]:
        reply = client.ask("GET", f"/v1/cases/{case}")
        shown = json.loads(reply.get_data(as_text=True))["clocks"]
        return next(each for each in shown if each["code"] == "NIR.RECOVERY_MIN"), reply.headers["ETag"]

    def extend(until: str, etag: str, status: int = 200) -> dict[str, Any]:
        path = f"/v1/cases/{case}/clocks/{clock()[0]['id']}/extension"
        return told(client.ask("POST", path, {"until": until}, If_Match=etag), status)

    found, etag = clock()
    assert found["due_on"] == "2026-04-16"
    assert extend("2026-04-16", etag) == {"id": found["id"], "due_on": "2026-04-16", "has_effect": False}
    assert extend("2026-06-01", clock()[1]) == {"id": found["id"], "due_on": "2026-06-01", "has_effect": True}
    assert clock()[0]["due_on"] == "2026-06-01"
    extend("2026-07-01", etag, 412)
    unknown = client.ask(
        "POST", f"/v1/cases/{case}/clocks/{case}/extension", {"until": "2026-09-01"}, If_Match=clock()[1]
    )
    assert unknown.status_code == 404
