"""Staff who work on a case report a danger at intake, and support receives it at once."""

import pytest

from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.standing import told as announced

pytestmark = pytest.mark.integration

DANGER = {"danger_type": "self_harm", "urgency": "immediate"}


def test_a_danger_is_told_once_whatever_the_state_of_the_case(worker: Client, database: Database) -> None:
    case = opened(worker)
    done(worker, case, "closure", {"reason": "goals_met"})
    first = told(worker.ask("POST", f"/v1/cases/{case}/alerts", DANGER, Idempotency_Key="one"), 201)
    again = told(worker.ask("POST", f"/v1/cases/{case}/alerts", DANGER, Idempotency_Key="one"), 201)
    assert first == again
    assert announced(database)[-2:] == ["case.closed", "danger.flagged"]


@pytest.mark.parametrize("different", [{"danger_type": "weather"}, {"urgency": "someday"}, {"told": "what happened"}])
def test_what_is_no_danger_of_the_list_is_refused(worker: Client, different: dict[str, str]) -> None:
    case = opened(worker)
    assert worker.ask("POST", f"/v1/cases/{case}/alerts", {**DANGER, **different}).status_code == 422


def test_whoever_has_no_part_in_the_case_tells_of_no_danger(worker: Client, door: RequestPipeline) -> None:
    assert Client(door, "caseworker").ask("POST", f"/v1/cases/{opened(worker)}/alerts", DANGER).status_code == 404
