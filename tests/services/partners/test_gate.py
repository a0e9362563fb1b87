"""The gate in isolation: a ground without a data category, and events that a restricted case still delivers."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agreement.rules import AGREED, Agreement
from services.partners.service import READS
from services.partners.streams.ground.events import ENDINGS, LEGAL_WORK
from services.partners.streams.ground.rules import (
    ANOTHERS,
    BY_AGREEMENT,
    CATEGORY_MISSING,
    CONCERNS_IT,
    COVERED,
    EXCLUDED,
    FROZEN,
    LAW_UNKNOWN,
    NO_AGREEMENT,
    NO_GROUND,
    NOT_AGREED_ON,
    OWN_LIMIT,
    RESTRICTED,
    STAYS_INSIDE,
    Decision,
    Person,
    Side,
    Span,
    decide,
    takes_part,
    towards,
    weigh,
    works_for,
)
from shared.events.audience import Reach
from shared.events.outside import OutsideType, catalogue, outside_type
from shared.reference import codes
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
    """Return the gate's decision about an event of a person with these grounds."""
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
    side = Side(AGENCY, ACTIVE, (agreement,), **ASKED, agency_type="NGO")
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


# --- the grounds of a person, by themselves ---------------------------------------------------------------------------

DAY = timedelta(days=1)
AGREED_ON = Agreement(
    id=UUID(int=1),
    jurisdictions=frozenset({"NL"}),
    first_day=TODAY,
    last_day=TODAY + timedelta(days=30),
    step=AGREED,
    asked_by=UUID(int=2),
    asked_at=NOW,
    **ASKED,
)
SIDE = Side(AGENCY, ACTIVE, (AGREED_ON,), **ASKED, agency_type="NGO")


def person(*spans: Span, today: date = TODAY, **stands: bool) -> Person:
    return Person("NL", spans, today=today, **{"is_excluded": False, "is_restricted": False, **stands})


@pytest.mark.hazard("H-AGENCY-4", control="consent-gate")
@pytest.mark.parametrize(
    ("since", "until", "told_on", "opens"),
    [
        (None, TODAY, TODAY, True),
        (None, TODAY - DAY, TODAY, False),
        (TODAY, TODAY + DAY, TODAY, True),
        (TODAY, TODAY + DAY, TODAY - DAY, False),
        (TODAY + DAY, TODAY + 2 * DAY, TODAY + DAY, False),
        (TODAY - DAY, TODAY, TODAY - DAY, True),
    ],
)
def test_a_ground_opens_from_its_first_to_its_last_day_what_was_sent_since_it_began(
    since: date | None, until: date, told_on: date, *, opens: bool
) -> None:
    ground = Span(frozenset({"referral_for_support"}), frozenset({"contact_safe"}), since, until)
    weighed = weigh(SIDE, person(ground), told_on=told_on)
    assert (weighed.because, bool(weighed.covered)) == ((COVERED, True) if opens else (NO_GROUND, False))
    assert works_for(person(ground), frozenset({"referral_for_support"})) is (
        until >= TODAY and (since is None or since <= TODAY)
    )


def test_while_consents_are_frozen_a_named_ground_still_opens_and_a_consent_waits() -> None:
    named = Span(frozenset({"legal_representation"}), frozenset({"account"}), None, TODAY, by_consent=False)
    consent = Span(frozenset({"referral_for_support"}), frozenset({"contact_safe"}), None, TODAY)
    weighed = weigh(SIDE, person(named, consent, is_frozen=True), told_on=TODAY)
    assert (weighed.covered, weighed.because) == ({("legal_representation", "account")}, COVERED)
    assert weighed.waiting == {("referral_for_support", "contact_safe")}
    weighed = weigh(SIDE, person(consent, is_frozen=True), told_on=TODAY)
    assert (weighed.covered, weighed.because) == (frozenset(), FROZEN)
    weighed = weigh(SIDE, person(consent), told_on=TODAY)
    assert (weighed.covered, weighed.waiting) == ({("referral_for_support", "contact_safe")}, frozenset())


