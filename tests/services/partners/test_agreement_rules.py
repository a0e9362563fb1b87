"""A data-sharing agreement is valid by its days, its two confirmers, newer agreements, and the agency's state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.agencies.agreement import rules
from services.partners.agencies.agreement.rules import Agreement
from shared.access.agencies import ACTIVE, ENDED, STATES, SUSPENDED
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import codes

FIRST, SECOND = uuid4(), uuid4()
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
A_DAY = timedelta(days=1)


def an_agreement(**different: Any) -> Agreement:
    """An agreement for the whole of 2026, confirmed by two people in January."""
    agreed = {
        "id": uuid4(),
        "purposes": frozenset(("referral_for_support",)),
        "data_categories": frozenset(("contact_safe", "health")),
        "jurisdictions": frozenset(("NL", "RO")),
        "first_day": date(2026, 1, 1),
        "last_day": date(2026, 12, 31),
        "step": rules.AGREED,
        "asked_by": FIRST,
        "asked_at": datetime(2026, 1, 1, tzinfo=UTC),
        "confirmed_by": SECOND,
        "confirmed_at": datetime(2026, 1, 1, 1, tzinfo=UTC),
    }
    return Agreement(**{**agreed, **different})


def proposed(**different: Any) -> Agreement:
    waiting = {"step": rules.PROPOSED, "asked_at": NOW, "confirmed_by": None, "confirmed_at": None}
    return an_agreement(**{**waiting, **different})


def taken(agreement: Agreement, step: str, *, by: UUID = SECOND, now: datetime = NOW, state: str = ACTIVE) -> Agreement:
    return rules.take(agreement, step, state, by=by, now=now, today=now.date())


def refused(agreement: Agreement, step: str, **how: Any) -> str:
    with pytest.raises(StepForbidden) as error:
        taken(agreement, step, **how)
    return error.value.rule


# --- validity and coverage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_counting"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_it_counts_from_its_first_day_to_its_last(day: date, is_counting: bool) -> None:
    assert rules.counts(an_agreement(), ACTIVE, day) is is_counting
    assert rules.covers(an_agreement(), "referral_for_support", "health", "NL", day) is is_counting


@pytest.mark.parametrize("state", [SUSPENDED, ENDED, "unknown"])
def test_none_counts_of_an_agency_that_takes_no_part(state: str) -> None:
    assert not rules.counts(an_agreement(), state, TODAY)


@pytest.mark.parametrize("step", [rules.PROPOSED, rules.SUSPENDED, rules.RESUMING, rules.ENDED])
def test_none_counts_that_waits_or_was_stopped(step: str) -> None:
    assert not rules.counts(an_agreement(step=step), ACTIVE, TODAY)
    assert not rules.covers(an_agreement(step=step), "referral_for_support", "health", "NL", TODAY)


@pytest.mark.parametrize(
    ("purpose", "category", "jurisdiction"),
    [
        ("media", "health", "NL"),
        ("referral_for_support", "identity", "NL"),
        ("referral_for_support", "health", "GB-EAW"),
    ],
)
def test_what_it_does_not_name_it_does_not_cover(purpose: str, category: str, jurisdiction: str) -> None:
    assert not rules.covers(an_agreement(), purpose, category, jurisdiction, TODAY)


@pytest.mark.parametrize(
    ("before", "today", "has_turned"),
    [
        (date(2025, 12, 31), date(2026, 1, 1), True),
        (date(2026, 12, 31), date(2027, 1, 1), True),
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2025, 12, 30), date(2025, 12, 31), False),
        (date(2025, 12, 31), date(2027, 1, 1), False),
    ],
)
def test_it_turns_where_it_begins_or_ends_by_date_under_one_law(before: date, today: date, *, has_turned: bool) -> None:
    agreement = an_agreement()
    assert rules.has_turned(agreement, {"NL": before}, {"NL": today}) is has_turned
    still = {"RO": date(2026, 6, 1)}
    assert rules.has_turned(agreement, {"NL": before, **still}, {"NL": today, **still}) is has_turned
    elsewhere = {"GB-EAW": before}, {"GB-EAW": today}
    assert not rules.has_turned(agreement, *elsewhere)


# --- two people open, one shuts -----------------------------------------------------------------------------------


def test_it_takes_a_second_person_whoever_was_the_first() -> None:
    assert refused(proposed(), rules.CONFIRM, by=FIRST) == "second_person"
    agreed = taken(proposed(), rules.CONFIRM)
    assert (agreed.confirmed_by, agreed.confirmed_at, rules.counts(agreed, ACTIVE, TODAY)) == (SECOND, NOW, True)


def test_what_was_suspended_counts_again_once_two_people_say_so() -> None:
    suspended = taken(an_agreement(), rules.SUSPEND, by=FIRST)
    assert refused(suspended, rules.CONFIRM) == "is_suspended"
    asked = taken(suspended, rules.RESUME, by=SECOND)
    assert not rules.counts(asked, ACTIVE, TODAY)
    assert refused(asked, rules.CONFIRM, by=SECOND) == "second_person"
    assert refused(asked, rules.RESUME, by=FIRST) == "is_resuming"
    resumed = taken(asked, rules.CONFIRM, by=FIRST)
    assert rules.counts(resumed, ACTIVE, TODAY)
    assert resumed.confirmed_at == an_agreement().confirmed_at, "its age is that of the first time"


def test_one_person_takes_back_that_it_be_resumed() -> None:
    asked = taken(an_agreement(step=rules.SUSPENDED), rules.RESUME)
    assert taken(asked, rules.SUSPEND).step == rules.SUSPENDED


def test_what_nobody_confirms_in_seven_days_lapses() -> None:
    in_time, late = NOW + timedelta(days=7) - timedelta(seconds=1), NOW + timedelta(days=7)
    assert taken(proposed(), rules.CONFIRM, now=in_time).step == rules.AGREED
    assert refused(proposed(), rules.CONFIRM, now=late) == "is_lapsed"
    asked = taken(an_agreement(step=rules.SUSPENDED), rules.RESUME)
    assert refused(asked, rules.CONFIRM, by=FIRST, now=late) == "is_suspended"
    assert rules.state_of(asked, late, late.date()) == "suspended"
    assert taken(asked, rules.RESUME, now=late).asked_at == late


def test_an_agreement_can_be_confirmed_on_its_last_day() -> None:
    assert taken(proposed(last_day=TODAY), rules.CONFIRM).step == rules.AGREED


def test_what_is_over_is_not_opened_and_yet_shut() -> None:
    over = datetime(2027, 1, 1, tzinfo=UTC)
    assert refused(an_agreement(step=rules.SUSPENDED), rules.RESUME, now=over) == "is_over"
    assert refused(proposed(asked_at=over), rules.CONFIRM, now=over) == "is_over"
    for step in (rules.SUSPEND, rules.END):
        # It is still the last day in time zones further west.
        assert taken(an_agreement(), step, now=over).step != rules.AGREED


def test_nothing_is_opened_to_an_agency_that_has_ended_and_everything_shut() -> None:
    assert refused(proposed(), rules.CONFIRM, state=ENDED) == "agency_has_ended"
    assert refused(an_agreement(step=rules.SUSPENDED), rules.RESUME, state=ENDED) == "agency_has_ended"
    assert taken(an_agreement(), rules.END, state=ENDED).step == rules.ENDED
    assert taken(proposed(), rules.CONFIRM, state=SUSPENDED).step == rules.AGREED


@pytest.mark.parametrize(
    ("step", "taken_from"),
    [
        (rules.CONFIRM, rules.AGREED),
        (rules.SUSPEND, rules.PROPOSED),
        (rules.SUSPEND, rules.SUSPENDED),
        (rules.RESUME, rules.AGREED),
        (rules.RESUME, rules.PROPOSED),
        *((step, rules.ENDED) for step in (rules.CONFIRM, rules.SUSPEND, rules.RESUME, rules.END)),
    ],
)
def test_what_is_so_already_or_can_not_follow_is_refused(step: str, taken_from: str) -> None:
    assert refused(an_agreement(step=taken_from, asked_at=NOW), step) == f"is_{taken_from}"


# --- what a newer one does ----------------------------------------------------------------------------------------


def test_a_newer_one_takes_its_place_from_the_newer_ones_first_day_where_both_are() -> None:
    older = an_agreement()
    newer = an_agreement(first_day=date(2026, 6, 1), jurisdictions=frozenset(("NL",)))
    old, new = rules.side_by_side([older, newer])
    asked = ("referral_for_support", "health")
    assert rules.covers(old, *asked, "NL", date(2026, 5, 31))
    assert not rules.covers(old, *asked, "NL", date(2026, 6, 1))
    assert rules.covers(new, *asked, "NL", date(2026, 6, 1))
    assert rules.covers(old, *asked, "RO", date(2026, 6, 1)), "of Romania the newer one says nothing"
    assert rules.counts(old, ACTIVE, date(2026, 6, 1))


def test_of_two_that_begin_on_one_day_the_one_that_was_agreed_on_later_counts() -> None:
    earlier, later = an_agreement(), an_agreement(confirmed_at=NOW)
    old, new = rules.side_by_side([earlier, later])
    assert not rules.counts(old, ACTIVE, TODAY)
    assert rules.counts(new, ACTIVE, TODAY)


def test_what_was_replaced_does_not_come_back_by_itself() -> None:
    newer = an_agreement(first_day=date(2026, 2, 1), last_day=date(2026, 2, 27))
    for stopped in (newer, replace(newer, step=rules.SUSPENDED), taken(newer, rules.END)):
        old, _ = rules.side_by_side([an_agreement(), stopped])
        assert not rules.counts(old, ACTIVE, TODAY)
        assert rules.state_of(old, NOW, TODAY) == "superseded"


def test_what_never_began_takes_nobodys_place() -> None:
    ahead = an_agreement(first_day=date(2026, 6, 1))
    never = (proposed(first_day=date(2026, 6, 1)), taken(ahead, rules.END))
    for newer in never:
        old, _ = rules.side_by_side([an_agreement(), newer])
        assert rules.counts(old, ACTIVE, date(2026, 6, 1))


# --- announcements ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agreement", "state"),
    [
        (proposed(), "proposed"),
        (proposed(asked_at=NOW - timedelta(days=7)), "lapsed"),
        (an_agreement(first_day=TODAY + A_DAY), "ahead"),
        (an_agreement(first_day=TODAY), "in_force"),
        (an_agreement(), "in_force"),
        (an_agreement(last_day=TODAY + 31 * A_DAY), "in_force"),
        (an_agreement(last_day=TODAY + 30 * A_DAY), "ends_soon"),
        (an_agreement(last_day=TODAY), "ends_soon"),
        (an_agreement(last_day=TODAY - A_DAY), "over"),
        (an_agreement(step=rules.SUSPENDED), "suspended"),
        (an_agreement(step=rules.SUSPENDED, last_day=TODAY - A_DAY), "over"),
        (an_agreement(step=rules.RESUMING, asked_at=NOW), "resuming"),
        (an_agreement(step=rules.ENDED, ended_on=TODAY), "ended"),
    ],
)
def test_the_state_follows_from_steps_and_days(agreement: Agreement, state: str) -> None:
    assert rules.state_of(agreement, NOW, TODAY) == state
    assert state in codes("agreement_state")


def test_nobody_is_reminded_of_one_that_the_next_one_follows_without_a_gap() -> None:
    last_day = TODAY + 10 * A_DAY
    ending = an_agreement(last_day=last_day)
    for first_day, state in ((last_day + A_DAY, "in_force"), (last_day + 2 * A_DAY, "ends_soon")):
        old, _ = rules.side_by_side([ending, an_agreement(first_day=first_day)])
        assert rules.state_of(old, NOW, TODAY) == state
    old, _ = rules.side_by_side([ending, an_agreement(first_day=last_day + A_DAY, jurisdictions=frozenset(("NL",)))])
    assert rules.state_of(old, NOW, TODAY) == "ends_soon", "nothing follows it in Romania"


GOOD: dict[str, Any] = {
    "purposes": ["media"],
    "data_categories": ["health"],
    "jurisdictions": ["NL"],
    "first_day": TODAY,
    "last_day": TODAY,
    "reference": "Fictitious binder 7",
}


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"purposes": []}, "purposes", "names_something"),
        ({"data_categories": []}, "data_categories", "names_something"),
        ({"jurisdictions": []}, "jurisdictions", "names_something"),
        ({"first_day": TODAY + A_DAY}, "last_day", "in_order"),
        ({"first_day": TODAY - 2 * A_DAY, "last_day": TODAY - A_DAY}, "last_day", "is_not_over"),
        ({"reference": "one\ntwo"}, "reference", "one_line"),
        ({"reference": "one\u2028two"}, "reference", "one_line"),
    ],
)
def test_what_is_no_agreement_is_refused(wrong: dict[str, Any], field: str, rule: str) -> None:
    rules.check_new(**GOOD, today=TODAY)
    with pytest.raises(FactRefused) as error:
        rules.check_new(**{**GOOD, **wrong}, today=TODAY)
    assert [(each["field"], each["rule"]) for each in error.value.errors] == [(field, rule)]


# --- any sequence of steps ----------------------------------------------------------------------------------------

PEOPLE = (FIRST, SECOND, uuid4())
_DAYS = st.integers(0, 40).map(lambda days: TODAY + days * A_DAY)
_JURISDICTIONS = st.frozensets(st.sampled_from(("NL", "RO", "GB-EAW")), min_size=1)
_HAPPENED = st.lists(
    st.tuples(
        st.sampled_from((rules.CONFIRM, rules.SUSPEND, rules.RESUME, rules.END, "wait")),
        st.sampled_from(PEOPLE),
        st.integers(0, 9),
        st.sampled_from(STATES),
    ),
    max_size=12,
)


@given(happened=_HAPPENED, first=_DAYS, length=st.integers(0, 40))
def test_nothing_is_opened_by_one_person_and_all_is_shut_by_one(
    happened: Sequence[tuple[str, UUID, int, str]], first: date, length: int
) -> None:
    agreement, now = proposed(first_day=first, last_day=first + length * A_DAY), NOW
    for step, who, days, agency_state in happened:
        now += days * A_DAY
        before = agreement
        if step != "wait":
            try:
                agreement = taken(before, step, by=who, now=now, state=agency_state)
            except StepForbidden:
                assert not (step in (rules.SUSPEND, rules.END) and before.step == rules.AGREED)
                continue
        was, counts = (rules.counts(each, ACTIVE, now.date()) for each in (before, agreement))
        if counts and not was:
            assert step == rules.CONFIRM
            assert who != before.asked_by
            assert agency_state != ENDED
            assert now < before.asked_at + rules.LAPSES_AFTER
        if step in (rules.SUSPEND, rules.RESUME, rules.END):
            assert not counts
        assert counts is False or agreement.confirmed_by is not None
        if agreement.step == rules.ENDED:
            assert all(refused(agreement, each, now=now) for each in (rules.CONFIRM, rules.RESUME))


_AGREEMENTS = st.lists(
    st.builds(
        lambda step, first, length, jurisdictions, agreed, ended: an_agreement(
            step=step,
            first_day=first,
            last_day=first + length * A_DAY,
            jurisdictions=jurisdictions,
            confirmed_at=None if step == rules.PROPOSED else NOW + agreed * A_DAY,
            ended_on=ended if step == rules.ENDED else None,
        ),
        st.sampled_from((rules.PROPOSED, rules.AGREED, rules.AGREED, rules.SUSPENDED, rules.RESUMING, rules.ENDED)),
        _DAYS,
        st.integers(0, 40),
        _JURISDICTIONS,
        st.integers(0, 3),
        _DAYS,
    ),
    max_size=6,
)


@given(agreements=_AGREEMENTS, day=_DAYS, jurisdiction=st.sampled_from(("NL", "RO", "GB-EAW")))
def test_at_most_one_covers_anything_in_a_jurisdiction_on_a_day(
    agreements: list[Agreement], day: date, jurisdiction: str
) -> None:
    covering = [
        each
        for each in rules.side_by_side(agreements)
        if rules.covers(each, "referral_for_support", "health", jurisdiction, day)
    ]
    assert len(covering) <= 1
    turned = rules.side_by_side(agreements[::-1])
    assert {each.id: each for each in turned} == {each.id: each for each in rules.side_by_side(agreements)}
    began = [
        each
        for each in agreements
        if each.confirmed_at and jurisdiction in each.jurisdictions and each.first_day <= day
        if each.ended_on is None or each.ended_on >= each.first_day
    ]
    newest = max(began, key=lambda each: (each.first_day, each.confirmed_at, each.id), default=None)
    is_open = newest is not None and newest.step == rules.AGREED and day <= newest.last_day
    assert [each.id for each in covering] == ([newest.id] if newest is not None and is_open else [])
