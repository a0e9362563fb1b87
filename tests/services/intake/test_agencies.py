"""A union, a shelter and a lawyer of three countries have referrals, consents and exclusions, as authorities do."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.intake.cases.lifecycle.actions.whole import copy_of
from shared.access import agencies
from shared.access.agencies import Agency
from shared.http.edge import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import id_of, registered, set_state, works_for
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.merges import joined
from tests.kit.intake.referrals import CONSENT, DRAFT, consented, drafted, take
from tests.kit.intake.sharings import AT_ONCE, PROPOSAL, decided, proposed

pytestmark = pytest.mark.integration
#: A registered agency of each type, and their countries; the case is Dutch.
KINDS = {"union": "TradeUnion", "shelter": "NGO", "lawyer": "LegalService"}
COUNTRIES = ("NL", "RO", "GB")


@pytest.fixture(params=[(kind, country) for kind in KINDS for country in COUNTRIES], ids=" of ".join)
def agency(request: pytest.FixtureRequest, database: Database) -> str:
    kind, country = request.param
    return registered(database, country, type=KINDS[kind])


def shown(worker: Client, case: str, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(worker.ask("GET", f"/v1/cases/{case}"))[part]
    return found


def emitted(database: Database, case: str) -> list[tuple[str, int, Any]]:
    """Return the events of a case that name an agency: name, version, and the agency's id."""
    query = text(
        "select name, version, data ->> 'agency' as agency from event_log"
        " where subject = :case and data ? 'agency' order by serial"
    )
    with database.transaction() as session:
        return [(row.name, row.version, row.agency) for row in session.execute(query, {"case": UUID(case)})]


def test_any_agency_is_consented_to_referred_to_and_left_again(worker: Client, database: Database, agency: str) -> None:
    case = opened(worker)
    consent = consented(worker, case, agency=agency, purposes=["referral_for_support", "protection"])
    referral = drafted(worker, case, agency=agency)
    take(worker, case, referral, "send")
    [given], [made] = shown(worker, case, "consents"), shown(worker, case, "referrals")
    assert (given["agency"], given["agency_code"]) == (agency, None)
    assert (made["agency"], made["agency_code"], made["state"]) == (agency, None, "sent")
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": True})
    assert [each["state"] for each in shown(worker, case, "referrals")] == ["withdrawn"]
    assert emitted(database, case) == [
        ("consent.granted", 2, agency),
        ("referral.sent", 2, agency),
        ("consent.withdrawn", 2, agency),
    ]


def test_any_agency_is_excluded_and_loses_what_reached_it(worker: Client, database: Database, agency: str) -> None:
    case = opened(worker)
    consented(worker, case, agency=agency)
    done(worker, case, "sharings", {**AT_ONCE, "agency": agency}, 201)
    take(worker, case, drafted(worker, case, agency=agency), "send")
    done(worker, case, "exclusions", {"kind": "agency", "agency": agency}, 201)
    assert [each["state"] for each in shown(worker, case, "referrals")] == ["withdrawn"]
    [excluded] = shown(worker, case, "exclusions")
    assert (excluded["agency"], excluded["agency_code"]) == (agency, None)
    refused = done(worker, case, "consents", {**CONSENT, "agency": agency}, 409)
    assert rule_of(refused) == "excluded_by_the_person"
    assert ("exclusion.recorded", 2, agency) in emitted(database, case)
    assert ("sharing.without_consent", 2, agency) in emitted(database, case)


def test_an_authority_is_named_by_its_code_or_its_id_and_shown_with_both(worker: Client) -> None:
    case = opened(worker)
    by_code = consented(worker, case)
    by_id = consented(worker, case, agency=id_of("NL.COMENSHA"), expires_on="2090-01-01")
    found = {each["id"]: (each["agency"], each["agency_code"]) for each in shown(worker, case, "consents")}
    assert found == dict.fromkeys((by_code, by_id), (id_of("NL.COMENSHA"), "NL.COMENSHA"))


def test_an_agency_that_is_not_registered_is_refused_wherever_it_is_named(worker: Client) -> None:
    case, nobody = opened(worker), str(uuid4())
    answer = {"agency": nobody, "step": "accept", "happened": "2026-03-02"}
    for path, body in (
        ("consents", {**CONSENT, "agency": nobody}),
        ("referrals", {**DRAFT, "agency": nobody}),
        ("referral-answers", answer),
        ("sharings", {**AT_ONCE, "agency": nobody}),
        ("exclusions", {"kind": "agency", "agency": nobody}),
    ):
        refused = done(worker, case, path, body, 422)
        assert (rule_of(refused), refused["errors"][0]["field"]) == ("agency_of_the_register", "agency"), path


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_an_agency_that_takes_no_part_is_newly_told_nothing_and_can_be_left(
    worker: Client, database: Database, state: str
) -> None:
    case, house = opened(worker), registered(database)
    consent, referral = consented(worker, case, agency=house), drafted(worker, case, agency=house)
    set_state(database, house, state)
    for path, body in (
        ("consents", {**CONSENT, "agency": house}),
        ("referrals", {**DRAFT, "agency": house}),
        ("sharings", {**AT_ONCE, "agency": house}),
        (f"referrals/{referral}/steps", {"step": "send"}),
    ):
        assert rule_of(done(worker, case, path, body, 422)) == "agency_takes_part", path
    assert [each["withdrawn_on"] for each in shown(worker, case, "consents")] == [None], "a running consent stays"
    done(worker, case, f"consents/{consent}/correction", {"reason": "wrong_code", "language": "ro"}, 201)
    done(worker, case, f"consents/{consent}/withdrawal", {"erase_requested": True})
    assert done(worker, case, "exclusions", {"kind": "agency", "agency": house}, 201)


