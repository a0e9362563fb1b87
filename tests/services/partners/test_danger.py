"""Dangers and absences: which agencies receive them, and what of them, also while delivery by consent is paused."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.partners.agencies.agency.rules import ACTIVE
from services.partners.agencies.agreement.rules import AGREED, Agreement
from services.partners.streams.ground.events import LEGAL_WORK
from services.partners.streams.ground.rules import Decision, Person, Side, Span, decide, towards, weigh
from shared.events.openings import CHILD, PROTECTION
from shared.events.outside import OutsideType, outside_type
from shared.reference import codes
from tests.kit.harness import harness
from tests.kit.told_agencies import NOW, Told

TODAY, AGENCY = date(2026, 3, 2), UUID(int=7)
PURPOSES, CATEGORIES = frozenset(codes("consent_purpose")), frozenset(codes("data_category"))
ALERT, ABSENCE = str(UUID(int=1)), str(UUID(int=2))
RAISED: Final[dict[str, Any]] = {
    "alert": ALERT,
    "urgency": "immediate",
    "level": 0,
    "told": "team",
    "about": "danger",
    "danger_type": "trafficker_contact",
    "raised_at": "2026-03-02T09:41:12Z",
    "by_assessment": False,
    "revision": 1,
}
DECLARED: Final[dict[str, Any]] = {
    "absence": ABSENCE,
    "child": True,
    "urgency": "immediate",
    "declared_at": "2026-03-02T09:41:12Z",
    "about": "danger",
}
#: The events of danger, each with the fields that an agency receives by the data categories that it can have.
EVENTS: Final[dict[str, tuple[dict[str, Any], dict[str, set[str]]]]] = {
    "alert.raised": (
        RAISED,
        {
            "account": {"alert", "urgency", "about", "raised_at", "revision"},
            "health": {*RAISED} - {"level", "told", "by_assessment"},
        },
    ),
    "alert.ended": (
        {"alert": ALERT, "about": "danger", "reason": "made_safe", "ended_at": "2026-03-02T10:00:00Z"},
        {"account": {"alert", "about", "reason", "ended_at"}},
    ),
    "absence.declared": (DECLARED, {"account": {*DECLARED} - {"child"}, "identity": {*DECLARED}}),
    "absence.ended": ({"absence": ABSENCE, "ending": "found"}, {"account": {"absence", "ending"}}),
}


def known(name: str, service: str = "support") -> OutsideType:
    found = outside_type(service, name, 1)
    assert found is not None
    return found


def span(purpose: str, *categories: str, by_consent: bool = True) -> Span:
    until = TODAY + timedelta(days=9)
    return Span(frozenset({purpose}), frozenset(categories), None, until, by_consent=by_consent)


def decision(name: str, data: dict[str, Any], *spans: Span, **stands: bool) -> Decision:
    """Return the gate's decision about an event of support, for an agency whose agreement permits everything."""
    agreement = Agreement(
        id=UUID(int=1),
        jurisdictions=frozenset({"NL"}),
        purposes=PURPOSES,
        data_categories=CATEGORIES,
        first_day=TODAY,
        last_day=TODAY + timedelta(days=30),
        step=AGREED,
        asked_by=UUID(int=2),
        asked_at=NOW,
    )
    side = Side(AGENCY, ACTIVE, (agreement,), PURPOSES, CATEGORIES, "NGO")
    person = Person("NL", spans, today=TODAY, **{"is_excluded": False, "is_restricted": False, **stands})
    about = towards(known(name), person, LEGAL_WORK)
    return decide(known(name), data, side, weigh(side, about, told_on=TODAY), party=None, today=TODAY)


@pytest.mark.hazard("H-DANGER-12", control="danger-reaches-protection")
@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("purpose", codes("consent_purpose").values)
def test_only_an_agency_with_a_consent_for_protection_receives_a_danger(name: str, purpose: str) -> None:
    found = decision(name, EVENTS[name][0], span(purpose, *CATEGORIES))
    assert found.is_told is (purpose in PROTECTION | CHILD)


@pytest.mark.hazard("H-DANGER-12", control="danger-reaches-protection")
@pytest.mark.parametrize(("name", "category"), [(name, each) for name, (_, cut) in EVENTS.items() for each in cut])
def test_it_receives_codes_and_times_and_the_rest_by_its_data_categories(name: str, category: str) -> None:
    data, cut = EVENTS[name]
    found = decision(name, data, span("protection", category))
    assert known(name).cut(data, found.data_categories).keys() == cut[category]
    assert {each.kind for each in known(name).fields.values()} <= {"Reference", "Code", "Instant", "Flag", "Count"}


