"""Both teams of a person with two cases are notified of a danger and see the periods, each under its own case."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from deploy.cli import servers
from services.support.help.entitlement.models import Recovery
from services.support.risks.alert import rules
from services.support.risks.alert.models import Alert
from shared.access import agency_grounds, joined_cases
from shared.exchange.eventlog import event_log
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.grounds import received
from tests.kit.harness import Harness, add_case, harness

pytestmark = pytest.mark.integration

DANGER = {"danger_type": "trafficker_contact", "urgency": "immediate"}


@pytest.fixture
def kept(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


@pytest.fixture
def alias(kept: Harness) -> Harness:
    """The person's other case at the same service."""
    other = replace(kept, case=uuid4())
    with kept.database.transaction() as session:
        add_case(session, "support", other.case)
    return other


def merge(kept: Harness, alias: Harness) -> UUID:
    merged = uuid4()
    with kept.database.transaction() as session:
        joined_cases.join(session, merged, kept.case, alias.case)
    return merged


def told_of(who: Client) -> list[tuple[str, str]]:
    return [(each["id"], each["case"]) for each in who.told("GET", "/v1/alerts")["alerts"]]


def test_an_alert_reaches_both_teams_each_under_its_own_case(kept: Harness, alias: Harness) -> None:
    here, there = kept.member("support_worker"), alias.member("support_worker")
    merged = merge(kept, alias)
    alert = here.told("POST", "alerts", DANGER, 201)["id"]
    assert told_of(here) == [(alert, str(kept.case))]
    assert told_of(there) == [(alert, str(alias.case))]
    assert [each["id"] for each in there.told("GET", "")["alerts"]] == [alert]
    with kept.database.transaction() as session:
        joined_cases.part(session, merged)
    assert told_of(there) == []
    assert there.ask("POST", f"alerts/{alert}/acknowledgement").status_code == 404
    assert there.told("GET", "")["alerts"] == []


def test_either_team_may_take_care_of_it_and_the_alert_stays_in_its_case(kept: Harness, alias: Harness) -> None:
    here, there = kept.member("support_worker"), alias.member("support_worker")
    merge(kept, alias)
    alert = here.told("POST", "alerts", DANGER, 201)["id"]
    assert there.ask("POST", f"alerts/{alert}/acknowledgement").status_code == 201
    assert told_of(here) == told_of(there) == []
    with kept.database.transaction() as session:
        acknowledged = event_log.c.name == "alert.acknowledged"
        assert list(session.scalars(select(event_log.c.subject).where(acknowledged))) == [kept.case]


def test_a_team_that_nobody_is_told_in_is_made_good_by_the_other(kept: Harness, alias: Harness) -> None:
    adviser = kept.member("legal_adviser")
    alias.member("support_worker")
    merge(kept, alias)
    kept.member("caseworker").told("POST", "alerts", DANGER, 201)
    assert adviser.told("GET", "/v1/alerts")["alerts"] == []
    assert [data["told"] for name, data in kept.announced() if name == "alert.raised"] == ["team"]


def test_colleagues_of_one_agency_see_the_recovery_period_that_runs_in_one_of_them(
    kept: Harness, alias: Harness
) -> None:
    there = alias.member("support_worker")
    kept.member("support_worker", lead=True)
    with kept.database.transaction() as session:
        period = {"code": "NL.RECOVERY_MIN", "due_on": None, "state": "running"}
        session.add(Recovery(clock=uuid4(), case_id=kept.case, **period))
    assert there.told("GET", "")["recovery"]["periods"] == []
    merge(kept, alias)
    assert [each["code"] for each in there.told("GET", "")["recovery"]["periods"]] == ["NL.RECOVERY_MIN"]


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


def of_another_agency(kept: Harness, alias: Harness) -> tuple[Client, UUID]:
    """Return a staff member who leads the alias for another agency than the kept case's, and that agency."""
    ours, theirs = uuid4(), uuid4()
    here, there = kept.member("support_worker", lead=True), alias.member("support_worker", lead=True)
    works_for(kept.database, here.subject, str(ours), "support_worker")
    works_for(kept.database, there.subject, str(theirs), "support_worker")
    return there, theirs


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_another_agency_sees_the_recovery_of_the_joined_case_by_its_consent_there(
    kept: Harness, alias: Harness
) -> None:
    there, theirs = of_another_agency(kept, alias)
    with kept.database.transaction() as session:
        period = {"code": "GB.RECOVERY_MIN", "due_on": None, "state": "running"}
        session.add(Recovery(clock=uuid4(), case_id=kept.case, **period))
    merge(kept, alias)
    assert there.told("GET", "")["recovery"]["periods"] == []
    agrees(kept, theirs, "health")
    assert there.told("GET", "")["recovery"]["periods"] == []
    agrees(kept, theirs, "account")
    assert [each["code"] for each in there.told("GET", "")["recovery"]["periods"]] == ["GB.RECOVERY_MIN"]


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_another_agency_receives_an_alert_of_a_joined_case_and_the_danger_by_consent(
    kept: Harness, alias: Harness
) -> None:
    there, theirs = of_another_agency(kept, alias)
    merge(kept, alias)
    alert = kept.member("support_worker").told("POST", "alerts", DANGER, 201)["id"]

    def seen() -> list[dict[str, Any]]:
        in_file, listed = there.told("GET", "")["alerts"], there.told("GET", "/v1/alerts")["alerts"]
        return [*in_file, *listed]

    assert [each["id"] for each in seen()] == [alert, alert]
    assert [each.get("danger_type") for each in seen()] == [None, None]
    agrees(kept, theirs, "health")
    assert [each.get("danger_type") for each in seen()] == [DANGER["danger_type"]] * 2


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_supervisor_of_another_agency_sees_only_that_a_joined_alert_waits(kept: Harness, alias: Harness) -> None:
    _there, theirs = of_another_agency(kept, alias)
    supervisor = kept.staff("supervisor")
    works_for(kept.database, supervisor.subject, str(theirs), "supervisor")
    merge(kept, alias)
    alert = kept.member("support_worker").told("POST", "alerts", DANGER, 201)["id"]
    with kept.database.transaction() as session:
        session.execute(update(Alert).values(level=rules.AGENCY))
    told = supervisor.told("GET", "/v1/alerts")
    assert told["alerts"] == []
    assert [each["id"] for each in told["waiting"]] == [alert]
