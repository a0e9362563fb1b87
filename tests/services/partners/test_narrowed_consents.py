"""A consent in which the person named claims, matters or stages: what the agency's stream contains."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, update

from deploy.cli import servers
from services.partners.agencies.agency.actions import generations
from services.partners.streams.stream.models import GateDecision
from shared.exchange import holds
from shared.exchange.rebuild import requests
from shared.exchange.rebuild.tables import rebuilds
from tests.kit.harness import harness
from tests.kit.told_agencies import Told, ToldAgency

pytestmark = pytest.mark.integration

AGREED: Final = {
    "purposes": ["legal_representation", "compensation_claim", "police_investigation", "wage_claim"],
    "data_categories": ["account", "finances", "contact_safe", "details_changed"],
}
DETECTED: Final[dict[str, Any]] = {
    "jurisdiction": "NL",
    "indicators": ["isolation"],
    "strength": "strong",
    "exploitation_types": [],
    "means_of_control": [],
    "sectors": [],
    "detector": "ngo",
    "earliest_incident_on": None,
    "work_ended_on": None,
    "detected_on": "2026-03-02",
}


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def decided(told: Told, case: UUID, remedy: str) -> None:
    """Have legal say that a claim was decided."""
    stated = {"matter": str(uuid4()), "remedy": remedy, "outcome": "granted", "decided_on": "2026-03-02"}
    told.hear(case, "compensation.decided", stated, source="legal", version=2)


def fact(kind: str, *, revision: int = 1, withdrawn: bool = False, of: UUID | None = None) -> dict[str, Any]:
    stated = {"fact": str(of or uuid4()), "revision": revision, "kind": kind, "withdrawn": withdrawn}
    return {**stated, "happened": "2026-03-02", "learnt": None, "about": None, "reason": None}


def heard(agency: ToldAgency) -> list[str]:
    consents = ("intake.consent.granted", "intake.consent.granted_in_part")
    return [name for name in agency.types() if name not in consents and not name.startswith("partners.")]


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
def test_an_agency_receives_the_claims_that_the_person_named(told: Told) -> None:
    narrow, whole, case = told.agency(agreed=AGREED), told.agency(agreed=AGREED), told.case()
    of_claims = {"purposes": ["compensation_claim"], "data_categories": ["account", "finances"]}
    told.consent(case, narrow, **of_claims, only_remedies=["NL.WAGES"])
    told.consent(case, whole, **of_claims)
    for remedy in ("NL.WAGES", "NL.SCHADEFONDS"):
        decided(told, case, remedy)
    assert heard(whole) == ["legal.compensation.decided"] * 2
    [event] = [each for each in narrow.feed() if "compensation" in each["type"]]
    assert event["data"]["remedy"] == "NL.WAGES"
    [granted] = [each for each in narrow.feed() if "granted_in_part" in each["type"]]
    assert granted["data"]["only_remedies"] == ["NL.WAGES"]


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
def test_events_from_before_the_consent_are_narrowed_too_and_the_officer_sees_why(told: Told) -> None:
    agency, case = told.agency(agreed=AGREED), told.case()
    decided(told, case, "NL.SCHADEFONDS")
    decided(told, case, "NL.WAGES")
    told.consent(
        case,
        agency,
        purposes=["compensation_claim"],
        data_categories=["finances"],
        only_matters=["employment"],
    )
    decided(told, case, "NL.SCHADEFONDS")
    assert heard(agency) == ["legal.compensation.decided"]
    with told.partners.database.transaction() as session:
        rows = {(row.because, row.is_told) for row in session.query(GateDecision) if "compensation" in row.type}
    assert rows == {("no_ground", False), ("covered", True), ("named_others", False)}


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="consent-for-a-stage")
def test_the_police_receive_nothing_more_once_the_named_stage_is_over(told: Told) -> None:
    police, case = told.agency(agreed=AGREED), told.case()
    told.consent(
        case,
        police,
        purposes=["police_investigation"],
        data_categories=["account"],
        only_stages=["investigation"],
    )
    told.hear(case, "detection.recorded", DETECTED)
    assert heard(police) == ["intake.detection.recorded"]
    charge = uuid4()
    told.hear(case, "fact.recorded", fact("prosecution_brought", of=charge), source="legal")
    told.hear(case, "detection.recorded", DETECTED)
    # Also what was delivered before is redacted from now on, as after the last day of a consent.
    assert heard(police) == []
    taken_back = fact("prosecution_brought", revision=2, withdrawn=True, of=charge)
    told.hear(case, "fact.withdrawn", taken_back, source="legal")
    told.hear(case, "detection.recorded", DETECTED)
    assert heard(police)[-1] == "intake.detection.recorded"


def test_a_fact_of_another_kind_begins_no_stage_and_an_older_revision_is_ignored(told: Told) -> None:
    police, case, other = told.agency(agreed=AGREED), told.case(), uuid4()
    told.consent(
        case, police, purposes=["police_investigation"], data_categories=["account"], only_stages=["investigation"]
    )
    told.hear(case, "fact.recorded", fact("trial_begun", of=other), source="legal")
    told.hear(case, "detection.recorded", DETECTED)
    assert heard(police) == []
    told.hear(case, "fact.corrected", fact("crime_reported", revision=3, of=other), source="legal")
    told.hear(case, "fact.corrected", fact("trial_begun", revision=2, of=other), source="legal")
    told.hear(case, "detection.recorded", DETECTED)
    assert "intake.detection.recorded" in heard(police)


OF_POLICE: Final = {"purposes": ["police_investigation"], "data_categories": ["account"]}


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="unknown-stage")
@pytest.mark.parametrize("source", ["intake", "legal"])
def test_a_consent_for_a_stage_opens_nothing_while_events_of_the_case_are_held(told: Told, source: str) -> None:
    police, whole, case = told.agency(agreed=AGREED), told.agency(agreed=AGREED), told.case()
    told.consent(case, police, **OF_POLICE, only_stages=["investigation"])
    told.consent(case, whole, **OF_POLICE)
    told.hear(case, "detection.recorded", DETECTED)
    failed = {"name": "fact.recorded", "version": 1, "reason": "ValueError"}
    with told.partners.database.transaction() as session:
        holds.put_back(session, source, case, 1_000, failed)
    assert heard(police) == []
    assert heard(whole) == ["intake.detection.recorded"]
    with told.partners.database.transaction() as session:
        session.execute(delete(holds.holds))
    assert heard(police) == ["intake.detection.recorded"]


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="unknown-stage")
def test_a_consent_for_a_stage_opens_nothing_until_the_earlier_facts_were_read(told: Told) -> None:
    police, case = told.agency(agreed=AGREED), told.case()
    told.consent(case, police, **OF_POLICE, only_stages=["investigation"])
    told.hear(case, "detection.recorded", DETECTED)
    with told.partners.database.transaction() as session:
        rebuild, _ = requests.request(session, "partners", projection="criminal_facts")
    assert heard(police) == []
    with told.partners.database.transaction() as session:
        session.execute(update(rebuilds).where(rebuilds.c.id == rebuild).values(state="done", ended_at=func.now()))
    assert heard(police) == ["intake.detection.recorded"]


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="stage-ends-for-readers")
def test_senders_decide_again_when_a_fact_no_longer_begins_a_stage(told: Told) -> None:
    police, case, charge = told.agency(agreed=AGREED), told.case(), uuid4()
    told.consent(case, police, **OF_POLICE, only_stages=["trial"])
    told.hear(case, "fact.recorded", fact("trial_begun", of=charge), source="legal")
    with told.partners.database.transaction() as session:
        before = generations.read(session, UUID(police.id))
    told.hear(case, "fact.corrected", fact("crime_reported", revision=2, of=charge), source="legal")
    assert not generations.is_current(told.partners.database, UUID(police.id), before)


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="consent-for-a-stage")
def test_a_consent_for_a_later_stage_is_announced_and_opens_earlier_events_then(told: Told) -> None:
    police, case = told.agency(agreed=AGREED), told.case()
    told.hear(case, "detection.recorded", DETECTED)
    told.consent(case, police, **OF_POLICE, only_stages=["trial"])
    assert [name for name in police.types() if name.startswith("intake.")] == ["intake.consent.granted_in_part"]
    told.hear(case, "fact.recorded", fact("trial_begun"), source="legal")
    told.hear(case, "detection.recorded", DETECTED)
    assert heard(police).count("intake.detection.recorded") == 1
