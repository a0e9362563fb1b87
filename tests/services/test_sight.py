"""Staff of an agency that does not lead a case see only the data that consents and grounds give their agency."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from shared.access import agency_grounds, staff
from shared.access.permissions import OF_THE_LEAD
from shared.events.openings import CATEGORIES_OF
from shared.reference import codes
from tests.kit import databases
from tests.kit.agencies import id_of, works_for
from tests.kit.client import Client
from tests.kit.grounds import followed, grounds, received
from tests.kit.harness import Harness, harness
from tests.kit.intake.cases import done, opened
from tests.kit.intake.referrals import consented
from tests.kit.intake.sharings import AT_ONCE, PROPOSAL, decided, proposed

pytestmark = pytest.mark.integration

#: The roles that work on cases at each service.
WORKERS = {"intake": "caseworker", "legal": "legal_adviser", "support": "support_worker"}
#: The categories of a whole case that each of them sees by their role.
OF_CASE = {
    "intake": ["account", "health", "identity", "immigration", OF_THE_LEAD],
    "legal": ["account", "finances", OF_THE_LEAD],
    "support": ["account", "children", "health", "location", OF_THE_LEAD, "psychological_scores"],
}
AGREED: dict[str, Any] = {
    "purposes": ["referral_for_support"],
    "data_categories": ["account", "finances", "psychological_scores"],
    "granted_on": "2026-03-02",
    "expires_on": "2026-06-01",
}
SPRING, SUMMER = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC)


@pytest.fixture(params=WORKERS)
def door(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres) as found:
        found.move_clock(SPRING)
        yield found


@pytest.fixture
def lead(door: Harness) -> Client:
    return door.member(WORKERS[door.name], lead=True)


@pytest.fixture
def outsider(door: Harness, lead: Client) -> Client:
    """A member of the team who works for another agency than the lead."""
    found = door.member(WORKERS[door.name])
    works_for(door.database, found.subject, str(uuid4()), WORKERS[door.name])
    return found


def employer(door: Harness, member: Client) -> UUID:
    with door.database.transaction() as session:
        found = staff.find(session, member.subject)
    assert found is not None
    return found.agency


def hear(door: Harness, name: str, version: int = 2, **data: Any) -> None:
    with door.database.transaction() as session:
        agency_grounds.project(session, [received(door.case, f"intake.{name}", version, **data)])


def agreed(door: Harness, member: Client, **different: Any) -> str:
    """Store the person's consent for the agency of a staff member; return the consent."""
    said = {"consent": str(uuid4()), "agency": str(employer(door, member)), **AGREED, **different}
    hear(door, "consent.granted", **said)
    return str(said["consent"])


def withheld(door: Harness, reader: Client) -> list[str]:
    found: list[str] = reader.told("GET", f"/v1/cases/{door.case}")["withheld_categories"]
    return found


def without(door: Harness, *given: str) -> list[str]:
    return [category for category in OF_CASE[door.name] if category not in given]


def test_the_agency_that_leads_sees_by_role_alone(door: Harness, lead: Client) -> None:
    assert withheld(door, lead) == []
    colleague = door.member(WORKERS[door.name])
    assert withheld(door, colleague) == []


def test_another_agency_sees_what_the_person_consented_to_from_day_to_day(door: Harness, outsider: Client) -> None:
    assert withheld(door, outsider) == OF_CASE[door.name]
    consent = agreed(door, outsider)
    given = AGREED["data_categories"]
    assert withheld(door, outsider) == without(door, *given)
    door.move_clock(SUMMER)
    assert withheld(door, outsider) == OF_CASE[door.name]
    door.move_clock(SPRING)
    hear(door, "consent.withdrawn", consent=consent)
    assert withheld(door, outsider) == OF_CASE[door.name]


def test_no_agency_sees_by_the_consent_of_another_or_by_one_for_figures(door: Harness, outsider: Client) -> None:
    agreed(door, outsider, agency=str(uuid4()))
    agreed(door, outsider, purposes=["research_statistics", "media", "national_register"])
    agreed(door, outsider, granted_on="2026-05-01")
    assert withheld(door, outsider) == OF_CASE[door.name]


def test_a_named_ground_opens_what_a_consent_would_until_it_is_reversed(door: Harness, outsider: Client) -> None:
    sharing, agency = str(uuid4()), str(employer(door, outsider))
    stated = {"purpose": "protection", "data_categories": ["account"], "until": "2026-06-01"}
    hear(door, "sharing.without_consent", sharing=sharing, agency=agency, **stated)
    assert withheld(door, outsider) == without(door, "account")
    hear(door, "sharing.reviewed", 1, sharing=sharing, upheld=True)
    assert withheld(door, outsider) == without(door, "account")
    hear(door, "sharing.reviewed", 1, sharing=sharing, upheld=False)
    assert withheld(door, outsider) == OF_CASE[door.name]


def test_what_a_child_was_asked_for_counts_no_more_once_they_are_of_age(door: Harness, outsider: Client) -> None:
    agreed(door, outsider)
    hear(door, "consent.due_again", 1, reason="coming_of_age")
    assert withheld(door, outsider) == OF_CASE[door.name]


def test_a_consent_that_is_told_again_counts_as_it_stands_then(door: Harness, outsider: Client) -> None:
    consent = agreed(door, outsider)
    agreed(door, outsider, consent=consent, data_categories=["health"])
    assert withheld(door, outsider) == without(door, "health")


def test_an_authority_of_the_law_is_known_by_the_code_of_early_consents(door: Harness, outsider: Client) -> None:
    works_for(door.database, outsider.subject, id_of("NL.COMENSHA"), WORKERS[door.name])
    hear(door, "consent.granted", 1, consent=str(uuid4()), agency="NL.COMENSHA", **AGREED)
    assert withheld(door, outsider) == without(door, *AGREED["data_categories"])


