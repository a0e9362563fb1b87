from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marshmallow import Schema

from shared.events.contract import Read, Reads
from shared.events.envelope import Event
from shared.exchange.cursor import CursorState, Verdict, decide, epoch_at, parting, still_agrees
from shared.exchange.eventlog import Epoch
from shared.exchange.follower.sorting import sort_batch
from tests.kit.builders import EPOCH, an_event

OTHER = UUID("0192f000-0000-7000-8000-000000000002")
THIRD = UUID("0192f000-0000-7000-8000-000000000003")


@pytest.mark.promise("REL-6")
@given(st.lists(st.integers(1, 30), max_size=120))
def test_each_position_is_applied_once_and_in_order_despite_disorder_and_repeats(arrivals: list[int]) -> None:
    applied: list[int] = []
    for position in arrivals:
        stand = CursorState(len(applied), EPOCH)
        if decide(stand, (), position, EPOCH, uuid4()) is Verdict.APPLY:
            applied.append(position)
    assert applied == list(range(1, len(applied) + 1))


@given(st.integers(0, 50), st.integers(1, 60))
def test_a_position_is_seen_next_or_a_hint(stands_at: int, position: int) -> None:
    verdict = decide(CursorState(stands_at, EPOCH), (), position, EPOCH, uuid4())
    expected = Verdict.SEEN if position <= stands_at else Verdict.APPLY if position == stands_at + 1 else Verdict.HINT
    assert verdict is expected


def test_an_event_of_a_held_subject_waits_and_one_of_another_flows() -> None:
    held, other = uuid4(), uuid4()
    assert decide(CursorState(4, EPOCH), {held}, 5, EPOCH, held) is Verdict.BEHIND
    assert decide(CursorState(4, EPOCH), {held}, 5, EPOCH, other) is Verdict.APPLY


def test_an_event_of_another_epoch_is_only_a_hint_even_at_the_next_position() -> None:
    assert decide(CursorState(4, EPOCH), (), 5, OTHER, uuid4()) is Verdict.HINT


def test_a_follower_that_has_diverged_applies_nothing() -> None:
    assert decide(CursorState(4, EPOCH, diverged=True), (), 5, EPOCH, uuid4()) is Verdict.HINT


def test_a_follower_before_the_restore_goes_on_and_one_past_it_has_diverged() -> None:
    lives = [Epoch(EPOCH, 0), Epoch(OTHER, 100)]
    assert still_agrees(CursorState(99, EPOCH), lives) == EPOCH
    assert still_agrees(CursorState(100, EPOCH), lives) == OTHER
    assert still_agrees(CursorState(101, EPOCH), lives) is None


def test_a_new_follower_begins_with_the_first_epoch() -> None:
    assert still_agrees(CursorState(0, None), [Epoch(EPOCH, 0), Epoch(OTHER, 100)]) == EPOCH


def test_a_new_follower_of_a_log_that_was_moved_while_empty_reads_its_first_event() -> None:
    epoch = still_agrees(CursorState(0, None), [Epoch(EPOCH, 0), Epoch(OTHER, 0), Epoch(THIRD, 4)])
    assert decide(CursorState(0, epoch), (), 1, OTHER, uuid4()) is Verdict.APPLY


def test_a_log_that_has_never_heard_of_our_epoch_is_another_log() -> None:
    assert still_agrees(CursorState(5, THIRD), [Epoch(EPOCH, 0), Epoch(OTHER, 100)]) is None


READS = Reads(Read("intake.contact.opened", Schema))
#: A log: the subject and the version of each event. No consumer in this module knows version 2.
logs = st.lists(st.tuples(st.integers(1, 3), st.sampled_from([1, 1, 1, 2])), max_size=15).map(
    lambda told: [
        an_event(position=at, subject=UUID(int=subject), version=version)
        for at, (subject, version) in enumerate(told, start=1)
    ]
)


@dataclass
class Taken:
    """The state after the batches that a follower received: events applied, held, or waiting behind a hold."""

    stand: CursorState = field(default_factory=lambda: CursorState(0, None))
    applied: list[Event] = field(default_factory=list)
    held: list[Event] = field(default_factory=list)
    behind: int = 0

    def take(self, batch: list[Event]) -> None:
        plan = sort_batch(READS, self.stand, {each.subject for each in self.held}, batch)
        assert plan.position == self.stand.position + plan.moved, "the cursor passes what it took, and nothing else"
        self.stand = CursorState(plan.position, plan.epoch)
        self.applied += [each.event for each in plan.received]
        self.held += [event for event, _ in plan.hold]
        self.behind += plan.behind


