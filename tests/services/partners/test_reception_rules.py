"""Reasons why an agency receives no events: one code each, in the order in which to check them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.overview.reception import rules
from services.partners.overview.reception.rules import Endpoint, Facts
from shared.reference import codes

RECEIVES = Facts(
    state="active", has_agreement=True, is_subscribed=True, has_key=True, has_ground=True, has_queue=True, position=7
)
WORKING = Endpoint(state="active", is_failing=False)
#: A change to an agency that receives events, and the one reason that follows.
REASONS: list[tuple[dict[str, Any], str]] = [
    ({"state": "suspended"}, "agency_suspended"),
    ({"state": "ended"}, "agency_ended"),
    ({"has_agreement": False}, "no_agreement"),
    ({"is_subscribed": False}, "no_subscription"),
    ({"has_ground": False}, "no_ground"),
    ({"is_ending_late": True}, "ending_late"),
    ({"is_starting": True}, "starting"),
    ({"has_key": False}, "no_way"),
    ({"is_paused": True}, "paused_by_agency"),
    ({"endpoints": (Endpoint(state="disabled", is_failing=True),)}, "webhook_disabled"),
    ({"endpoints": (Endpoint(state="paused", is_failing=True),)}, "webhook_paused"),
    ({"endpoints": (WORKING, Endpoint(state="warned", is_failing=True))}, "webhook_failing"),
    ({"is_queue_unread": True}, "queue_unread"),
    ({"position": 0}, "nothing_yet"),
]


def test_nothing_stands_in_the_way_of_an_agency_that_receives_events() -> None:
    assert rules.obstacles(RECEIVES) == []
    assert rules.obstacles(replace(RECEIVES, endpoints=(WORKING,))) == []


@pytest.mark.parametrize(("different", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_each_difference_has_its_own_reason(different: dict[str, Any], reason: str) -> None:
    assert rules.obstacles(replace(RECEIVES, **different)) == [reason]


def test_each_reason_of_the_list_is_tried_in_the_order_of_the_list() -> None:
    assert [reason for _, reason in REASONS] == list(codes("reception_obstacle"))


@given(st.lists(st.sampled_from(REASONS), unique_by=lambda each: next(iter(each[0])), max_size=6))
def test_reasons_together_keep_their_order(some: list[tuple[dict[str, Any], str]]) -> None:
    facts = RECEIVES
    for different, _ in some:
        facts = replace(facts, **different)
    found = rules.obstacles(facts)
    order = list(codes("reception_obstacle"))
    assert found == sorted(found, key=order.index)
    assert {reason for _, reason in some} - {"no_way"} <= set(found)


def test_a_webhook_is_a_way_without_a_key() -> None:
    assert rules.obstacles(replace(RECEIVES, has_key=False, endpoints=(WORKING,))) == []
