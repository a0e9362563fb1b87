"""A step that was recorded wrongly leaves legal's file and clocks as they would be without it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.legal.events import EMITS
from services.legal.identification import actions as identification
from shared import deadlines
from shared.events.contract import Received
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

DAY = date(2026, 3, 2)


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(datetime(2026, 3, 2, 12, tzinfo=UTC))
        yield found


def hear(legal: Harness, *told: tuple[str, dict[str, Any]]) -> None:
    """Apply events at legal in one batch, as its follower would."""
    received = [
        Received(an_event(name=name, subject=legal.case, position=place + 1, data=data), data)
        for place, (name, data) in enumerate(told)
    ]
    with legal.database.transaction(ORIGIN.holding(Origin(EMITS))) as session:
        identification.project_identification(session, received)
        for each in received:
            react = identification.undo_step if each.key == identification.CORRECTED else identification.follow_step
            react(session, each)


def decided(step: UUID | None, outcome: str, on: date = DAY) -> tuple[str, dict[str, Any]]:
    known = {"jurisdiction": "GB-EAW", "stage": "reasonable_grounds", "authority": "GB.SCA", "made_elsewhere": False}
    told = {**known, "occurred_on": None, "received_on": on, "outcome": outcome, "reconsidered": None, "step": step}
    return "identification.decided", told


def corrected(step: UUID) -> tuple[str, dict[str, Any]]:
    return "identification.corrected", {"step": step}


def clocks(legal: Harness) -> list[tuple[str, str, str]]:
    with legal.database.transaction() as session:
        found = deadlines.of_subject(session, legal.case)
    return sorted((each["code"], each["state"], each["due_on"]) for each in found if each["state"] != "withdrawn")


def outcomes(legal: Harness) -> list[str | None]:
    with legal.database.transaction() as session:
        return [each.outcome for each in identification.steps_of(session, legal.case)]


def test_a_negative_decision_that_was_none_opens_no_window_and_can_not_be_reconsidered(legal: Harness) -> None:
    wrong, adviser = uuid4(), legal.member("legal_adviser")
    hear(legal, decided(wrong, "negative"))
    assert clocks(legal) == [("GB.RECONSIDER", "running", "2026-04-01")]
    hear(legal, corrected(wrong))
    assert (clocks(legal), outcomes(legal)) == ([], [])
    asked = {"stage": "reasonable_grounds", "ground": "new_evidence"}
    refused = adviser.told("POST", "reconsiderations", asked, 409)
    assert refused["errors"][0]["rule"] == "reconsiders_a_negative_decision"


def test_a_window_that_a_wrong_decision_closed_is_open_again_until_its_own_day(legal: Harness) -> None:
    wrong = uuid4()
    hear(legal, decided(uuid4(), "negative"), decided(wrong, "positive"))
    assert clocks(legal) == [("GB.RECONSIDER", "stopped", "2026-04-01")]
    hear(legal, corrected(wrong))
    assert clocks(legal) == [("GB.RECONSIDER", "running", "2026-04-01")]
    assert outcomes(legal) == ["negative"]


def test_whether_a_request_is_late_goes_by_the_decision_that_counts(legal: Harness) -> None:
    wrong, adviser = uuid4(), legal.member("legal_adviser")
    hear(legal, decided(uuid4(), "negative", date(2026, 1, 5)))
    hear(legal, decided(uuid4(), "positive", date(2026, 1, 6)), decided(wrong, "negative"), corrected(wrong))
    adviser.told("POST", "reconsiderations", {"stage": "reasonable_grounds", "ground": "new_evidence"}, 201)
    assert [data["late"] for name, data in legal.announced() if name == "reconsideration.requested"] == [True]


def test_a_step_of_a_release_that_did_not_name_it_is_followed_as_before(legal: Harness) -> None:
    hear(legal, decided(None, "negative"), corrected(uuid4()))
    assert (len(clocks(legal)), outcomes(legal)) == (1, ["negative"])
