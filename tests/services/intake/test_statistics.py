"""Statisticians see no small counts, and no counts from which a small one follows."""

import itertools
from collections.abc import Mapping

from hypothesis import example, given
from hypothesis import strategies as st

from services.intake.facts.case.rules import SMALLEST
from services.intake.path.outreach.rules import STEPS, Progression, published, published_whole, unsuppressed

Shown = Mapping[str, int | None]


@st.composite
def progressions(draw: st.DrawFn) -> Progression:
    contacts = draw(st.integers(0, 60))
    detected = draw(st.integers(0, contacts))
    cases = draw(st.integers(0, detected))
    return Progression(contacts=contacts, detected=detected, cases=cases, closed=draw(st.integers(0, cases)))


TABLES = st.dictionaries(st.sampled_from("abcdef"), progressions(), max_size=6)


def whole_of(parts: Mapping[str, Progression]) -> Progression:
    return sum(parts.values(), Progression())


def only(contacts: int) -> Progression:
    return Progression(contacts=contacts)


@given(TABLES)
def test_no_number_is_small_and_none_is_false(parts: Mapping[str, Progression]) -> None:
    whole = published_whole(whole_of(parts))
    for key, row in {**published(parts, whole), "": whole}.items():
        true = unsuppressed(parts[key] if key else whole_of(parts))
        for step, value in row.items():
            assert value is None or (value >= SMALLEST and value == true[step])


@given(TABLES)
@example({"a": only(30), "b": only(3), "c": only(20)})
@example({"a": only(30), "b": only(0), "c": only(0), "d": only(20)})
def test_no_small_number_follows_from_a_total(parts: Mapping[str, Progression]) -> None:
    whole = published_whole(whole_of(parts))
    rows = published(parts, whole)
    for step in STEPS:
        hidden = [key for key, row in rows.items() if row[step] is None]
        if whole[step] is None:
            assert len(hidden) == len(parts)
        elif hidden:
            assert len(hidden) > 1
            assert sum(unsuppressed(parts[key])[step] or 0 for key in hidden) >= SMALLEST


@given(TABLES)
def test_no_small_number_follows_from_two_steps(parts: Mapping[str, Progression]) -> None:
    whole = published_whole(whole_of(parts))
    for row in [whole, *published(parts, whole).values()]:
        told = [value for value in row.values() if value is not None]
        assert all(before - after >= SMALLEST for before, after in itertools.pairwise(told))


def test_of_one_small_part_a_second_one_is_hidden_too_and_large_ones_stay() -> None:
    parts = {"a": only(30), "b": only(3), "c": only(20)}

    rows = published(parts, published_whole(whole_of(parts)))

    assert [rows[key]["contacts"] for key in "abc"] == [30, None, None]


def test_what_is_large_everywhere_is_shown_whole() -> None:
    parts = {key: Progression(contacts=80, detected=60, cases=40, closed=20) for key in "ab"}
    whole = published_whole(whole_of(parts))

    assert whole == {"contacts": 160, "detected": 120, "cases": 80, "closed": 40}
    assert published(parts, whole)["a"] == {"contacts": 80, "detected": 60, "cases": 40, "closed": 20}
