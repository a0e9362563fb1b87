"""Sharing without consent needs a stated reason and a second person. Urgent sharing gets a review date."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.agencies.consent.rules import sharing
from services.intake.service import PARTS
from shared.casework.refusals import FactRefused, StepForbidden
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import id_of
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.referrals import DRAFT, drafted, take
from tests.kit.intake.sharings import AT_ONCE, PROPOSAL, TODAY, decided, officer, proposed

NOON = datetime.combine(TODAY, time(12), UTC)
ONE, TWO = uuid4(), uuid4()


def test_only_danger_to_a_life_does_not_wait_for_a_second_person() -> None:
    until = TODAY + timedelta(days=3)
    assert sharing.propose("child_at_risk", until, TODAY, NOON) == sharing.Begun("proposed", None)
    assert sharing.propose("immediate_danger_to_life", until, TODAY, NOON) == sharing.Begun(
        "acting", NOON + timedelta(hours=24)
    )


@pytest.mark.parametrize(
    ("days", "rule"), [(-1, "sharing_has_an_end_ahead"), (91, "sharing_ends_soon")], ids=["over", "too long"]
)
def test_it_ends_soon(days: int, rule: str) -> None:
    with pytest.raises(FactRefused) as refused:
        sharing.propose("court_order", TODAY + timedelta(days=days), TODAY, NOON)
    assert refused.value.errors[0]["rule"] == rule


@given(st.lists(st.tuples(st.sampled_from([ONE, TWO]), st.booleans()), max_size=6), st.booleans())
def test_nothing_is_ever_in_force_by_one_person_and_nothing_is_decided_twice(
    decisions: list[tuple[UUID, bool]], urgent: bool
) -> None:
    state, deciders = "acting" if urgent else "proposed", []
    for who, approves in decisions:
        try:
            state = sharing.decide(state, proposed_by=ONE, decided_by=who, approves=approves)
            deciders.append(who)
        except StepForbidden:
            continue
    assert deciders in ([], [TWO])
    assert (state == "in_force") <= (deciders == [TWO])


def names(database: Database) -> list[str]:
    with database.transaction() as session:
        found = session.execute(text("select name from event_log order by serial"))
        return [each for each in found.scalars() if each.startswith("sharing.")]


def sendable(worker: Client, case: str) -> bool:
    return _sent(worker, case, drafted(worker, case)).get("state") == "sent"


def _sent(worker: Client, case: str, referral: str) -> dict[str, Any]:
    version = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    reply = worker.ask("POST", f"/v1/cases/{case}/referrals/{referral}/steps", {"step": "send"}, If_Match=version)
    return told(reply, reply.status_code)


@pytest.mark.integration
def test_nothing_goes_before_a_second_person_agrees_and_then_only_what_was_named(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    which = proposed(worker, case)
    assert not sendable(worker, case)
    assert names(database) == []
    decided(door, case, which, approves=True)
    assert names(database) == ["sharing.without_consent"]
    # The referral that waited for the decision is sent with it.
    assert [each["state"] for each in told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"]] == ["sent"]
    other = drafted(worker, case, data_categories=["identity"])
    assert take(worker, case, other, "send")["state"] == "held"


@pytest.mark.integration
def test_who_proposes_can_not_decide(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    which = proposed(worker, case)
    both = Client(door, "caseworker", "data_protection_officer", subject=worker.subject)
    etag = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    reply = both.ask("POST", f"/v1/cases/{case}/sharings/{which}/decision", {"approves": True}, If_Match=etag)
    assert rule_of(told(reply, 409)) == "second_person"


@pytest.mark.integration
def test_urgent_sharing_takes_effect_at_once_and_covers_nothing_after_a_reversal(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    which = proposed(worker, case, AT_ONCE)
    take(worker, case, drafted(worker, case), "send")
    decided(door, case, which, approves=False)
    assert not sendable(worker, case)
    assert names(database) == ["sharing.without_consent", "sharing.reviewed"]


@pytest.mark.integration
def test_what_nobody_reviewed_within_a_day_is_told_once(worker: Client, database: Database) -> None:
    case = opened(worker)
    proposed(worker, case, AT_ONCE)
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + timedelta(hours=25))
    timers = [Timers(database, clock, PARTS.following.emits, PARTS.on_timer) for _ in range(2)]
    assert sum(each.fire_due() for each in timers) == 1
    assert names(database) == ["sharing.without_consent", "sharing.review_overdue"]


@pytest.mark.integration
def test_an_agency_that_the_person_excluded_hears_nothing_so_either(worker: Client) -> None:
    case = opened(worker)
    done(worker, case, "exclusions", {"kind": "agency", "agency": "NL.COMENSHA"}, 201)
    refused = told(worker.ask("POST", f"/v1/cases/{case}/sharings", PROPOSAL), 409)
    assert rule_of(refused) == "excluded_by_the_person"


@pytest.mark.integration
def test_that_the_person_was_told_is_noted_once(worker: Client) -> None:
    case = opened(worker)
    which = proposed(worker, case)
    done(worker, case, f"sharings/{which}/told", {})
    assert rule_of(done(worker, case, f"sharings/{which}/told", {}, 409)) == "told_before"
    [shown] = told(worker.ask("GET", f"/v1/cases/{case}"))["sharings"]
    assert shown["person_told_on"] is not None
    assert (shown["agency"], shown["agency_code"]) == (id_of(DRAFT["agency"]), DRAFT["agency"])


@pytest.mark.integration
def test_a_later_exclusion_ends_sharing_without_consent_with_the_agency(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, undecided = opened(worker), opened(worker)
    decided(door, case, proposed(worker, case), approves=True)
    referral = drafted(worker, case)
    take(worker, case, referral, "send")
    waiting = proposed(worker, undecided)
    for each in (case, undecided):
        done(worker, each, "exclusions", {"kind": "agency", "agency": "NL.COMENSHA"}, 201)
    shown = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert [each["state"] for each in shown["referrals"]] == ["withdrawn"]
    assert rule_of(decided(door, undecided, waiting, approves=True, status=409)) == "excluded_by_the_person"
    assert names(database) == ["sharing.without_consent"]
    decided(door, undecided, waiting, approves=False)


@pytest.mark.integration
def test_what_was_sent_at_once_is_called_back_when_it_is_reversed(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    which = proposed(worker, case, AT_ONCE)
    take(worker, case, drafted(worker, case), "send")
    decided(door, case, which, approves=False)
    [referral] = told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"]
    assert referral["state"] == "withdrawn"


@pytest.mark.integration
def test_while_the_case_is_restricted_it_can_be_stopped_and_not_begun(worker: Client, door: RequestPipeline) -> None:
    case = opened(worker)
    acting, waiting = proposed(worker, case, AT_ONCE), proposed(worker, case)
    told(worker.ask("POST", f"/v1/cases/{case}/erasure-requests", {}), 201)
    who, path = officer(door), f"/v1/cases/{case}/sharings"

    def decide(which: str, *, approves: bool) -> Any:
        etag = who.ask("GET", path).headers["ETag"]
        return who.ask("POST", f"{path}/{which}/decision", {"approves": approves}, If_Match=etag)

    assert rule_of(told(decide(waiting, approves=True), 409)) == "restricted"
    told(decide(acting, approves=False))
    told(decide(waiting, approves=False))
    assert [each["state"] for each in told(who.ask("GET", path))["sharings"]] == ["reversed", "refused"]
