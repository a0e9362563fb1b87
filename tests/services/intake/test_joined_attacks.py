"""Attacks at intake by an agency on a joined case to whose data it has no access: no reply reveals the data."""

import json
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import insert

from shared.access.supervisions import supervisions
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done
from tests.kit.intake.joined_person import Person
from tests.kit.intake.merges import GROUNDS, SUBMITTED
from tests.kit.intake.names import FAMILY, GIVEN
from tests.kit.intake.standing import join
from tests.kit.sweeps import swept

pytestmark = pytest.mark.integration

ROLES: Final = ("caseworker", "outreach_worker", "legal_adviser", "counsellor", "support_worker", "supervisor")
#: A merge sends both teams a notice. Another test checks its content.
NOTICES: Final = ("/v1/notices",)


@pytest.fixture
def two(door: RequestPipeline, database: Database) -> Person:
    """Two cases, of which only the second has facts, periods, a name, a consent and an exclusion."""
    person = Person.with_cases(door, database, [0, 1])
    for step in (SUBMITTED, GROUNDS):
        person.step(1, step)
    said = {"names": [GIVEN, FAMILY], "birth": {"date": "1994-03-01"}}
    done(person.leads[1], person.cases[1], "person", said, method="PUT")
    person.agrees(1, 2, ["account", "identity", "health"])
    return person


def reader(person: Person, agency: int, *roles: str) -> Client:
    return person.staff(agency, *(roles or ROLES))


def on_team(person: Person, case: int, agency: int) -> Client:
    member = reader(person, agency)
    told(join(person.leads[case], person.cases[case], member, "caseworker"), 201)
    return member


def supervising(person: Person, case: int, agency: int) -> Client:
    supervisor = reader(person, agency, "supervisor")
    with person.database.transaction() as session:
        lead = person.leads[case].subject
        session.execute(insert(supervisions).values(supervisor=supervisor.subject, member=lead))
    return supervisor


def ids_in(said: Any) -> set[str]:
    return {word for word in json.dumps(said).split('"') if len(word) == 36 and word.count("-") == 4}


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_no_route_that_reads_shows_more_after_a_merge_to_any_reader_of_the_case(two: Person) -> None:
    """The readers are staff of the lead agency, staff of another agency on the team, and their supervisor."""
    two.agrees(0, 3, ["account", "identity", "health"])
    readers = [on_team(two, 0, 0), on_team(two, 0, 3), supervising(two, 0, 0)]
    theirs = ids_in(swept(on_team(two, 1, 1), two.cases[1]))
    before = [swept(each, two.cases[0], but=NOTICES) for each in readers]
    two.merge(0, 1)
    after = [swept(each, two.cases[0], but=NOTICES) for each in readers]
    assert after == before
    assert sum(status == 200 for each in after for status, _body in each.values()) > 20
    staff = {str(member.subject) for member in (*readers, *two.leads)}
    known = ids_in(before) | staff | set(two.agencies)
    assert theirs - known
    assert (ids_in(after) & theirs) - known == set()


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_merge_shows_the_other_agency_no_more_either(two: Person) -> None:
    two.step(0, SUBMITTED)
    member = on_team(two, 1, 1)
    before = swept(member, two.cases[1], but=NOTICES)
    two.merge(0, 1)
    assert swept(member, two.cases[1], but=NOTICES) == before


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_member_for_another_agency_needs_a_consent_in_the_joined_case_too(two: Person) -> None:
    two.agrees(0, 3, ["account", "identity"])
    member, theirs = on_team(two, 0, 3), two.own(1)["facts"]
    before = two.read(member, 0)
    two.merge(0, 1)
    assert two.read(member, 0) == before
    consent = two.agrees(1, 3, ["account", "identity"])
    assert theirs <= {each["id"] for each in two.read(member, 0)["facts"]}
    done(two.leads[1], two.cases[1], f"consents/{consent}/withdrawal", {"erase_requested": False})
    assert two.read(member, 0) == before


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_an_agency_with_other_categories_sees_no_fact_and_no_period(two: Person) -> None:
    before = two.read(two.leads[0], 0)
    two.agrees(1, 0, ["health", "location", "identity"])
    two.merge(0, 1)
    assert two.read(two.leads[0], 0) == before


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_reader_whose_agency_is_not_known_is_shown_nothing_of_a_joined_case(two: Person) -> None:
    stranger = Client(two.door, *ROLES)
    told(join(two.leads[0], two.cases[0], stranger, "caseworker"), 201)
    before = swept(stranger, two.cases[0], but=NOTICES)
    two.merge(0, 1)
    assert swept(stranger, two.cases[0], but=NOTICES) == before


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_hidden_period_cannot_be_handled_or_extended_through_the_reader_s_own_case(two: Person) -> None:
    two.merge(0, 1)
    [running] = [each["id"] for each in two.read(two.leads[1], 1)["case"]["clocks"] if each["state"] == "running"]
    lead, path = two.leads[0], f"/v1/cases/{two.cases[0]}"
    version = lead.ask("GET", path).headers["ETag"]
    until = {"until": "2199-01-01"}
    refused = lead.ask("POST", f"{path}/clocks/{running}/extension", until, If_Match=version)
    unknown = lead.ask("POST", f"{path}/clocks/{UUID(int=7)}/extension", until, If_Match=version)
    assert refused.status_code == unknown.status_code == 404
    seen_to = lead.ask("POST", f"{path}/due/{running}/acknowledgement", None, If_Match=version)
    assert seen_to.status_code == 404