def test_an_excluded_agency_a_restricted_case_and_an_unknown_law_open_nothing() -> None:
    consent = Span(frozenset({"referral_for_support"}), frozenset({"contact_safe"}), None, TODAY)
    refused = {
        EXCLUDED: person(consent, is_excluded=True),
        RESTRICTED: person(consent, is_restricted=True),
        LAW_UNKNOWN: replace(person(consent), jurisdiction=None),
        NO_GROUND: person(),
    }
    for because, who in refused.items():
        weighed = weigh(SIDE, who, told_on=TODAY)
        assert (weighed.covered, weighed.waiting, weighed.because) == (frozenset(), frozenset(), because)
    weighed = weigh(replace(SIDE, agreements=()), person(consent), told_on=TODAY)
    assert (weighed.covered, weighed.waiting, weighed.because) == (frozenset(), frozenset(), NO_AGREEMENT)
    assert not works_for(person(consent, is_excluded=True), frozenset({"referral_for_support"}))
    assert not works_for(person(consent), frozenset({"legal_representation"}))


def test_an_event_about_one_agency_goes_to_it_only_others_by_the_agreement() -> None:
    by_reach = {each.audience.reach: each for each in catalogue().values() if each.audience.leaves}
    party, nobody = by_reach[Reach.PARTY], by_reach[Reach.OF_NOBODY]
    assert decide(party, {}, SIDE, None, party=UUID(int=8), today=TODAY) == Decision(is_told=False, because=ANOTHERS)
    assert decide(party, {}, SIDE, None, party=AGENCY, today=TODAY).is_told
    assert decide(nobody, {}, SIDE, None, party=None, today=TODAY) == Decision(is_told=True, because=BY_AGREEMENT)
    assert decide(nobody, {}, replace(SIDE, agreements=()), None, party=None, today=TODAY).because == NO_AGREEMENT


# --- the data categories of a decision, and events about one agency ---------------------------------------------------


def known(service: str, name: str, version: int = 1) -> OutsideType:
    found = outside_type(service, name, version)
    assert found is not None
    return found


SENT = known("intake", "referral.sent", 2)
CONSENT = span("referral_for_support", "contact_safe", by_consent=True)


def decided(
    event_type: OutsideType, about: Person, data: dict[str, Any] | None = None, side: Side = SIDE, party: UUID = AGENCY
) -> Decision:
    """Return the gate's decision about an event of a type about this person."""
    weighed = weigh(side, about, told_on=about.today)
    return decide(event_type, data or {}, side, weighed, party=party, today=about.today)


def test_an_event_has_only_the_categories_of_grounds_with_its_purpose() -> None:
    serves, other = span("legal_representation", "account"), span("national_register", "contact_safe")
    found = decision(OPENED, serves, other)
    assert found == Decision(is_told=True, because=COVERED, data_categories=frozenset({"account"}))
    weighed = weigh(SIDE, person(serves, other), told_on=TODAY)
    assert weighed.data_categories == {"account", "contact_safe"}


@pytest.mark.hazard("H-AGENCY-4", control="consent-gate")
def test_the_purpose_of_one_ground_and_the_category_of_another_open_nothing() -> None:
    category_only, purpose_only = span("national_register", "account"), span("legal_representation", "contact_safe")
    found = decision(OPENED, category_only, purpose_only)
    assert found == Decision(is_told=False, because=CATEGORY_MISSING)


def test_the_purpose_of_one_agreement_and_the_category_of_another_open_nothing() -> None:
    ground = span("legal_representation", "account")
    register = replace(AGREED_ON, purposes=frozenset({"national_register"}))
    without_account = replace(AGREED_ON, data_categories=frozenset({"contact_safe"}))
    assert decided(known(*OPENED[:2]), person(ground), side=replace(SIDE, agreements=(AGREED_ON,))).is_told
    apart = replace(SIDE, agreements=(register, without_account))
    assert decided(known(*OPENED[:2]), person(ground), side=apart) == Decision(is_told=False, because=NOT_AGREED_ON)


