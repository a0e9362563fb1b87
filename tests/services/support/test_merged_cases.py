"""Of a person with two cases both teams are told of a danger and see the periods, each under its own case."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.cli import servers
from services.support.recovery.models import Recovery
from shared.access import joined_cases
from shared.exchange.eventlog import event_log
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness

pytestmark = pytest.mark.integration

DANGER = {"danger_type": "trafficker_contact", "urgency": "immediate"}


@pytest.fixture
def kept(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


@pytest.fixture
def alias(kept: Harness) -> Harness:
    """The person's other case, of the same service."""
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


def test_both_see_the_recovery_period_that_runs_in_one_of_them(kept: Harness, alias: Harness) -> None:
    there = alias.member("support_worker")
    with kept.database.transaction() as session:
        period = {"code": "NL.RECOVERY_MIN", "due_on": None, "state": "running"}
        session.add(Recovery(clock=uuid4(), case_id=kept.case, **period))
    assert there.told("GET", "")["recovery"]["periods"] == []
    merge(kept, alias)
    assert [each["code"] for each in there.told("GET", "")["recovery"]["periods"]] == ["NL.RECOVERY_MIN"]
