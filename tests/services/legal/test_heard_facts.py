"""Events of intake become facts at legal, from any release, and periods follow from them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from deploy.cli import servers
from services.legal.cases.deadline.actions import KEEPING
from services.legal.cases.heard_fact import actions as heard_fact
from shared import deadlines
from shared.access.permissions import ALL
from shared.deadlines import facts
from shared.deadlines.facts import heard_facts
from shared.deadlines.joined import periods
from tests.kit.harness import Harness, harness
from tests.kit.hearing import Told, apply, event_of, hear

pytestmark = pytest.mark.integration

DAY = date(2026, 3, 2)


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres, "GB-EAW") as found:
        found.move_clock(datetime(2026, 3, 2, 12, tzinfo=UTC))
        hear(found, opened())
        yield found


def opened(age: str = "adult") -> Told:
    return "contact.opened", {"jurisdiction": "GB-EAW", "age": age, "opened_on": "2026-03-01"}


def decided(outcome: str, step: UUID | None = None, **more: Any) -> Told:
    usual = {"jurisdiction": "GB-EAW", "stage": "reasonable_grounds", "authority": "GB.SCA", "made_elsewhere": False}
    days = {"occurred_on": None, "received_on": "2026-03-02", "reconsidered": None, "step": step}
    return "identification.decided", {**usual, **days, "outcome": outcome, **more}


def detected(detection: UUID | None = None, **days: Any) -> Told:
    unknown = {"earliest_incident_on": None, "work_ended_on": None}
    return "detection.recorded", {"detection": detection, "jurisdiction": "GB-EAW", **unknown, **days}


def withdrawn(detection: UUID) -> Told:
    return "record.withdrawn", {"record_class": "detection", "record": detection, "withdrawn_on": "2026-03-02"}


def stated(verb: str, fact: UUID, kind: str, happened: str, revision: int = 1, **codes: Any) -> Told:
    base = {"fact": fact, "revision": revision, "kind": kind, "happened": happened, "learnt": "2026-03-02"}
    return f"fact.{verb}", {**base, "about": None, "withdrawn": verb == "withdrawn", "reason": None, **codes}


def standing(legal: Harness) -> dict[str, tuple[str, str | None, dict[str, str]]]:
    """Return the case's current facts by kind: when each happened, when it was learnt, and its codes."""
    with legal.database.transaction() as session:
        found = facts.standing(session, [legal.case])
    return {each.kind: (each.happened, each.learnt, dict(each.codes)) for each in found}


def clocks(legal: Harness) -> dict[str, tuple[str, str | None]]:
    """Return the state and the last day of each period, by its code."""
    with legal.database.transaction() as session:
        found = deadlines.of_subject(session, legal.case)
    return {each["code"]: (each["state"], each["due_on"]) for each in found if each["state"] != "withdrawn"}


def test_the_opening_says_which_law_applies_and_how_old_the_person_is(legal: Harness) -> None:
    assert standing(legal) == {
        "law": ("2026-03-01", None, {"jurisdiction": "GB-EAW"}),
        "person": ("2026-03-01", None, {"age": "adult"}),
    }
    hear(legal, ("person.recorded", {"age": "child"}))
    assert standing(legal)["person"][2] == {"age": "child"}
    hear(legal, ("person.recorded", {"age": "child"}))
    with legal.database.transaction() as session:
        assert [each.revision for each in facts.standing(session, [legal.case]) if each.kind == "person"] == [2]


def test_a_negative_decision_opens_the_window_from_its_own_day(legal: Harness) -> None:
    hear(legal, decided("negative", uuid4(), occurred_on="2026-02-27"))
    assert clocks(legal)["GB.RECONSIDER"] == ("running", "2026-03-29")
    assert standing(legal)["decision"] == (
        "2026-02-27",
        "2026-03-02",
        {"stage": "reasonable_grounds", "outcome": "negative", "authority": "GB.SCA"},
    )


def test_what_the_first_releases_did_not_say_is_named_after_the_event(legal: Harness) -> None:
    event = event_of(legal.case, detected(earliest_incident_on="2025-06", work_ended_on="2026-02-20"))
    apply(legal, [event])
    with legal.database.transaction() as session:
        ids = {each.kind: each.id for each in facts.standing(session, [legal.case])}
    assert (ids["first_incident"], ids["work_ended"]) == (
        uuid5(event.id, "first_incident"),
        uuid5(event.id, "work_ended"),
    )
    assert clocks(legal)["GB.ET"] == ("running", "2026-05-19")


def test_our_own_step_without_a_day_has_its_recording_day_and_another_s_none(
    legal: Harness,
) -> None:
    for elsewhere, happened in ((False, "2026-03-02"), (True, "unknown")):
        days = {"occurred_on": None, "received_on": "2026-03-02"}
        told = {"jurisdiction": "GB-EAW", "stage": "referred", "authority": None, "step": uuid4(), **days}
        hear(legal, ("identification.submitted", {**told, "made_elsewhere": elsewhere}))
        assert [each for each in all_facts(legal) if each.kind == "submission"][-1].happened == happened


