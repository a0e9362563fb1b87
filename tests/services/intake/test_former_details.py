"""Staff with a recorded reason can see and find former names. Other services learn only that the details changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done
from tests.kit.intake.names import FAMILY, GIVEN, found, named, see_former_details

pytestmark = pytest.mark.integration

MARRIED = {"kind": "family", "name": "Dumitrașcu, fictitious"}
REASON = {"reason": "paper_in_former_name"}


def read(client: Client, case: str) -> dict[str, Any]:
    return told(client.ask("GET", f"/v1/cases/{case}/person"))


def names_of(client: Client, case: str) -> set[str]:
    return {each["name"] for each in read(client, case)["names"]}


def changed(worker: Client) -> str:
    """A case of a person who changed their name and gender."""
    case = named(worker)
    done(worker, case, "person", {"gender": "Feminine"}, method="PUT")
    done(worker, case, "person", {"gender": "NonConforming"}, method="PUT")
    done(worker, case, "person/names", MARRIED)
    return case


def later(database: Database, by: timedelta) -> None:
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + by)


def test_that_details_changed_is_told_and_what_they_were_only_with_a_reason(worker: Client, database: Database) -> None:
    case = changed(worker)
    before = read(worker, case)
    assert {each["name"] for each in before["names"]} == {"Ruxandra", MARRIED["name"]}
    assert (before["changed"], before["earlier_genders"]) == (["name", "gender"], [])
    see_former_details(worker, case)
    assert names_of(worker, case) == {"Ruxandra", FAMILY["name"], MARRIED["name"]}
    assert [each["gender"] for each in read(worker, case)["earlier_genders"]] == ["Feminine"]
    later(database, timedelta(hours=25))
    assert read(worker, case)["names"] == before["names"], "the reason is over"
    reasons = told(worker.ask("GET", f"/v1/cases/{case}"))["former_details_reasons"]
    assert [(each["member"], each["reason"]) for each in reasons] == [(str(worker.subject), REASON["reason"])]


def test_a_reason_is_nobody_elses(worker: Client, door: RequestPipeline) -> None:
    case = changed(worker)
    colleague = Client(door, "caseworker")
    done(worker, case, "team", {"member": str(colleague.subject), "role": "caseworker"}, 201)
    see_former_details(worker, case)
    assert FAMILY["name"] not in names_of(colleague, case)
    counsellor = Client(door, "counsellor")
    done(worker, case, "team", {"member": str(counsellor.subject), "role": "counsellor"}, 201)
    assert counsellor.ask("POST", f"/v1/cases/{case}/person/former-details", REASON).status_code in {403, 404}
    assert Client(door, "caseworker").ask("POST", f"/v1/cases/{case}/person/former-details", REASON).status_code == 404


def test_a_former_name_finds_a_case_and_a_duplicate_only_with_a_reason(worker: Client, database: Database) -> None:
    case = changed(worker)
    other = named(worker)
    assert found(worker, "Vranceanu") == [(other, "same")]
    assert told(worker.ask("GET", f"/v1/cases/{other}/duplicates"))["duplicates"] == []
    told(worker.ask("POST", "/v1/searches/former-names", {"reason": "identity_in_doubt"}))
    assert sorted(found(worker, "Vranceanu")) == sorted([(other, "same"), (case, "same")])
    proposed = told(worker.ask("GET", f"/v1/cases/{other}/duplicates"))["duplicates"]
    assert proposed == [{"case": case, "matched": ["former_name"]}]
    later(database, timedelta(hours=2))
    assert found(worker, "Vranceanu") == [(other, "same")]


def test_who_is_not_shown_the_former_names_does_not_lose_them(worker: Client) -> None:
    case = changed(worker)
    done(worker, case, "person", {"names": [GIVEN, {**MARRIED, "since": "2026"}]}, method="PUT")
    see_former_details(worker, case)
    assert names_of(worker, case) == {"Ruxandra", FAMILY["name"], MARRIED["name"]}
    done(worker, case, "person", {"names": [GIVEN, MARRIED]}, method="PUT")
    assert names_of(worker, case) == {"Ruxandra", MARRIED["name"]}, "who sees them may take one away"


def test_the_event_says_which_detail_and_no_first_recording_is_a_change(worker: Client, database: Database) -> None:
    case = named(worker)
    done(worker, case, "person", {"gender": "Feminine"}, method="PUT")
    done(worker, case, "person/names", {"kind": "called_by", "name": "Ruxi"})
    assert events(database) == []
    done(worker, case, "person/names", MARRIED)
    done(worker, case, "person", {"gender": "NonConforming"}, method="PUT")
    assert events(database) == [{"changed": ["name"]}, {"changed": ["gender"]}]


def events(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as session:
        rows = session.execute(text("select data from event_log where name = 'details.changed' order by serial"))
        return list(rows.scalars())
