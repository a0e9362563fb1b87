"""Staff who can see both cases merge cases of one person.

One clock of each code runs, and separation restores both cases.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.access.erasure.actions import erase
from services.intake.facts.case.actions import lock_joined
from services.intake.facts.case.models import lock
from services.intake.service import PARTS
from shared.access import joined_cases
from shared.access.tokens import OPERATOR, Principal
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.http import RequestPipeline
from shared.operate.exchange import hidden_from
from shared.privacy.erasure import begin
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.databases import waits_for_a_lock
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.merges import GROUNDS, SUBMITTED, clocks_of, joined, with_clocks
from tests.kit.waiting import wait_until


@pytest.mark.integration
def test_joined_cases_keep_everything_and_parted_they_are_as_they_were(worker: Client, database: Database) -> None:
    one, other = with_clocks(worker), with_clocks(worker)
    before = {case: clocks_of(worker, case) for case in (one, other)}
    assert {state for state, _ in before[other].values()} >= {"running"}
    merge = joined(worker, one, other)["id"]
    assert clocks_of(worker, one) == before[one]
    assert clocks_of(worker, other) == before[one], "both teams see the one period that runs"
    assert {each["state"] for each in rows_of(database, other)} == {"met", "running"}, "what is stored is its own"
    shown = [told(worker.ask("GET", f"/v1/cases/{each}"))["merges"][0] for each in (one, other)]
    assert [(each["case"], each["alias"]) for each in shown] == [(other, False), (one, True)]
    done(worker, other, f"merges/{merge}", None, 204, "DELETE")
    assert {case: clocks_of(worker, case) for case in (one, other)} == before
    assert told(worker.ask("GET", f"/v1/cases/{one}"))["merges"] == []


@pytest.mark.integration
def test_a_clock_that_starts_after_the_merge_does_not_run_twice(worker: Client, database: Database) -> None:
    one, other = opened(worker, jurisdiction="GB-EAW"), with_clocks(worker)
    joined(worker, one, other)
    for step in (SUBMITTED, GROUNDS):
        told(worker.ask("POST", f"/v1/cases/{one}/identification", step), 201)
    for case in (one, other):
        shown = told(worker.ask("GET", f"/v1/cases/{case}"))["clocks"]
        running = [each["code"] for each in shown if each["state"] == "running"]
        assert len(running) == len(set(running)) > 0


def rows_of(database: Database, case: str) -> list[dict[str, str]]:
    """Return the clocks of the case itself, without those of the cases merged with it."""
    with database.transaction() as session:
        of_case = text("select code, state from clocks where subject = :case")
        return [dict(row) for row in session.execute(of_case, {"case": UUID(case)}).mappings()]


@pytest.mark.integration
@pytest.mark.hazard("H-JOINED-1", control="own-facts-only")
def test_what_ends_is_announced_once_for_each_case_whether_or_not_it_is_joined(
    worker: Client, database: Database
) -> None:
    one, other = with_clocks(worker), with_clocks(worker)
    merge = joined(worker, one, other)["id"]
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + timedelta(days=400))
    timers = [Timers(database, clock, PARTS.following.emits, PARTS.on_timer) for _ in range(2)]
    for each in timers:
        each.fire_due()
    assert sorted(ends(database, other)) == sorted(ends(database, one))
    done(worker, one, f"merges/{merge}", None, 204, "DELETE")
    for each in timers:
        each.fire_due()
    assert sorted(ends(database, other)) == sorted(ends(database, one))
    assert ends(database, one) != []


def ends(database: Database, case: str) -> list[str]:
    with database.transaction() as session:
        of_case = text(
            "select data ->> 'code' from event_log"
            " where subject = :case and name in ('clock.reached', 'clock.missed') order by serial"
        )
        return list(session.execute(of_case, {"case": UUID(case)}).scalars())


#: A step of two cases of one person: a record in one of them, a merge, or a separation.
HAPPENINGS = [
    ("one", SUBMITTED),
    ("one", GROUNDS),
    ("other", SUBMITTED),
    ("other", GROUNDS),
    ("merge", {}),
    ("part", {}),
    ("merge", {}),
]


@dataclass
class Pair:
    """Two cases of one person, merged or separate."""

    worker: Client
    one: str
    other: str
    merge: str | None = None

    def happens(self, what: str, body: dict[str, Any]) -> None:
        if what in ("one", "other"):
            case = self.one if what == "one" else self.other
            told(self.worker.ask("POST", f"/v1/cases/{case}/identification", body), 201)
        elif what == "merge" and self.merge is None:
            self.merge = str(joined(self.worker, self.one, self.other)["id"])
        elif what == "part" and self.merge is not None:
            done(self.worker, self.other, f"merges/{self.merge}", None, 204, "DELETE")
            self.merge = None


def two_cases(worker: Client) -> Pair:
    opened_on = (datetime.now(UTC).date() - timedelta(days=9)).isoformat()
    return Pair(worker, *(opened(worker, jurisdiction="GB-EAW", opened_on=opened_on) for _ in range(2)))


@pytest.mark.integration
@pytest.mark.hazard("H-JOINED-1", control="own-facts-only")
def test_no_event_of_a_case_says_what_happened_in_the_case_that_it_is_joined_with(
    worker: Client, database: Database
) -> None:
    one, other = opened(worker, jurisdiction="GB-EAW"), with_clocks(worker)

    def clock_events(case: str) -> list[dict[str, Any]]:
        with database.transaction() as session:
            of_case = text("select data from event_log where subject = :case and name like 'clock.%' order by serial")
            return list(session.scalars(of_case, {"case": UUID(case)}))

    before = clock_events(one), clock_events(other)
    assert before[1] != before[0] == []
    merge = joined(worker, one, other)["id"]
    told(worker.ask("POST", f"/v1/cases/{one}/identification", SUBMITTED), 201)
    done(worker, other, f"merges/{merge}", None, 204, "DELETE")
    assert clock_events(other) == before[1]
    assert {event["code"] for event in clock_events(one)} == {"GB.RG"}


@pytest.mark.integration
@settings(max_examples=8)
@given(order=st.permutations(HAPPENINGS))
def test_facts_and_merges_in_any_order_come_to_the_same_periods(
    worker: Client, database: Database, order: list[tuple[str, dict[str, Any]]]
) -> None:
    pair, alike = two_cases(worker), two_cases(worker)
    for what, body in order:
        pair.happens(what, body)
    for what, body in HAPPENINGS:
        if what in ("one", "other"):
            alike.happens(what, body)
    if pair.merge is not None:
        alike.happens("merge", {})
    # If two steps are on one day, either case's step can be the one that counts; the result is the same.
    assert periods(database, pair) == periods(database, alike)


def periods(database: Database, pair: Pair) -> list[tuple[str, str, str]]:
    with database.transaction() as session:
        of_cases = text(
            "select code, state, due_on::text from clocks"
            " where subject in (:one, :other) and state <> 'withdrawn' order by 1, 2, 3"
        )
        rows = session.execute(of_cases, {"one": UUID(pair.one), "other": UUID(pair.other)})
        return [(row.code, row.state, row.due_on) for row in rows]


@pytest.mark.integration
def test_who_may_not_see_both_can_not_join_them_and_sees_nothing_of_it(worker: Client, door: RequestPipeline) -> None:
    mine, theirs = opened(worker), opened(Client(door, "caseworker"))
    unknown, refused = (joined(worker, mine, each, 404) for each in (str(uuid4()), theirs))
    assert {**refused, "instance": None} == {**unknown, "instance": None}
    both = Client(door, "caseworker")
    done(worker, mine, "team", {"member": str(both.subject), "role": "caseworker"}, 201)
    second = opened(both)
    merge = joined(both, mine, second)["id"]
    assert told(worker.ask("GET", f"/v1/cases/{mine}"))["merges"] == []
    done(worker, mine, f"merges/{merge}", None, 404, "DELETE")


@pytest.mark.integration
def test_a_case_that_is_merged_is_not_merged_again(worker: Client) -> None:
    one, other, third = (opened(worker) for _ in range(3))
    joined(worker, one, other)
    assert rule_of(joined(worker, third, other, 409)) == "merged_once"
    assert rule_of(joined(worker, other, third, 409)) == "merged_once"
    assert rule_of(joined(worker, third, one, 409)) == "merged_once"
    joined(worker, one, third)
    british = opened(worker, jurisdiction="GB-EAW")
    joined(worker, one, british)


@pytest.mark.integration
def test_who_joined_and_parted_them_stands_in_the_audit_of_both(worker: Client, database: Database) -> None:
    one, other = opened(worker), opened(worker)
    done(worker, other, f"merges/{joined(worker, one, other)['id']}", None, 204, "DELETE")
    with database.transaction() as session:
        query = text("select status, actor from audit_log where subject = :case and action = 'case.merge'")
        noted = {each: session.execute(query, {"case": UUID(each)}).all() for each in (one, other)}
    for rows in noted.values():
        assert sorted(map(tuple, rows)) == [(201, str(worker.subject)), (204, str(worker.subject))]


@pytest.mark.integration
def test_a_merge_is_published_internally_only_and_erased_with_the_case(worker: Client, database: Database) -> None:
    one, other = opened(worker), opened(worker)
    merge = joined(worker, one, other)["id"]
    done(worker, one, f"merges/{merge}", None, 204, "DELETE")
    again = joined(worker, one, other)["id"]
    both = {"kept": one, "alias": other}
    assert told_inside(database) == [
        ("case.merged", {"merge": merge, **both}),
        ("case.unmerged", {"merge": merge, **both}),
        ("case.merged", {"merge": again, **both}),
    ]
    with database.transaction() as session:
        eventlog.number(session)
    with database.transaction() as session:
        assert joined_cases.joined(session, UUID(one)) == sorted((UUID(one), UUID(other)))
        operator = Principal(str(uuid4()), frozenset({"operator"}), OPERATOR)
        shown = eventlog.read(session, "intake", after=0, limit=200, hidden=hidden_from(operator))
        assert [each for each in shown if each.name.startswith("case.")] == [], "no door passes it on"
        assert len(eventlog.read(session, "intake", after=0, limit=200)) == len(shown) + 3
    with database.transaction(ORIGIN.holding(Origin(PARTS.following.emits))) as session:
        begin(session, UUID(other), uuid4(), erase)
    assert told_inside(database) == []
    with database.transaction() as session:
        assert joined_cases.joined(session, UUID(one)) == [UUID(one)]


def told_inside(database: Database) -> list[tuple[str, dict[str, str]]]:
    with database.transaction() as session:
        rows = session.execute(text("select name, data from event_log where classification = 'inside' order by serial"))
        return [(row.name, row.data) for row in rows]


def is_locked(database: Database, case: UUID) -> bool:
    with database.transaction() as session:
        free = text("select id from cases where id = :case for update skip locked")
        return session.execute(free, {"case": case}).first() is None


@pytest.mark.integration
def test_a_case_merged_during_a_wait_for_a_lock_is_locked_with_the_others(worker: Client, database: Database) -> None:
    kept, other, merging = UUID(opened(worker)), UUID(opened(worker)), Event()

    def locked_meanwhile() -> tuple[list[UUID], list[bool]]:
        assert merging.wait(10)
        with database.transaction() as session:
            return lock_joined(session, kept), [is_locked(database, case) for case in (kept, other)]

    with ThreadPoolExecutor(1) as pool:
        locking = pool.submit(locked_meanwhile)
        with database.transaction() as session:
            lock(session, kept)
            joined_cases.join(session, uuid4(), kept, other)
            session.flush()
            merging.set()
            wait_until(lambda: waits_for_a_lock(database), "it waits for the case", 10)
        assert locking.result(10) == (sorted((kept, other)), [True, True])
