"""The escalation of an alert: within the agency of the case first, then to the agency that the operators configured."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from deploy.cli import servers
from services.support.cases.case.models import TeamMember
from shared.access import exclusions, staff
from shared.access.agencies import ALERTED
from shared.access.exclusions import Exclusion
from shared.audit.trail import audit_log
from tests.kit.alerts import DANGER, RAISED, acknowledge, escalations, fire, told_of, waiting_for
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.staff import AGENCY, register

pytestmark = pytest.mark.integration

NAMED, THIRD = uuid4(), uuid4()


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        found.move_clock(RAISED)
        yield found


def at(support: Harness, agency: UUID, *roles: str) -> Client:
    who = support.staff(*roles)
    register(support.database, who.subject, agency=agency)
    return who


def raised(support: Harness) -> str:
    """Raise an alert for the only member of a team, who has no supervisor, by a colleague who leaves the team."""
    support.member("caseworker", lead=True)
    raiser = support.member("caseworker")
    alert = str(raiser.told("POST", "alerts", DANGER, 201)["id"])
    with support.database.transaction() as session:
        session.execute(delete(TeamMember).where(TeamMember.member == raiser.subject))
    return alert


def take(who: Client, alert: str) -> int:
    return who.ask("POST", f"/v1/alerts/{alert}/acknowledgement").status_code


def leaves(found: Any) -> Iterator[tuple[str, Any]]:
    """Yield all values of a reply."""
    entries = found.items() if isinstance(found, dict) else enumerate(found)
    for name, value in entries:
        if isinstance(value, dict | list):
            yield from leaves(value)
        else:
            yield str(name), value


def test_the_agency_that_the_operators_name_is_told_after_the_cases_own(support: Harness) -> None:
    support.database.provide(ALERTED, NAMED)
    alert = raised(support)
    house, named, third = (at(support, agency, "supervisor") for agency in (AGENCY, NAMED, THIRD))
    fire(support, 10)
    assert (told_of(house), waiting_for(named), waiting_for(third)) == ([alert], [], [])
    fire(support, 15)
    assert (told_of(house), waiting_for(named), waiting_for(third)) == ([alert], [alert], [])
    assert (waiting_for(house), told_of(named), told_of(third)) == ([], [], [])
    fire(support, 60)
    assert escalations(support) == [(2, "agency_supervisors"), (3, "named_agency"), (4, "data_protection")]
    assert waiting_for(third) == []


@pytest.mark.parametrize("named", [NAMED, None])
def test_beyond_its_agency_a_reply_says_only_that_one_waits(support: Harness, named: UUID | None) -> None:
    support.database.provide(ALERTED, named)
    alert, outside = raised(support), at(support, NAMED, "supervisor")
    fire(support, 15)
    reply = outside.told("GET", "/v1/alerts")
    said = {"id": alert, "urgency": "immediate", "raised_at": RAISED.isoformat(), "agency": str(AGENCY)}
    assert dict(leaves(reply)) == said
    assert str(support.case) not in str(reply)
    assert outside.ask("GET", "").status_code == 404


def test_who_is_told_that_one_waits_can_take_it_and_stands_in_the_cases_audit(support: Harness) -> None:
    support.database.provide(ALERTED, NAMED)
    alert, outside, third = raised(support), at(support, NAMED, "supervisor"), at(support, THIRD, "supervisor")
    assert take(outside, alert) == take(outside, str(uuid4())) == 404, "not before they are told"
    fire(support, 15)
    assert take(third, alert) == acknowledge(third, alert) == 404
    assert take(support.staff("caseworker"), alert) == 403
    assert take(outside, alert) == 201
    fire(support, 60)
    assert escalations(support) == [(3, "named_agency")]
    taken = [data["by"] for name, data in support.announced() if name == "alert.acknowledged"]
    assert taken == [str(outside.subject)]
    with support.database.transaction() as session:
        noted = select(audit_log.c.status).where(
            audit_log.c.subject == support.case,
            audit_log.c.actor == str(outside.subject),
            audit_log.c.action == "alert.acknowledge",
        )
        assert session.scalars(noted).all() == [201]


def test_whoever_has_a_part_in_the_case_is_told_all_wherever_they_work(support: Harness) -> None:
    support.database.provide(ALERTED, NAMED)
    alert = raised(support)
    adviser = support.member("legal_adviser")
    register(support.database, adviser.subject, "supervisor", agency=NAMED)
    both = support.staff("supervisor", "legal_adviser", subject=adviser.subject)
    fire(support, 15)
    assert (told_of(both), waiting_for(both)) == ([alert], [])


def test_where_the_cases_agency_is_not_known_every_supervisor_is_told_as_ever(support: Harness) -> None:
    support.database.provide(ALERTED, NAMED)
    alert = raised(support)
    with support.database.transaction() as session:
        leads = select(TeamMember.member).where(TeamMember.lead)
        session.execute(delete(staff.staff).where(staff.staff.c.id.in_(leads)))
    house, third = at(support, AGENCY, "supervisor"), at(support, THIRD, "supervisor")
    assert (told_of(house), told_of(third)) == ([], [])
    fire(support, 15)
    assert (told_of(house), told_of(third)) == ([alert], [alert])
    fire(support, 60)
    assert escalations(support) == [(3, "every_supervisor"), (4, "data_protection")]


def test_a_supervisor_who_is_not_registered_is_told_as_ever(support: Harness) -> None:
    at(support, AGENCY, "supervisor")
    alert, stranger = raised(support), support.staff("supervisor")
    with support.database.transaction() as session:
        session.execute(delete(staff.staff).where(staff.staff.c.id == stranger.subject))
    fire(support, 10)
    assert (told_of(stranger), waiting_for(stranger)) == ([alert], [])


def test_who_leads_decides_whose_case_it_is_and_where_nobody_does_the_team(support: Harness) -> None:
    alert = raised(support)
    guest = support.member("counsellor")
    register(support.database, guest.subject, agency=THIRD)
    house, third = at(support, AGENCY, "supervisor"), at(support, THIRD, "supervisor")
    fire(support, 10)
    assert (told_of(house), told_of(third)) == ([alert], [])
    with support.database.transaction() as session:
        session.execute(delete(TeamMember).where(TeamMember.lead))
    assert (told_of(house), told_of(third)) == ([], [alert])


def test_whom_the_person_excluded_is_passed_over_at_each_level(support: Harness) -> None:
    support.database.provide(ALERTED, NAMED)
    house, named = at(support, AGENCY, "supervisor"), at(support, NAMED, "supervisor")
    support.exclude(house)
    with support.database.transaction() as session:
        exclusions.keep(session, Exclusion(uuid4(), support.case, "agency", None, NAMED))
    alert = raised(support)
    fire(support, 60)
    assert escalations(support) == [(4, "data_protection")]
    assert (told_of(house), waiting_for(named), take(named, alert)) == ([], [], 404)


def test_an_agency_without_supervisors_keeps_no_alert_waiting(support: Harness) -> None:
    support.database.provide(ALERTED, NAMED)
    gone = at(support, NAMED, "supervisor")
    with support.database.transaction() as session:
        staff.leave(session, gone.subject)
    raised(support)
    fire(support, 10)
    assert escalations(support) == [(4, "data_protection")]