def test_what_waits_for_a_consent_waits_on_while_its_agency_is_suspended(worker: Client, database: Database) -> None:
    case, house = opened(worker), registered(database)
    consent = consented(worker, case, agency=house, data_categories=["identity"])
    referral = drafted(worker, case, agency=house)
    take(worker, case, referral, "send")
    set_state(database, house, "suspended")
    wider = {"reason": "wrong_code", "data_categories": DRAFT["data_categories"]}
    done(worker, case, f"consents/{consent}/correction", wider, 201)
    [held] = shown(worker, case, "referrals")
    assert (held["state"], held["held_because"]) == ("held", "agency_takes_part")
    set_state(database, house, "active")
    take(worker, case, referral, "send")
    assert [each["state"] for each in shown(worker, case, "referrals")] == ["sent"]


@pytest.mark.parametrize(("began", "status"), [(AT_ONCE, 200), (PROPOSAL, 422)])
def test_what_began_at_once_is_upheld_though_its_agency_has_ended_and_nothing_begins(
    worker: Client, door: RequestPipeline, database: Database, began: dict[str, Any], status: int
) -> None:
    case, house = opened(worker), registered(database)
    sharing = proposed(worker, case, {**began, "agency": house})
    set_state(database, house, "ended")
    decided(door, case, sharing, approves=True, status=status)


def test_an_agency_without_referrals_receives_consents_and_no_referrals(worker: Client, database: Database) -> None:
    case = opened(worker)
    house, office = registered(database), registered(database, takes_referrals=False)
    referral = drafted(worker, case, agency=house)
    for path, body in (
        ("referrals", {**DRAFT, "agency": office}),
        (f"referrals/{referral}/correction", {"reason": "wrong_code", "agency": office}),
    ):
        assert rule_of(done(worker, case, path, body, 422)) == "agency_takes_part", path
    consented(worker, case, agency=office)
    consented(worker, case, agency=house)
    with database.transaction() as session:
        agencies.keep(session, Agency(id=UUID(house), type="NGO", country="NL", takes_referrals=False))
    assert rule_of(done(worker, case, f"referrals/{referral}/steps", {"step": "send"}, 422)) == "agency_takes_part"


