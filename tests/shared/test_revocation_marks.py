from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema

from shared.events.contract import Code, Read, Reads, Received, Reference
from shared.exchange.revocation_marks import acts_ahead, outranked
from tests.kit.builders import an_event

CASE, OTHER_CASE = UUID(int=1), UUID(int=2)
#: The events about one fact in log order: True grants, False revokes.
histories = st.lists(st.booleans(), min_size=1, max_size=8)


class Member(Schema):
    member = Reference(required=True)
    role = Code()


@dataclass
class Follower:
    """The state of one fact at a follower, by the rules of the floors only."""

    floors: dict[tuple[UUID, str], int] = field(default_factory=dict)
    granted: bool = False
    last: int = 0

    def apply(self, position: int, *, grants: bool) -> None:
        if outranked(self.floors, CASE, "fact", position):
            return
        self.granted, self.last = grants, position
        if not grants:
            self.floors[CASE, "fact"] = position


@pytest.mark.promise("REL-11")
@given(st.data(), histories)
def test_whatever_the_order_no_older_grant_stands_after_a_restriction(data: st.DataObject, history: list[bool]) -> None:
    follower = Follower()
    restricted = 0
    for position in data.draw(st.permutations(range(1, len(history) + 1))):
        grants = history[position - 1]
        follower.apply(position, grants=grants)
        restricted = restricted if grants else max(restricted, position)
        assert not follower.granted or follower.last > restricted


@given(st.data(), histories)
def test_restrictions_may_come_at_any_time_and_again_and_all_ends_as_if_they_had_not(
    data: st.DataObject, history: list[bool]
) -> None:
    held_at = data.draw(st.none() | st.integers(1, len(history)))
    restrictions = [at for at, grants in enumerate(history, 1) if not grants]
    turns = [("turn", at) for at in range(1, len(history) + 1)]
    guards = [("guard", at) for at in restrictions for _ in range(data.draw(st.integers(0, 2)))]
    follower, cursor, turn = Follower(), 0, 0
    if held_at is not None:
        cursor = len(history)  # the cursor has passed all events; the drain follows, turn by turn
        for at in range(1, held_at):
            follower.apply(at, grants=history[at - 1])
        turn, turns = held_at - 1, turns[held_at - 1 :]
    seen_ahead = 0
    for kind, at in _shuffled_together(data, turns, guards):
        if kind == "turn":
            turn = at
            cursor = max(cursor, at)
            follower.apply(at, grants=history[at - 1])
        elif acts_ahead(cursor, None if held_at is None or turn == len(history) else turn + 1, at):
            follower.apply(at, grants=False)
            seen_ahead = max(seen_ahead, at)
        assert not follower.granted or turn > seen_ahead
    assert follower.granted is history[-1]


def _shuffled_together(
    data: st.DataObject, turns: list[tuple[str, int]], guards: list[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Insert restrictions at random places. The turns keep their order."""
    mixed = list(turns)
    for each in guards:
        mixed.insert(data.draw(st.integers(0, len(mixed))), each)
    return mixed


@pytest.mark.parametrize(
    ("cursor", "held_at", "position", "acts"),
    [(4, None, 5, True), (5, None, 5, False), (9, 3, 5, True), (9, 5, 5, True), (9, 6, 5, False), (4, 2, 5, True)],
)
def test_a_restriction_acts_ahead_while_its_turn_is_to_come_or_waits_behind_a_hold(
    cursor: int, held_at: int | None, position: int, acts: bool
) -> None:
    assert acts_ahead(cursor, held_at, position) is acts


def test_a_floor_is_of_one_subject_and_one_fact() -> None:
    floors = {(CASE, "member:a"): 7}
    assert outranked(floors, CASE, "member:a", 6)
    assert not outranked(floors, CASE, "member:a", 7)
    assert not outranked(floors, CASE, "member:b", 6)
    assert not outranked(floors, OTHER_CASE, "member:a", 6)
    assert not outranked(floors, CASE, None, 6)


def test_what_protects_says_what_it_restricts() -> None:
    with pytest.raises(ValueError, match=r"intake\.team\.member_removed"):
        Read("intake.team.member_removed", Member, protects=True)
    with pytest.raises(ValueError, match="person"):
        Read("intake.team.member_removed", Member, about="person", protects=True)


def test_facts_are_named_by_the_declared_field() -> None:
    member = UUID(int=5)
    reads = Reads(Read("intake.team.member_added", Member, about="member"), Read("intake.team.lead_changed", Member))
    added = Received(an_event(name="team.member_added"), {"member": member})
    changed = Received(an_event(name="team.lead_changed"), {"member": member})
    assert reads.fact(added) == f"member:{member}"
    assert reads.fact(changed) is None
    assert reads.priority_event(added.event) is None
