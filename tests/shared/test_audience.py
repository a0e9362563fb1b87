"""Which parts of an event an agency receives, and which purposes and categories permit it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.audience import Terms, by_code, inside, person
from shared.events.outside import (
    OutsideField,
    OutsideType,
    StaysInside,
    as_document,
    catalogue,
    from_document,
    outside_type,
)
from shared.reference import codes

CATEGORIES = tuple(codes("data_category"))
TERMS = Terms("health", frozenset(("medical_care",)))
SETS = st.frozensets(st.sampled_from(CATEGORIES))
LEAVING = st.sampled_from([kind for kind in catalogue().values() if kind.audience.leaves])


def test_purpose_and_category_both_open_an_event() -> None:
    assert TERMS.are_met(["medical_care", "media"], ["health"])
    assert not TERMS.are_met(["legal_representation"], ["health"])
    assert not TERMS.are_met(["medical_care"], ["identity"])
    assert not TERMS.are_met([], ["health"])


def test_what_needs_no_category_needs_a_purpose_all_the_same() -> None:
    whoever = Terms(None, frozenset(("medical_care",)))
    assert whoever.are_met(["medical_care"], [])
    assert not whoever.are_met(["media"], CATEGORIES)


def test_a_code_that_nobody_spoke_of_opens_nothing() -> None:
    audience = by_code("kind", {"treated": TERMS, "private": None})
    assert audience.opening({"kind": "treated"}) == TERMS
    assert [audience.opening(data) for data in ({"kind": "private"}, {"kind": "new"}, {})] == [None] * 3


@given(kind=LEAVING, allowed=SETS, more=SETS)
def test_whoever_may_have_more_gets_at_least_as_much_and_nothing_is_blurred(
    kind: OutsideType, allowed: frozenset[str], more: frozenset[str]
) -> None:
    data = {name: f"value of {name}" for name in (*kind.fields, "of_a_newer_release")}
    fewer, most = kind.cut(data, allowed), kind.cut(data, allowed | more)
    assert fewer.items() <= most.items() <= data.items()
    assert "of_a_newer_release" not in most
    assert not any(kind.fields[name].stays for name in most)
    assert {kind.fields[name].category for name in fewer} <= {None, *allowed}


@given(kind=LEAVING)
def test_whoever_may_have_all_gets_all_that_leaves(kind: OutsideType) -> None:
    assert kind.cut(dict.fromkeys(kind.fields), frozenset(CATEGORIES)).keys() == kind.categories().keys()


def test_what_stays_inside_is_never_cut_for_anybody() -> None:
    kind = OutsideType("intake", "case.merged", 1, inside("It names two cases."), {"kept": OutsideField("Reference")})
    with pytest.raises(StaysInside):
        kind.cut({"kept": "one"}, frozenset(CATEGORIES))


def test_a_type_that_this_release_does_not_know_is_not_there() -> None:
    assert outside_type("intake", "contact.opened", 1) is not None
    assert outside_type("intake", "contact.opened", 99) is None


def test_the_ids_of_what_leaves_are_those_that_each_agency_knows_by_its_own_names() -> None:
    kind = OutsideType(
        "intake",
        "referral.rejected",
        1,
        person(TERMS),
        {
            "referral": OutsideField("Reference"),
            "returned_to": OutsideField("Reference", stays=True),
            "reason": OutsideField("Code"),
        },
    )
    assert kind.leaving("Reference") == {"referral"}


@given(kind=st.sampled_from(list(catalogue().values())))
def test_a_type_is_read_as_it_was_written(kind: OutsideType) -> None:
    assert from_document(as_document(kind)) == kind