def test_a_step_of_the_law_needs_a_consent_to_whom_the_law_names(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    step, asked = {"stage": "referred", "happened": "2026-03-02"}, {"body": "salvation_army"}
    official = {"purposes": ["referral_to_official_identification"]}
    consented(worker, case, agency=registered(database, "GB"), **official)
    assert rule_of(done(worker, case, "first-responder", asked, 409)) == "consent_before_this_step"
    consented(worker, case, agency=registered(database, "GB", first_responder="salvation_army"), **official)
    first_responder = done(worker, case, "first-responder", asked, 201)["id"]
    done(worker, case, f"first-responder/{first_responder}/answer", {"answer": "accepted"})
    assert rule_of(done(worker, case, "identification", step, 409)) == "consent_before_this_step"
    consented(worker, case, agency=registered(database, "GB", authority="GB.SCA"), **official)
    done(worker, case, "identification", step, 201)


def test_a_refusal_is_a_fact_of_its_own_that_is_kept_copied_and_put_right(
    worker: Client, database: Database, agency: str
) -> None:
    case = opened(worker)
    body = {"agency": agency, "purposes": ["protection"], "happened": "2026-03-02"}
    refusal = done(worker, case, "consent-refusals", body, 201)["id"]
    [kept] = shown(worker, case, "consent_refusals")
    assert (kept["agency"], kept["agency_code"], kept["purposes"]) == (agency, None, ["protection"])
    assert (kept["refused_on"], kept["happened"]) == ("2026-03-02", "2026-03-02")
    with database.transaction() as session:
        [copied] = copy_of(session, UUID(case))["consent_refusals"]  # type: ignore[misc]  # one of them
    assert str(copied["agency"]) == agency
    done(worker, case, f"consent-refusals/{refusal}/correction", {"reason": "not_so"}, 201)
    assert shown(worker, case, "consent_refusals")[0]["taken_back_at"] is not None
    assert emitted(database, case) == [("consent.refused", 1, agency)]


def test_a_refusal_can_become_a_consent_and_a_valid_consent_is_withdrawn_not_refused(
    worker: Client, database: Database
) -> None:
    case, house = opened(worker), registered(database)
    done(worker, case, "consent-refusals", {"agency": house, "happened": "2026-03-02"}, 201)
    consented(worker, case, agency=house)
    assert rule_of(done(worker, case, "consent-refusals", {"agency": house}, 409)) == "consent_stands"
    done(worker, case, "consent-refusals", {"agency": house, "purposes": ["media"]}, 201)
    done(worker, case, "consent-refusals", {"agency": house, "happened": "2026-03-01"}, 201)
    assert len(shown(worker, case, "consent_refusals")) == 3


NOTE = "Fictitious elder brother in Varna"


@pytest.mark.promise("SEC-10")
def test_not_my_brother_is_kept_sealed_and_seen_by_whoever_plans_contact_or_refers(
    worker: Client, database: Database
) -> None:
    case = opened(worker)
    done(worker, case, "exclusions", {"kind": "relative", "note": NOTE}, 201)
    [brother] = shown(worker, case, "exclusions")
    assert (brother["kind"], brother["member"], brother["agency"], brother["note"]) == ("relative", None, None, NOTE)
    assert told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["keep_away"] == ["relative"]
    third = {"data_categories": ["third_parties"]}
    consented(worker, case, **third)
    referral = drafted(worker, case, **third)
    preview = told(worker.ask("GET", f"/v1/cases/{case}/referrals/{referral}/package/preview"))
    assert preview["package"] == {"excluded_people": ["relative"]}
    with database.transaction() as session:
        assert copy_of(session, UUID(case))["exclusions"][0]["note"] == NOTE  # type: ignore[index]  # the first of them
        stored = session.execute(text("select note from exclusion_notes")).scalar_one()
        events = session.execute(text("select data::text from event_log")).scalars().all()
    assert NOTE.encode() not in stored
    assert all("Varna" not in each for each in events)
    assert any("relative" in each for each in events)
    done(worker, case, f"exclusions/{brother['id']}", None, 204, "DELETE")
    assert told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["keep_away"] == []
    with database.transaction() as session:
        assert session.execute(text("select count(*) from exclusion_notes")).scalar_one() == 0


@pytest.mark.promise("SEC-10")
def test_in_an_emergency_it_is_seen_who_must_not_hear_of_it_and_not_who_that_is(
    worker: Client, door: RequestPipeline
) -> None:
    case = opened(worker)
    done(worker, case, "exclusions", {"kind": "employer", "note": NOTE}, 201)
    helper = Client(door, "caseworker")
    told(helper.ask("POST", f"/v1/cases/{case}/break-glass", {"reason": "danger_to_life"}), 201)
    assert told(helper.ask("GET", f"/v1/cases/{case}/safe-contact"))["keep_away"] == ["employer"]
    assert "exclusions" not in told(helper.ask("GET", f"/v1/cases/{case}"))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "relative", "agency": "NL.COMENSHA"}, "agency"),
        ({"kind": "partner", "member": str(uuid4())}, "member"),
        ({"kind": "agency", "agency": "NL.COMENSHA", "note": NOTE}, "note"),
        ({"kind": "worker", "member": str(uuid4()), "note": NOTE}, "note"),
    ],
)
def test_an_exclusion_names_its_one_in_one_way(worker: Client, body: dict[str, Any], field: str) -> None:
    refused = done(worker, opened(worker), "exclusions", body, 422)
    assert (rule_of(refused), refused["errors"][0]["field"]) == ("exclusion_names_one", field)


def test_a_person_excluded_in_one_case_is_excluded_in_merged_cases(
    worker: Client,
) -> None:
    one, other = opened(worker), opened(worker)
    done(worker, one, "exclusions", {"kind": "relative", "note": NOTE}, 201)
    joined(worker, one, other)
    for case in (one, other):
        assert [each["note"] for each in shown(worker, case, "exclusions")] == [NOTE]


def test_who_works_for_an_excluded_agency_leaves_the_team_and_finds_no_such_case(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case, house = opened(worker), registered(database)
    colleague, supervisor = Client(door, "support_worker"), Client(door, "supervisor")
    for employed, role in ((colleague, "support_worker"), (supervisor, "supervisor")):
        works_for(database, employed.subject, house, role)
    part = {"member": str(colleague.subject), "role": "support_worker"}
    done(worker, case, "team", part, 201)
    assert colleague.ask("GET", f"/v1/cases/{case}").status_code == 200
    done(worker, case, "exclusions", {"kind": "agency", "agency": house}, 201)
    assert [each["member"] for each in shown(worker, case, "team")] == [str(worker.subject)]
    for kept_away in (colleague, supervisor):
        assert kept_away.ask("GET", f"/v1/cases/{case}").status_code == 404
        emergency = {"reason": "danger_to_life"}
        assert kept_away.ask("POST", f"/v1/cases/{case}/break-glass", emergency).status_code == 404
    assert rule_of(done(worker, case, "team", part, 409)) == "excluded_by_the_person"
    members = [{"member": str(worker.subject), "role": "caseworker", "lead": True}, part]
    seen = worker.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    transfer = worker.ask("POST", f"/v1/cases/{case}/transfer", {"members": members}, If_Match=seen)
    assert rule_of(told(transfer, 409)) == "excluded_by_the_person"
