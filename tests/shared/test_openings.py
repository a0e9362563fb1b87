"""Which events each purpose opens to an agency. The list is repeated here, so that no purpose widens by accident."""

from collections.abc import Mapping
from typing import Final

import pytest

from shared.events import openings
from shared.events.audience import Reach, Terms
from shared.events.outside import catalogue
from shared.reference import codes

OPENINGS: Final[Mapping[str, Terms]] = {
    name: terms for name, terms in vars(openings).items() if isinstance(terms, Terms)
}
_LAWYER = frozenset(
    (
        *("CONTACT", "CASE", "AGE", "DETAILS", "SAFE_CONTACT", "DETECTION", "ACCOUNT", "ENTRY", "IDENTIFICATION"),
        *("RECONSIDERATION", "RESIDENCE", "ADVICE", "MATTER", "LIMIT", "LIMIT_OF_RESIDENCE", "DECISION_TIME"),
        *("CHALLENGE_TIME", "DETECTED", "WORK", "WAGE_MATTER", "WAGE_LIMIT"),
        *("RECOVERY", "RECOVERY_BY_RESIDENCE", "VOUCHER_TIME", "HELD_ERASURE"),
    )
)
_MECHANISM = frozenset(
    ("SAFE_CONTACT", "SUBMISSION", "IDENTIFICATION", "RECONSIDERATION", "RESIDENCE", "DECISION_TIME")
)
OF_IDENTIFICATION: Final = frozenset(("SUBMISSION", "PRESUMPTION", "VOUCHER_REQUEST", "IDENTIFICATION"))
#: Purpose -> the openings for an agency that may receive every category.
HEARD: Final[Mapping[str, frozenset[str]]] = {
    "legal_representation": _LAWYER,
    "compensation_claim": _LAWYER | {"CLAIM", "AWARD", "WAGE_CLAIM", "WAGE_AWARD"},
    "referral_for_support": frozenset(
        (
            *("CONTACT", "CASE", "DETAILS", "SAFE_CONTACT", "DETECTION", "DETECTED", "WORK", "RECONSIDERATION"),
            *("SUBMISSION", "PRESUMPTION", "VOUCHER_REQUEST", "IDENTIFICATION"),
            *("DECISION_TIME", "CHALLENGE_TIME"),
            *("RECOVERY", "RECOVERY_BY_RESIDENCE", "VOUCHER_TIME", "VOUCHER", "PLAN", "HEALTH"),
            *("MONEY", "CHILDREN", "FAMILY", "PAPERS", "DAILY_LIFE"),
        )
    ),
    "accommodation_placement": frozenset(
        ("CONTACT", "CASE", "DETAILS", "SAFE_CONTACT", "PLAN", "STAY"),
    ),
    "medical_care": frozenset(("CASE", "DETAILS", "SAFE_CONTACT", "HEALTH", "COUNSELLING")),
    "return_assistance": frozenset(("CONTACT", "CASE", "DETAILS", "SAFE_CONTACT", "PLAN", "STAY", "FAMILY", "PAPERS")),
    "protection": frozenset(("CASE", "DANGER", "DETAILS", "SAFE_CONTACT")),
    "police_investigation": frozenset(
        ("SAFE_CONTACT", "DETECTION", "DETECTED", "WORK", "SUBMISSION", "PRESUMPTION", "IDENTIFICATION")
    ),
    "referral_to_official_identification": _MECHANISM,
    "duty_to_notify_with_identity": _MECHANISM,
    "official_notification_with_identity": _MECHANISM,
    "national_register": frozenset(("SUBMISSION", "PRESUMPTION", "IDENTIFICATION")),
    "wage_claim": frozenset(
        ("SAFE_CONTACT", "DETAILS", "WORK", "WAGE_MATTER", "WAGE_LIMIT", "WAGE_CLAIM", "WAGE_AWARD")
    ),
    "child_protection": frozenset(("DANGER", "SAFE_CONTACT", "DETAILS", "CHILDREN")),
    "monitoring_report": frozenset(("DETECTED", "IDENTIFICATION")),
    "research_statistics": frozenset(),
    "media": frozenset(),
}


@pytest.mark.parametrize("purpose", codes("consent_purpose").values)
def test_a_purpose_opens_what_it_is_for(purpose: str) -> None:
    assert {name for name, terms in OPENINGS.items() if purpose in terms.all_purposes} == HEARD[purpose]


def test_only_how_far_a_case_is_and_what_is_held_of_it_need_no_category() -> None:
    without = {name for name, terms in OPENINGS.items() if terms.category is None}
    assert without == {"CASE", "DANGER", "HELD_ERASURE", *OF_IDENTIFICATION}


def test_authorities_hear_of_no_help_that_somebody_gets() -> None:
    authorities = openings.POLICE | openings.MECHANISM | openings.REGISTER
    opened = {terms.category for terms in OPENINGS.values() if terms.purposes & authorities}
    assert opened == {None, "account", "contact_safe", "immigration"}


def test_what_opens_an_event_has_a_name_and_each_name_opens_some() -> None:
    used = {
        terms
        for kind in catalogue().values()
        if kind.audience.reach is Reach.PERSON
        for terms in (kind.audience.terms, *kind.audience.codes.values())
        if terms is not None
    }
    assert used == set(OPENINGS.values())


def test_each_group_of_purposes_is_named_in_words_and_no_two_overlap() -> None:
    purposes = [purpose for members in openings.GROUPS.values() for purpose in members]
    assert sorted(purposes) == sorted(set(purposes))
    assert set(purposes) == {purpose for terms in OPENINGS.values() for purpose in terms.all_purposes}
