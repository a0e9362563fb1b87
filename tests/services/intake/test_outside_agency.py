"""A team member of another agency than the lead: the data that intake shows, and the allowed actions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http.edge import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, told
from tests.kit.intake.cases import done
from tests.kit.intake.copies import copy_of, released
from tests.kit.intake.names import found, named
from tests.kit.intake.referrals import TODAY, consented, drafted
from tests.kit.intake.standing import join

pytestmark = pytest.mark.integration
#: A search uses the day in UTC, which begins up to two hours after the day of a case.
BEFORE = (TODAY - timedelta(days=1)).isoformat()

REACH = {"phone": "0000 fictitious", "email": None, "address": "Nowhere 1, fictitious"}


@pytest.fixture
def agency(database: Database) -> str:
    return registered(database, type="TradeUnion")


@pytest.fixture
def outsider(database: Database, door: RequestPipeline, agency: str) -> Client:
    found = Client(door, "caseworker")
    works_for(database, found.subject, agency, "caseworker")
    return found


@pytest.fixture
def case(worker: Client, outsider: Client) -> str:
    opened = named(worker)
    done(worker, opened, "person", {"contact": REACH}, method="PUT")
    told(join(worker, opened, outsider, "caseworker"), 201)
    return opened


def seen(reader: Client, case: str, part: str = "") -> dict[str, Any]:
    return told(reader.ask("GET", f"/v1/cases/{case}{part}"))


def test_who_the_person_is_stays_closed_until_they_agree(
    worker: Client, outsider: Client, case: str, agency: str
) -> None:
    before = seen(outsider, case, "/person")
    assert before.keys() & {"names", "birth", "gender", "contact"} == set()
    assert before["withheld_categories"] == ["contact_safe", "identity", "location"]
    assert found(outsider, "Ruxandra") == []
    consent = consented(worker, case, agency=agency, granted_on=BEFORE, data_categories=["identity", "contact_safe"])
    after = seen(outsider, case, "/person")
    assert [name["name"] for name in after["names"]] == ["Ruxandra", "Vrânceanu, fictitious"]
    # The place where the person lives has a separate category.
    assert after["contact"] == {"phone": "0000 fictitious", "email": None}
    assert after["withheld_categories"] == ["location"]
    assert found(outsider, "Ruxandra") == [(case, "same")]
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": False})
    assert seen(outsider, case, "/person").keys() == before.keys()
    assert found(outsider, "Ruxandra") == []


def test_an_agency_sees_what_the_person_said_of_it_and_of_no_other(
    worker: Client, outsider: Client, database: Database, case: str, agency: str
) -> None:
    other = registered(database, type="LegalService")
    for named_agency in (agency, other):
        consented(worker, case, agency=named_agency, data_categories=["health"])
        drafted(worker, case, agency=named_agency)
    whole = seen(outsider, case)
    assert [consent["agency"] for consent in whole["consents"]] == [agency]
    assert [referral["agency"] for referral in whole["referrals"]] == [agency]
    assert len(seen(worker, case)["consents"]) == 2


def test_what_an_agency_recorded_itself_it_goes_on_seeing(
    worker: Client, outsider: Client, case: str, database: Database, agency: str, door: RequestPipeline
) -> None:
    account = {"reason": "person_wishes", "elsewhere": False}
    for by in (worker, outsider):
        done(by, case, "accounts", account, 201)
    [own] = seen(outsider, case)["accounts"]
    assert own["recorded_by"] == str(outsider.subject)
    colleague = Client(door, "caseworker")
    works_for(database, colleague.subject, agency, "caseworker")
    told(join(worker, case, colleague, "caseworker"), 201)
    assert [entry["id"] for entry in seen(colleague, case)["accounts"]] == [own["id"]]
    assert len(seen(worker, case)["accounts"]) == 2


def test_the_work_list_says_no_more_than_the_case(worker: Client, outsider: Client, case: str, agency: str) -> None:
    def line(reader: Client) -> dict[str, Any]:
        [found] = told(reader.ask("GET", "/v1/work-list"))["cases"]
        return dict(found)

    drafted(worker, case)
    assert "assessed_urgent" in line(worker)
    assert "assessed_urgent" not in line(outsider)
    consented(worker, case, agency=agency, data_categories=["health"])
    assert "assessed_urgent" in line(outsider)


def test_the_persons_copy_is_given_by_who_sees_all_of_it(
    worker: Client, outsider: Client, case: str, door: RequestPipeline
) -> None:
    adviser = Client(door, "legal_adviser")
    told(join(worker, case, adviser, "legal_adviser"), 201)
    released(worker, adviser, case)
    assert copy_of(worker, case).status_code == 200
    refused = told(copy_of(outsider, case), 403)
    assert refused["action"] == "copy.give"
    assert "copy.give" in refused["detail"]


def test_a_case_of_others_is_no_likely_duplicate_for_who_may_not_know_the_person(
    worker: Client, outsider: Client, case: str, agency: str
) -> None:
    own = named(outsider)

    def proposed() -> list[str]:
        return [each["case"] for each in seen(outsider, own, "/duplicates")["duplicates"]]

    assert proposed() == []
    consented(worker, case, agency=agency, granted_on=BEFORE, data_categories=["identity"])
    assert proposed() == [case]
    assert str(uuid4()) not in proposed()


def test_an_agency_finds_no_one_after_the_last_local_day_of_a_consent(
    worker: Client, outsider: Client, case: str, agency: str, database: Database
) -> None:
    last = TODAY + timedelta(days=5)
    agreed = {"granted_on": BEFORE, "expires_on": last.isoformat(), "data_categories": ["identity"]}
    consented(worker, case, agency=agency, **agreed)
    assert found(outsider, "Ruxandra") == [(case, "same")]
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        # In UTC, most of an hour of that day remains, at any time of the year.
        clock.move(session, datetime(last.year, last.month, last.day, 23, 10, tzinfo=UTC))
    assert found(outsider, "Ruxandra") == []
