"""One person closes a case, or two if a danger needs immediate action."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.cases.due.models import HeardRisk
from services.intake.cases.lifecycle import rules
from services.intake.facts.case.models import HeardBarrier
from shared.access import exclusions, staff
from shared.casework.refusals import FactRefused, StepForbidden
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.confirmations import answered, waiting
from tests.kit.intake.disclosures import joined
from tests.kit.intake.heard import hear, period
from tests.kit.intake.joined_person import Person
from tests.kit.intake.merges import joined as merged
from tests.kit.intake.standing import join

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
CLOSE = {"reason": "goals_met"}


def supervising(door: RequestPipeline, member: Client) -> Client:
    chief = Client(door, "supervisor")
    pair = {"supervisor": str(chief.subject), "member": str(member.subject)}
    told(Client(door, "operator").ask("POST", "/v1/supervisions", pair))
    return chief


@pytest.fixture
def supervisor(door: RequestPipeline, worker: Client) -> Client:
    return supervising(door, worker)


@pytest.fixture
def in_danger(worker: Client, database: Database) -> str:
    """Return a case with a danger that needs immediate action, by the latest assessment that intake received."""
    case = opened(worker)
    assessed(database, case, urgent=True)
    return case


def assessed(database: Database, case: str, *, urgent: bool) -> None:
    with database.transaction() as session:
        heard = insert(HeardRisk).values(case_id=UUID(case), urgent=urgent, position=1)
        session.execute(heard.on_conflict_do_update(index_elements=["case_id"], set_={"urgent": urgent}))


def proposed(client: Client, case: str, **said: Any) -> str:
    return str(told(client.ask("POST", f"/v1/cases/{case}/closing-proposals", {**CLOSE, **said}), 201)["id"])


def path(case: str, which: str) -> str:
    return f"/v1/cases/{case}/closing-proposals/{which}/confirmation"


def status(worker: Client, case: str) -> str:
    return str(told(worker.ask("GET", f"/v1/cases/{case}"))["status"])


def closings(database: Database) -> int:
    with database.transaction() as session:
        return int(session.execute(text("select count(*) from event_log where name = 'case.closed'")).scalar_one())


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "lapses_in", "same", "on_team", "rule"),
    [
        (rules.WAITING, timedelta(seconds=1), False, False, None),
        (rules.WAITING, timedelta(0), False, False, "proposal_waits"),
        (rules.REPLACED, timedelta(days=1), False, False, "proposal_waits"),
        (rules.CONFIRMED, timedelta(days=1), False, False, "proposal_waits"),
        (rules.WAITING, timedelta(days=1), True, False, "second_person"),
        (rules.WAITING, timedelta(days=1), False, True, "second_person"),
    ],
)
def test_the_second_is_another_outside_the_team_and_in_time(
    state: str, lapses_in: timedelta, same: bool, on_team: bool, rule: str | None
) -> None:
    first = uuid4()
    second, lapses_at = first if same else uuid4(), NOW + lapses_in
    if rule is None:
        rules.check_second(state, lapses_at, NOW, proposed_by=first, by=second, on_team=on_team)
        return
    with pytest.raises(StepForbidden) as refused:
        rules.check_second(state, lapses_at, NOW, proposed_by=first, by=second, on_team=on_team)
    assert refused.value.rule == rule


@pytest.mark.parametrize(("confirms", "refusal"), [(True, "person_not_heard"), (False, None)])
def test_a_refusal_has_a_reason_and_nothing_else_has(confirms: bool, refusal: str | None) -> None:
    with pytest.raises(FactRefused):
        rules.answered(confirms=confirms, refusal=refusal)


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_one_person_cannot_close_an_urgent_case_and_the_refusal_says_what_to_do(
    worker: Client, in_danger: str, database: Database
) -> None:
    refused = done(worker, in_danger, "closure", CLOSE, 409)
    assert rule_of(refused) == "second_person"
    assert "closing-proposals" in refused["detail"]
    acts = {act["action"]: act for act in told(worker.ask("GET", f"/v1/cases/{in_danger}"))["actions"]}
    assert (acts["case.close"]["allowed"], acts["case.close"]["rule"]) == (False, "second_person")
    assert acts["closing.propose"]["allowed"]
    assessed(database, in_danger, urgent=False)
    done(worker, in_danger, "closure", CLOSE)
    assert status(worker, in_danger) == "closed"


@pytest.mark.integration
def test_a_second_person_outside_the_team_closes_it(
    worker: Client, supervisor: Client, door: RequestPipeline, in_danger: str, database: Database
) -> None:
    which = proposed(worker, in_danger)
    assert (status(worker, in_danger), closings(database)) == ("open", 0)
    near = joined(door, worker, in_danger, "supervisor")
    same = Client(door, "supervisor", subject=worker.subject)
    version = waiting(supervisor)[which]["version"]
    assert worker.ask("POST", path(in_danger, which), {"confirms": True}, If_Match=f'"{version}"').status_code == 403
    for who in (near, same):
        refused = told(who.ask("POST", path(in_danger, which), {"confirms": True}, If_Match=f'"{version}"'), 409)
        assert rule_of(refused) == "second_person"
        assert which not in waiting(who)
    shown = waiting(supervisor)[which]
    assert (shown["kind"], shown["reason"], shown["by"]) == ("closing", "goals_met", str(worker.subject))
    reply = told(answered(supervisor, path(in_danger, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")
    assert (status(worker, in_danger), closings(database), waiting(supervisor)) == ("closed", 1, {})
    [kept] = told(worker.ask("GET", f"/v1/cases/{in_danger}/closing-proposals"))["proposals"]
    assert (kept["proposed_by"], kept["answered_by"]) == (str(worker.subject), str(supervisor.subject))


@pytest.mark.integration
def test_a_second_person_refuses_with_a_reason_and_it_stays_open(
    worker: Client, supervisor: Client, in_danger: str, database: Database
) -> None:
    which = proposed(worker, in_danger)
    said = {"confirms": False, "reason": "person_not_heard"}
    assert told(answered(supervisor, path(in_danger, which), which, said))["state"] == "refused"
    assert (status(worker, in_danger), waiting(supervisor), closings(database)) == ("open", {}, 0)


@pytest.mark.integration
def test_what_stands_against_closing_stands_against_two_as_well(
    worker: Client, supervisor: Client, in_danger: str
) -> None:
    ahead = worker.ask("POST", f"/v1/cases/{in_danger}/closing-proposals", {**CLOSE, "closed_on": "2100-01-01"})
    assert rule_of(told(ahead, 422)) == "not_in_the_future"
    first = proposed(worker, in_danger)
    which = proposed(worker, in_danger, reason="moved_on")
    assert waiting(supervisor).keys() == {which}
    version = waiting(supervisor)[which]["version"]
    refused = supervisor.ask("POST", path(in_danger, first), {"confirms": True}, If_Match=f'"{version}"')
    assert rule_of(told(refused, 409)) == "proposal_waits"


@pytest.mark.integration
def test_a_proposal_lapses_after_a_week_and_with_a_closing(
    worker: Client, supervisor: Client, in_danger: str, database: Database, later: Callable[[timedelta], None]
) -> None:
    which = proposed(worker, in_danger)
    version = waiting(supervisor)[which]["version"]
    assessed(database, in_danger, urgent=False)
    done(worker, in_danger, "closure", CLOSE)
    done(worker, in_danger, "reopening", {"reason": "person_came_back"})
    assert waiting(supervisor) == {}, "what was proposed before does not close it again"
    assessed(database, in_danger, urgent=True)
    which = proposed(worker, in_danger)
    version = waiting(supervisor)[which]["version"]
    later(rules.LAPSES_AFTER)
    assert waiting(supervisor) == {}
    refused = supervisor.ask("POST", path(in_danger, which), {"confirms": True}, If_Match=f'"{version}"')
    assert rule_of(told(refused, 409)) == "proposal_waits"


@pytest.fixture
def later(database: Database) -> Callable[[timedelta], None]:
    """Advance the domain's clock."""
    clock: TimeSource = database.provided(TIME_SOURCE)

    def go(by: timedelta) -> None:
        with database.transaction() as session:
            clock.move(session, datetime.now(UTC) + by)

    return go


