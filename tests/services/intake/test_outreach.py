from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.path.outreach.rules import Counts, Met, check_session, progression
from shared.casework.refusals import FactRefused

TODAY = date(2026, 3, 2)
HELD = {"held_on": TODAY, "region": "GB-MAN", "reached": 30, "spoke_with": 12, "contacts": 2}


def check(**different: Any) -> None:
    held: dict[str, Any] = {**HELD, **different}
    check_session(held.pop("held_on"), held.pop("region"), Counts(**held), TODAY)


def test_a_session_in_counts_at_a_region_is_taken() -> None:
    check()
    check(contacts=0, spoke_with=0, reached=0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("held_on", date(2026, 3, 3)),
        *(("region", each) for each in ("Manchester", "GB", "gb-man", "GB-MANC", "M1 1AA", "GB-MAN\n", "")),
        ("spoke_with", 31),
        ("contacts", 13),
    ],
)
def test_what_can_not_be_or_tells_too_much_is_refused_with_its_field(field: str, value: object) -> None:
    with pytest.raises(FactRefused) as refused:
        check(**{field: value})

    assert refused.value.errors[0]["field"] == field
    assert "Manchester" not in str(refused.value)


def test_contacts_are_followed_from_their_session_to_a_closed_case() -> None:
    found = progression(
        [
            Met(session="a"),
            Met(session="a", detected=True),
            Met(session="a", detected=True, case=True),
            Met(session="a", detected=True, case=True, closed=True),
            Met(session="b", case=True, closed=True),
        ]
    )

    a, b = found["a"], found["b"]
    assert (a.contacts, a.detected, a.cases, a.closed) == (4, 3, 2, 1)
    assert (b.contacts, b.detected, b.cases, b.closed) == (1, 0, 0, 0)


@given(st.lists(st.builds(Met, session=st.sampled_from("abc"), detected=..., case=..., closed=...)))
def test_the_numbers_of_a_progression_never_grow_and_lose_nobody(met: list[Met]) -> None:
    found = progression(met)

    assert sum(each.contacts for each in found.values()) == len(met)
    assert all(each.contacts >= each.detected >= each.cases >= each.closed >= 0 for each in found.values())
