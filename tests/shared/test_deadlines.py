"""Clocks on a real database: each step told once, in order, whatever time, replicas and decisions do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import deadlines
from shared.deadlines import DeadlineForbids, NoSuchDeadline, commands
from shared.deadlines.tables import rule_of
from shared.reference.periods import ImpossibleDate
from shared.store.database import Database
from tests.kit.clocks import ServiceClocks

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
    assert here.told()[-1][0] == "missed"


def test_days_left_are_counted_by_the_calendar_also_over_the_change_of_the_clocks(here: ServiceClocks) -> None:
    here.at("2026-02-01")
    here.start("GB-EAW", "GB.RECOVERY_MIN", date(2026, 3, 4))
    here.go("2026-03-30")

    assert here.shown()["due_on"] == "2026-04-02"
    assert [each["days_left"] for each in here.data("due_soon")] == [7]


def test_hours_are_due_on_their_day_and_missed_at_their_instant(here: ServiceClocks) -> None:
    here.at("2026-03-27T10:00:00")
    here.start("RO", "RO.VOUCHER", datetime(2026, 3, 27, 10, tzinfo=UTC))
    here.go("2026-03-29T21:00:00")  # 00:00 in Bucharest, where summer time has begun meanwhile
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
    assert (later.shown()["rule_version"], later.shown()["due_on"]) == ("2022-12-13", "2023-01-11")
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
    assert here.shown()["says"] == "ordinary limit passed, late filing possible"


def test_reaching_a_minimum_ends_nothing_and_says_so(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    here.start("NL", "EU.COE_RECOVERY_MIN", date(2026, 1, 1))
    here.go("2026-03-01")

    assert [verb for verb, _ in here.told()] == ["started", "due_soon", "reached"]
    assert "ends nothing" in here.shown()["says"]


def test_an_unknown_length_has_no_date_and_no_timers(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    here.start("NL", "NL.CIVIL", date(2020, 1, 1))
    here.go("2100-01-01")

    assert here.told() == [("started", None)]
    assert (here.shown()["due_on"], here.shown()["verify"]) == (None, True)


def test_one_clock_of_a_code_runs_at_a_time(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    first = here.start("GB-EAW", "GB.ET", date(2026, 1, 1))
    assert here.start("GB-EAW", "GB.ET", date(2026, 1, 2)) is None
    here.do(deadlines.pause, first, date(2026, 1, 3), timed=False)
    assert here.start("GB-EAW", "GB.ET", date(2026, 1, 2)) is None
    here.do(deadlines.stop, ["GB.ET"], timed=False)
    assert here.start("GB-EAW", "GB.ET", date(2026, 1, 2)) is not None


# --- extended -------------------------------------------------------------------------------------------------------


def test_an_extended_clock_tells_of_its_new_day_and_no_longer_of_the_old(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "EU.COE_RECOVERY_MIN", date(2026, 1, 1))
    here.go("2026-01-24T12:00:00")
    assert here.told()[-1] == ("due_soon", "2026-01-31")
    assert here.do(deadlines.extend, clock, date(2026, 2, 7)) == date(2026, 2, 7)
    here.go("2026-06-01")

    assert here.told()[2:] == [("extended", "2026-02-07"), ("due_soon", "2026-02-07"), ("reached", "2026-02-07")]


def test_a_clock_that_was_over_runs_again_when_its_extension_is_heard_of_late(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "EU.COE_RECOVERY_MIN", date(2026, 1, 1))
    here.go("2026-02-10")
    assert here.shown()["state"] == "reached"
    here.do(deadlines.extend, clock, date(2026, 3, 1))
    assert here.shown()["state"] == "running"
    here.go("2026-03-02")
    assert here.told()[-1] == ("reached", "2026-03-01")


def test_an_extension_leads_to_a_later_day_and_only_where_the_rule_knows_one(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    clock = here.start("NL", "EU.COE_RECOVERY_MIN", date(2026, 1, 1))
    reflection = here.start("NL", "NL.REFLECTION_MAX", date(2026, 1, 1))
    for which, until, rule in (
        (clock, date(2026, 1, 31), "extended_to_a_later_day"),
        (reflection, date(2027, 1, 1), "rule_knows_an_extension"),
    ):
        with pytest.raises(DeadlineForbids) as refused:
            here.do(deadlines.extend, which, until)
        assert refused.value.rule == rule
    with pytest.raises(NoSuchDeadline):
        here.do(deadlines.extend, uuid4(), date(2027, 1, 1))
    here.do(deadlines.stop, ["EU.COE_RECOVERY_MIN"], timed=False)
    with pytest.raises(DeadlineForbids, match="stopped"):
        here.do(deadlines.extend, clock, date(2027, 1, 1))
    assert [verb for verb, _ in here.told()] == ["started", "started", "stopped"]


# --- paused ---------------------------------------------------------------------------------------------------------


def test_a_paused_clock_tells_nothing_and_runs_on_to_its_later_day(here: ServiceClocks) -> None:
    here.at("2016-06-20")
    clock = here.start("GB-EAW", "GB.ET", date(2016, 6, 20))
    assert here.shown()["due_on"] == "2016-09-19"
    here.do(deadlines.pause, clock, date(2016, 7, 22), timed=False)
    here.go("2016-08-22")
    assert here.told() == [("started", "2016-09-19"), ("paused", None)]
    assert (here.shown()["state"], here.shown()["paused_on"]) == ("paused", "2016-07-22")
    # Conciliation to 22 August: 31 days do not count (Luton Borough Council v Haque, EAT 2018).
    assert here.do(deadlines.resume, clock, date(2016, 8, 22)) == date(2016, 10, 20)
    here.go("2016-10-21")
    assert here.told()[2:4] == [("resumed", "2016-10-20"), ("due_soon", "2016-10-20")]
    assert here.told()[-2:] == [("due", "2016-10-20"), ("missed", "2016-10-20")]


def test_a_pause_that_is_heard_of_after_the_limit_had_passed_counts_by_its_own_dates(here: ServiceClocks) -> None:
    here.at("2026-01-15")
    clock = here.start("GB-EAW", "GB.ET", date(2026, 1, 15))
    here.go("2026-04-20")
    assert here.shown()["state"] == "passed"
    here.do(deadlines.pause, clock, date(2026, 4, 10), timed=False)
    # Day B is 20 April: the 10 days end on the 24th, so that the month after the certificate counts instead.
    assert here.do(deadlines.resume, clock, date(2026, 4, 20)) == date(2026, 5, 20)
    assert here.shown()["state"] == "running"
    here.go("2026-05-21")
    assert [each["due_on"] for each in here.data("missed")] == ["2026-04-14", "2026-05-20"]


def test_a_pause_that_changes_no_day_repeats_no_warning(here: ServiceClocks, monkeypatch: pytest.MonkeyPatch) -> None:
    # A rule that leaves no least time after a pause, so that the due date can stay the same.
    monkeypatch.setattr(commands, "rule_of", lambda row: replace(rule_of(row), left_after_pause=None))
    here.at("2026-01-01")
    clock = here.start("GB-EAW", "GB.ET", date(2026, 1, 1))
    here.go("2026-03-01")
    assert here.told()[-1] == ("due_soon", "2026-03-31")
    here.do(deadlines.pause, clock, date(2026, 3, 1), timed=False)
    assert here.do(deadlines.resume, clock, date(2026, 3, 1)) == date(2026, 3, 31)
    here.go("2026-04-01", replicas=2)

    assert [each["days_left"] for each in here.data("due_soon")] == [30, 14, 7, 3]
    assert [verb for verb, _ in here.told()].count("missed") == 1
    assert here.waiting() == 0


def test_both_readings_of_an_unsettled_rule_move_with_a_pause(here: ServiceClocks) -> None:
    here.at("2026-10-01")
    clock = here.start("GB-SCT", "GB.ET", date(2026, 10, 1))
    assert (here.shown()["due_on"], here.shown()["other_due_on"]) == ("2026-12-31", "2027-03-31")
    here.do(deadlines.pause, clock, date(2026, 10, 5), timed=False)
    here.do(deadlines.resume, clock, date(2026, 10, 15))
    assert (here.shown()["due_on"], here.shown()["other_due_on"]) == ("2027-01-10", "2027-04-10")


def test_what_can_not_be_paused_or_resumed_says_why(here: ServiceClocks) -> None:
    here.at("2026-01-01")
    recovery = here.start("GB-EAW", "GB.RECOVERY_MIN", date(2026, 1, 1))
    tribunal = here.start("GB-EAW", "GB.ET", date(2026, 1, 1))

    def refused(action: Callable[..., Any], *arguments: Any, timed: bool) -> str:
        with pytest.raises(DeadlineForbids) as found:
            here.do(action, *arguments, timed=timed)
        return found.value.rule

    assert refused(deadlines.pause, recovery, date(2026, 1, 2), timed=False) == "rule_knows_a_pause"
    assert refused(deadlines.pause, tribunal, date(2026, 4, 1), timed=False) == "paused_in_time"
    assert refused(deadlines.resume, tribunal, date(2026, 1, 2), timed=True) == "clock_is_paused"
    here.do(deadlines.pause, tribunal, date(2026, 1, 10), timed=False)
    assert refused(deadlines.pause, tribunal, date(2026, 1, 11), timed=False) == "clock_goes_on"
    with pytest.raises(ImpossibleDate, match="before it began"):
        here.do(deadlines.resume, tribunal, date(2026, 1, 9))
    here.do(deadlines.stop, ["GB.ET"], timed=False)
    assert refused(deadlines.resume, tribunal, date(2026, 1, 12), timed=True) == "clock_is_paused"
    assert here.told()[-1] == ("stopped", None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.integers(0, 40)),
        st.tuples(st.just("pause"), st.integers(0, 5)),
        st.tuples(st.just("resume"), st.integers(0, 20)),
        st.tuples(st.just("stop"), st.just(0)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_to_a_clock_nothing_is_told_twice_of_one_due_date(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    here, today = ServiceClocks(database), date(2026, 1, 1)
    here.at("2026-01-01")
    clock = here.start("GB-EAW", "GB.ET", today)
    for what, days in steps:
        try:
            if what == "go":
                today += timedelta(days=days)
                here.go(today.isoformat(), replicas=2)
            elif what == "pause":
                here.do(deadlines.pause, clock, today - timedelta(days=days), timed=False)
            elif what == "resume":
                here.do(deadlines.resume, clock, today + timedelta(days=days - 10))
            else:
                here.do(deadlines.stop, ["GB.ET"], timed=False)
        except (DeadlineForbids, ImpossibleDate):
            continue
    here.go("2030-01-01", replicas=2)

    ends = [(verb, due) for verb, due in here.told() if verb in ("due", "missed")]
    soon = [(each["due_on"], each["days_left"]) for each in here.data("due_soon")]
    assert len(set(ends)) == len(ends)
    assert len(set(soon)) == len(soon)
    assert here.shown()["state"] in ("passed", "paused", "stopped")
