"""An alert repeatedly rings the agencies that it addresses, until a staff member acknowledges it."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.cli import servers
from shared.access import exclusions
from shared.access.agencies import ALERTED
from shared.access.exclusions import Exclusion
from shared.exchange.eventlog import event_log
from tests.kit.alerts import DANGER, RAISED, acknowledge, fire
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.staff import AGENCY, register

pytestmark = pytest.mark.integration

NAMED, OTHER, OFFICERS = uuid4(), uuid4(), uuid4()


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(RAISED)
        yield found


@pytest.fixture
def lead(support: Harness) -> Client:
    return support.member("caseworker", lead=True)


def at(support: Harness, agency: UUID, *roles: str) -> Client:
    who = support.staff(*roles)
    register(support.database, who.subject, agency=agency)
    return who


def rings(support: Harness) -> list[tuple[UUID, str]]:
    """Return the agencies that were asked to ring, and the level of each ring, in order."""
    query = select(event_log.c.subject, event_log.c.data).where(event_log.c.name == "ring.due")
    with support.database.transaction() as session:
        return [(row.subject, row.data["told"]) for row in session.execute(query.order_by(event_log.c.serial))]


def raise_alert(lead: Client, **different: str) -> str:
    return str(lead.told("POST", "alerts", {**DANGER, **different}, 201)["id"])


@pytest.mark.hazard("H-DANGER-2", control="alert-rings")
def test_an_alert_rings_at_once_and_again_until_it_is_acknowledged(support: Harness, lead: Client) -> None:
    alert = raise_alert(lead)
    team = (AGENCY, "team")
    assert rings(support) == [team]
    fire(support, 4)
    assert rings(support) == [team]
    fire(support, 5)
    assert rings(support).count(team) == 2
    assert acknowledge(lead, alert) == 201
    before = rings(support)
    fire(support, 600)
    assert rings(support) == before


@pytest.mark.hazard("H-DANGER-2", control="alert-rings")
def test_each_level_rings_the_agencies_of_those_whom_it_addresses(support: Harness, lead: Client) -> None:
    support.database.provide(ALERTED, NAMED)
    for agency, role in ((AGENCY, "supervisor"), (NAMED, "supervisor"), (OTHER, "supervisor")):
        at(support, agency, role)
    at(support, OFFICERS, "data_protection_officer")
    raise_alert(lead)
    fire(support, 10)
    assert set(rings(support)) == {(AGENCY, "team"), (AGENCY, "agency_supervisors")}
    fire(support, 15)
    assert (NAMED, "named_agency") in rings(support)
    fire(support, 60)
    assert (OFFICERS, "data_protection") in rings(support)
    assert OTHER not in {agency for agency, _ in rings(support)}


def test_a_level_that_has_been_reached_rings_again_with_those_below_it(support: Harness, lead: Client) -> None:
    at(support, AGENCY, "supervisor")
    raise_alert(lead)
    fire(support, 10)
    before = len(rings(support))
    fire(support, 15)
    assert set(rings(support)[before:]) >= {(AGENCY, "team"), (AGENCY, "agency_supervisors")}


def test_a_clock_that_jumps_rings_once_and_not_for_each_interval(support: Harness, lead: Client) -> None:
    raise_alert(lead, urgency="this_week")
    fire(support, 59 * 24 * 60)
    assert rings(support).count((AGENCY, "team")) == 2


def test_an_agency_that_the_person_excluded_is_not_rung(support: Harness, lead: Client) -> None:
    at(support, OTHER, "supervisor", "data_protection_officer")
    with support.database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), support.case, "agency", None, str(OTHER)))
    raise_alert(lead)
    fire(support, 600)
    assert OTHER not in {agency for agency, _ in rings(support)}


@pytest.mark.parametrize(("step", "reason"), [("ending", "danger_over"), ("correction", "wrong_person")])
def test_an_alert_that_is_over_rings_no_more(support: Harness, lead: Client, step: str, reason: str) -> None:
    alert = raise_alert(lead)
    lead.told("POST", f"alerts/{alert}/{step}", {"reason": reason}, 201)
    before = rings(support)
    fire(support, 600)
    assert rings(support) == before


@pytest.mark.hazard("H-DANGER-2", control="ring-says-nothing")
def test_a_ring_leads_to_no_case_and_says_no_danger(support: Harness, lead: Client) -> None:
    alert = raise_alert(lead)
    with support.database.transaction() as session:
        [data] = session.scalars(select(event_log.c.data).where(event_log.c.name == "ring.due")).all()
    assert set(data) == {"ring", "urgency", "told", "minutes"}
    written = str(data)
    assert str(support.case) not in written
    assert alert not in written
    assert DANGER["danger_type"] not in written