def all_facts(legal: Harness) -> list[facts.Fact]:
    with legal.database.transaction() as session:
        return sorted(facts.standing(session, [legal.case]), key=lambda fact: fact.happened)


def test_a_step_that_was_recorded_wrongly_opens_no_window(legal: Harness) -> None:
    step = uuid4()
    hear(legal, decided("negative", step))
    begun = clocks(legal)
    assert "GB.RECONSIDER" in begun
    hear(legal, ("identification.corrected", {"step": step}))
    assert clocks(legal) == {}
    names = [name for name, _data in legal.announced()]
    assert names == ["clock.started"] * len(begun) + ["clock.withdrawn"] * len(begun)


def test_a_detection_of_another_person_begins_nothing_and_a_slip_is_put_right(legal: Harness) -> None:
    wrong, right = uuid4(), uuid4()
    hear(legal, detected(wrong, earliest_incident_on="2015"), detected(right, last_incident_on="2025-12-01"))
    assert clocks(legal)["GB.CICA"] == ("running", "2027-12-01")
    hear(legal, withdrawn(wrong))
    first = uuid5(right, "last_incident")
    hear(legal, stated("corrected", first, "last_incident", "2025-11-01", 2))
    assert clocks(legal)["GB.CICA"] == ("running", "2027-11-01")
    hear(legal, stated("withdrawn", first, "last_incident", "2025-11-01", 3))
    assert "GB.CICA" not in clocks(legal)


def test_revisions_count_by_their_number_whatever_comes_first(legal: Harness) -> None:
    fact = uuid4()
    hear(legal, stated("corrected", fact, "work_ended", "2026-02-20", 2))
    hear(legal, stated("recorded", fact, "work_ended", "2026-01-20", 1))
    assert clocks(legal)["GB.ET"] == ("running", "2026-05-19")


def test_the_same_facts_come_of_the_same_events_however_they_are_batched(legal: Harness) -> None:
    detection, step = uuid4(), uuid4()
    told = [
        detected(detection, earliest_incident_on="2025-06", work_ended_on="2026-02"),
        decided("negative", step),
        ("person.recorded", {"age": "child"}),
        ("identification.corrected", {"step": step}),
        withdrawn(detection),
        ("person.recorded", {"age": "adult"}),
    ]
    events = [event_of(legal.case, each, place) for place, each in enumerate([opened(), *told], start=1)]
    for event in events[1:]:
        apply(legal, [event])
    singly = rows(legal)
    following = legal.parts.following
    with legal.database.transaction() as session:
        session.execute(heard_facts.delete())
        opened_events = [following.reads.open(event) for event in events]
        heard_fact.project_facts(session, [each for each in opened_events if each is not None])
    assert rows(legal) == singly


def rows(legal: Harness) -> list[tuple[Any, ...]]:
    with legal.database.transaction() as session:
        return sorted(tuple(map(str, row)) for row in session.execute(heard_facts.select()))


def states(legal: Harness, case: UUID) -> list[str]:
    """Return the states of a case's periods for compensation of injuries."""
    with legal.database.transaction() as session:
        return [each["state"] for each in deadlines.of_subject(session, case) if each["code"] == "GB.CICA"]


def states_together(legal: Harness, case: UUID, other: UUID) -> list[str]:
    """Return the same states, derived for a reader who sees all of both cases."""
    with legal.database.transaction() as session:
        now = legal.clock.now(session)
        rows = periods(session, case, {other: ALL}, now, keeper=KEEPING.keeper, birth_month=KEEPING.birth_month)
        return sorted(row["state"] for row in rows if row["code"] == "GB.CICA")


def test_joined_cases_show_one_period_to_readers_of_both_and_one_each_to_others(legal: Harness) -> None:
    other, merge = uuid4(), uuid4()
    hear(legal, opened(), case=other)
    for case in (legal.case, other):
        hear(legal, detected(uuid4(), last_incident_on="2025-12-01"), case=case)
    merged = {"merge": merge, "kept": legal.case, "alias": other}
    for name in ("case.merged", "case.unmerged"):
        hear(legal, (name, merged), case=merge)
        assert (states(legal, legal.case), states(legal, other)) == (["running"], ["running"])
    together = [states_together(legal, *pair) for pair in ((legal.case, other), (other, legal.case))]
    # While the other case's period runs in its place, the merged case's own period rests.
    assert sorted(together) == [["resting", "running"], ["running"]]


def test_a_merge_with_a_case_that_has_not_arrived_changes_nothing(legal: Harness) -> None:
    other, merge = uuid4(), uuid4()
    hear(legal, detected(uuid4(), last_incident_on="2025-12-01"))
    hear(legal, ("case.merged", {"merge": merge, "kept": other, "alias": legal.case}), case=merge)
    assert states(legal, legal.case) == ["running"]
    hear(legal, opened(), detected(uuid4(), last_incident_on="2025-12-01"), case=other)
    assert (states(legal, legal.case), states(legal, other)) == (["running"], ["running"])
