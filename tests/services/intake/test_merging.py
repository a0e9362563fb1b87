"""Cases of one person: joined by who may see both, one clock of each code runs, and parted they are whole again."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.intake.merging.rules import Running, resting
from services.intake.service import PARTS
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.merges import GROUNDS, SUBMITTED, clocks_of, joined, with_clocks

KEPT, ALIAS = uuid4(), uuid4()
DAY = date(2026, 3, 2)
CLOCKS = st.lists(
    st.builds(
        lambda case, code, due: Running(uuid4(), case, code, "minimum" if code == "recovery" else "target", due),
        st.sampled_from([KEPT, ALIAS]),
        st.sampled_from(["recovery", "decision"]),
        st.none() | st.dates(DAY, DAY + timedelta(days=60)),
    ),
    max_size=6,
)


@given(CLOCKS)
def test_of_each_code_one_clock_runs_on_and_no_other_is_safer_for_the_person(clocks: list[Running]) -> None:
    found = resting(clocks, KEPT)
    runs = {each.code: each for each in clocks if each not in found}
    assert len(runs) == len(clocks) - len(found) == len({each.code for each in clocks})
    for each in found:
        chosen = runs[each.code]
        if each.due_on is not None:
            assert chosen.due_on is not None
            later, earlier = max(each.due_on, chosen.due_on), min(each.due_on, chosen.due_on)
            assert chosen.due_on == (later if each.kind == "minimum" else earlier)


@pytest.mark.integration
def test_joined_cases_keep_everything_and_parted_they_are_as_they_were(worker: Client) -> None:
    one, other = with_clocks(worker), with_clocks(worker)
    before = {case: clocks_of(worker, case) for case in (one, other)}
    assert {state for state, _ in before[other].values()} >= {"running"}
    merge = joined(worker, one, other)["id"]
    assert clocks_of(worker, one) == before[one]
    assert {code: state for code, (state, _) in clocks_of(worker, other).items() if state == "running"} == {}
    shown = [told(worker.ask("GET", f"/v1/cases/{each}"))["merges"][0] for each in (one, other)]
    assert [(each["case"], each["alias"]) for each in shown] == [(other, False), (one, True)]
    done(worker, other, f"merges/{merge}", None, 204, "DELETE")
    assert {case: clocks_of(worker, case) for case in (one, other)} == before
    assert told(worker.ask("GET", f"/v1/cases/{one}"))["merges"] == []


@pytest.mark.integration
def test_a_clock_that_starts_after_the_merge_does_not_run_twice(worker: Client) -> None:
    one, other = opened(worker, jurisdiction="GB-EAW"), with_clocks(worker)
    joined(worker, one, other)
    for step in (SUBMITTED, GROUNDS):
        told(worker.ask("POST", f"/v1/cases/{one}/identification", step), 201)
    found = [each for case in (one, other) for each in clocks_of(worker, case).items()]
    running = [code for code, (state, _) in found if state == "running"]
    assert len(running) == len(set(running)) > 0


@pytest.mark.integration
def test_what_ended_while_it_rested_is_told_once_after_the_cases_are_parted(worker: Client, database: Database) -> None:
    one, other = with_clocks(worker), with_clocks(worker)
    merge = joined(worker, one, other)["id"]
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + timedelta(days=400))
    timers = [Timers(database, clock, PARTS.following.emits, PARTS.on_timer) for _ in range(2)]
    for each in timers:
        each.fire_due()
    assert ends(database, other) == []
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
    assert rule_of(joined(worker, one, british, 409)) == "one_jurisdiction"


@pytest.mark.integration
def test_who_joined_and_parted_them_stands_in_the_audit_of_both(worker: Client, database: Database) -> None:
    one, other = opened(worker), opened(worker)
    done(worker, other, f"merges/{joined(worker, one, other)['id']}", None, 204, "DELETE")
    with database.transaction() as session:
        query = text("select status, actor from audit_log where subject = :case and action = 'case.merge'")
        noted = {each: session.execute(query, {"case": UUID(each)}).all() for each in (one, other)}
    for rows in noted.values():
        assert sorted(map(tuple, rows)) == [(201, str(worker.subject)), (204, str(worker.subject))]