# --- with a running limit of the person -------------------------------------------------------------------------------

LIMITED = {**CLOSE, "although_open": "others_go_on"}


@pytest.fixture
def limited(worker: Client, database: Database) -> str:
    """A case with a running limit of the person, kept by legal."""
    case = opened(worker)
    hear(database, period(case, "started"))
    return case


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="adviser-agrees")
def test_a_case_is_closed_over_a_running_limit_only_if_its_adviser_agrees(
    worker: Client, supervisor: Client, door: RequestPipeline, limited: str, database: Database
) -> None:
    refused = done(worker, limited, "closure", LIMITED, 409)
    assert rule_of(refused) == "adviser_agrees"
    assert {"GB.RECONSIDER", "closing-proposals"} <= set(re.findall(r"[A-Za-z.-]+[A-Za-z]", refused["detail"]))
    acts = {act["action"]: act for act in told(worker.ask("GET", f"/v1/cases/{limited}"))["actions"]}
    assert (acts["case.close"]["allowed"], acts["case.close"]["rule"]) == (False, "adviser_agrees")
    which = proposed(worker, limited, although_open="others_go_on")
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}), 409)
    assert rule_of(reply) == "adviser_agrees"
    stranger, helper = Client(door, "legal_adviser"), joined(door, worker, limited, "support_worker")
    adviser = joined(door, worker, limited, "legal_adviser")
    version = waiting(adviser)[which]["version"]
    assert which not in waiting(stranger)
    for who in (stranger, helper):
        reply = who.ask("POST", path(limited, which), {"confirms": True}, If_Match=f'"{version}"')
        assert reply.status_code in (403, 404)
    assert (status(worker, limited), closings(database)) == ("open", 0)
    reply = told(answered(adviser, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"], closings(database)) == ("confirmed", "closed", 1)
    [kept] = told(worker.ask("GET", f"/v1/cases/{limited}/closing-proposals"))["proposals"]
    assert kept["adviser"] == kept["answered_by"] == str(adviser.subject)


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="adviser-agrees")
def test_an_adviser_refuses_and_an_urgent_case_needs_a_supervisor_too(
    worker: Client, supervisor: Client, door: RequestPipeline, limited: str, database: Database
) -> None:
    adviser = joined(door, worker, limited, "legal_adviser")
    which = proposed(worker, limited, although_open="others_go_on")
    said = {"confirms": False, "reason": "person_not_heard"}
    assert told(answered(adviser, path(limited, which), which, said))["state"] == "refused"
    assessed(database, limited, urgent=True)
    which = proposed(worker, limited, although_open="others_go_on")
    reply = told(answered(adviser, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("waiting", "open")
    assert which not in waiting(adviser)
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="adviser-agrees")
def test_a_limit_that_is_over_or_met_needs_no_adviser(worker: Client, database: Database) -> None:
    for verb, more in (("missed", {"state": "passed"}), ("stopped", {"state": "met"})):
        case = opened(worker)
        hear(database, period(case, "started", 1), period(case, verb, 2, **more))
        done(worker, case, "closure", LIMITED)
        assert status(worker, case) == "closed"
    case = opened(worker)
    hear(database, period(case, "started", 1, kind="target"))
    done(worker, case, "closure", LIMITED)
    assert status(worker, case) == "closed"


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="no-adviser")
def test_a_supervisor_closes_a_limited_case_whose_team_has_no_adviser_who_can_act(
    worker: Client, supervisor: Client, door: RequestPipeline, limited: str, database: Database
) -> None:
    unadvised = {**CLOSE, "although_open": rules.NO_ADVISER}
    assert rule_of(done(worker, limited, "closure", unadvised, 409)) == "adviser_agrees"
    which = proposed(worker, limited, although_open=rules.NO_ADVISER)
    near = joined(door, worker, limited, "supervisor")
    version = waiting(supervisor)[which]["version"]
    refused = near.ask("POST", path(limited, which), {"confirms": True}, If_Match=f'"{version}"')
    assert rule_of(told(refused, 409)) == "second_person"
    assert (status(worker, limited), closings(database)) == ("open", 0)
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")
    [kept] = told(worker.ask("GET", f"/v1/cases/{limited}/closing-proposals"))["proposals"]
    assert (kept["although_open"], kept["adviser"]) == (rules.NO_ADVISER, None)
    assert kept["answered_by"] == str(supervisor.subject)
    assert told(worker.ask("GET", f"/v1/cases/{limited}"))["closed_although"] == rules.NO_ADVISER
    with database.transaction() as session:
        published = text("select data from event_log where name = 'case.closed'")
        assert session.execute(published).scalar_one().keys() == {"reason", "closed_on"}


def left(case: str, adviser: Client, session: Session) -> None:
    staff.leave(session, adviser.subject)


def excluded(case: str, adviser: Client, session: Session) -> None:
    exclusions.keep(session, exclusions.Exclusion(uuid4(), UUID(case), "worker", adviser.subject, None))


def barred(case: str, adviser: Client, session: Session) -> None:
    session.add(HeardBarrier(barrier=uuid4(), case_id=UUID(case), member=adviser.subject, lifted=False))


@pytest.mark.integration
@pytest.mark.parametrize("incapacitate", [left, excluded, barred])
@pytest.mark.hazard("H-DEADLINE-11", control="no-adviser")
def test_a_case_is_closed_without_its_adviser_only_while_the_adviser_cannot_act(
    worker: Client,
    supervisor: Client,
    door: RequestPipeline,
    limited: str,
    database: Database,
    incapacitate: Callable[[str, Client, Session], None],
) -> None:
    before = proposed(worker, limited, although_open=rules.NO_ADVISER)
    adviser = joined(door, worker, limited, "legal_adviser")
    reply = told(answered(supervisor, path(limited, before), before, {"confirms": True}), 409)
    assert rule_of(reply) == "no_adviser_can_act"
    unadvised = {**CLOSE, "although_open": rules.NO_ADVISER}
    assert rule_of(done(worker, limited, "closing-proposals", unadvised, 409)) == "no_adviser_can_act"
    assert status(worker, limited) == "open"
    with database.transaction() as session:
        incapacitate(limited, adviser, session)
    which = proposed(worker, limited, although_open=rules.NO_ADVISER)
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="no-adviser")
def test_the_reason_that_no_adviser_can_act_needs_a_running_limit(worker: Client) -> None:
    case = opened(worker)
    unadvised = {**CLOSE, "although_open": rules.NO_ADVISER}
    assert rule_of(done(worker, case, "closure", unadvised, 409)) == "no_adviser_can_act"
    assert status(worker, case) == "open"


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="later-limits")
def test_the_adviser_is_asked_again_about_a_limit_that_began_after_they_agreed(
    worker: Client, supervisor: Client, door: RequestPipeline, limited: str, database: Database
) -> None:
    assessed(database, limited, urgent=True)
    adviser = joined(door, worker, limited, "legal_adviser")
    which = proposed(worker, limited, although_open="others_go_on")
    answered(adviser, path(limited, which), which, {"confirms": True})
    assert which not in waiting(adviser)
    hear(database, period(limited, "started", 2, clock=uuid4(), code="GB.ET_CLAIM"))
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}), 409)
    assert rule_of(reply) == "adviser_agrees_again"
    assert "GB.ET_CLAIM" in reply["detail"]
    assert "GB.RECONSIDER" not in reply["detail"]
    assert (status(worker, limited), closings(database)) == ("open", 0)
    reply = told(answered(adviser, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("waiting", "open")
    assert which not in waiting(adviser)
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="later-limits")
def test_an_agreement_whose_limits_are_unknown_covers_none(
    worker: Client, supervisor: Client, door: RequestPipeline, limited: str, database: Database
) -> None:
    assessed(database, limited, urgent=True)
    adviser = joined(door, worker, limited, "legal_adviser")
    which = proposed(worker, limited, although_open="others_go_on")
    answered(adviser, path(limited, which), which, {"confirms": True})
    with database.transaction() as session:
        session.execute(text("update closing_proposals set adviser_limits = null"))
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}), 409)
    assert rule_of(reply) == "adviser_agrees"
    assert which in waiting(adviser)


