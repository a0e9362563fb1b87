"""A referral's states: no sequence of steps reaches an illegal one, and each legal change publishes its event."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.agencies.referral import rules as referrals
from services.intake.service import EMITS
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import codes, id_of_authority

TODAY = date(2026, 3, 2)
THIS, LEAD = UUID(int=7), UUID(int=9)
SAID: dict[str, dict[str, Any]] = {
    "wait_list": {"reply_by": date(2026, 4, 1)},
    "reject": {"reason": "no_capacity"},
    "complete": {"outcome": "service_given"},
    "accept": {"conditions": ["assessment_first"]},
}
DETAILS = {
    "agency": id_of_authority("NL.COMENSHA"),
    "purpose": "referral_for_support",
    "service_types": ["accommodation_emergency"],
    "data_categories": ["contact_safe"],
    "urgent": True,
    "reply_by": date(2026, 3, 9),
    "returned_to": LEAD,
}
#: The actor and the resulting state of each step, repeated here by hand.
EXPECTED = {
    "draft": {"send": "sent", "revoke": "revoked", "withdraw": "withdrawn"},
    # Created before its consent: it has not been published yet.
    "held": {"send": "sent", "revoke": "revoked", "withdraw": "withdrawn"},
    # An agency can answer at once. The answer implies that it received the referral.
    "sent": {
        "receive": "received",
        "request_information": "information_requested",
        "wait_list": "wait_listed",
        "accept": "accepted",
        "reject": "rejected",
    },
    "received": {
        "request_information": "information_requested",
        "wait_list": "wait_listed",
        "accept": "accepted",
        "reject": "rejected",
    },
    "information_requested": {
        "give_information": "received",
        "wait_list": "wait_listed",
        "accept": "accepted",
        "reject": "rejected",
    },
    "wait_listed": {
        "request_information": "information_requested",
        "accept": "accepted",
        "reject": "rejected",
    },
    "accepted": {"arrive": "arrived", "miss": "missed"},
    "missed": {"arrive": "arrived"},
    "arrived": {"complete": "completed", "withdraw": "withdrawn"},
    "rejected": {},
    "completed": {},
    "revoked": {},
    "expired": {},
    "withdrawn": {},
}
for _state in ("sent", "received", "information_requested", "wait_listed", "accepted", "missed"):
    # Arrival implies that the agency accepted the person.
    EXPECTED[_state] |= {"arrive": "arrived", "revoke": "revoked", "withdraw": "withdrawn"}
for _state in ("sent", "received", "information_requested", "wait_listed"):
    EXPECTED[_state] |= {"expire": "expired"}

STEPS = sorted(referrals.CHANGES)


def said_of(name: str) -> referrals.StepDetails:
    return referrals.StepDetails(**SAID.get(name, {}))


@given(st.lists(st.sampled_from(STEPS), max_size=30))
def test_no_sequence_of_steps_reaches_an_illegal_state(names: list[str]) -> None:
    state = "draft"
    for name in names:
        expected = EXPECTED[state].get(name)
        if expected is None:
            with pytest.raises(StepForbidden) as refused:
                referrals.step(state, name, said_of(name), TODAY)
            assert refused.value.rule == "step_of_the_state"
            continue
        before, state = state, referrals.step(state, name, said_of(name), TODAY)
        assert state == expected
        told = referrals.announced(THIS, before, name, said_of(name), DETAILS)
        assert [each.name for each in told] == (
            [] if before == "draft" and name != "send" else [f"referral.{referrals.VERBS[name]}"]
        )


def test_the_states_and_steps_are_those_of_the_published_lists() -> None:
    assert set(EXPECTED) == referrals.STATES == set(codes("referral_state").parts[0].values)
    assert set(STEPS) - {"expire"} == set(codes("referral_step").parts[0].values)


@pytest.mark.parametrize("name", STEPS)
def test_what_is_told_of_a_step_passes_the_contract(name: str) -> None:
    [state, *_] = sorted(referrals.CHANGES[name].sources - {"draft"}) or ["draft"]
    [told] = referrals.announced(THIS, state, name, said_of(name), DETAILS)
    kind, _data = EMITS.check(told)
    assert kind.name == told.name


@pytest.mark.parametrize("name", ["reject", "expire"])
def test_what_is_rejected_or_run_out_comes_back_to_somebody(name: str) -> None:
    [told] = referrals.announced(THIS, "sent", name, said_of(name), DETAILS)
    assert told.data["returned_to"] == LEAD


def test_the_sender_is_responsible_until_arrival_and_again_after_the_person_leaves() -> None:
    with_receiver = {state for state in EXPECTED if referrals.responsible(state) == "receiver"}
    assert with_receiver == {"arrived", "completed"}


@pytest.mark.parametrize(
    ("state", "name", "said", "field"),
    [
        ("received", "reject", {}, "reason"),
        ("received", "wait_list", {}, "reply_by"),
        ("arrived", "complete", {}, "outcome"),
        ("received", "wait_list", {"reply_by": date(2026, 3, 1)}, "reply_by"),
        ("received", "accept", {"reason": "no_capacity"}, "reason"),
        ("draft", "send", {"reply_by": date(2026, 4, 1)}, "reply_by"),
        ("sent", "receive", {"conditions": ["other"]}, "conditions"),
        ("accepted", "arrive", {"outcome": "other"}, "outcome"),
    ],
)
def test_a_step_says_why_and_nothing_that_belongs_to_another(
    state: str, name: str, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(FactRefused) as refused:
        referrals.step(state, name, referrals.StepDetails(**said), TODAY)
    assert refused.value.errors[0]["field"] == field


CATEGORIES = st.lists(st.sampled_from(codes("data_category").parts[0].values), unique=True)


@given(CATEGORIES, st.lists(CATEGORIES, max_size=3))
def test_nothing_goes_along_that_no_standing_consent_names(wanted: list[str], consents: list[list[str]]) -> None:
    missing = set(wanted) - {each for consent in consents for each in consent}
    if consents and not missing:
        referrals.check_shared(wanted, consents)
        return
    with pytest.raises(StepForbidden) as refused:
        referrals.check_shared(wanted, consents)
    assert refused.value.rule == ("consent_per_category" if consents else "consent_before_sharing")
    if consents:
        assert all(each in str(refused.value) for each in missing)


def test_a_case_is_not_closed_over_a_referral_that_is_on_its_way() -> None:
    for state in EXPECTED:
        on_its_way = state in {"sent", "received", "information_requested", "wait_listed", "accepted", "missed"}
        if not on_its_way:
            referrals.check_none_under_way([state])
            continue
        with pytest.raises(StepForbidden):
            referrals.check_none_under_way(["completed", state])
