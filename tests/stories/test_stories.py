"""The dated stories of fictitious people, entered through the public routes with a test clock, end as expected."""

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
#: The time in seconds within which one service's query to another must be answered.
ARRIVES_WITHIN_SECONDS = 15
#: Kinds entered last: they depend on earlier steps, and a restricted case accepts no other records.
_LAST = ("merge", "withdrawal", "erasure", "ack", "safe_contact")
#: The number of times that a story is entered in another order.
SHUFFLES = 1


@pytest.fixture(scope="module")
def door(running_installation: Installation) -> Iterator[Door]:
    """Register the agencies of all stories, each of which reads its stream."""
    opened = Door(running_installation, STORIES)
    yield opened
    opened.close()


@pytest.fixture
def targets(installation: Targets, door: Door) -> Iterator[Targets]:
    yield installation
    door.at(None)
    PassingTime(installation).reset()


def moments(story: Story) -> list[tuple[datetime, int, Step | Check]]:
    """Return all steps and checks in chronological order. Steps come before checks at the same instant."""
    entered: list[tuple[datetime, int, Step | Check]] = [(step.recorded, 0, step) for step in story.steps]
    asked: list[tuple[datetime, int, Step | Check]] = [(check.at, 1, check) for check in checks_of(story)]
    return sorted(entered + asked, key=lambda moment: moment[:2])


def played(player: Player, door: Door) -> dict[str, str]:
    """Play a story in the order of its file; return the mismatches by the names of the checks.

    Its agencies read their streams at the same time.
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
    """Return the mismatch that remains after retries: legal requests a birth from intake in a separate job.

    A known gap is checked once, because no event in transit can change it.
    """
    is_gap = check.name in GAPS.get(player.story.id, {})
    patience = time.monotonic() + (0 if is_gap else ARRIVES_WITHIN_SECONDS)
    while (words := found_wrong(player, check)) is not None and time.monotonic() < patience:
        player.settle()
    return words


def final_state(player: Player) -> dict[str, Any]:
    """Return the final state of a story: the status of each case, and the dates and state of each of its periods."""
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
    """Return the final state of a story once it is as expected, or the last one when the retries time out."""
    patience = time.monotonic() + ARRIVES_WITHIN_SECONDS
    while (end := final_state(player)) != expected and time.monotonic() < patience:
        player.settle()
    return end


@pytest.fixture(scope="module")
def ends() -> dict[str, Any]:
    """Return a dictionary for the final state of each story entered in its own order."""
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
    """Return the steps in another order, in which each step follows the steps that it needs."""
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
    """Return the steps that must come first. Kinds in `_LAST` need all earlier steps except merges."""
    if step.kind in _LAST:
        return {other.number for other in story.steps if other.number < step.number and other.kind != "merge"}
    return {step.said[field] for field in ("corrects", "again") if field in step.said}
