"""The gate by itself: a named ground without any data category, and what is told though a case is restricted."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agreement.rules import AGREED, Agreement
from services.partners.streams.ground.events import LEGAL_WORK
from services.partners.streams.ground.rules import Decision, Person, Side, Span, decide, towards, weigh
from shared.events.outside import outside_type
from tests.kit.told_agencies import NOW

TODAY, AGENCY = date(2026, 3, 2), UUID(int=7)
ASKED = {
    "purposes": frozenset({"national_register", "legal_representation", "referral_for_support"}),
    "data_categories": frozenset({"account", "contact_safe"}),
}
STEP = ("intake", "identification.step_recorded", {"stage": "reflection_accepted", "basis": "consent"})
OPENED: tuple[str, str, dict[str, Any]] = ("intake", "contact.opened", {})
CHANGED: tuple[str, str, dict[str, Any]] = ("intake", "safe_contact.changed", {})


def span(purpose: str, *categories: str, by_consent: bool = False) -> Span:
    until = TODAY + timedelta(days=9)
    return Span(frozenset({purpose}), frozenset(categories), None, until, by_consent=by_consent)


def decision(event: tuple[str, str, dict[str, Any]], *spans: Span, **person: bool) -> Decision:
    """What the gate says of an event about a person with these grounds."""
    service, name, data = event
    event_type = outside_type(service, name, 1)
    assert event_type is not None
    agreement = Agreement(
        id=UUID(int=1),
        jurisdictions=frozenset({"NL"}),
        first_day=TODAY,
        last_day=TODAY + timedelta(days=30),
        step=AGREED,
        asked_by=UUID(int=2),
        asked_at=NOW,
        **ASKED,
    )
    side = Side(AGENCY, ACTIVE, (agreement,), **ASKED)
    stands = {"is_excluded": False, "is_restricted": False, **person}
    about = towards(event_type, Person("NL", spans, today=TODAY, **stands), LEGAL_WORK)
    return decide(event_type, data, side, weigh(side, about, told_on=TODAY), party=None, today=TODAY)


def test_a_named_ground_without_a_data_category_opens_what_is_of_none() -> None:
    found = decision(STEP, span("national_register"))
    assert (found.is_told, found.data_categories) == (True, frozenset())
    event_type = outside_type(*STEP[:2], 1)
    assert event_type is not None
    assert event_type.cut(STEP[2], found.data_categories) == {"stage": "reflection_accepted"}


@pytest.mark.parametrize(
    ("event", "ground"),
    [
        (OPENED, span("referral_for_support")),
        (STEP, span("medical_care")),
        (STEP, span("national_register", by_consent=True)),
    ],
)
def test_it_opens_nothing_else_and_a_consent_to_nothing_opens_nothing(
    event: tuple[str, str, dict[str, Any]], ground: Span
) -> None:
    assert not decision(event, ground).is_told


LAWYER = span("legal_representation", "contact_safe", "account", by_consent=True)
SHELTER = span("referral_for_support", "contact_safe", "account", by_consent=True)


@pytest.mark.parametrize(
    ("event", "ground", "is_told"),
    [(CHANGED, LAWYER, True), (CHANGED, SHELTER, False), (OPENED, LAWYER, False), (OPENED, SHELTER, False)],
)
def test_agencies_that_conduct_claims_receive_contact_changes_of_a_restricted_case(
    event: tuple[str, str, dict[str, Any]], ground: Span, *, is_told: bool
) -> None:
    found = decision(event, ground, is_restricted=True)
    assert (found.is_told, found.because) == (is_told, "covered" if is_told else "restricted")


def test_a_ground_for_other_work_opens_nothing_of_a_restricted_case() -> None:
    support_alone = span("referral_for_support", "contact_safe", by_consent=True)
    of_account = span("legal_representation", "account", by_consent=True)
    assert not decision(CHANGED, of_account, support_alone, is_restricted=True).is_told


def test_an_exclusion_stands_against_that_too() -> None:
    assert decision(CHANGED, LAWYER, is_restricted=True, is_excluded=True).because == "excluded"
