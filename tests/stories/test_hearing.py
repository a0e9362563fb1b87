"""By the declared audiences, each agency of each story receives the kinds of event in the story's table.

This test uses only the declarations, without an installation. `test_stories` reads the feeds of running services.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.stories.gaps import CARE, LED
from tests.stories.hearing import KINDS, kinds_of, opened_kinds
from tests.stories.stories import Story, all_stories

STORIES = {story.id: story for story in all_stories()}
#: The agencies that receive other kinds than their table says, with the kinds and the reason.
OTHERWISE: Final[Mapping[tuple[str, str], tuple[frozenset[str], str]]] = {
    ("gb-one-man-two-doors", "calder"): (frozenset(("counselling",)), CARE),
    ("gb-one-man-two-doors", "nightlamp"): (frozenset(("limitation", "merge")), LED),
}


def _entries() -> list[tuple[str, str]]:
    return [
        (story.id, agency)
        for story in STORIES.values()
        for agency in story.expect["hears"]
        if agency not in story.leads
    ]


def _otherwise(story: Story, agency: str) -> set[str]:
    table = story.expect["hears"][agency]
    opened = opened_kinds(story, agency) & kinds_of(story)
    # A kind in none of an agency's lists must never be published to it.
    return (set(table["must"]) - opened) | (opened - set(table["must"]) - set(table["may"]))


@pytest.mark.parametrize(("story", "agency"), _entries())
def test_an_agency_hears_the_kinds_that_it_must_and_none_that_it_must_not(story: str, agency: str) -> None:
    expected, _why = OTHERWISE.get((story, agency), (frozenset(), ""))
    assert _otherwise(STORIES[story], agency) == expected


def test_each_kind_of_every_table_is_looked_at() -> None:
    assert {kind for story in STORIES.values() for kind in kinds_of(story)} <= KINDS.keys()


def test_each_exception_has_its_agency() -> None:
    assert OTHERWISE.keys() <= set(_entries())
