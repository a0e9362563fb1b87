"""The state of a referral follows from the times of its steps, and not from the order in which staff learn of them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.agencies.referral import rules
from shared.reference.periods import moment_of

LONDON = "Europe/London"
#: Friday, 17:00 in London, 19:00 in Bucharest.
BY_FIVE = rules.StepDetails(
    reply_by=date(2025, 10, 17), reply_by_at=datetime.fromisoformat("2025-10-17T17:00:00+01:00")
)
BY_DAY = rules.StepDetails(reply_by=date(2025, 10, 17))
LATER = datetime(2025, 11, 1, tzinfo=UTC)


def step(number: int, name: str, happened: str, said: rules.StepDetails | None = None) -> rules.Recorded:
    return rules.Recorded(
        id=UUID(int=number),
        step=name,
        moment=moment_of(happened, LONDON, LATER),
        number=number,
        details=said or rules.StepDetails(),
    )


def stand(*steps: rules.Recorded, asked: rules.StepDetails = BY_FIVE, now: datetime = LATER) -> rules.Standing:
    return rules.stands(steps, asked, LONDON, now, is_sent=True)


SENT = step(1, "send", "2025-10-14T09:00:00+01:00")


@pytest.mark.parametrize(
    ("happened", "asked", "state", "effect"),
    [
        # 16:59 in London, recorded in Bucharest's time.
        ("2025-10-17T18:59:00+03:00", BY_FIVE, "accepted", "taken"),
        ("2025-10-17T17:00:00+01:00", BY_FIVE, "accepted", "taken"),
        # 17:20 in London: twenty minutes late, though it is 19:20 there.
        ("2025-10-17T19:20:00+03:00", BY_FIVE, "expired", "late"),
        ("2025-10-17", BY_FIVE, "expired", "perhaps_late"),
        ("2025-10", BY_FIVE, "expired", "perhaps_late"),
        ("unknown", BY_FIVE, "expired", "perhaps_late"),
        ("2025-10-16", BY_FIVE, "accepted", "taken"),
        # By the end of a day in London, by whose law the case is counted.
        ("2025-10-17", BY_DAY, "accepted", "taken"),
        ("2025-10-18T01:59:00+03:00", BY_DAY, "accepted", "taken"),
        ("2025-10-18T02:00:00+03:00", BY_DAY, "expired", "late"),
    ],
)
def test_an_answer_counts_by_when_it_happened(happened: str, asked: rules.StepDetails, state: str, effect: str) -> None:
    accepted = step(2, "accept", happened)
    found = stand(SENT, accepted, asked=asked)
    assert (found.state, found.effects[accepted.id]) == (state, effect)


def test_an_offer_that_nobody_answers_expires_to_the_minute() -> None:
    five = datetime.fromisoformat("2025-10-17T17:00:00+01:00")
    assert stand(SENT, now=five).state == "sent"
    assert stand(SENT, now=five + timedelta(seconds=1)).state == "expired"


def test_an_answer_waits_for_its_offer_and_precedes_it_never() -> None:
    accepted, offered = (
        step(1, "accept", "2025-10-20T11:05:00+03:00"),
        step(2, "send", "2025-10-20T08:30:00+01:00"),
    )
    unsent = rules.stands([accepted], BY_FIVE, LONDON, LATER, is_sent=False)
    assert (unsent.state, unsent.effects[accepted.id]) == ("draft", "waits")
    by = rules.StepDetails(reply_by=date(2025, 10, 22))
    assert stand(accepted, offered, asked=by).state == "accepted"
    # Only the day of the answer is known, and the day begins before the offer.
    assert stand(step(1, "accept", "2025-10-20"), offered, asked=by).state == "accepted"


@pytest.mark.hazard("H-AGENCY-6", control="referral-waits")
def test_a_referral_that_no_consent_covers_is_held_whatever_is_heard_of_it() -> None:
    found = rules.stands([SENT, step(2, "accept", "2025-10-15")], BY_FIVE, LONDON, LATER, is_sent=False)
    assert (found.state, set(found.effects.values())) == ("held", {"waits"})


def test_a_list_with_a_later_day_prolongs_the_time_for_answers() -> None:
    listed = step(2, "wait_list", "2025-10-16", rules.StepDetails(reply_by=date(2025, 10, 25)))
    in_time, late = step(3, "accept", "2025-10-25"), step(4, "accept", "2025-10-26")
    assert stand(SENT, listed, in_time).state == "accepted"
    assert stand(SENT, listed, late).effects[late.id] == "late"
    assert stand(SENT, listed).said().reply_by == date(2025, 10, 25)


def test_what_had_happened_before_completes_the_history_and_moves_nothing_back() -> None:
    accepted, received = step(2, "accept", "2025-10-15T12:00:00Z"), step(3, "receive", "2025-10-15T09:00:00Z")
    arrived = step(4, "arrive", "2025-10-16")
    assert stand(SENT, accepted, received).state == "accepted"
    assert stand(SENT, arrived, accepted).state == "arrived"


BEGAN = datetime(2025, 10, 14, 9, tzinfo=UTC)
TIMES = st.integers(0, 10 * 24 * 60).map(lambda minutes: (BEGAN + timedelta(minutes=minutes)).isoformat())
HISTORY = st.lists(
    st.tuples(st.sampled_from(("receive", "request_information", "accept", "reject", "arrive", "revoke")), TIMES),
    max_size=6,
    unique_by=lambda each: each[1],
)


@given(HISTORY, st.randoms(use_true_random=False))
def test_any_order_of_recording_comes_to_the_same(history: list[tuple[str, str]], chance: object) -> None:
    said = {"reject": rules.StepDetails(reason="no_capacity")}
    steps = [step(number + 2, name, at, said.get(name)) for number, (name, at) in enumerate(history)]
    shuffled = list(steps)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis names no public type of a random
    renumbered = [
        rules.Recorded(id=each.id, step=each.step, moment=each.moment, number=number, details=each.details)
        for number, each in enumerate(shuffled)
    ]
    first, second = stand(SENT, *steps), stand(*renumbered, SENT)
    assert (first.state, first.effects, first.came_back) == (second.state, second.effects, second.came_back)
    assert first.state != "expired" or "accepted" not in {rules.CHANGES[each.step].target for each in first.reached}


@given(HISTORY)
def test_what_was_announced_is_announced_once(history: list[tuple[str, str]]) -> None:
    said = {"reject": rules.StepDetails(reason="no_capacity")}
    steps = [step(number + 2, name, at, said.get(name)) for number, (name, at) in enumerate(history)]
    told: list[UUID | None] = []
    known: set[UUID] = set()
    had_expired = False
    for end in range(len(steps) + 1):
        found = stand(SENT, *steps[:end])
        new = rules.to_announce(known, found.reached, had_expired=had_expired)
        told += [each.id for each in new if each.id is not None]
        known = {each.id for each in found.reached if each.id is not None} | known
        had_expired = any(each.step == "expire" for each in found.reached)
    assert len(told) == len(set(told))