@pytest.mark.integration
@pytest.mark.parametrize("incapacitate", [left, excluded, barred])
@pytest.mark.hazard("H-DEADLINE-11", control="adviser-still-acts")
def test_an_agreement_ends_when_the_adviser_can_no_longer_act(
    worker: Client,
    supervisor: Client,
    door: RequestPipeline,
    limited: str,
    database: Database,
    incapacitate: Callable[[str, Client, Session], None],
) -> None:
    assessed(database, limited, urgent=True)
    adviser = joined(door, worker, limited, "legal_adviser")
    which = proposed(worker, limited, although_open="others_go_on")
    answered(adviser, path(limited, which), which, {"confirms": True})
    with database.transaction() as session:
        incapacitate(limited, adviser, session)
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}), 409)
    assert rule_of(reply) == "adviser_agrees"
    successor = joined(door, worker, limited, "legal_adviser")
    assert which in waiting(successor)
    answered(successor, path(limited, which), which, {"confirms": True})
    reply = told(answered(supervisor, path(limited, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")


# --- with a limit in another case of the person -----------------------------------------------------------------------


@pytest.fixture
def of_person(worker: Client, limited: str) -> str:
    """A case without a limit, of the same person as the case with one."""
    case = opened(worker)
    merged(worker, case, limited)
    return case


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="joined-limits")
def test_a_limit_in_another_case_of_the_person_needs_the_adviser_too(
    worker: Client, door: RequestPipeline, limited: str, of_person: str, database: Database
) -> None:
    adviser = joined(door, worker, of_person, "legal_adviser")
    told(join(worker, limited, adviser, "legal_adviser"), 201)
    refused = done(worker, of_person, "closure", LIMITED, 409)
    assert (rule_of(refused), "GB.RECONSIDER" in refused["detail"]) == ("adviser_agrees", True)
    acts = {act["action"]: act for act in told(worker.ask("GET", f"/v1/cases/{of_person}"))["actions"]}
    assert (acts["case.close"]["allowed"], acts["case.close"]["rule"]) == (False, "adviser_agrees")
    assert rule_of(done(worker, of_person, "closing-proposals", CLOSE, 409)) == "period"
    which = proposed(worker, of_person, although_open="others_go_on")
    reply = told(answered(adviser, path(of_person, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"], closings(database)) == ("confirmed", "closed", 1)


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-11", control="joined-limits")
def test_without_an_adviser_a_supervisor_closes_over_a_limit_in_another_case(
    worker: Client, supervisor: Client, of_person: str
) -> None:
    assert rule_of(done(worker, of_person, "closure", LIMITED, 409)) == "adviser_agrees"
    which = proposed(worker, of_person, although_open=rules.NO_ADVISER)
    reply = told(answered(supervisor, path(of_person, which), which, {"confirms": True}))
    assert (reply["state"], reply["status"]) == ("confirmed", "closed")
    assert told(worker.ask("GET", f"/v1/cases/{of_person}"))["closed_although"] == rules.NO_ADVISER


@pytest.mark.integration
@pytest.mark.hazard("H-JOINED-1", control="joining-never-widens-sight")
def test_closing_shows_no_limit_of_another_case_to_those_who_may_not_see_it(
    door: RequestPipeline, database: Database
) -> None:
    person = Person.with_cases(door, database, [0, 1])
    lead, [case, other] = person.leads[0], person.cases
    hear(database, period(other, "started"))
    person.merge(0, 1)
    done(lead, case, "closure", CLOSE)
    done(lead, case, "reopening", {"reason": "person_came_back"})
    person.agrees(1, 0, ["account"])
    assert rule_of(done(lead, case, "closure", LIMITED, 409)) == "adviser_agrees"
    # The confirmation does not ask an adviser whose agency cannot see the limit.
    told(join(lead, case, person.staff(2, "legal_adviser"), "legal_adviser"), 201)
    done(lead, case, "closure", CLOSE)
    assert (status(lead, case), status(person.leads[1], other)) == ("closed", "open")
