"""Of the declared audiences it follows for each agency of each story which kinds it hears: what the story's table says.

By the declarations alone, and so without an installation: whether the gate keeps to them is for the agencies' door.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.stories.hearing import KINDS, opened_kinds
from tests.stories.stories import Story, all_stories

STORIES = {story.id: story for story in all_stories()}
_STEP = (
    "A step of the official path is told to whoever is told of identification: with their lawyer and with the police "
    "whom the person chose, some stories let them hear of one such step and others not."
)
_NOT_SO = (
    "Whoever was told of a step is told that it does not count, and neither why nor of which country the person is."
)
_LED = (
    "It leads a case until that is joined with another, and so its people see both here; as another agency it has his "
    "consent for a bed."
)
_CARE = (
    "He agreed that the hospital hears of his health for his care, which counselling is; there is none in the story."
)
#: Who hears otherwise than its table says, with the kinds, and why.
OTHERWISE: Final[Mapping[tuple[str, str], tuple[frozenset[str], str]]] = {
    ("gb-born-in-september", "rowan"): (frozenset(("referral",)), _STEP),
    ("gb-one-man-two-doors", "aldergate"): (frozenset(("referral",)), _STEP),
    ("gb-one-man-two-doors", "calder"): (
        frozenset(("counselling",)),
        _CARE,
    ),
    ("gb-one-man-two-doors", "nightlamp"): (
        frozenset(("limitation", "merge")),
        _LED,
    ),
    ("nl-parcel-hall", "politie"): (frozenset(("citizenship",)), _NOT_SO),
    ("nl-parcel-hall", "ind"): (frozenset(("citizenship",)), _NOT_SO),
    ("nl-parcel-hall", "comensha"): (frozenset(("citizenship",)), _NOT_SO),
    ("ro-two-clocks-apart", "tanner"): (frozenset(("identification", "referral")), _STEP),
    ("ro-two-clocks-apart", "dobrescu"): (frozenset(("identification", "referral")), _STEP),
    ("ro-voucher-on-the-national-day", "crangasu"): (frozenset(("identification", "referral")), _STEP),
    ("ro-voucher-on-the-national-day", "bcco"): (frozenset(("recovery", "referral")), _STEP),
    ("ro-voucher-on-the-national-day", "igi"): (frozenset(("identification", "referral")), _STEP),
}


def _entries() -> list[tuple[str, str]]:
    return [
        (story.id, agency)
        for story in STORIES.values()
        for agency in story.expect["hears"]
        if agency not in story.leads
    ]


def _kinds(story: Story) -> set[str]:
    tables = story.expect["hears"].values()
    return {kind for table in tables for part in ("must", "may", "never") for kind in table[part]}


def _otherwise(story: Story, agency: str) -> set[str]:
    table = story.expect["hears"][agency]
    opened = opened_kinds(story, agency) & _kinds(story)
    # A kind in none of its lists is never told.
    return (set(table["must"]) - opened) | (opened - set(table["must"]) - set(table["may"]))


@pytest.mark.parametrize(("story", "agency"), _entries())
def test_an_agency_hears_the_kinds_that_it_must_and_none_that_it_must_not(story: str, agency: str) -> None:
    expected, _why = OTHERWISE.get((story, agency), (frozenset(), ""))
    assert _otherwise(STORIES[story], agency) == expected


def test_each_kind_of_every_table_is_looked_at() -> None:
    assert {kind for story in STORIES.values() for kind in _kinds(story)} <= KINDS.keys()


def test_each_exception_has_its_agency() -> None:
    assert OTHERWISE.keys() <= set(_entries())
