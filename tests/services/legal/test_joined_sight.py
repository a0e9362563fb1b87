"""Joining two cases of a person does not show staff at legal any data that their agency cannot receive."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from shared.access import agency_grounds, joined_cases
from tests.kit.agencies import works_for
from tests.kit.client import Client
from tests.kit.grounds import received
from tests.kit.harness import Harness, add_case, harness
from tests.kit.hearing import hear
from tests.kit.sweeps import swept

pytestmark = pytest.mark.integration

OPENED = ("contact.opened", {"jurisdiction": "GB-EAW", "age": "adult", "opened_on": "2026-03-01"})
DAYS = ("2026-05-20", "2026-06-20")
WORK_ENDED = {"kind": "work_ended", "happened": "2026-06-30"}


@pytest.fixture
def here(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        hear(found, OPENED)
        yield found


@pytest.fixture
def there(here: Harness) -> Harness:
    """The person's other case, of the same service."""
    other = replace(here, case=uuid4())
    with here.database.transaction() as session:
        add_case(session, "legal", other.case, "GB-EAW")
    hear(here, OPENED, case=other.case)
    return other


def lead(case: Harness, agency: UUID) -> Client:
    adviser = case.member("legal_adviser", lead=True)
    works_for(case.database, adviser.subject, str(agency), "legal_adviser")
    return adviser


def merge(here: Harness, there: Harness) -> UUID:
    merged = uuid4()
    with here.database.transaction() as session:
        joined_cases.join(session, merged, here.case, there.case)
    return merged


def agrees(case: Harness, agency: UUID, *categories: str) -> None:
    said: dict[str, Any] = {
        "consent": str(uuid4()),
        "agency": str(agency),
        "purposes": ["legal_representation"],
        "data_categories": list(categories),
        "granted_on": "2026-01-02",
        "expires_on": "2099-12-31",
    }
    with case.database.transaction() as session:
        agency_grounds.project(session, [received(case.case, "intake.consent.granted", 2, **said)])


def clocks(reader: Client) -> dict[str, str]:
    return {clock["code"]: clock["state"] for clock in reader.told("GET", "")["clocks"]}


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_limit_of_the_other_case_is_shown_by_the_consent_there_alone(here: Harness, there: Harness) -> None:
    ours, theirs = uuid4(), uuid4()
    reader, adviser = lead(here, ours), lead(there, theirs)
    adviser.told("POST", "facts", WORK_ENDED, 201)
    limits = clocks(adviser)
    assert "GB.ET" in limits
    merged = merge(here, there)
    assert clocks(reader) == {}
    agrees(there, ours, "health", "location")
    assert clocks(reader) == {}
    agrees(there, ours, "account", "identity")
    assert clocks(reader).keys() == limits.keys()
    assert clocks(adviser) == limits
    with here.database.transaction() as session:
        joined_cases.part(session, merged)
    assert clocks(reader) == {}


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_claim_in_the_other_case_meets_a_limit_only_for_those_who_may_know_of_it(
    here: Harness, there: Harness
) -> None:
    ours, theirs = uuid4(), uuid4()
    reader, adviser = lead(here, ours), lead(there, theirs)
    reader.told("POST", "facts", WORK_ENDED, 201)
    before = clocks(reader)
    merge(here, there)
    matter = adviser.told("POST", "matters", {"remedy": "GB.EMPLOYMENT_TRIBUNAL", "opened_on": "2026-07-01"}, 201)["id"]
    version = adviser.ask("GET", "").headers["ETag"]
    adviser.told("POST", f"matters/{matter}/application", {"applied_on": "2026-07-02"}, If_Match=version)
    assert clocks(reader) == before
    assert [data for name, data in here.announced() if name.startswith("clock.") and data["state"] == "met"] == []
    agrees(there, ours, "account", "identity")
    assert clocks(reader)["GB.ET"] == "met"


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_the_agency_that_leads_the_other_case_sees_it_as_its_own(here: Harness, there: Harness) -> None:
    ours = uuid4()
    reader, adviser = lead(here, ours), lead(there, ours)
    adviser.told("POST", "facts", WORK_ENDED, 201)
    assert clocks(reader) == {}
    merge(here, there)
    assert clocks(reader) == clocks(adviser) != {}


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_no_route_that_reads_shows_more_after_a_merge(here: Harness, there: Harness) -> None:
    ours, theirs = uuid4(), uuid4()
    reader, adviser = lead(here, ours), lead(there, theirs)
    reader.told("POST", "facts", WORK_ENDED, 201)
    adviser.told("POST", "facts", {"kind": "work_ended", "happened": "2026-05-31"}, 201)
    adviser.told("POST", "matters", {"remedy": "GB.EMPLOYMENT_TRIBUNAL", "opened_on": "2026-07-01"}, 201)
    agrees(there, ours, "health", "location", "identity")
    before = [swept(each, str(case.case)) for each, case in ((reader, here), (adviser, there))]
    merge(here, there)
    assert [swept(each, str(case.case)) for each, case in ((reader, here), (adviser, there))] == before


@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_a_refused_claim_names_no_event_of_the_joined_case(here: Harness, there: Harness) -> None:
    reader, adviser = lead(here, uuid4()), lead(there, uuid4())
    own = [reader.told("POST", "facts", {"kind": "work_ended", "happened": day}, 201) for day in DAYS]
    other = adviser.told("POST", "facts", WORK_ENDED, 201)
    merge(here, there)
    matter = reader.told("POST", "matters", {"remedy": "GB.EMPLOYMENT_TRIBUNAL", "opened_on": "2026-07-10"}, 201)["id"]
    version = reader.ask("GET", "").headers["ETag"]
    refused = reader.ask("POST", f"matters/{matter}/application", {"applied_on": "2026-07-10"}, If_Match=version)
    said = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert [each["id"] in said for each in own] == [True, True]
    assert other["id"] not in said
