from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from shared.cursor import Stand, Verdict, decide, still_agrees
from shared.eventlog import Epoch
from tests.builders import EPOCH

OTHER = UUID("0192f000-0000-7000-8000-000000000002")
THIRD = UUID("0192f000-0000-7000-8000-000000000003")


@given(st.lists(st.integers(1, 30), max_size=120))
def test_whatever_the_order_and_repetition_each_position_is_applied_once_and_in_order(arrivals: list[int]) -> None:
    applied: list[int] = []
    for position in arrivals:
        stand = Stand(len(applied), EPOCH)
        if decide(stand, (), position, EPOCH, uuid4()) is Verdict.APPLY:
            applied.append(position)
    assert applied == list(range(1, len(applied) + 1))


@given(st.integers(0, 50), st.integers(1, 60))
def test_a_position_is_seen_next_or_a_hint(stands_at: int, position: int) -> None:
    verdict = decide(Stand(stands_at, EPOCH), (), position, EPOCH, uuid4())
    expected = Verdict.SEEN if position <= stands_at else Verdict.APPLY if position == stands_at + 1 else Verdict.HINT
    assert verdict is expected


def test_an_event_of_a_held_subject_waits_and_one_of_another_flows() -> None:
    held, other = uuid4(), uuid4()
    assert decide(Stand(4, EPOCH), {held}, 5, EPOCH, held) is Verdict.BEHIND
    assert decide(Stand(4, EPOCH), {held}, 5, EPOCH, other) is Verdict.APPLY


def test_an_event_of_another_epoch_is_only_a_hint_even_at_the_next_position() -> None:
    assert decide(Stand(4, EPOCH), (), 5, OTHER, uuid4()) is Verdict.HINT


def test_a_follower_that_has_diverged_applies_nothing() -> None:
    assert decide(Stand(4, EPOCH, diverged=True), (), 5, EPOCH, uuid4()) is Verdict.HINT


def test_a_follower_before_the_restore_goes_on_and_one_past_it_has_diverged() -> None:
    lives = [Epoch(EPOCH, 0), Epoch(OTHER, 100)]
    assert still_agrees(Stand(99, EPOCH), lives) == EPOCH
    assert still_agrees(Stand(100, EPOCH), lives) == OTHER
    assert still_agrees(Stand(101, EPOCH), lives) is None


def test_a_new_follower_begins_with_the_first_epoch() -> None:
    assert still_agrees(Stand(0, None), [Epoch(EPOCH, 0), Epoch(OTHER, 100)]) == EPOCH


def test_a_log_that_has_never_heard_of_our_epoch_is_another_log() -> None:
    assert still_agrees(Stand(5, THIRD), [Epoch(EPOCH, 0), Epoch(OTHER, 100)]) is None
