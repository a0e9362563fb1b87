"""A case's path: its steps, their times, and their positions in the drawing."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.cases.lifecycle.rules import timeline as of_intake
from services.legal.overview.case_file import rules as of_legal
from services.support.overview.case_file import rules as of_support
from services.web.path.layout import MOST_COLUMNS, drawn
from services.web.path.rules import LANES, Entry, entries_of, events_of, read_day, with_held
from services.web.words.speech import FACT, STEPS
from shared.reference import code_lists
from shared.reference.words import words_of_code
from tests.kit.desk_pages import DEADLINE, ENTRY

TODAY = date(2026, 3, 2)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
ENTRIES = st.builds(
    Entry,
    lane=st.sampled_from(LANES),
    on=st.none() | DAYS,
    precision=st.sampled_from(("day", "month", "year")),
    what=st.sampled_from(("detection", "deadline")),
)


@pytest.mark.parametrize(
    ("text", "on", "precision"),
    [
        ("2026-03-02T10:00:00+00:00", date(2026, 3, 2), "day"),
        ("2026-03-02", date(2026, 3, 2), "day"),
        ("2026-11-30T23:30:00+00:00", date(2026, 12, 1), "day"),
        ("2026-06-30T22:30:00Z", date(2026, 7, 1), "day"),
        ("2026-12-01T00:30:00+02:00", date(2026, 11, 30), "day"),
        ("2026-03", date(2026, 3, 1), "month"),
        ("2026", date(2026, 1, 1), "year"),
        ("unknown", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_known(text: object, on: date | None, precision: str) -> None:
    assert read_day(text, "Europe/Amsterdam") == (on, precision)


def stated(**different: Any) -> dict[str, Any]:
    return {**ENTRY, **different}


def test_an_entry_is_at_the_first_day_that_its_date_can_mean() -> None:
    [entry] = entries_of({"intake": {"entries": [stated(at="2025-11", precision="month")]}})
    assert (entry.on, entry.precision) == (date(2025, 11, 1), "month")


def test_the_path_shows_local_days_and_its_pages_continue_in_the_order_of_services() -> None:
    late = {"intake": {"entries": [stated(at="2026-11-30T23:30:00+00:00", precision="instant")]}}
    [entry] = entries_of(late, "Europe/Amsterdam")
    assert entry.on == date(2026, 12, 1)
    assert entry.place[0] == date(2026, 11, 30)


def test_a_deadline_in_doubt_has_both_days_on_the_path() -> None:
    clocks = [DEADLINE, {**DEADLINE, "other_due_on": DEADLINE["due_on"]}, {**DEADLINE, "other_due_on": None}]
    found = entries_of({"legal": {"deadlines": clocks}})
    assert [(entry.on, entry.other_on) for entry in found] == [
        (date(2026, 5, 4), date(2026, 5, 11)),
        (date(2026, 5, 4), None),
        (date(2026, 5, 4), None),
    ]
    [mark] = drawn(found, TODAY).marks
    assert (mark.shape, mark.count, mark.is_unsure) == ("diamond", 3, True)


def test_within_a_day_a_need_stands_before_that_it_was_met() -> None:
    need = stated(what="urgent_need", lane="support")
    found = entries_of({"support": {"entries": [{**need, "step": "met"}, need]}})
    assert [entry.step for entry in found] == ["", "met"]


def test_what_was_taken_back_is_in_the_timeline_and_not_on_the_path() -> None:
    timelines = {"intake": {"entries": [stated(taken_back=True)]}}
    assert entries_of(timelines) == []
    assert [entry.is_standing for entry in events_of(timelines)] == [False]


@given(st.lists(st.tuples(DAYS, st.uuids(), st.sampled_from(("intake", "legal", "support"))), max_size=20))
def test_entries_of_all_services_come_in_one_order_the_newest_first(drawn_entries: list[Any]) -> None:
    timelines: dict[str, Any] = {name: {"entries": []} for name in ("intake", "legal", "support")}
    for day, identity, name in drawn_entries:
        timelines[name]["entries"].append(stated(at=day.isoformat(), id=str(identity)))
    places = [entry.place for entry in events_of(timelines)]
    assert places == sorted(places, reverse=True)
    assert len(places) == len(drawn_entries)


def test_a_deadline_is_on_the_path_while_somebody_has_to_act_on_it() -> None:
    def clock(state: str) -> dict[str, Any]:
        return {**DEADLINE, "state": state}

    clocks = [clock("running"), clock("met"), clock("doubtful"), clock("withdrawn")]
    found = entries_of({"legal": {"deadlines": clocks}})
    assert [says for entry in found for says in entry.says if says[0] == "clock_state"] == [
        ("clock_state", "running"),
        ("clock_state", "doubtful"),
    ]


def test_each_date_that_a_service_declares_has_words_and_codes_of_a_published_list() -> None:
    lists = code_lists()
    for dated in (*of_intake.DATES, *of_legal.DATES, *of_support.DATES):
        assert dated.lane in LANES
        assert dated.step is None or (dated.what, dated.step) in STEPS, dated
        assert dated.what == FACT or words_of_code("record_class", dated.what, "en").label != dated.what
        named = {value.partition(":")[2] for value in dated.values} - {""}
        assert named <= set(lists), dated


@given(st.lists(ENTRIES, max_size=80))
def test_every_entry_is_drawn_once_or_counted_as_left_out(entries: list[Entry]) -> None:
    drawing = drawn(entries, TODAY)
    days = sorted({entry.on or date.min for entry in entries} | {TODAY})
    shown = [entry for entry in entries if (entry.on or date.min) in days[drawing.left_out :]]
    assert sum(mark.count for mark in drawing.marks) == len(shown)
    assert len(drawing.columns) == len(days) - drawing.left_out <= MOST_COLUMNS


@given(st.lists(ENTRIES, max_size=40))
def test_marks_are_inside_the_drawing_and_never_on_each_other(entries: list[Entry]) -> None:
    drawing = drawn(entries, TODAY)
    places = [(mark.x, mark.y) for mark in drawing.marks]
    assert len(places) == len(set(places))
    assert all(0 < x < drawing.width and 0 < y < drawing.height for x, y in places)
    assert [column.x for column in drawing.columns] == sorted({column.x for column in drawing.columns})


def test_several_entries_of_a_day_become_a_square_and_an_inexact_date_a_bar() -> None:
    day = TODAY - timedelta(days=3)
    entries = [
        Entry("support", day, "day", "service"),
        Entry("support", day, "day", "plan"),
        Entry("detection", date(2026, 1, 1), "month", "detection"),
        Entry("justice", TODAY, "day", "deadline"),
        Entry("justice", day, "day", "award"),
    ]
    assert {(mark.lane, mark.shape, mark.count) for mark in drawn(entries, TODAY).marks} == {
        ("support", "square", 2),
        ("detection", "bar", 1),
        ("justice", "diamond", 1),
        ("justice", "dot", 1),
    }


def test_today_has_a_column_of_its_own() -> None:
    drawing = drawn([Entry("detection", date(2026, 1, 1), "day", "detection")], TODAY)
    assert [column.on for column in drawing.columns] == [date(2026, 1, 1), TODAY]
    assert drawing.today == drawing.columns[1].x


@pytest.mark.parametrize(
    ("state", "step", "is_held"), [("held", "send", True), ("sent", "send", False), ("held", "receive", False)]
)
def test_the_sending_of_a_referral_that_is_held_back_reads_as_held_back(
    state: str, step: str, *, is_held: bool
) -> None:
    agency = ("", "NL.COMENSHA")
    entry = Entry("support", TODAY, "day", "referral", "answered", (("referral_step", step), agency), id="step")
    case = {
        "referrals": [{"id": "referral", "state": state}],
        "referral_steps": [{"id": "step", "referral_id": "referral"}],
    }
    [shown] = with_held([entry], case)
    assert shown.says == ((("referral_state", "held"), agency) if is_held else entry.says)
    assert with_held([entry], {"referrals": None}) == [entry]
