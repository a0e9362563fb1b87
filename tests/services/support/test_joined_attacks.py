"""Attacks at support by an agency on a joined case to whose data it has no access: no reply reveals the data."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.support.cases.case.actions import known
from services.support.cases.case.rules import Known
from services.support.help.entitlement.models import Recovery
from shared.access import agency_grounds, joined_cases
from shared.access.permissions import Sight
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.grounds import received
from tests.kit.harness import Harness, add_case, harness
from tests.kit.hearing import hear
from tests.kit.sweeps import swept

pytestmark = pytest.mark.integration

DANGER: Final = {"danger_type": "trafficker_contact", "urgency": "immediate"}
HOUSE: Final = {"services": ["accommodation_emergency"], "languages": ["nl"], "country": "NL"}
STEP: Final = {
    "jurisdiction": "NL",
    "authority": None,
    "occurred_on": "2026-03",
    "received_on": "2026-03-02",
    "made_elsewhere": False,
    "reconsidered": None,
    "stage": "conclusive_grounds",
    "outcome": "positive",
}
OURS, THEIRS = uuid4(), uuid4()


@pytest.fixture
def here(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


@pytest.fixture
def there(here: Harness) -> Harness:
    """The person's other case at the same service, with their age, a decision, and a recovery period."""
    other = replace(here, case=uuid4())
    with here.database.transaction() as session:
        add_case(session, "support", other.case)
    told = ("person.recorded", {"age": "adult", "served_as": ["women"]})
    hear(here, told, ("identification.decided", {**STEP, "step": str(uuid4())}), case=other.case)
    with here.database.transaction() as session:
        period = {"code": "NL.RECOVERY_MIN", "due_on": None, "state": "running"}
        session.add(Recovery(clock=uuid4(), case_id=other.case, **period))
    return other


def member(case: Harness, agency: UUID, *, lead: bool = False) -> Client:
    worker = case.member("support_worker", lead=lead)
    works_for(case.database, worker.subject, str(agency), "support_worker")
    return worker


def merge(here: Harness, there: Harness) -> None:
    with here.database.transaction() as session:
        joined_cases.join(session, uuid4(), here.case, there.case)


def agrees(case: Harness, agency: UUID, *categories: str) -> None:
    said: dict[str, Any] = {
        "consent": str(uuid4()),
        "agency": str(agency),
        "purposes": ["referral_for_support"],
        "data_categories": list(categories),
        "granted_on": "2026-01-02",
        "expires_on": "2099-12-31",
    }
    with case.database.transaction() as session:
        agency_grounds.project(session, [received(case.case, "intake.consent.granted", 2, **said)])


def houses(case: Harness) -> None:
    keeper = case.staff("supervisor")
    for name, serves in (("Men", ["men"]), ("Women", ["women"]), ("All", [])):
        keeper.told("POST", "/v1/providers", {**HOUSE, "name": name, "serves": serves}, 201)


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
@pytest.mark.hazard("H-JOINED-1", control="known-by-sight")
def test_no_route_that_reads_shows_more_after_a_merge(here: Harness, there: Harness) -> None:
    houses(here)
    reader = member(here, OURS, lead=True)
    member(there, THEIRS, lead=True)
    before = swept(reader, str(here.case))
    assert before["/v1/cases/{case}/provider-matches"][0] == 200
    merge(here, there)
    assert swept(reader, str(here.case)) == before


@pytest.mark.hazard("H-JOINED-1", control="known-by-sight")
def test_facts_of_the_joined_case_are_used_by_the_categories_that_the_reader_may_see(
    here: Harness, there: Harness
) -> None:
    merge(here, there)

    def known_by(*categories: str) -> Known:
        sight = Sight(frozenset(), frozenset(categories))
        with here.database.transaction() as session:
            return known(session, here.case, {there.case: sight})

    assert known_by() == known_by("health") == Known()
    assert known_by("identity") == Known(age="adult", groups=frozenset({"women"}))
    assert known_by("account") == Known(status="recognised_victim")


@pytest.mark.hazard("H-DANGER-3", control="safer-value-applies")
def test_a_child_by_the_joined_case_is_protected_as_one_whoever_may_know_it(here: Harness, there: Harness) -> None:
    reader = member(here, OURS, lead=True)
    member(there, THEIRS, lead=True)
    hear(here, ("person.recorded", {"age": "adult", "served_as": []}))
    hear(here, ("person.recorded", {"age": "child", "served_as": ["women"]}), case=there.case)
    merge(here, there)
    with here.database.transaction() as session:
        assert known(session, here.case) == Known(age="child")
    reader.told("POST", "absences", {"is_child": False}, 201)
    [absence] = reader.told("GET", "")["absences"]
    assert absence["is_child"] is True


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_an_alert_of_the_joined_case_names_nobody_of_its_team_and_not_why_it_is_over(
    here: Harness, there: Harness
) -> None:
    reader, worker = member(here, OURS, lead=True), member(there, THEIRS, lead=True)
    merge(here, there)

    def shown() -> list[dict[str, Any]]:
        return list(reader.told("GET", "")["alerts"])

    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    worker.told("POST", f"alerts/{alert}/acknowledgement", None, 201)
    assert [(each["acknowledged_by"], each["acknowledged_at"] is None) for each in shown()] == [(None, False)]
    assert str(worker.subject) not in str(shown())
    agrees(there, OURS, "health")
    assert [each["acknowledged_by"] for each in shown()] == [str(worker.subject)]


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_who_acknowledges_an_alert_of_the_joined_case_is_named_to_their_own_team(here: Harness, there: Harness) -> None:
    reader = member(here, OURS, lead=True)
    worker = member(there, THEIRS, lead=True)
    merge(here, there)
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    reader.told("POST", f"alerts/{alert}/acknowledgement", None, 201)
    [shown] = reader.told("GET", "")["alerts"]
    assert shown["acknowledged_by"] == str(reader.subject)


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_reader_who_may_not_know_the_danger_cannot_end_or_correct_the_alert(here: Harness, there: Harness) -> None:
    reader, worker = member(here, OURS, lead=True), member(there, THEIRS, lead=True)
    merge(here, there)
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    tries: list[tuple[str, dict[str, Any]]] = [
        ("ending", {"reason": "made_safe"}),
        *(
            ("correction", {"reason": "wrong_code", "danger_type": danger})
            for danger in (DANGER["danger_type"], "unsafe_place")
        ),
    ]
    answers = {str(reader.told("POST", f"alerts/{alert}/{way}", said, 409)["errors"]) for way, said in tries}
    assert len(answers) == 1
    agrees(there, OURS, "health")
    reader.told("POST", f"alerts/{alert}/ending", {"reason": "made_safe"}, 201)


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_an_alert_that_was_recorded_wrongly_in_the_joined_case_is_no_longer_shown(
    here: Harness, there: Harness
) -> None:
    reader, worker = member(here, OURS, lead=True), member(there, THEIRS, lead=True)
    merge(here, there)
    alert = worker.told("POST", "alerts", DANGER, 201)["id"]
    assert [each["id"] for each in reader.told("GET", "")["alerts"]] == [alert]
    version = worker.ask("GET", "").headers["ETag"]
    worker.told("POST", f"alerts/{alert}/correction", {"reason": "wrong_person"}, 201, If_Match=version)
    assert reader.told("GET", "")["alerts"] == []