@pytest.mark.hazard("H-AGENCY-4", control="consent-gate")
@pytest.mark.parametrize(
    "side",
    [
        replace(SIDE, purposes=SIDE.purposes - {"legal_representation"}),
        replace(SIDE, data_categories=frozenset({"contact_safe"})),
        replace(SIDE, agreements=(replace(AGREED_ON, jurisdictions=frozenset({"RO"})),)),
        replace(SIDE, agreements=(replace(AGREED_ON, purposes=frozenset({"national_register"})),)),
        replace(SIDE, agreements=(replace(AGREED_ON, data_categories=frozenset({"contact_safe"})),)),
    ],
)
@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_ground_opens_nothing_outside_the_agreement_and_the_subscription(side: Side, *, is_frozen: bool) -> None:
    for ground in (span("legal_representation", "account"), span("legal_representation", "account", by_consent=True)):
        weighed = weigh(side, person(ground, is_frozen=is_frozen), told_on=TODAY)
        assert (weighed.covered, weighed.waiting, weighed.because) == (frozenset(), frozenset(), NOT_AGREED_ON)


@pytest.mark.hazard("H-AGENCY-4", control="consent-gate")
def test_a_code_without_terms_opens_nothing_to_any_ground() -> None:
    withdrawn = known("intake", "record.withdrawn")
    ground = span("legal_representation", "account", by_consent=True)
    for is_frozen in (False, True):
        for record_class in ("absence", "safety_plan", "no_such_class"):
            found = decided(withdrawn, person(ground, is_frozen=is_frozen), {"record_class": record_class})
            assert found == Decision(is_told=False, because=CATEGORY_MISSING)
    assert decided(withdrawn, person(ground), {"record_class": "contact"}).is_told


def test_an_event_waits_only_for_a_frozen_consent_that_would_open_it() -> None:
    opens = span("legal_representation", "account", by_consent=True)
    named = span("national_register", "contact_safe")
    waits, never = Decision(is_told=False, because=FROZEN), Decision(is_told=False, because=CATEGORY_MISSING)
    opened = known(*OPENED[:2])
    assert decided(opened, person(opens, is_frozen=True)) == waits
    assert decided(opened, person(opens, named, is_frozen=True)) == waits
    assert decided(opened, person(CONSENT, is_frozen=True)) == never
    assert decided(opened, person(named, is_frozen=True)) == never


def test_an_event_about_an_agency_needs_a_ground_too_and_has_only_its_categories() -> None:
    account = span("national_register", "account")
    assert decided(SENT, person(CONSENT)) == Decision(True, COVERED, frozenset({"contact_safe"}))
    assert decided(SENT, person(CONSENT, account)) == Decision(True, COVERED, frozenset({"contact_safe", "account"}))
    assert decided(SENT, person(CONSENT, account, is_frozen=True)) == Decision(True, COVERED, frozenset({"account"}))
    assert decided(SENT, person(CONSENT, is_frozen=True)) == Decision(is_told=False, because=FROZEN)
    assert decided(SENT, person()) == Decision(is_told=False, because=NO_GROUND)
    assert decided(SENT, person(CONSENT, is_excluded=True)) == Decision(is_told=False, because=EXCLUDED)
    assert decided(SENT, person(CONSENT), party=UUID(int=8)) == Decision(is_told=False, because=ANOTHERS)


@pytest.mark.parametrize(
    ("name", "version"),
    [("consent.withdrawn", 2), ("sharing.reviewed", 1), ("referral.revoked", 1), ("referral.withdrawn", 1)],
)
def test_the_end_of_access_reaches_the_agency_without_ground_or_categories(name: str, version: int) -> None:
    ended = known("intake", name, version)
    for who in (person(), person(CONSENT, is_excluded=True), person(CONSENT, is_restricted=True)):
        assert decided(ended, who) == Decision(is_told=True, because=CONCERNS_IT, data_categories=frozenset())
    assert decided(ended, person(CONSENT), party=UUID(int=8)) == Decision(is_told=False, because=ANOTHERS)
    assert decided(ended, person(), side=replace(SIDE, agreements=())).because == NO_AGREEMENT


