"""A child with signs of exploitation raises an alert, also if the age is only known later."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from shared.casework import danger
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.confirmations import answered, waiting
from tests.kit.team_case import SIGNS

pytestmark = pytest.mark.integration

CHILD, ADULT = {"date": str(datetime.now(UTC).year - 12)}, {"date": "1990"}


def detected(client: Client, case: str) -> str:
    return str(done(client, case, "detections", SIGNS, status=201)["id"])


def states(client: Client, case: str, birth: dict[str, str]) -> None:
    done(client, case, "person", {"birth": birth}, method="PUT")


def reports(database: Database) -> list[tuple[str, str]]:
    """Return the events about dangers, each with its record."""
    query = text("select name, data from event_log where name like 'danger.%' order by serial")
    with database.transaction() as session:
        rows = session.execute(query).all()
    assert {data["danger_type"] for _name, data in rows} <= {"child_at_risk"}
    return [(name, data["record"]) for name, data in rows]


@pytest.mark.hazard("H-DANGER-14", control="detected-child-raises-alert")
@pytest.mark.parametrize(("age", "alerts"), [("child", 1), ("disputed", 1), ("adult", 0), ("unknown", 0)])
def test_signs_of_a_child_raise_an_alert(worker: Client, database: Database, age: str, alerts: int) -> None:
    detection = detected(worker, case := opened(worker, age=age))
    assert reports(database) == [(danger.FLAGGED, detection)] * alerts
    states(worker, case, CHILD)
    assert reports(database) == [(danger.FLAGGED, detection)], "a child's age raises one alert for each detection"


@pytest.mark.hazard("H-DANGER-14", control="late-age-raises-alert")
def test_a_child_whose_age_is_known_later_raises_one_alert_for_each_detection(
    worker: Client, database: Database
) -> None:
    case = opened(worker, age="unknown")
    detections = {detected(worker, case) for _time in range(2)}
    withdrawn = detected(worker, case)
    done(worker, case, f"detections/{withdrawn}/correction", {"reason": "not_so"}, status=201)
    states(worker, case, CHILD)
    assert sorted(reports(database)) == sorted((danger.FLAGGED, detection) for detection in detections)


@pytest.mark.hazard("H-DANGER-14", control="detected-child-raises-alert")
def test_withdrawn_signs_of_a_child_ask_a_person_whether_the_alert_applies(worker: Client, database: Database) -> None:
    detection = detected(worker, case := opened(worker, age="child"))
    done(worker, case, f"detections/{detection}/correction", {"reason": "not_so"}, status=201)
    assert reports(database) == [(danger.FLAGGED, detection), (danger.NOT_STANDING, detection)]


@pytest.mark.hazard("H-DANGER-14", control="late-age-raises-alert")
def test_an_age_that_only_one_user_stated_leaves_the_alert(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    """A second person's confirmation asks whether the alert still applies. A child's age then raises a new alert."""
    supervisor = Client(door, "supervisor")
    pair = {"supervisor": str(supervisor.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    detection = detected(worker, case := opened(worker, age="unknown"))
    states(worker, case, CHILD)
    states(worker, case, ADULT)
    assert reports(database) == [(danger.FLAGGED, detection)]
    [which] = [row["id"] for row in waiting(supervisor).values() if row["kind"] == "age"]
    path = f"/v1/cases/{case}/age-changes/{which}/confirmation"
    told(answered(supervisor, path, which, {"confirms": True, "reason": None}))
    assert reports(database)[1:] == [(danger.NOT_STANDING, detection)]
    states(worker, case, CHILD)
    assert reports(database)[2:] == [(danger.FLAGGED, detection)]
