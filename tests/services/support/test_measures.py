"""Questionnaires are optional, sealed, scored on reading, and never published."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.cli import servers
from services.support.counselling.measure.actions import INSTRUMENTS
from shared.reference.instruments import Instruments, shipped
from shared.reference.instruments.forms import NO_DIAGNOSIS
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

CALM = {str(item): 0 for item in range(1, 11)} | {"2": 4, "3": 4}
#: These values must not occur anywhere except in support's own store.
PLANTED = ("core10", "moderate", '"total"', "answers", "filled_by", "self_harm")


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


@pytest.fixture
def counsellor(support: Harness) -> Client:
    return support.member("counsellor")


def filled(**answers: int) -> dict[str, Any]:
    given = CALM | {name.removeprefix("q"): value for name, value in answers.items()}
    return {"instrument": "core10", "language": "en", "filled_by": "with_interpreter", "answers": given}


def measures(client: Client) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = client.told("GET", "measures")["measures"]
    return shown


def recorded(client: Client, body: dict[str, Any]) -> str:
    return str(client.told("POST", "measures", body, 201)["id"])


def test_what_was_answered_is_scored_on_reading_and_compared_with_the_time_before(
    support: Harness, counsellor: Client
) -> None:
    recorded(counsellor, filled(q1=4, q4=4, q5=4) | {"taken_on": "2025-12-01"})
    recorded(counsellor, filled(q1=4) | {"taken_on": "2025-12-08"})
    first, second = measures(counsellor)
    assert (first["total"], first["band"], first["cutoff"], first["change"]) == ("12", "mild", "reached", None)
    assert (second["total"], second["band"], second["cutoff"]) == ("4", "low", "not_reached")
    assert (second["change"], second["direction"]) == ("more_than_chance", "better")
    assert "CORE System Trust" in second["notice"]
    assert counsellor.told("GET", "measures")["says"] == NO_DIAGNOSIS
    support.database.provide(INSTRUMENTS, Instruments(shipped().by_key, {"core10": "stroke_ward"}))
    assert measures(counsellor)[1]["change"] == "may_be_chance"


def test_the_person_may_rather_not_without_a_reason_and_nothing_follows(support: Harness, counsellor: Client) -> None:
    before = support.announced()
    recorded(counsellor, {"instrument": "phq9", "language": "nl"})
    [shown] = measures(counsellor)
    assert (shown["filled_by"], shown["answers"], shown["total"], shown["band"]) == (None, None, None, None)
    assert support.announced() == before


def test_an_answer_about_danger_asks_for_help_at_once_and_says_nothing_of_it(
    support: Harness, counsellor: Client
) -> None:
    recorded(counsellor, filled(q6=1))
    [alert] = [data for name, data in support.announced() if name == "alert.raised"]
    assert (alert["urgency"], alert["by_assessment"]) == ("today", True)
    assert not [word for word in PLANTED if word in str(support.announced())]
    [shown] = counsellor.told("GET", "")["alerts"]
    assert shown["danger_type"] == "urgent_need_assessed"


def test_a_question_about_danger_that_was_left_open_is_asked_again_without_an_alert(
    support: Harness, counsellor: Client
) -> None:
    body = filled()
    body["answers"] = {item: value for item, value in CALM.items() if item != "6"}
    recorded(counsellor, body)
    [shown] = measures(counsellor)
    assert (shown["asks_again"], shown["total"]) == (True, None)
    assert [name for name, _data in support.announced()] == []


def test_it_is_put_right_and_what_it_said_is_shown_by_itself_alone(support: Harness, counsellor: Client) -> None:
    measure = recorded(counsellor, filled())
    wrong = {"reason": "wrong_code", "answers": CALM | {"6": 2}}
    counsellor.told("POST", f"measures/{measure}/correction", wrong, 201)
    [shown] = measures(counsellor)
    assert (shown["total"], shown["former_answers"], shown["revision"]) == ("2", [{"answers": CALM}], 2)
    assert [data["urgency"] for name, data in support.announced() if name == "alert.raised"] == ["today"]
    [correction] = counsellor.told("GET", "")["corrections"]
    assert (correction["record_class"], correction["was"]) == ("measure", None)
    counsellor.told("POST", f"measures/{measure}/correction", {"reason": "wrong_person"}, 201)
    [shown] = measures(counsellor)
    assert shown["taken_back_at"] is not None
    assert len([name for name, _data in support.announced() if name == "alert.raised"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"instrument": "whodas"}, "instrument"),
        ({"taken_on": "1990-01-01"}, "instrument"),
        ({"answers": {"11": 1}}, "answers"),
        ({"answers": {"1": 5}}, "answers"),
        ({"answers": {}}, "answers"),
        ({"answers": None}, "answers"),
        ({"filled_by": None}, "filled_by"),
        ({"filled_by": "family"}, "filled_by"),
        ({"answers": {"x": 1}}, "answers"),
    ],
)
def test_what_an_instrument_does_not_have_is_refused(counsellor: Client, change: dict[str, Any], field: str) -> None:
    refused = counsellor.told("POST", "measures", filled() | change, 422)
    assert {each["field"].partition(".")[0] for each in refused["errors"]} == {field}


def test_nothing_of_it_is_announced_or_lies_open_in_the_store(support: Harness, counsellor: Client) -> None:
    recorded(counsellor, filled(q1=3) | {"instrument": "core10"})
    assert support.announced() == []
    assert '"1": 3' not in support.everything()


def test_who_sees_no_scores_sees_nothing_of_a_questionnaire(support: Harness, counsellor: Client) -> None:
    recorded(counsellor, filled())
    caseworker = support.member("caseworker")
    assert caseworker.ask("GET", "measures").status_code == 403
    [shown] = caseworker.told("GET", "")["measures"]
    assert not shown.keys() & {"id", "instrument", "answers", "total", "band", "taken_on", "former_answers"}
    offered = caseworker.told("GET", "/v1/instruments")["instruments"]
    assert {each["code"] for each in offered} == {each.code for each in shipped().by_key.values()}
    assert all(each["notice"] and each["source"] for each in offered)
