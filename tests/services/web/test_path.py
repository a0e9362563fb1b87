"""A case's path: what is on it, when, and where it is drawn."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.path.layout import MOST_COLUMNS, drawn
from services.web.path.rules import KINDS, LANES, Entry, entries_of, read_day
from shared.reference import code_lists
from shared.reference.words import words_of_code

TODAY = date(2026, 3, 2)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
ENTRIES = st.builds(
    Entry,
    lane=st.sampled_from(LANES),
    on=st.none() | DAYS,
    precision=st.sampled_from(("day", "month", "year")),
    record_class=st.sampled_from(("detection", "deadline")),
)


@pytest.mark.parametrize(
    ("text", "on", "precision"),
    [
        ("2026-03-02T10:00:00+00:00", date(2026, 3, 2), "day"),
        ("2026-03-02", date(2026, 3, 2), "day"),
        ("2026-03", date(2026, 3, 1), "month"),
        ("2026", date(2026, 1, 1), "year"),
        ("unknown", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_known(text: object, on: date | None, precision: str) -> None:
    assert read_day(text) == (on, precision)


def test_what_happened_is_preferred_to_the_day_of_its_record() -> None:
    record = {"happened": "2025-11", "detected_on": "2026-02-02"}
    [entry] = entries_of({"intake": {"detections": [record]}})
    assert (entry.on, entry.precision) == (date(2025, 11, 1), "month")


@pytest.mark.parametrize("field", ["taken_back_at", "corrected_on"])
def test_what_was_taken_back_is_not_on_the_path(field: str) -> None:
    record = {"detected_on": "2026-02-02", field: "2026-02-03"}
    assert entries_of({"intake": {"detections": [record]}}) == []


def test_a_claim_has_an_entry_for_each_of_its_days() -> None:
    matter = {"opened_on": "2026-01-01", "applied_on": "2026-01-05", "decided_on": None, "paid_on": None}
    entries = entries_of({"legal": {"matters": [matter]}})
    assert [(entry.step, entry.on) for entry in entries] == [
        ("opened", date(2026, 1, 1)),
        ("applied", date(2026, 1, 5)),
    ]


def test_a_deadline_is_on_the_path_while_somebody_has_to_act_on_it() -> None:
    def clock(state: str) -> dict[str, Any]:
        return {"code": "NL.REFLECTION", "state": state, "due_on": "2026-05-01"}

    found = entries_of({"legal": {"clocks": [clock("running"), clock("met"), clock("doubtful"), clock("withdrawn")]}})
    assert [says for entry in found for says in entry.says if says[0] == "clock_state"] == [
        ("clock_state", "running"),
        ("clock_state", "doubtful"),
    ]


def test_every_kind_has_words_and_takes_its_codes_from_a_published_list() -> None:
    lists = code_lists()
    for kind in KINDS:
        assert kind.lane in LANES
        assert words_of_code("record_class", kind.record_class, "en").label != kind.record_class
        assert {code_list for _field, code_list in kind.says} <= set(lists), kind


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
