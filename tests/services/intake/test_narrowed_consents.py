"""Consents in which the person named claims, types of matter or stages of the criminal proceedings."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.access import agency_grounds
from shared.events.openings import of_a_referral
from shared.exchange.eventlog import event_log
from shared.http.edge import RequestPipeline
from shared.reference import codes
from shared.store.database import Database
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.referrals import CONSENT, TODAY, consented, drafted, take
from tests.kit.intake.standing import join

pytestmark = pytest.mark.integration
WAGES: dict[str, Any] = {"purposes": ["compensation_claim"], "only_remedies": ["NL.WAGES"]}


def recorded(database: Database, case: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the events about consents of a case, in their order."""
    of_case = select(event_log).where(event_log.c.subject == UUID(case)).order_by(event_log.c.serial)
    with database.transaction() as session:
        return [(row.name, row.data) for row in session.execute(of_case) if row.name.startswith("consent.")]


def test_a_consent_that_names_claims_is_announced_as_an_event_of_its_own(worker: Client, database: Database) -> None:
    case = opened(worker)
    consent = consented(worker, case, **WAGES, only_matters=[], only_stages=None)
    [(name, data)] = recorded(database, case)
    assert (name, data["consent"], data["only_remedies"]) == ("consent.granted_in_part", consent, ["NL.WAGES"])
    assert data.keys().isdisjoint({"only_matters", "only_stages"})
    [shown] = told(worker.ask("GET", f"/v1/cases/{case}"))["consents"]
    assert (shown["only_remedies"], shown["only_matters"], shown["only_stages"]) == (["NL.WAGES"], None, None)


def test_a_consent_that_names_nothing_is_announced_as_ever(worker: Client, database: Database) -> None:
    case = opened(worker)
    consented(worker, case, only_remedies=[])
    [(name, data)] = recorded(database, case)
    assert name == "consent.granted"
    assert data.keys().isdisjoint({"only_remedies", "only_matters", "only_stages"})


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        ({"only_remedies": ["GB.CICA"]}, "remedy_of_the_jurisdiction"),
        ({"only_stages": ["investigation"]}, "stages_are_for_the_police"),
        (
            {"only_stages": ["investigation"], "purposes": ["police_investigation", "protection"]},
            "stages_are_for_the_police",
        ),
    ],
)
@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="stages-of-one-purpose")
def test_a_consent_that_could_open_nothing_is_refused(worker: Client, names: dict[str, Any], rule: str) -> None:
    case = opened(worker)
    reply = worker.ask("POST", f"/v1/cases/{case}/consents", {**CONSENT, **names})
    assert rule_of(told(reply, 422)) == rule


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="narrowed-consent")
def test_a_correction_to_fewer_claims_ends_what_was_never_allowed(worker: Client, database: Database) -> None:
    case = opened(worker)
    consent = consented(worker, case, purposes=["compensation_claim"])
    path = f"consents/{consent}/correction"
    done(worker, case, path, {"reason": "wrong_code", "only_remedies": ["NL.WAGES", "NL.CIVIL"]}, 201)
    done(worker, case, path, {"reason": "wrong_code", "only_remedies": ["NL.WAGES"]}, 201)
    done(worker, case, path, {"reason": "wrong_code", "only_remedies": ["NL.WAGES", "NL.CIVIL"]}, 201)
    done(worker, case, path, {"reason": "wrong_code", "only_remedies": []}, 201)
    names = [name for name, _data in recorded(database, case)]
    assert names == [
        *("consent.granted", "consent.withdrawn", "consent.granted_in_part"),
        *("consent.withdrawn", "consent.granted_in_part"),
        *("consent.granted_in_part", "consent.granted"),
    ]


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="no-case-by-a-narrowed-consent")
def test_a_narrowed_consent_opens_no_case_to_the_staff_of_the_agency(
    worker: Client, database: Database, door: RequestPipeline
) -> None:
    agency, outsider, case = registered(database, type="TradeUnion"), Client(door, "caseworker"), opened(worker)
    works_for(database, outsider.subject, agency, "caseworker")
    told(join(worker, case, outsider, "caseworker"), 201)
    day_before = (TODAY - timedelta(days=1)).isoformat()
    about = {"agency": agency, "data_categories": ["account"], "granted_on": day_before}
    for narrow in (
        {"purposes": ["wage_claim"]},
        {"purposes": ["legal_representation"], "only_matters": ["employment"]},
    ):
        consented(worker, case, **about, **narrow)
    with database.transaction() as session:
        assert session.execute(agency_grounds.grounds.select()).all() == []
    assert "account" in told(outsider.ask("GET", f"/v1/cases/{case}"))["withheld_categories"]
    consented(worker, case, **about, purposes=["legal_representation"])
    assert "account" not in told(outsider.ask("GET", f"/v1/cases/{case}"))["withheld_categories"]


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="no-referral-by-a-narrowed-consent")
@pytest.mark.parametrize("names", [{"only_remedies": ["NL.WAGES"]}, {"only_matters": ["employment"]}])
def test_a_consent_that_names_claims_or_matters_covers_no_referral(worker: Client, names: dict[str, Any]) -> None:
    case = opened(worker)
    consented(worker, case, purposes=["legal_representation"], **names)
    take(worker, case, drafted(worker, case, purpose="legal_representation"), "send")
    states = [each["state"] for each in told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"]]
    assert states == ["held"]


@pytest.mark.hazard("H-CONFIDENTIALITY-31", control="no-referral-by-a-narrowed-consent")
@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("wage_claim", {"account", "finances", "contact_safe", "identity", "details_changed"}),
        ("child_protection", {"children", "health", "contact_safe", "identity", "details_changed"}),
        ("monitoring_report", set()),
        ("legal_representation", {*codes("data_category")}),
    ],
)
def test_a_referral_for_a_narrow_purpose_contains_its_own_categories(purpose: str, expected: set[str]) -> None:
    assert {*of_a_referral(purpose, [*codes("data_category").values])} == expected


@pytest.mark.hazard("H-CONFIDENTIALITY-32", control="consent-for-a-stage")
def test_a_consent_for_some_stages_covers_no_referral(worker: Client) -> None:
    case = opened(worker)
    police = {"agency": "NL.POLICE", "purpose": "police_investigation"}
    about = {"agency": "NL.POLICE", "purposes": ["police_investigation"]}
    consented(worker, case, **about, only_stages=["investigation"])
    referral = drafted(worker, case, **police)
    take(worker, case, referral, "send")
    states = [each["state"] for each in told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"]]
    assert states == ["held"]
    consented(worker, case, **about)
    states = [each["state"] for each in told(worker.ask("GET", f"/v1/cases/{case}"))["referrals"]]
    assert states == ["sent"]
