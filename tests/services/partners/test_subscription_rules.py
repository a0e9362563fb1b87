"""A subscription selects event types by pattern, jurisdiction and version, and never an internal type."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from services.partners.streams.subscription.rules import FULL, Asked, check, versions
from shared.casework.refusals import FactRefused
from shared.events.outside import OutsideType, outside_type

ASKED = Asked(
    agency=UUID(int=7),
    types=("intake.referral.*", "legal.advice.recorded"),
    jurisdictions=frozenset({"NL"}),
    purposes=frozenset(),
    data_categories=frozenset(),
    form=FULL,
    pinned={},
    is_paused=False,
)


def known(service: str, name: str, version: int) -> OutsideType:
    found = outside_type(service, name, version)
    assert found is not None
    return found


SENT, ADVISED = known("intake", "referral.sent", 2), known("legal", "advice.recorded", 2)
OPENED = known("intake", "contact.opened", 1)


def test_a_subscription_includes_the_types_that_one_of_its_patterns_matches() -> None:
    assert [ASKED.wants(kind, "NL") for kind in (SENT, ADVISED, OPENED)] == [True, True, False]
    assert replace(ASKED, types=("*",)).wants(OPENED, "NL")
    assert not replace(ASKED, types=()).wants(OPENED, "NL")


def test_it_includes_cases_of_its_jurisdictions_and_events_about_no_case() -> None:
    assert [ASKED.wants(SENT, law) for law in ("NL", "RO", None)] == [True, False, True]


def test_pinned_types_are_read_as_a_version_for_each_type() -> None:
    assert versions(["intake.referral.sent.v1", "legal.advice.recorded.v12"]) == {
        "intake.referral.sent": 1,
        "legal.advice.recorded": 12,
    }


@pytest.mark.parametrize(
    ("patterns", "pinned"),
    [
        (["*"], {}),
        (["intake.referral.*", "legal.*"], {"intake.referral.sent": 1}),
        ([], {"intake.referral.sent": 2, "legal.advice.recorded": 2, "intake.contact.opened": 1}),
    ],
)
def test_patterns_of_published_types_and_versions_that_are_offered_are_accepted(
    patterns: list[str], pinned: Mapping[str, int]
) -> None:
    check(patterns, pinned)


@pytest.mark.parametrize("pattern", ["intake.exclusion.recorded", "intake.exclusion.*", "referral.sent", "nothing"])
def test_a_pattern_that_matches_only_internal_types_or_none_is_refused(pattern: str) -> None:
    with pytest.raises(FactRefused) as error:
        check(["*", pattern], {})
    assert [(each["field"], each["rule"]) for each in error.value.errors] == [("types", "matches_a_type")]


@pytest.mark.parametrize(
    ("key", "version"),
    [
        ("intake.referral.sent", 3),
        ("intake.referral.sent", 0),
        # Version 1 has more data than agencies can receive today.
        ("legal.advice.recorded", 1),
        ("intake.exclusion.recorded", 2),
        ("intake.exclusion.recorded", 1),
        ("intake.no_such.type", 1),
        ("support.referral.sent", 2),
    ],
)
def test_a_version_that_is_not_offered_to_agencies_is_refused(key: str, version: int) -> None:
    with pytest.raises(FactRefused) as error:
        check(["*"], {"intake.referral.sent": 2, key: version})
    assert [(each["field"], each["rule"]) for each in error.value.errors] == [("pinned", "is_a_version")]
