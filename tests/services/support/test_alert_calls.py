"""A call about an alert is recorded: whom, when, and whether it was answered. No event contains it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.cli import servers
from shared.access import case_restrictions
from tests.kit.agencies import registered
from tests.kit.alerts import DANGER, RAISED
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

CALL = {"called": "police", "outcome": "not_answered"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(RAISED)
        yield found


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def raised(worker: Client) -> str:
    return str(worker.told("POST", "alerts", DANGER, 201)["id"])


@pytest.mark.hazard("H-DANGER-12", control="call-recorded")
def test_calls_about_an_alert_are_shown_in_the_file_also_those_of_after_its_end(
    support: Harness, worker: Client
) -> None:
    alert, agency = raised(worker), registered(support.database)
    unanswered = worker.told("POST", f"alerts/{alert}/calls", CALL, 201)["id"]
    worker.told("POST", f"alerts/{alert}/ending", {"reason": "made_safe"}, 201)
    announced = support.announced()
    again = {"called": "protection_agency", "agency": agency, "outcome": "answered"}
    answered = worker.told("POST", f"alerts/{alert}/calls", again, 201)["id"]
    shown = worker.told("GET", "")["alert_calls"]
    assert [(each["id"], each["alert"], each["outcome"]) for each in shown] == [
        (unanswered, alert, "not_answered"),
        (answered, alert, "answered"),
    ]
    assert [each["agency"] for each in shown] == [None, agency]
    assert {each["recorded_by"] for each in shown} == {str(worker.subject)}
    assert support.announced() == announced


def test_an_unknown_alert_has_no_calls_and_a_restricted_case_has(support: Harness, worker: Client) -> None:
    alert = raised(worker)
    assert worker.ask("POST", f"alerts/{uuid4()}/calls", CALL).status_code == 404
    with support.database.transaction() as session:
        case_restrictions.restrict(session, support.case, uuid4())
    worker.told("POST", f"alerts/{alert}/calls", CALL, 201)


def test_a_call_to_an_agency_that_is_not_in_the_register_is_refused(support: Harness, worker: Client) -> None:
    alert = raised(worker)
    unknown = {"called": "protection_agency", "agency": str(support.case), "outcome": "answered"}
    assert worker.ask("POST", f"alerts/{alert}/calls", unknown).status_code == 422
    assert worker.told("GET", "")["alert_calls"] == []
