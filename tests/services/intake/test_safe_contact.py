from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.facts.detection.rules import ask_for_account
from services.intake.facts.safe_contact.rules import DAYS, SafeContact, agreed, contact, next_safe
from shared.casework.refusals import FactRefused, StepForbidden

AGREED: dict[str, Any] = {
    "channels": ["phone", "sms", "email"],
    "unsafe": ["letter"],
    "zone": "Europe/Bucharest",
    "windows": [{"day": "monday", "begins": time(10), "ends": time(12)}],
    "leaves": ["voicemail"],
    "code_word": True,
    "if_another_answers": "say_wrong_number",
}
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)  # 10:00 in Bucharest


def refused(safe: SafeContact | None, channel: str, at: datetime = MONDAY) -> StepForbidden:
    with pytest.raises(StepForbidden) as found:
        contact(safe, channel, at)
    return found.value


def test_what_is_agreed_is_done_as_it_was_agreed() -> None:
    found = contact(agreed(AGREED), "phone", MONDAY)

    assert found.ask_code_word
    assert found.if_another_answers == "say_wrong_number"
    assert found.may_leave == {"voicemail"}
    assert contact(agreed(AGREED), "voicemail", MONDAY) == found


@pytest.mark.hazard("H-DANGER-7", control="safe-contact")
def test_without_an_agreement_nobody_is_contacted() -> None:
    for channel in ("phone", "sms", "letter", "in_person"):
        assert refused(None, channel).rule == "safe_contact_first"


@pytest.mark.parametrize(
    ("channel", "rule"),
    [
        ("letter", "channel_is_unsafe"),
        ("chat", "channel_is_agreed"),
        ("sms", "nothing_is_left"),
        ("email", "nothing_is_left"),
    ],
)
@pytest.mark.hazard("H-DANGER-7", control="safe-contact")
def test_what_is_unsafe_or_was_not_agreed_is_not_done(channel: str, rule: str) -> None:
    assert refused(agreed(AGREED), channel).rule == rule


def test_no_voicemail_is_left_where_only_calls_were_agreed_or_calls_are_unsafe() -> None:
    assert refused(agreed({**AGREED, "leaves": []}), "voicemail").rule == "nothing_is_left"
    unsafe = agreed({**AGREED, "channels": ["in_person"], "unsafe": ["phone"]})
    assert refused(unsafe, "voicemail").rule == "channel_is_unsafe"


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (MONDAY - timedelta(seconds=1), False),
        (MONDAY, True),
        (MONDAY + timedelta(hours=2, seconds=-1), True),
        (MONDAY + timedelta(hours=2), False),
        (MONDAY + timedelta(days=1), False),
        # In summer time, 10:00 is an hour earlier.
        (datetime(2026, 3, 30, 7, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 9, tzinfo=UTC), False),
    ],
)
def test_times_are_those_of_the_person_s_own_clock(at: datetime, *, allowed: bool) -> None:
    if allowed:
        assert contact(agreed(AGREED), "phone", at)
    else:
        assert refused(agreed(AGREED), "phone", at).rule == "agreed_times"


def test_outside_the_agreed_times_the_next_one_is_named() -> None:
    late = MONDAY + timedelta(hours=3)

    assert next_safe(agreed(AGREED), late) == MONDAY + timedelta(days=7)
    assert "2026-03-09 10:00 (Europe/Bucharest)" in str(refused(agreed(AGREED), "phone", late))


def test_without_agreed_times_any_time_is_safe() -> None:
    assert contact(agreed({**AGREED, "windows": []}), "phone", MONDAY - timedelta(hours=7))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unsafe", ["phone"]),
        ("zone", "Bucharest"),
        ("zone", "../etc"),
        ("windows", [{"day": "monday", "begins": time(22), "ends": time(2)}]),
        ("windows", [{"day": "monday", "begins": time(10), "ends": time(10)}]),
    ],
)
def test_an_agreement_that_contradicts_itself_is_refused_with_its_field(field: str, value: object) -> None:
    with pytest.raises(FactRefused) as found:
        agreed({**AGREED, field: value})

    assert found.value.errors[0]["field"] == field


WINDOWS = st.lists(
    st.builds(
        lambda day, begins, hours: {"day": day, "begins": time(begins), "ends": time(min(begins + hours, 23), 59)},
        st.sampled_from(DAYS),
        st.integers(0, 22),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=4,
)


@given(
    windows=WINDOWS,
    zone=st.sampled_from(["Europe/London", "Europe/Amsterdam", "Europe/Bucharest", "America/New_York"]),
    at=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
)
def test_the_next_safe_time_is_safe_and_nothing_between_is(
    windows: list[dict[str, Any]], zone: str, at: datetime
) -> None:
    safe = agreed({**AGREED, "windows": windows, "zone": zone})

    then = next_safe(safe, at)

    assert at <= then <= at + timedelta(days=8)
    assert contact(safe, "phone", then)
    if then > at:
        assert refused(safe, "phone", at).rule == "agreed_times"
        assert refused(safe, "phone", at + (then - at) / 2).rule == "agreed_times"


# --- publish once ---------------------------------------------------------------------------------------------------


def test_the_first_account_needs_no_reason_and_every_other_one() -> None:
    assert ask_for_account(0, [], None) == 1
    assert ask_for_account(1, [], "person_wishes") == 2
    assert ask_for_account(2, ["an account"], "law_requires") == 3
    for reason in (None, "habit"):
        with pytest.raises(StepForbidden) as refused:
            ask_for_account(1, [], reason)
        assert refused.value.rule == "told_once"


def test_an_account_that_may_be_read_is_read_and_not_asked_for_again() -> None:
    assert ask_for_account(1, [], "account_not_shared_with_us") == 2
    with pytest.raises(StepForbidden) as refused:
        ask_for_account(1, ["an account"], "account_not_shared_with_us")
    assert refused.value.rule == "told_once"


def test_where_no_way_is_safe_nobody_contacts_at_any_time() -> None:
    nobody = agreed({**AGREED, "channels": [], "windows": []})
    for channel in ("phone", "voicemail", "letter", "in_person"):
        assert refused(nobody, channel).rule == "no_safe_way"
