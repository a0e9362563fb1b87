"""A stated age turns a child into an adult, or an adult into a child, only when a second person has confirmed it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.intake.facts.person.rules import needs_second, surely_of_age_from, treated_as
from services.intake.service import PARTS
from shared.access.tokens import SERVICE_ROLE
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.reference import CHILDREN
from shared.store.database import Database
from tests.kit.client import FOLLOWER, Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.confirmations import answered, waiting
from tests.kit.intake.disclosures import joined
from tests.kit.staff import register

TODAY = datetime.now(UTC).date()
CHILD, ADULT = {"date": str(TODAY.year - 12)}, {"date": "1990"}
AGES = ("adult", "child", "disputed", "unknown")


@pytest.fixture
def supervisor(door: RequestPipeline, worker: Client) -> Client:
    chief = Client(door, "supervisor")
    pair = {"supervisor": str(chief.subject), "member": str(worker.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    return chief


@pytest.fixture
def later(database: Database) -> Callable[[date], None]:
    clock: TimeSource = database.provided(TIME_SOURCE)

    def go(day: date) -> None:
        with database.transaction() as session:
            clock.move(session, datetime.combine(day, time(12), tzinfo=UTC))
        Timers(database, clock, PARTS.following.emits, PARTS.on_timer).fire_due()

    return go


def states(client: Client, case: str, birth: dict[str, Any] | None) -> None:
    done(client, case, "person", {"birth": birth}, method="PUT")


def restates(client: Client, case: str, age: str) -> None:
    change = {"reason": "wrong_code", "age": age}
    told(client.ask("POST", f"/v1/cases/{case}/facts/{_person(client, case)['id']}/correction", change), 201)


def _person(client: Client, case: str) -> dict[str, Any]:
    facts = told(client.ask("GET", f"/v1/cases/{case}/facts"))["facts"]
    [person] = [fact for fact in facts if fact["kind"] == "person"]
    return dict(person)


def age(client: Client, case: str) -> str:
    return str(told(client.ask("GET", f"/v1/cases/{case}"))["age"])


def changes(client: Client, case: str) -> list[tuple[str, str, str]]:
    shown = told(client.ask("GET", f"/v1/cases/{case}/age-changes"))["changes"]
    return [(each["state"], each["before"], each["after"]) for each in shown]


def announced(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as session:
        rows = session.execute(text("select data from event_log where name = 'person.recorded' order by serial"))
        return [{name: value for name, value in data.items() if name != "served_as"} for (data,) in rows]


def answer(who: Client, case: str, reason: str | None = None) -> Any:
    """Confirm the pending change as a second person, or refuse it with a reason."""
    [which] = [row["id"] for row in waiting(who).values() if row["kind"] == "age"]
    path, body = f"/v1/cases/{case}/age-changes/{which}/confirmation", {"confirms": reason is None, "reason": reason}
    return told(answered(who, path, which, body))


def queued(who: Client) -> list[dict[str, Any]]:
    entries = told(who.ask("GET", "/v1/queues/supervision"))["entries"]
    return [entry for entry in entries if entry["kind"] == "age_to_confirm"]


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H-DANGER-8", control="child-until-confirmed")
@pytest.mark.parametrize(("confirmed", "stated"), list(product(AGES, AGES)))
def test_one_user_cannot_lift_the_protection_of_a_child(confirmed: str, stated: str) -> None:
    treated = treated_as(confirmed, stated)
    assert treated in CHILDREN if {confirmed, stated} & {*CHILDREN} else treated == stated
    if confirmed in ("unknown", stated) or {confirmed, stated} <= {*CHILDREN}:
        assert not needs_second(confirmed, stated)
    else:
        assert needs_second(confirmed, stated)


# --- from child to adult ----------------------------------------------------------------------------------------------


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="child-until-confirmed")
def test_a_child_stays_treated_as_one_until_a_second_person_confirms_another_birth(
    worker: Client, supervisor: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    states(worker, case, CHILD)
    states(worker, case, ADULT)
    assert (age(worker, case), changes(worker, case)) == ("disputed", [("waiting", "child", "adult")])
    [listed] = told(supervisor.ask("GET", "/v1/confirmations?with=names"))["confirmations"]
    assert (listed["before"], listed["reason"]) == ("child", "adult")
    assert listed["by_name"] is None, "the register of staff does not have this person"
    [plain] = waiting(supervisor).values()
    assert listed.keys() - plain.keys() == {"before", "by_name", "member_name", "number"}
    shown = told(worker.ask("GET", f"/v1/cases/{case}/person"))["birth"]
    assert shown == {"date": "1990", "disputed": False}, "the correction is recorded"
    assert announced(database)[-1] == {"age": "disputed", "confirmed_age": "child"}
    legal = Client(door, SERVICE_ROLE, key=FOLLOWER, subject="legal")
    assert told(legal.ask("GET", f"/v1/cases/{case}/birth-month")) == {"month": None}
    assert answer(supervisor, case)["age"] == "adult"
    assert (age(worker, case), changes(worker, case)) == ("adult", [("confirmed", "child", "adult")])
    assert announced(database)[-1] == {"age": "adult"}
    assert told(legal.ask("GET", f"/v1/cases/{case}/birth-month")) == {"month": "1990"}
    assert (queued(supervisor), waiting(supervisor)) == ([], {})


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="child-until-confirmed")
@pytest.mark.parametrize("first", ["child", "disputed"])
@pytest.mark.parametrize("stated", ["adult", "unknown"])
def test_neither_a_stated_age_nor_an_unknown_one_ends_a_protection(
    worker: Client, supervisor: Client, first: str, stated: str
) -> None:
    case = opened(worker, age=first)
    restates(worker, case, stated)
    assert _person(worker, case)["age"] == "disputed", "periods follow from the fact"
    assert (age(worker, case), changes(worker, case)) == ("disputed", [("waiting", first, stated)])
    assert answer(supervisor, case)["age"] == stated
    assert age(worker, case) == stated


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="age-by-two")
def test_a_refusal_brings_back_what_was_recorded_before(worker: Client, supervisor: Client) -> None:
    case = opened(worker)
    states(worker, case, CHILD)
    states(worker, case, ADULT)
    states(worker, case, {"date": "1991"})
    assert changes(worker, case) == [("replaced", "child", "adult"), ("waiting", "child", "adult")]
    reply = answer(supervisor, case, reason="facts_are_wrong")
    assert (reply["state"], reply["age"], age(worker, case)) == ("refused", "child", "child")
    assert told(worker.ask("GET", f"/v1/cases/{case}/person"))["birth"] == {**CHILD, "disputed": False}


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="age-by-two")
def test_whoever_stated_it_confirms_nothing_and_no_role_but_a_supervisor_does(
    worker: Client, supervisor: Client, door: RequestPipeline
) -> None:
    case = opened(worker, age="child")
    restates(worker, case, "adult")
    [which] = waiting(supervisor)
    path, version = f"/v1/cases/{case}/age-changes/{which}/confirmation", waiting(supervisor)[which]["version"]

    def refused(who: Client, status: int) -> Any:
        return told(who.ask("POST", path, {"confirms": True}, If_Match=f'"{version}"'), status)

    same = Client(door, "supervisor", subject=worker.subject)
    assert rule_of(refused(same, 409)) == "second_person"
    assert which not in waiting(same)
    refused(worker, 403)
    refused(joined(door, worker, case, "caseworker"), 403)
    assert (age(worker, case), changes(worker, case)) == ("disputed", [("waiting", "child", "adult")])
    answer(supervisor, case)
    version = told(supervisor.ask("GET", f"/v1/cases/{case}"))["version"]
    assert rule_of(refused(supervisor, 409)) == "change_waits"


@pytest.mark.integration
def test_what_is_stated_as_before_needs_no_second_person(worker: Client, supervisor: Client) -> None:
    case = opened(worker)
    states(worker, case, CHILD)
    states(worker, case, ADULT)
    states(worker, case, CHILD)
    assert (age(worker, case), changes(worker, case)) == ("child", [("replaced", "child", "adult")])
    assert waiting(supervisor) == {}
    states(worker, case, ADULT)
    states(worker, case, None)
    assert age(worker, case) == "child", "taking the birth away ends no protection"


@pytest.mark.integration
def test_who_comes_of_age_meanwhile_by_the_earlier_birth_is_an_adult(
    worker: Client, supervisor: Client, later: Callable[[date], None]
) -> None:
    case, birth = opened(worker), (TODAY.replace(day=15) - timedelta(days=365 * 17)).isoformat()
    states(worker, case, {"date": birth})
    states(worker, case, ADULT)
    later(surely_of_age_from(birth) - timedelta(days=1))
    assert age(worker, case) == "disputed"
    later(surely_of_age_from(birth))
    assert (age(worker, case), changes(worker, case)) == ("adult", [("replaced", "child", "adult")])
    states(worker, case, {"date": "1991"})
    assert (age(worker, case), waiting(supervisor)) == ("adult", {})


# --- from adult to child ----------------------------------------------------------------------------------------------


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="age-by-two")
@pytest.mark.parametrize("via_unknown", [False, True])
def test_an_adult_changed_to_a_child_is_protected_and_still_has_to_consent(
    worker: Client, supervisor: Client, database: Database, *, via_unknown: bool
) -> None:
    case = opened(worker, age="adult", jurisdiction="GB-EAW")
    if via_unknown:
        restates(worker, case, "unknown")
    states(worker, case, CHILD)
    assert age(worker, case) == "child"
    assert announced(database)[-1] == {"age": "child", "confirmed_age": "adult"}
    asked = {"body": "police"}
    refused = told(worker.ask("POST", f"/v1/cases/{case}/first-responder", asked), 409)
    assert rule_of(refused) == "consent_before_this_step", "an adult decides"
    answer(supervisor, case)
    assert announced(database)[-1] == {"age": "child"}
    told(worker.ask("POST", f"/v1/cases/{case}/first-responder", asked), 201)


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="age-by-two")
def test_one_user_who_states_that_a_child_is_an_adult_removes_no_protective_power(
    worker: Client, supervisor: Client
) -> None:
    case = opened(worker, age="child", jurisdiction="GB-EAW")
    restates(worker, case, "adult")
    told(worker.ask("POST", f"/v1/cases/{case}/first-responder", {"body": "police"}), 201)
    assert len(waiting(supervisor)) == 1


# --- the confirming person --------------------------------------------------------------------------------------------


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-8", control="second-person-is-asked")
def test_an_age_change_is_queued_for_supervisors_and_later_for_their_agency(
    worker: Client, supervisor: Client, door: RequestPipeline, database: Database, later: Callable[[date], None]
) -> None:
    colleague, outsider = Client(door, "supervisor"), Client(door, "supervisor")
    register(database, outsider.subject, agency=UUID(int=7))
    case = opened(worker, age="child")
    assert queued(supervisor) == []
    restates(worker, case, "adult")
    [entry] = queued(supervisor)
    since, due_on = date.fromisoformat(entry["since"]), date.fromisoformat(entry["due_on"])
    assert (entry["case"], entry["state"], due_on - since, entry["days_late"]) == (
        *(case, "waiting", timedelta(days=3)),
        0,
    )
    [row] = waiting(supervisor).values()
    assert (row["kind"], row["id"], row["by"], row["reason"]) == (
        *("age", entry["reference"], str(worker.subject)),
        "adult",
    )
    assert (queued(colleague), queued(outsider)) == ([], [])
    later(due_on + timedelta(days=1))
    assert [each["days_late"] for each in queued(colleague)] == [1]
    assert queued(outsider) == []
    assert queued(Client(door, "supervisor", subject=worker.subject)) == [], "whoever stated it is not asked"