def test_a_legal_ground_without_data_categories_opens_the_danger_without_its_kind() -> None:
    found = decision("alert.raised", RAISED, span("protection", by_consent=False))
    assert found.is_told
    assert "danger_type" not in known("alert.raised").cut(RAISED, found.data_categories)


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("stands", ["is_excluded", "is_restricted"])
def test_an_excluded_agency_and_a_restricted_case_receive_no_danger(name: str, stands: str) -> None:
    assert not decision(name, EVENTS[name][0], span("protection", *CATEGORIES), **{stands: True}).is_told


@pytest.mark.hazard("H-DANGER-12", control="undeclared-absence-stays-inside")
def test_the_end_of_an_absence_that_was_never_declared_reaches_no_agency() -> None:
    protects = span("protection", *CATEGORIES)
    assert decision("absence.ended", {"absence": ABSENCE, "ending": "recorded_wrongly"}, protects).is_told
    assert not decision("absence.ended", {"absence": ABSENCE}, protects).is_told


@pytest.mark.hazard("H-DANGER-12", control="undeclared-absence-stays-inside")
@pytest.mark.parametrize("name", ["alert.raised", "alert.ended"])
@pytest.mark.parametrize("is_frozen", [False, True])
def test_an_alert_about_an_absence_without_a_decision_reaches_no_agency(name: str, *, is_frozen: bool) -> None:
    earlier = {field: value for field, value in EVENTS[name][0].items() if field != "about"}
    for data in (earlier, *({**earlier, "about": about} for about in codes("alert_about").values if about != "danger")):
        assert not decision(name, data, span("protection", *CATEGORIES), is_frozen=is_frozen).is_told


@pytest.mark.hazard("H-DANGER-12", control="unsafe-place-stays-inside")
def test_an_absence_from_before_the_upgrade_reaches_no_agency() -> None:
    earlier = {field: value for field, value in DECLARED.items() if field != "about"}
    assert not decision("absence.declared", earlier, span("protection", *CATEGORIES)).is_told


@pytest.mark.hazard("H-DANGER-12", control="danger-needs-no-category")
@pytest.mark.parametrize("name", EVENTS)
def test_a_consent_for_a_child_opens_a_danger_without_its_categories(name: str) -> None:
    data, codes_and_times = EVENTS[name][0], EVENTS[name][1]["account"]
    found = decision(name, data, span("child_protection", "account"))
    assert found.is_told
    assert known(name).cut(data, found.data_categories).keys() == codes_and_times


@pytest.mark.hazard("H-DANGER-12", control="danger-despite-pause")
@pytest.mark.parametrize("name", EVENTS)
def test_a_pause_of_delivery_by_consent_does_not_stop_a_danger(name: str) -> None:
    data = EVENTS[name][0]
    assert decision(name, data, span("protection", "account"), is_frozen=True).is_told
    for purpose in PURPOSES - PROTECTION - CHILD:
        assert not decision(name, data, span(purpose, *CATEGORIES), is_frozen=True).is_told


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.mark.integration
@pytest.mark.hazard("H-DANGER-12", control="danger-despite-pause")
def test_an_agency_for_protection_reads_of_a_missing_person_and_a_shelter_does_not(told: Told) -> None:
    agreed = {"purposes": ["protection", "referral_for_support"]}
    protector, shelter, case = told.agency(agreed=agreed), told.agency(), told.case()
    told.consent(case, protector, purposes=["protection"])
    told.consent(case, shelter)
    told.hear(case, "sharing.frozen", {"freeze": str(uuid4())})
    for name, (data, _) in EVENTS.items():
        told.hear(case, name, data, source="support")
    told.hear(case, "case.closed", {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []})
    danger = [each for each in protector.types() if each.startswith("support.")]
    assert danger == [f"support.{name}" for name in EVENTS]
    assert not {each for each in (*protector.types(), *shelter.types()) if each == "intake.case.closed"}
    assert not [each for each in shelter.types() if each.startswith("support.")]
    [declared] = [each["data"] for each in protector.feed() if "absence.declared" in each["type"]]
    assert declared["declared_at"] == "2026-03-02T09:00:00Z"
