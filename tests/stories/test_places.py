"""The services are queried for every gone, kept and always entry of a story, or the reason why not is listed."""

import pytest

from tests.stories.checks import places
from tests.stories.gaps import GAPS, UNASKED
from tests.stories.lasting import LASTING
from tests.stories.mapping import OWN_LIFE
from tests.stories.seeing import instants
from tests.stories.stories import Story, all_stories

STORIES = all_stories()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_each_statement_for_good_is_asked_or_has_its_reason(story: Story) -> None:
    asked, unasked = LASTING.get(story.id, {}).keys(), UNASKED.get(story.id, {}).keys()
    assert asked | unasked == places(story)
    assert not asked & unasked, "what is asked has no reason why it is not"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_each_agency_of_a_table_is_asked_at_the_end(story: Story) -> None:
    end = story.evening(story.as_of)
    own_life = {name for of, name in OWN_LIFE if of == story.id}
    assert {name for name, at in instants(story) if at == end} | own_life == story.expect["sees"].keys()


def test_no_story_has_gaps_that_is_not_there() -> None:
    assert GAPS.keys() | UNASKED.keys() | LASTING.keys() <= {story.id for story in STORIES}