def test_internal_events_and_agencies_without_agreements_have_no_delivery() -> None:
    inside = next(each for each in catalogue().values() if not each.audience.leaves)
    assert decided(inside, person(CONSENT)) == Decision(is_told=False, because=STAYS_INSIDE)
    assert takes_part(SIDE, TODAY)
    assert not takes_part(SIDE, TODAY - DAY)
    assert not takes_part(replace(SIDE, agreements=()), TODAY)
    assert not takes_part(replace(SIDE, state="suspended"), TODAY)


def test_of_a_restricted_case_only_grounds_for_legal_work_keep_their_legal_purposes() -> None:
    mixed = replace(LAWYER, purposes=frozenset({"legal_representation", "referral_for_support"}))
    restricted = person(mixed, SHELTER, is_restricted=True)
    about = towards(known(*CHANGED[:2]), restricted, LEGAL_WORK)
    assert about == replace(restricted, is_restricted=False, grounds=(LAWYER,))
    assert towards(known(*OPENED[:2]), restricted, LEGAL_WORK) is restricted
    assert towards(known(*CHANGED[:2]), person(mixed, SHELTER), LEGAL_WORK) == person(mixed, SHELTER)


@pytest.mark.hazard("H-OPERATION-11", control="protecting-events-stay")
def test_no_event_that_can_end_an_agency_s_access_can_be_skipped() -> None:
    assert [key for key in sorted(ENDINGS) if not READS.must_be_applied(key)] == []


# --- limits of the person ---------------------------------------------------------------------------------------------

LIMIT_STARTED = known("legal", "clock.started")
CLAIM = span("legal_representation", "account", by_consent=True)
HELP = span("referral_for_support", "account", by_consent=True)


@pytest.mark.hazard("H-CONFIDENTIALITY-14", control="by-type-of-agency")
@pytest.mark.parametrize("agency_type", codes("org_type").values)
@pytest.mark.parametrize(("code", "ground"), [("GB.CICA", CLAIM), ("NL.OBJECTION", CLAIM), ("GB.RECONSIDER", HELP)])
def test_no_agency_that_can_decide_about_the_person_receives_their_limits(
    agency_type: str, code: str, ground: Span
) -> None:
    opens = replace(ground, data_categories=ground.data_categories | {"immigration"})
    side = of_type(agency_type, "immigration")
    limit, correction = {"code": code}, {"record_class": "deadline"}
    about = [(LIMIT_STARTED, limit), *([(known("intake", "record.corrected"), correction)] if ground is CLAIM else [])]
    for is_frozen in (False, True):
        for event_type, data in about:
            found = decided(event_type, person(opens, is_frozen=is_frozen), data, side)
            withheld = Decision(is_told=False, because=OWN_LIMIT)
            assert (found == withheld) == (agency_type not in HELPERS)
    # The other data that the consent opens is the same for every type.
    assert decided(known(*OPENED[:2]), person(opens), side=side).is_told


def test_the_type_of_an_agency_that_is_not_in_the_register_opens_no_limit() -> None:
    assert decided(LIMIT_STARTED, person(CLAIM), {"code": "GB.CICA"}, of_type("")).because == OWN_LIMIT


HELPERS = frozenset(
    (
        *("NGO", "LegalService", "TradeUnion", "Shelter", "CareCoordination", "GuardianshipOrganisation"),
        *("HealthServiceOrganisation", "SchoolOrCollege", "FaithOrCommunityGroup", "InternationalOrganisation"),
    )
)


def of_type(agency_type: str, *categories: str) -> Side:
    """Return an agency of this type, to which these data categories can also be delivered."""
    wider = SIDE.data_categories | set(categories)
    agreed = replace(AGREED_ON, data_categories=wider)
    return replace(SIDE, agreements=(agreed,), data_categories=wider, agency_type=agency_type)
