"""Ended access at each service: at once, for a day, and longer only if a second person confirms it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from deploy.cli import servers
from shared.access import endings
from shared.deadlines.timers import Timers
from shared.events.contract import Received
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

SERVICES = ("intake", "legal", "support")
ENDINGS = "/v1/access/endings"


@pytest.fixture(params=SERVICES)
def door(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness(str(request.param), postgres) as opened:
        yield opened


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as opened:
        yield opened


def end(by: Client, member: UUID, **more: str) -> dict[str, Any]:
    return by.told("POST", ENDINGS, {"member": str(member), **more})


def confirm(by: Client, ending: str, status: int = 200, *, confirms: bool = True) -> dict[str, Any]:
    return by.told("POST", f"{ENDINGS}/{ending}/confirmation", {"confirms": confirms}, status)


def status_of(member: Client) -> int:
    return int(member.ask("GET", "").status_code)


def pass_time(door: Harness, **more: float) -> int:
    """Advance the domain's clock, and let every timer fire that is due by then."""
    door.move_clock(datetime.now(UTC) + timedelta(**more))
    return Timers(door.database, door.clock, door.parts.following.emits, door.parts.on_timer).fire_due()


def hear(door: Harness, name: str, member: UUID, ending: str, **data: Any) -> None:
    """Store an ending as intake published it, as the projection does."""
    told = {"ending": UUID(ending), **data}
    with door.database.transaction() as session:
        endings.project(session, [Received(an_event(name=name, subject=member, data=told), told)])


def state_of(door: Harness, ending: str) -> tuple[str, str | None]:
    shown = door.staff("supervisor").told("GET", ENDINGS)["endings"]
    [found] = [(row["state"], row["because"]) for row in shown if row["id"] == ending]
    return found


def test_no_token_of_theirs_counts_any_more_and_none_that_is_made_later(door: Harness) -> None:
    lead, colleague = door.member("caseworker", lead=True), door.member("caseworker")
    end(door.staff("operator"), lead.subject)
    assert status_of(lead) == 401
    assert status_of(door.staff("caseworker", subject=lead.subject)) == 401, "a token that is made anew"
    assert door.staff("supervisor", subject=lead.subject).ask("GET", ENDINGS).status_code == 401, "about no case"
    assert status_of(colleague) == 200


def test_it_lapses_after_a_day_and_that_is_shown(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    ending = end(door.staff("operator"), lead.subject)["id"]
    pass_time(door, hours=23)
    assert status_of(lead) == 401
    assert pass_time(door, hours=25) == 1
    assert status_of(lead) == 200
    assert state_of(door, ending) == ("lifted", "lapsed")


def test_no_test_clock_that_stands_still_prolongs_it(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    end(door.staff("operator"), lead.subject)
    for table in (endings.endings, endings.ended):
        with door.database.transaction() as session:
            session.execute(update(table).values(until=datetime.now(UTC)))
    assert status_of(lead) == 200


def test_a_second_person_confirms_it_and_it_stands(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    ending = end(door.staff("operator"), lead.subject)["id"]
    assert confirm(door.staff("data_protection_officer"), ending)["until"] is None
    assert pass_time(door, days=30) == 0
    assert status_of(lead) == 401
    assert state_of(door, ending) == ("confirmed", None)


@pytest.mark.parametrize("role", ["supervisor", "data_protection_officer"])
def test_who_ended_it_confirms_it_under_no_other_role_and_the_operators_key_never(door: Harness, role: str) -> None:
    lead, first = door.member("caseworker", lead=True), uuid4()
    ending = end(door.staff("operator", subject=first), lead.subject)["id"]
    refused = confirm(door.staff(role, subject=first), ending, 409)
    assert refused["errors"][0]["rule"] == "second_person"
    confirm(door.staff("operator"), ending, 403)
    confirm(lead, ending, 401)
    assert pass_time(door, hours=25) == 1
    assert status_of(lead) == 200


def test_a_second_person_takes_it_back(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    ending = end(door.staff("operator"), lead.subject)["id"]
    confirm(door.staff("supervisor"), ending, confirms=False)
    assert status_of(lead) == 200
    assert state_of(door, ending) == ("lifted", "refused")
    assert confirm(door.staff("supervisor"), ending, 409)["errors"][0]["rule"] == "answered_once"


def test_what_was_confirmed_can_still_be_taken_back_by_another(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    ending = end(door.staff("operator"), lead.subject)["id"]
    confirm(door.staff("supervisor"), ending)
    confirm(door.staff("supervisor"), ending, confirms=False)
    assert status_of(lead) == 200


def test_nobody_ends_their_own_access_and_an_ending_is_repeated_without_harm(door: Harness) -> None:
    chief, lead = door.staff("supervisor"), door.member("caseworker", lead=True)
    refused = chief.told("POST", ENDINGS, {"member": str(chief.subject)}, 409)
    assert refused["errors"][0]["rule"] == "ends_another"
    first = end(chief, lead.subject)
    assert end(chief, lead.subject, ending=first["id"]) == first
    other = chief.told("POST", ENDINGS, {"member": str(uuid4()), "ending": first["id"]}, 409)
    assert other["errors"][0]["rule"] == "ending_is_new"
    confirm(chief, str(uuid4()), 404)


def test_one_person_does_not_prolong_it_by_ending_it_again(door: Harness) -> None:
    chief, lead = door.staff("supervisor"), door.member("caseworker", lead=True)
    first = end(chief, lead.subject)
    assert end(chief, lead.subject, ending=str(uuid4())) == first
    pass_time(door, hours=25)
    assert status_of(lead) == 200
    refused = chief.told("POST", ENDINGS, {"member": str(lead.subject)}, 409)
    assert refused["errors"][0]["rule"] == "second_person"
    assert status_of(lead) == 200
    end(door.staff("supervisor"), lead.subject)
    assert status_of(lead) == 401


def test_intake_alone_tells_of_it(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    ending = end(door.staff("operator"), lead.subject)["id"]
    confirm(door.staff("supervisor"), ending)
    confirm(door.staff("supervisor"), ending, confirms=False)
    told = [name for name, _ in door.announced()]
    expected = ["access.ended", "access.end_confirmed", "access.end_lifted"]
    assert told == (expected if door.name == "intake" else [])


@pytest.mark.promise("SEC-4")
def test_what_was_ended_at_one_service_holds_until_intakes_own_word_arrives(legal: Harness) -> None:
    member, ending = legal.member("legal_adviser"), str(uuid4())
    end(legal.staff("operator"), member.subject, ending=ending)
    assert status_of(member) == 401
    hear(legal, "access.ended", member.subject, ending, until=datetime.now(UTC) + timedelta(hours=1))
    hear(legal, "access.end_confirmed", member.subject, ending)
    pass_time(legal, hours=25)
    assert status_of(member) == 401, "intake's word counts, and not the day of its own"
    assert state_of(legal, ending) == ("confirmed", None)
    hear(legal, "access.end_lifted", member.subject, ending)
    assert status_of(member) == 200


def test_two_endings_of_one_person_lapse_each_by_itself(door: Harness) -> None:
    lead = door.member("caseworker", lead=True)
    first = end(door.staff("operator"), lead.subject)["id"]
    end(door.staff("supervisor"), lead.subject)
    confirm(door.staff("supervisor"), first, confirms=False)
    assert status_of(lead) == 401
    pass_time(door, hours=25)
    assert status_of(lead) == 200
