"""Dated stories of fictitious people, entered by the public routes, moved by the test clock, come out as they say."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any

import pytest

from deploy.cli.api import Targets
from deploy.cli.installation import Installation
from tests.kit.passing_time import PassingTime
from tests.stories.checks import Check, at_the_end, checks_of, clocks_of, found_wrong
from tests.stories.entries import enter
from tests.stories.gaps import GAPS, UNASKED
from tests.stories.lasting import told_of_the_person
from tests.stories.listening import Door, Listening
from tests.stories.playing import Player
from tests.stories.stories import Step, Story, all_stories

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

STORIES = all_stories()
#: How long what one service asks of another may be on its way.
ARRIVES_WITHIN_SECONDS = 15
#: What is only possible, or only to be recorded, after what came before it: of a restricted case nothing else is.
_LAST = ("merge", "withdrawal", "erasure", "ack", "safe_contact")
#: How often a story is entered in another order.
SHUFFLES = 1


@pytest.fixture(scope="module")
def door(running_installation: Installation) -> Iterator[Door]:
    """The agencies of all stories are in the register, and each reads what it is told."""
    opened = Door(running_installation, STORIES)
    yield opened
    opened.close()


@pytest.fixture
def targets(installation: Targets, door: Door) -> Iterator[Targets]:
    yield installation
    door.at(None)
    PassingTime(installation).reset()


def moments(story: Story) -> list[tuple[datetime, int, Step | Check]]:
    """Everything that is entered and asked, in the order of time; what is entered at an instant is asked after it."""
    entered: list[tuple[datetime, int, Step | Check]] = [(step.recorded, 0, step) for step in story.steps]
    asked: list[tuple[datetime, int, Step | Check]] = [(check.at, 1, check) for check in checks_of(story)]
    return sorted(entered + asked, key=lambda moment: moment[:2])


def played(player: Player, door: Door) -> dict[str, str]:
    """Play a story in the order of its file; return what is not as it says, by the names of its checks.

    Its agencies listen meanwhile.
    """
    wrong, listening = {}, Listening(door, player)
    now: datetime | None = None
    for at, _place, moment in moments(player.story):
        if isinstance(moment, Step):
            listening.until(moment)
        if at != now:
            player.at(at)
            now = at
        if isinstance(moment, Step):
            enter(player, moment)
            player.settle()
        else:
            words = asked_until_so(player, moment)
            if words is not None:
                wrong[moment.name] = words
    wrong |= listening.wrong()
    told = told_of_the_person(player)
    wrong |= {} if told is None else {"told of the person": told}
    return wrong | {f"step {number}": words for number, words in player.refused.items()}


def asked_until_so(player: Player, check: Check) -> str | None:
    """Return what stays wrong when a check is asked for a moment: legal asks intake for a birth by a job of its own.

    What is known to be wrong is asked once: nothing is on its way that would put it right.
    """
    is_gap = check.name in GAPS.get(player.story.id, {})
    patience = time.monotonic() + (0 if is_gap else ARRIVES_WITHIN_SECONDS)
    while (words := found_wrong(player, check)) is not None and time.monotonic() < patience:
        player.settle()
    return words


def final_state(player: Player) -> dict[str, Any]:
    """What a story ends in: the status of each case, and each of its periods with its dates and its state."""
    player.at(player.story.evening(player.story.as_of))
    names = ("code", "state", "due_on", "other_due_on", "in_time", "certainty")
    return {
        case: (
            shown["status"],
            shown["identification_status"],
            sorted(tuple(str(clock[name]) for name in names) for clock in clocks_of(player, case)),
        )
        for case in player.cases
        for shown in [player.read_whole(case)]
    }


def final_state_once_so(player: Player, expected: dict[str, Any]) -> dict[str, Any]:
    """Return what a story ends in: as expected, or as it still is when legal has long asked intake for a birth."""
    patience = time.monotonic() + ARRIVES_WITHIN_SECONDS
    while (end := final_state(player)) != expected and time.monotonic() < patience:
        player.settle()
    return end


@pytest.fixture(scope="module")
def ends() -> dict[str, Any]:
    """What each story ended in when it was entered in its own order."""
    return {}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_a_story_comes_out_as_it_says(
    story: Story, targets: Targets, door: Door, ends: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    player = Player(targets, story)
    wrong = played(player, door)
    gaps = GAPS.get(story.id, {})
    record_property("what is so for good and can't be asked", len(UNASKED.get(story.id, {})))
    ends[story.id] = final_state(player)
    assert {name: words for name, words in wrong.items() if name not in gaps} == {}
    assert sorted(gaps.keys() - wrong.keys()) == [], "closed, and to be taken off the list of gaps"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_a_story_in_another_order_ends_in_the_same(story: Story, targets: Targets, ends: dict[str, Any]) -> None:
    if story.id not in ends:
        pytest.skip("the story was not played in its own order")
    chance = Random(story.id)
    for _ in range(SHUFFLES):
        player = Player(targets, story)
        player.at(story.steps[-1].recorded)
        for step in shuffled(story, chance):
            enter(player, step)
        assert final_state_once_so(player, ends[story.id]) == ends[story.id]
        lasting = {check.name: asked_until_so(player, check) for check in at_the_end(story)}
        assert {name: words for name, words in lasting.items() if words is not None} == {}


def shuffled(story: Story, chance: Random) -> list[Step]:
    """The steps in another order: what puts another one right, or joins cases, comes after it."""
    steps = list(story.steps)
    chance.shuffle(steps)
    ordered: list[Step] = []
    while steps:
        entered = {step.number for step in ordered}
        ready = next(step for step in steps if _needs(story, step) <= entered)
        steps.remove(ready)
        ordered.append(ready)
    return ordered


def _needs(story: Story, step: Step) -> set[int]:
    """The steps without which one can't be entered: what it puts right, and of a merge all that opens a case."""
    if step.kind in _LAST:
        return {other.number for other in story.steps if other.number < step.number and other.kind != "merge"}
    return {step.said[field] for field in ("corrects", "again") if field in step.said}
