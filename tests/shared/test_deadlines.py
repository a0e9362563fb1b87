"""Clocks on a real database: each step is published once, in order, for any clock jumps, replicas and decisions."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.deadlines import DeadlineForbids, NoSuchDeadline, facts, of_subject, view
from shared.store.database import Database
from tests.kit.clocks import ServiceClocks
from tests.kit.statements import statements

pytestmark = pytest.mark.integration


@pytest.fixture
def here(database: Database) -> ServiceClocks:
    return ServiceClocks(database)


def test_each_step_is_told_once_and_in_order_with_many_replicas_though_time_jumps(here: ServiceClocks) -> None:
    here.at("2026-01-05")
    here.start("NL", "NL.OBJECTION", date(2026, 1, 5))
    here.go("2026-06-01", replicas=4)
    here.go("2026-06-02", replicas=4)

    assert here.told() == [
        ("started", "2026-02-02"),
        ("due_soon", "2026-02-02"),
        ("due_soon", "2026-02-02"),
        ("due_soon", "2026-02-02"),
        ("due", "2026-02-02"),
        ("missed", "2026-02-02"),
    ]
    assert [each["days_left"] for each in here.data("due_soon")] == [14, 7, 2]


def test_it_is_due_from_midnight_of_its_day_and_missed_from_the_next(here: ServiceClocks) -> None:
    here.at("2026-07-01")
    here.start("RO", "RO.STATE_COMP", date(2025, 7, 15))
    here.go("2026-07-14T20:59:59")
    assert here.told()[-1][0] == "due_soon"
    here.go("2026-07-14T21:00:00")  # 00:00 in Bucharest
    assert here.told()[-1][0] == "due"
    here.go("2026-07-15T20:59:59")
    assert here.told()[-1][0] == "due"
    here.go("2026-07-15T21:00:00")
    assert here.told()[-1][0] == "doubtful"  # by the reading of three years it continues
    here.go("2028-07-15T20:59:59")
    assert here.told()[-1][0] == "doubtful"
    here.go("2028-07-15T21:00:00")
    assert here.told()[-1][0] == "missed"


def test_days_left_are_counted_by_the_calendar_also_over_the_change_of_the_clocks(here: ServiceClocks) -> None:
    here.at("2026-02-01")
    here.start("GB-EAW", "GB.RECOVERY_MIN", date(2026, 3, 4))
    here.go("2026-03-30")

    assert here.shown()["due_on"] == "2026-04-03"
    assert [each["days_left"] for each in here.data("due_soon")] == [7]


def test_hours_are_due_on_their_day_and_missed_at_their_instant(here: ServiceClocks) -> None:
    here.at("2026-03-27T10:00:00")
    here.start("RO", "RO.VOUCHER", datetime(2026, 3, 27, 10, tzinfo=UTC))
    here.go("2026-03-29T21:00:00")  # 00:00 in Bucharest, after the change to summer time
    assert [verb for verb, _ in here.told()] == ["started", "due_soon", "due"]
    here.go("2026-03-30T09:59:59")
    assert here.told()[-1][0] == "due"
    here.go("2026-03-30T10:00:00")
    assert here.told()[-1][0] == "missed"


def test_a_running_clock_keeps_its_rule_when_the_law_changes_overnight(here: ServiceClocks) -> None:
    here.at("2022-12-12T12:00:00")
    here.start("GB-EAW", "GB.RECOVERY_MIN", date(2022, 12, 12))
    later = ServiceClocks(here.database)
    here.go("2022-12-13T12:00:00")
    later.start("GB-EAW", "GB.RECOVERY_MIN", date(2022, 12, 13))

    assert (here.shown()["rule_version"], here.shown()["due_on"]) == ("2009-04-01", "2023-01-26")
    assert (later.shown()["rule_version"], later.shown()["due_on"]) == ("2022-12-13", "2023-01-12")
    here.go("2023-01-26T23:59:59")
    assert [each.shown()["state"] for each in (later, here)] == ["reached", "running"]
    here.go("2023-01-27")
    assert here.told()[-1] == ("reached", "2023-01-26")


def test_a_limitation_that_passed_is_no_mere_miss_where_late_filing_is_possible(here: ServiceClocks) -> None:
    here.at("2026-03-01")
    here.start("GB-EAW", "GB.CICA", "2024-02")
    here.go("2026-03-01")

    assert here.told()[-1] == ("missed", "2026-02-01")
    assert here.data("missed")[0]["late_filing_possible"] is True
    assert here.shown()["state"] == "passed"
    assert here.shown()["says"] == view._LATE


def test_reaching_a_minimum_ends_nothing_and_says_so(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    here.start("NL", "COE.RECOVERY_MIN", date(2026, 1, 1))
    here.go("2026-03-01")

    assert [verb for verb, _ in here.told()] == ["started", "due_soon", "reached"]
    assert here.shown()["says"] == view._SAYS["reached"]


def test_an_unknown_length_has_no_date_and_no_timers(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    here.start("NL", "NL.CIVIL", date(2020, 1, 1))
    here.go("2100-01-01")

    assert here.told() == [("started", None)]
    assert (here.shown()["due_on"], here.shown()["verify"]) == (None, True)


# --- extended -------------------------------------------------------------------------------------------------------


def test_an_extended_clock_tells_of_its_new_day_and_no_longer_of_the_old(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "COE.RECOVERY_MIN", date(2026, 1, 1))
    here.go("2026-01-24T12:00:00")
    assert here.told()[-1] == ("due_soon", "2026-01-31")
    assert here.extend(clock, date(2026, 2, 7)).due_on == date(2026, 2, 7)
    here.go("2026-06-01")

    assert here.told()[2:] == [("moved", "2026-02-07"), ("due_soon", "2026-02-07"), ("reached", "2026-02-07")]


def test_a_clock_that_was_over_runs_again_when_its_extension_is_heard_of_late(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "COE.RECOVERY_MIN", date(2026, 1, 1))
    here.go("2026-02-10")
    assert here.shown()["state"] == "reached"
    here.extend(clock, date(2026, 3, 1))
    assert here.shown()["state"] == "running"
    here.go("2026-03-02")
    assert here.told()[-1] == ("reached", "2026-03-01")


def test_an_extension_is_refused_without_a_rule_and_ignored_for_an_earlier_day(
    here: ServiceClocks,
) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "COE.RECOVERY_MIN", date(2026, 1, 1))
    reflection = here.start("NL", "NL.REFLECTION_MAX", date(2026, 1, 1))
    with pytest.raises(DeadlineForbids) as refused:
        here.extend(reflection, date(2027, 1, 1))
    assert refused.value.rule == "rule_knows_an_extension"
    with pytest.raises(NoSuchDeadline):
        here.extend(uuid4(), date(2027, 1, 1))
    earlier = here.extend(clock, date(2026, 1, 31))
    assert (earlier.has_effect, earlier.due_on) == (False, date(2026, 1, 31))
    here.stop("COE.RECOVERY_MIN", "2026-01-02")
    # A closing date in the future ends nothing before that day.
    assert here.state_of("COE.RECOVERY_MIN") == "running"
    here.go("2026-01-03")
    assert here.state_of("COE.RECOVERY_MIN") == "ended"
    here.extend(clock, date(2027, 1, 1))
    assert here.state_of("COE.RECOVERY_MIN") == "ended"
    here.go("2027-01-02")
    assert here.state_of("COE.RECOVERY_MIN") == "ended"


def test_an_extension_before_the_day_of_a_closing_does_not_prevent_it(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "COE.RECOVERY_MIN", date(2026, 1, 1))
    here.stop("COE.RECOVERY_MIN", "2026-01-02")
    assert here.extend(clock, date(2027, 1, 1)).due_on == date(2027, 1, 1)
    assert here.state_of("COE.RECOVERY_MIN") == "running"
    here.go("2026-01-03")
    assert here.state_of("COE.RECOVERY_MIN") == "ended"


# --- paused ---------------------------------------------------------------------------------------------------------


def test_a_paused_clock_tells_nothing_and_runs_on_to_its_later_day(here: ServiceClocks) -> None:
    here.at("2016-06-20")
    clock = here.start("GB-EAW", "GB.ET", date(2016, 6, 20))
    assert here.shown()["due_on"] == "2016-09-19"
    here.at("2016-07-22")
    here.pause(clock, date(2016, 7, 22))
    here.go("2016-08-22")
    assert here.told() == [("started", "2016-09-19"), ("paused", "2016-09-19")]
    assert (here.shown()["state"], here.shown()["paused_on"]) == ("paused", "2016-07-22")
    # Conciliation until 22 August: 31 days do not count (Luton Borough Council v Haque, EAT 2018).
    assert here.resume(clock, date(2016, 8, 22)).due_on == date(2016, 10, 20)
    here.go("2016-10-21")
    assert here.told()[2:4] == [("resumed", "2016-10-20"), ("due_soon", "2016-10-20")]
    assert here.told()[-2:] == [("due", "2016-10-20"), ("missed", "2016-10-20")]


def test_a_pause_that_is_heard_of_after_the_limit_had_passed_counts_by_its_own_dates(here: ServiceClocks) -> None:
    here.at("2026-01-15")
    clock = here.start("GB-EAW", "GB.ET", date(2026, 1, 15))
    here.go("2026-04-20")
    assert here.shown()["state"] == "passed"
    here.pause(clock, date(2026, 4, 10))
    # Day B is 20 April. The 10 days would end on the 24th, so the month after the certificate applies instead.
    assert here.resume(clock, date(2026, 4, 20)).due_on == date(2026, 5, 20)
    assert here.shown()["state"] == "running"
    here.go("2026-05-21")
    assert [each["due_on"] for each in here.data("missed")] == ["2026-04-14", "2026-05-20"]


def test_a_pause_that_changes_no_day_repeats_no_warning(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("GB-EAW", "GB.ET", date(2026, 1, 1))
    here.go("2026-02-20")
    here.pause(clock, date(2026, 2, 20))
    # At least a month remains from the 20th, and 31 March is later.
    assert here.resume(clock, date(2026, 2, 20)).due_on == date(2026, 3, 31)
    here.go("2026-04-01", replicas=2)

    assert [each["days_left"] for each in here.data("due_soon")] == [30, 14, 7, 3]
    assert [verb for verb, _ in here.told()].count("missed") == 1
    assert here.waiting() == 0


def test_both_readings_of_an_unsettled_rule_move_with_a_pause(here: ServiceClocks) -> None:
    here.at("2026-10-01")
    clock = here.start("GB-SCT", "GB.ET", date(2026, 10, 1))
    assert (here.shown()["due_on"], here.shown()["other_due_on"]) == ("2026-12-31", "2027-03-31")
    here.pause(clock, date(2026, 10, 5))
    here.resume(clock, date(2026, 10, 15))
    assert (here.shown()["due_on"], here.shown()["other_due_on"]) == ("2027-01-10", "2027-04-10")


def test_only_what_the_rule_does_not_know_is_refused_and_the_rest_has_no_effect(
    here: ServiceClocks,
) -> None:
    here.at("2026-01-01")
    recovery = here.start("GB-EAW", "GB.RECOVERY_MIN", date(2026, 1, 1))
    tribunal = here.start("GB-EAW", "GB.ET", date(2026, 1, 1))
    with pytest.raises(DeadlineForbids) as refused:
        here.pause(recovery, date(2026, 1, 2))
    assert refused.value.rule == "rule_knows_a_pause"

    assert not here.pause(tribunal, date(2026, 4, 1)).has_effect, "the period was over then"
    assert not here.resume(tribunal, date(2026, 1, 2)).has_effect, "nothing stood still"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.integers(0, 40)),
        st.tuples(st.just("pause"), st.integers(0, 5)),
        st.tuples(st.just("resume"), st.integers(0, 20)),
        st.tuples(st.just("stop"), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(steps=STEPS)
# The resumption can belong to either pause, so each step moves the latest date.
@example(steps=[("pause", 1), ("resume", 10), ("pause", 0)])
def test_whatever_is_done_to_a_clock_nothing_is_told_twice_of_one_state(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    here, today = ServiceClocks(database), date(2026, 1, 1)
    here.at("2026-01-01")
    clock = here.start("GB-EAW", "GB.ET", today)
    for what, days in steps:
        if what == "go":
            today += timedelta(days=days)
            here.go(today.isoformat(), replicas=2)
        elif what == "pause":
            here.pause(clock, today - timedelta(days=days))
        elif what == "resume":
            here.resume(clock, today + timedelta(days=days - 10))
        else:
            here.stop("GB.ET", today)
    here.go("2030-01-01", replicas=2)

    dates = here.told_dates()
    assert all(one != another for one, another in pairwise(dates) if one[0] not in ("due_soon", "restated"))
    # Only an event that moves the latest date may repeat the earliest.
    told = here.told()
    assert all(one != another for one, another in pairwise(told) if one[0] not in ("due_soon", "restated", "moved"))
    soon = [(each["due_on"], each["days_left"]) for each in here.data("due_soon")]
    moved = [each["due_on"] for each in here.data("moved") + here.data("resumed")]
    assert len(set(soon)) == len(soon) or moved, "a warning is repeated only for a day that it moved to"
    # A pause or a closing from before the start leaves a doubt: one of the two days is wrong.
    assert here.shown()["state"] in ("passed", "paused", "ended", "doubtful")


def test_however_many_periods_begin_at_once_they_take_no_more_statements(here: ServiceClocks) -> None:
    here.at("2026-01-20")
    here.note(here.fact("law", "2025-01-01", jurisdiction="NL"), here.fact("person", "2025-01-01", age="adult"))
    sent_for: list[int] = []
    for days in (["2026-01-02"], [f"2026-01-{day:02}" for day in range(5, 15)]):
        before = len(here.all_shown())
        with here.database.transaction() as session:
            for day in days:
                asked = here.fact("rights_request", day, right="access")
                facts.note(session, asked, now=here.clock.now(session), by=None)
        with statements() as sent:
            here.do(here.keeping.derive, here.subject)
        assert len(here.all_shown()) == before + len(days)
        sent_for.append(len(sent))
    assert sent_for[0] == sent_for[1]


def test_periods_of_one_kind_and_day_have_the_same_order_in_every_query(
    here: ServiceClocks,
) -> None:
    here.at("2026-02-01")
    here.note(here.fact("law", "2025-01-01", jurisdiction="NL"), here.fact("person", "2025-01-01", age="adult"))
    here.note(*(here.fact("rights_request", f"2026-01-{day}", right="access") for day in range(10, 18)))
    listed = here.all_shown()
    assert len(listed) == 8
    assert len({(each["code"], each["due_on"]) for each in listed}) == 1
    with here.database.transaction() as session:
        # The server does the same automatically once the table has grown or shrunk.
        session.execute(text("set local enable_indexscan = off"))
        session.execute(text("set local enable_bitmapscan = off"))
        assert of_subject(session, here.subject) == listed