@given(st.data(), logs)
def test_however_deliveries_come_all_ends_as_if_the_log_had_been_read_once(
    data: st.DataObject, log: list[Event]
) -> None:
    read_once, delivered = Taken(), Taken()
    read_once.take(log)
    batches = st.lists(st.lists(st.sampled_from(log), max_size=8), max_size=8) if log else st.just([])
    for batch in data.draw(batches):
        before = delivered.stand.position
        delivered.take(batch)
        assert delivered.applied == read_once.applied[: len(delivered.applied)]
        if data.draw(st.booleans(), "the feed is there"):
            delivered.take(log[delivered.stand.position :][: data.draw(st.integers(1, 4))])
        assert delivered.stand.position >= before
    delivered.take(log[delivered.stand.position :])
    assert delivered == read_once


@given(logs)
def test_a_newer_version_holds_its_subject_and_no_other(log: list[Event]) -> None:
    taken = Taken()
    taken.take(log)
    first_held = {each.subject: each.position for each in taken.held}
    assert len(first_held) == len(taken.held), "a subject is held once"
    assert taken.applied == [each for each in log if each.position < first_held.get(each.subject, len(log) + 1)]
    assert len(taken.applied) + len(taken.held) + taken.behind == len(log)


@dataclass
class Source:
    """A log whose database is backed up and restored: a restore resets the log and its known epochs."""

    log: list[UUID] = field(default_factory=list)
    lives: list[Epoch] = field(default_factory=lambda: [Epoch(EPOCH, 0)])
    backups: list[tuple[list[UUID], list[Epoch]]] = field(default_factory=list)

    def do(self, act: str, number: int) -> None:
        match act:
            case "tell":
                self.log = [*self.log, *(uuid4() for _ in range(number))]
            case "back up":
                self.backups.append((self.log, self.lives))
            case "restore" if self.backups:
                self.log, self.lives = self.backups[number % len(self.backups)]
                self.lives = [*self.lives, Epoch(uuid4(), len(self.log))]


acts = st.lists(st.tuples(st.sampled_from(["tell", "back up", "restore"]), st.integers(1, 2)), max_size=12)


#: Restore an older backup and read, then restore a newer one. Neither log has the events read in between.
TWO_RESTORES = [("tell", 2), ("back up", 1), ("tell", 2), ("back up", 1), ("restore", 2), ("tell", 2)]


@settings(max_examples=400)
@given(acts, acts, st.integers(0, 2), st.booleans())
@example(TWO_RESTORES, [("restore", 1)], 0, False)
def test_a_follower_goes_on_only_while_what_it_applied_is_what_the_log_has(
    before: list[tuple[str, int]], after: list[tuple[str, int]], behind: int, ahead: bool
) -> None:
    source = Source()
    for each in before:
        source.do(*each)
    position = max(0, len(source.log) - behind)
    applied, known = source.log[:position], source.lives
    # The cursor has the epoch of its last event, or already the epoch of the next one.
    read = next((each.epoch for each in reversed(known) if each.after < position), known[0].epoch)
    stand = CursorState(position, epoch_at(position, known) if ahead else read)
    for each in after:
        source.do(*each)
    epoch = still_agrees(stand, source.lives)
    if epoch is not None:
        assert source.log[:position] == applied
        assert epoch == epoch_at(position, source.lives)
    else:
        common = parting(stand, known, source.lives)
        assert common <= position
        assert source.log[:common] == applied[:common], "what was read before the parting is still so"


@given(acts)
def test_a_consumer_that_reads_to_the_head_agrees_with_the_source_after_any_restore(
    history: list[tuple[str, int]],
) -> None:
    source = Source()
    for each in history:
        source.do(*each)
    stand = CursorState(0, None)
    for position in range(len(source.log) + 1):
        epoch = still_agrees(stand, source.lives)
        assert epoch is not None
        stand = CursorState(position, epoch)
    assert still_agrees(stand, source.lives) == source.lives[-1].epoch