def test_who_is_not_named_yet_is_locked_out_of_nothing(door: Harness, lead: Client) -> None:
    stranger = Client(door.door, WORKERS[door.name], service=door.service_class, case=door.case, registered=False)
    join(door, stranger, lead=False)
    assert withheld(door, stranger) == []


def test_a_lead_who_is_not_named_yet_leads_for_everybody(door: Harness) -> None:
    member = door.member(WORKERS[door.name])
    unnamed = Client(door.door, WORKERS[door.name], service=door.service_class, case=door.case, registered=False)
    join(door, unnamed, lead=True)
    assert withheld(door, member) == []


def test_a_lead_of_whom_only_is_heard_that_they_left_leads_for_everybody(door: Harness) -> None:
    """The event that a member left can arrive before the member's registration, when the agency is still unknown."""
    member, gone = door.member(WORKERS[door.name]), uuid4()
    lead = door.member(WORKERS[door.name], lead=True)
    works_for(door.database, member.subject, str(uuid4()), WORKERS[door.name])
    assert withheld(door, member) == OF_CASE[door.name]
    with door.database.transaction() as session:
        team = door.parts.migrations.metadata[-1].tables["case_team"]
        session.execute(team.update().where(team.c.member == lead.subject).values(member=gone))
        staff.leave(session, gone)
    assert withheld(door, member) == []


def test_a_case_without_a_lead_or_with_two_is_led_by_all_of_them(door: Harness) -> None:
    first, second = (door.member(WORKERS[door.name]) for _ in range(2))
    works_for(door.database, second.subject, str(uuid4()), WORKERS[door.name])
    assert (withheld(door, first), withheld(door, second)) == ([], [])
    for _ in range(2):
        of_agency = door.member(WORKERS[door.name], lead=True)
        works_for(door.database, of_agency.subject, str(employer(door, second)), WORKERS[door.name])
    assert (withheld(door, first), withheld(door, second)) == (OF_CASE[door.name], [])
    door.member(WORKERS[door.name], lead=True)
    assert (withheld(door, first), withheld(door, second)) == ([], [])


def test_in_an_emergency_the_role_decides(door: Harness, outsider: Client) -> None:
    rescuer = door.staff(WORKERS[door.name])
    works_for(door.database, rescuer.subject, str(employer(door, outsider)), WORKERS[door.name])
    door.break_glass(rescuer)
    assert withheld(door, rescuer) == []


ADVICE = {
    "phase": "during_identification",
    "status": "given",
    "topics": ["immigration"],
    "funding": "legal_aid",
    "language": "bg",
    "interpreter": False,
}


def test_a_law_centre_that_does_not_lead_sees_its_own_advice_and_claims(postgres: servers.PostgresServer) -> None:
    with harness("legal", postgres) as door:
        lead, other, colleague = (door.member("legal_adviser", lead=leads) for leads in (True, False, False))
        centre = str(uuid4())
        for member in (other, colleague):
            works_for(door.database, member.subject, centre, "legal_adviser")
        for adviser in (lead, other):
            adviser.told("POST", "advice", ADVICE, 201)
            adviser.told("POST", "matters", {"remedy": "NL.SCHADEFONDS"}, 201)

        def told_apart(reader: Client, part: str, field: str) -> dict[str, bool]:
            shown = reader.told("GET", f"/v1/cases/{door.case}")[part]
            return {row.get("recorded_by", "not said"): field in row for row in shown}

        for part, field in (("advice", "topics"), ("matters", "amount_band")):
            for reader in (other, colleague):
                assert told_apart(reader, part, field) == {str(other.subject): True, "not said": False}
            both = dict.fromkeys((str(lead.subject), str(other.subject)), True)
            assert told_apart(lead, part, field) == both


def join(door: Harness, member: Client, *, lead: bool) -> None:
    team = door.parts.migrations.metadata[-1].tables["case_team"]
    row = {"case_id": door.case, "member": member.subject, "role": WORKERS[door.name], "lead": lead}
    with door.database.transaction() as session:
        session.execute(team.insert().values(row))


def test_every_purpose_is_of_casework_or_narrower() -> None:
    others = {"research_statistics", "national_register", "media", *CATEGORIES_OF}
    assert agency_grounds.FOR_CASEWORK | others == set(codes("consent_purpose"))
    assert not agency_grounds.FOR_CASEWORK & others


def test_intake_keeps_the_grounds_that_its_events_tell_of_whatever_becomes_of_them(
    postgres: servers.PostgresServer,
) -> None:
    with harness("intake", postgres) as door, databases.opened(postgres, "legal") as (copy, _):
        worker = Client(door.door, "caseworker")
        case, right = opened(worker), opened(worker)
        left = 0

        def same(expected: int) -> None:
            assert followed(door.database, copy) == grounds(door.database)
            assert len(grounds(door.database)) == expected

        consent = consented(worker, case)
        same(1)
        correction = {"reason": "wrong_code", "data_categories": ["health"]}
        done(worker, case, f"consents/{consent}/correction", correction, 201)
        same(1)
        done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": False})
        same(left)
        done(worker, case, f"consents/{consent}/withdrawal/correction", {"reason": "wrong_person"}, 201)
        same(1)
        done(worker, case, "moves", {"record_class": "consent", "record": consent, "to_case": right}, 201)
        same(1)
        consented(worker, case, purposes=["media"])
        same(1)
        waits = proposed(worker, case, PROPOSAL)
        same(1)
        decided(door.door, case, waits, approves=True)
        same(2)
        other = opened(worker)
        done(worker, other, "sharings", AT_ONCE, 201)
        same(3)
