"""A changed name keeps the previous one, in any order of recording and for any dates."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.facts.identity.rules import REPLACED, Name, changed, checked_names, gender_kept
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference.periods import earliest, latest

TODAY = date(2026, 3, 9)
SINCE = st.one_of(
    st.none(),
    st.builds(
        lambda day, length: day.isoformat()[:length],
        st.dates(date(1950, 1, 1), TODAY),
        st.sampled_from([4, 7, 10]),
    ),
)
NEW = st.builds(
    Name,
    kind=st.sampled_from(["given", "family", "called_by", "other_spelling"]),
    name=st.sampled_from(["A", "B", "C", "D"]),
    since=SINCE,
)


@given(st.lists(NEW, max_size=8))
def test_no_name_is_lost_and_of_a_kind_that_is_replaced_one_stands(changes: list[Name]) -> None:
    kept: tuple[Name, ...] = ()
    for each in changes:
        try:
            after = changed(kept, each, TODAY)
        except StepForbidden:
            continue
        assert [(old.kind, old.name, old.since) for old in kept] == [
            (now.kind, now.name, now.since) for now in after[:-1]
        ]
        assert all(old.until in (None, now.until) for old, now in zip(kept, after, strict=False)), "no end is moved"
        kept = after
    for kind in REPLACED:
        assert sum(each.stands for each in kept if each.kind == kind) <= 1
    for each in kept:
        assert not (each.since and each.until) or earliest(each.since) <= latest(each.until)
    if len(set(kept)) == len(kept):
        assert checked_names(kept, TODAY) == kept, "what came of it may be recorded as it is"


@given(st.lists(st.sampled_from(["Feminine", "Masculine", "NonConforming"]), min_size=1, max_size=6))
def test_no_gender_is_lost_and_the_same_again_is_no_change(told: list[str]) -> None:
    kept = None
    for each in told:
        kept = gender_kept(kept, each, TODAY)
    assert kept is not None
    all_of = [*(each["gender"] for each in kept["earlier"]), kept["now"]]
    assert all_of == [each for each, before in zip(told, [None, *told], strict=False) if each != before]
    assert gender_kept(kept, None, TODAY) is None


@pytest.mark.parametrize("field", ["since", "until"])
def test_a_name_of_tomorrow_is_refused(field: str) -> None:
    with pytest.raises(FactRefused) as refused:
        checked_names([replace(Name(kind="given", name="A"), **{field: "2026-03-10"})], TODAY)
    assert refused.value.rule == "not_in_the_future"
