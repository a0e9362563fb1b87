"""Agencies' reports travel from partners to the case and back: applied once, under pseudonyms, by the case's rules."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from deploy.cli import servers
from services.intake.access.erasure.actions import erase as erase_at_intake
from services.partners.channels.report.actions.erasing import erase as erase_at_partners
from shared.access import case_restrictions, staff
from shared.exchange.eventlog import ORIGIN, Origin
from shared.privacy import erasure
from shared.reference.words import catalogue
from shared.runtime.expiry import sweep
from tests.kit.client import Client
from tests.kit.intake import cases
from tests.kit.intake.merges import joined
from tests.kit.reporting import REFERRAL, Reporting, reporting
from tests.kit.told_agencies import ToldAgency

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def site(postgres: servers.PostgresServer) -> Iterator[Reporting]:
    with reporting(postgres) as both:
        yield both


@pytest.fixture(scope="module")
def shelter(site: Reporting) -> ToldAgency:
    return site.agency()


@pytest.fixture
def case(site: Reporting) -> str:
    return site.case()


def answer(named: str, step: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "referral_answer", "about": named, "step": step, **fields}


def rule_of(refused: dict[str, Any]) -> str:
    return str(refused["errors"][0]["rule"])


# --- answers to our referrals ------------------------------------------------------------------------------------


def test_the_receiver_answers_from_receipt_to_the_end_and_sees_what_each_came_to(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    referral, named = site.referred(shelter, case)
    steps = [
        answer(named, "receive"),
        answer(named, "accept", conditions=["interpreter_found"], happened=site.day()),
        answer(named, "arrive", happened=f"{site.day()}T09:00:00Z"),
        answer(named, "complete", outcome="service_given"),
    ]
    for step in steps:
        report = site.report(shelter, **step)
        assert (report["state"], report["about"]) == ("waiting", named)
        after = site.stands(shelter, report)
        assert (after["state"], after["effect"]) == ("taken", "taken"), step
    assert site.state(case, referral) == "completed"
    own = [step for step in site.read(case)["referral_steps"] if step["report"]]
    assert [step["step"] for step in own] == ["receive", "accept", "arrive", "complete"]
    assert {step["recorded_by"] for step in own} == {None}
    assert {step["agency"] for step in own} == {shelter.id}


def test_a_report_has_the_agency_s_own_id_in_its_stream_and_another_internally(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    _, named = site.referred(shelter, case)
    report = site.report(shelter, **answer(named, "receive"))
    site.carry()
    settled = site.last(shelter, "report.settled")
    assert settled["subject"] == settled["data"]["report"] == report["id"]
    assert report["id"] not in site.intake.everything()


def test_an_answer_sent_again_is_one_and_something_else_under_its_id_is_refused(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    referral, named = site.referred(shelter, case)
    which, before = str(uuid4()), site.heard["partners"]
    for _ in range(2):
        site.report(shelter, id=which, **answer(named, "receive"))
        # As after a restore of intake: it receives the same report again.
        site.carry()
        site.heard["partners"] = before
    assert rule_of(site.report(shelter, 409, id=which, **answer(named, "accept"))) == "reported_once"
    assert [step["step"] for step in site.read(case)["referral_steps"]] == ["send", "receive"]
    assert site.state(case, referral) == "received"


def test_answers_in_any_order_come_to_the_same(site: Reporting, shelter: ToldAgency, case: str) -> None:
    referral, named = site.referred(shelter, case)
    site.pass_days(3)
    site.report(shelter, **answer(named, "complete", outcome="service_given", happened=site.day(0)))
    site.report(shelter, **answer(named, "arrive", happened=site.day(-1)))
    site.report(shelter, **answer(named, "accept", happened=site.day(-2)))
    site.carry()
    assert site.state(case, referral) == "completed"


def test_only_the_agency_to_which_it_went_answers_and_by_its_own_name(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    other = site.agency()
    referral, named = site.referred(shelter, case)
    refusals = [site.report(other, 422, **answer(name, "accept")) for name in (named, referral, case, str(uuid4()))]
    refusals.append(site.report(shelter, 422, **answer(referral, "accept")))
    assert {rule_of(refused) for refused in refusals} == {"is_of_the_agency"}
    assert len({refused["detail"] for refused in refusals}) == 1, "nobody learns which of them is there"
    report = site.report(shelter, **answer(named, "accept"))
    site.reporter(other).told("GET", f"/v1/agency/reports/{report['id']}", status=404)
    assert site.reporter(other).told("GET", "/v1/agency/reports")["reports"] == []


def test_an_answer_that_came_in_time_counts_however_late_it_is_heard_of(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    referral, named = site.referred(shelter, case)
    report = site.report(shelter, **answer(named, "accept"))
    site.pass_days(40)
    assert site.stands(shelter, report)["effect"] == "taken"
    assert site.state(case, referral) == "accepted"


def test_what_lacks_something_or_can_t_be_so_is_refused_at_the_door(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    _, named = site.referred(shelter, case)
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"step": "reject"}, "step_says_why"),
        ({"step": "accept", "reason": "no_capacity"}, "belongs_to_another_step"),
        ({"step": "accept", "answer": "deleted"}, "belongs_to_another_report"),
        ({"step": "accept", "happened": site.day(9)}, "not_in_the_future"),
        ({}, "report_says_it"),
    ]
    for fields, rule in refusals:
        assert rule_of(site.report(shelter, 422, kind="referral_answer", about=named, **fields)) == rule
    for taken in (named, shelter.feed()[-1]["subject"], shelter.feed()[-1]["id"]):
        assert rule_of(site.report(shelter, 422, id=taken, **answer(named, "accept"))) == "id_is_free"


def test_an_answer_that_meets_a_withdrawal_completes_the_history_and_nothing_else(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    referral, named = site.referred(shelter, case)
    meets = site.report(shelter, **answer(named, "accept"))
    site.withdraw(case)
    assert site.stands(shelter, meets)["state"] == "taken"
    late = site.report(shelter, **answer(named, "arrive"))
    assert site.stands(shelter, late)["effect"] == "without_effect"
    assert site.state(case, referral) == "withdrawn"


def test_a_restricted_case_accepts_withdrawal_answers_only_and_reveals_no_reason(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    _, named = site.referred(shelter, case)
    site.withdraw(case)
    consent = site.last(shelter, "consent.withdrawn")["data"]["consent"]
    with site.intake.database.transaction() as session:
        case_restrictions.restrict(session, UUID(case), uuid4())
    refused = site.stands(shelter, site.report(shelter, **answer(named, "accept")))
    assert (refused["state"], refused["reason"]) == ("refused", "not_now")
    deleted = site.report(shelter, kind="withdrawal_answer", about=consent, answer="deleted")
    assert site.stands(shelter, deleted)["state"] == "taken"


def test_the_same_rules_apply_to_answers_in_merged_cases_and_from_excluded_agencies(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    union, other = site.agency(), site.case()
    referral, named = site.referred(shelter, case)
    _, to_union = site.referred(union, case)
    joined(site.worker, other, case)
    site.carry()
    merged = site.stands(shelter, site.report(shelter, **answer(named, "accept")))
    assert (merged["state"], site.state(case, referral)) == ("taken", "accepted")
    excluded = {"kind": "agency", "agency": union.id}
    site.worker.told("POST", f"/v1/cases/{case}/exclusions", excluded, 201)
    site.carry()
    refused = site.stands(union, site.report(union, **answer(to_union, "accept")))
    assert (refused["state"], refused["effect"]) == ("taken", "without_effect")
    consent = site.last(union, "consent.withdrawn")["data"]["consent"]
    stopped = site.report(union, kind="withdrawal_answer", about=consent, answer="stopped")
    assert site.stands(union, stopped)["state"] == "taken"


def test_the_same_report_sent_many_times_at_once_is_one(site: Reporting, shelter: ToldAgency, case: str) -> None:
    _, named = site.referred(shelter, case)
    report, reporter = {"id": str(uuid4()), **answer(named, "receive")}, site.reporter(shelter)
    with ThreadPoolExecutor(6) as pool:
        tries = [pool.submit(reporter.told, "POST", "/v1/agency/reports", report, 201) for _ in range(12)]
    assert {one.result()["id"] for one in tries} == {report["id"]}
    answers = [data["report"] for name, data in site.told.partners.announced() if name == "referral.answered"]
    assert len(answers) == len(set(answers))
    site.carry()
    assert [step["step"] for step in site.read(case)["referral_steps"]] == ["send", "receive"]


# --- progress ----------------------------------------------------------------------------------------------------


def test_progress_is_a_fact_of_the_case_once_the_referral_was_accepted(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    _, named = site.referred(shelter, case)
    progress = {"kind": "service_progress", "about": named, "service_type": "counselling", "progress": "started"}
    early = site.stands(shelter, site.report(shelter, **progress))
    assert (early["state"], early["reason"]) == ("refused", "no_place")
    site.report(shelter, **answer(named, "accept"))
    site.report(shelter, **progress, happened=site.day()[:7])
    site.carry()
    [shown] = site.read(case)["service_progress"]
    assert (shown["progress"], shown["happened"], shown["agency"]) == ("started", site.day()[:7], shelter.id)


# --- withdrawals -------------------------------------------------------------------------------------------------


def test_an_agency_answers_a_withdrawal_and_the_officer_sees_who_and_by_when(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    officer = site.intake.staff("data_protection_officer")
    site.referred(shelter, case)
    site.withdraw(case)
    event = site.last(shelter, "consent.withdrawn")["data"]
    assert event["answer_by"] > event["withdrawn_on"]

    def followed() -> dict[str, Any]:
        listed = officer.told("GET", "/v1/consents/withdrawals")["consents"]
        return dict(next(each for each in listed if each["case"] == case))

    assert (followed()["answer_due_on"], followed()["answers"]) == (event["answer_by"], [])
    kept = {"kind": "withdrawal_answer", "about": event["consent"], "answer": "kept"}
    assert rule_of(site.report(shelter, 422, **kept)) == "kept_on_a_basis"
    report = site.report(shelter, **kept, basis="legal_obligation", happened=site.day())
    assert site.stands(shelter, report)["state"] == "taken"
    stored = {"answer": "kept", "basis": "legal_obligation", "answered_on": site.day(), "by_agency": True}
    assert followed()["answers"] == [{**stored, "due_on": event["answer_by"]}]


def test_an_agency_that_received_data_owes_an_answer_and_is_listed_when_it_is_late(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    officer = site.intake.staff("data_protection_officer")
    site.consent(case, shelter)
    site.withdraw(case)
    site.pass_days(30)
    overdue = officer.told("GET", "/v1/consents/unanswered")["consents"]
    assert case in [each["case"] for each in overdue]
    consent = site.last(shelter, "consent.withdrawn")["data"]["consent"]
    site.report(shelter, kind="withdrawal_answer", about=consent, answer="stopped")
    site.carry()
    overdue = officer.told("GET", "/v1/consents/unanswered")["consents"]
    assert case not in [each["case"] for each in overdue]


def test_without_an_agreement_withdrawals_alone_are_answered(site: Reporting, case: str) -> None:
    union = site.agency()
    _, named = site.referred(union, case)
    site.withdraw(case)
    consent = site.last(union, "consent.withdrawn")["data"]["consent"]
    [agreement] = site.told.officer.told("GET", f"/v1/agencies/{union.id}/agreements")["agreements"]
    path = f"/v1/agencies/{union.id}/agreements/{agreement['id']}/suspension"
    site.told.operator.told("POST", path, {"reason": "data_breach"})
    assert rule_of(site.report(union, 409, **answer(named, "accept"))) == "agreement_counts"
    report = site.report(union, kind="withdrawal_answer", about=consent, answer="deleted")
    assert site.stands(union, report)["state"] == "taken"


@pytest.mark.hazard("H-AGENCY-7", control="answer-after-erasure")
def test_an_agency_asked_to_erase_under_a_hold_still_answers_a_withdrawal(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    officer = site.intake.staff("data_protection_officer")
    site.referred(shelter, case)
    site.withdraw(case)
    consent = site.last(shelter, "consent.withdrawn")["data"]["consent"]
    site.erase_under_hold(case, officer)
    assert shelter.types()[-1] == "partners.subject.erased"
    for _ in range(2):
        report = site.report(shelter, kind="withdrawal_answer", about=consent, answer="deleted")
        assert site.stands(shelter, report)["state"] == "taken"
    listed = officer.told("GET", "/v1/consents/withdrawals")["consents"]
    [followed] = [each for each in listed if each["case"] == case]
    assert {each["answer"] for each in followed["answers"]} == {"deleted"}
    assert followed["answer_due_on"] is None
    assert shelter.types().count("partners.subject.erased") == 1
    assert [each for each in shelter.types() if each == "intake.consent.withdrawal_answered"] == []


def notices_of(client: Client) -> list[tuple[str, str, str | None]]:
    notices = client.told("GET", "/v1/notices")["notices"]
    about = [each for each in notices if each["kind"].startswith("withdrawal_answered")]
    return [(each["kind"], each["reason"], each["case"]) for each in about]


@dataclass
class Erased:
    """An erased case, the request for its erasure, its lead, and a consent that was withdrawn before."""

    case: str
    request: str
    worker: Client
    officer: Client
    consent: str


@pytest.fixture
def erased(site: Reporting, shelter: ToldAgency) -> Iterator[Erased]:
    """Erase a case under a hold, lift the hold, and carry out the rest."""
    everyday, site.worker = site.worker, site.intake.staff("caseworker")
    case, officer = site.case(), site.intake.staff("data_protection_officer")
    site.referred(shelter, case)
    site.withdraw(case)
    consent = str(site.last(shelter, "consent.withdrawn")["data"]["consent"])
    hold = site.erase_under_hold(case, officer)
    held = officer.ask("GET", f"/v1/cases/{case}/erasure-requests")
    request = str(json.loads(held.data)["erasure_requests"][0]["id"])
    path = f"/v1/cases/{case}/legal-holds/{hold}"
    assert officer.ask("DELETE", path, If_Match=held.headers["ETag"]).status_code == 204
    site.carry()
    yield Erased(case, request, site.worker, officer, consent)
    site.worker = everyday
    site.sign_in_again()


def late(site: Reporting, agency: ToldAgency, erased: Erased, said: str, status: int = 201, **more: str) -> Any:
    return site.report(agency, status, kind="withdrawal_answer", about=erased.consent, answer=said, **more)


@pytest.mark.hazard("H-AGENCY-7", control="lead-hears-the-agency")
def test_leads_of_a_restricted_case_hear_what_an_agency_answered(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    officer = site.intake.staff("data_protection_officer")
    site.referred(shelter, case)
    site.withdraw(case)
    consent = site.last(shelter, "consent.withdrawn")["data"]["consent"]
    site.erase_under_hold(case, officer)
    site.report(shelter, kind="withdrawal_answer", about=consent, answer="stopped")
    site.carry()
    assert ("withdrawal_answered", "stopped", case) in notices_of(site.worker)
    assert case not in [about for _kind, _said, about in notices_of(officer)]


@pytest.mark.hazard("H-AGENCY-7", control="answer-after-final-erasure")
@pytest.mark.hazard("H-AGENCY-7", control="lead-hears-the-agency")
def test_an_agency_answers_a_withdrawal_after_the_person_was_erased(
    site: Reporting, shelter: ToldAgency, erased: Erased
) -> None:
    kept = late(site, shelter, erased, "kept", basis="legal_obligation")
    assert site.stands(shelter, kept)["state"] == "taken"
    report = late(site, shelter, erased, "deleted")
    for _ in range(2):
        again = site.report(shelter, **{name: report[name] for name in ("id", "kind", "about")}, answer="deleted")
        assert site.stands(shelter, again)["state"] == "taken"
    said = [("withdrawal_answered_late", each, None) for each in ("kept", "deleted")]
    assert (notices_of(erased.worker), notices_of(erased.officer)) == (said, [])
    [listed] = erased.worker.told("GET", "/v1/erasures")["erasures"]
    given = [(each["agency"], each["answer"], each["basis"]) for each in listed["late_answers"]]
    assert given == [(shelter.id, "kept", "legal_obligation"), (shelter.id, "deleted", None)]
    letter = erased.worker.ask("GET", f"/v1/erasures/{erased.request}/letter", query={"language": "nl"})
    said = [each["said"] for each in json.loads(letter.data)["sentences"]]
    texts = catalogue("fields", "nl").texts
    assert [texts[f"letter/agency_{each}"] in said for each in ("deleted", "silent")] == [True, False]
    followed = {role: site.intake.staff(role) for role in ("data_protection_officer", "operator")}
    shown = {role: who.told("GET", f"/v1/erasures/{erased.request}") for role, who in followed.items()}
    assert [len(each["late_answers"]) for each in shown.values()] == [2, 0], "operators learn of no agency"
    assert rule_of(late(site, shelter, erased, "stopped", 422)) == "is_of_the_agency", "a deletion is final"


@pytest.mark.hazard("H-AGENCY-7", control="lead-hears-the-agency")
def test_data_protection_hears_a_late_answer_if_no_lead_works_any_more(
    site: Reporting, shelter: ToldAgency, erased: Erased
) -> None:
    with site.intake.database.transaction() as session:
        staff.leave(session, erased.worker.subject)
    late(site, shelter, erased, "deleted")
    site.carry()
    assert notices_of(erased.officer)[-1] == ("withdrawal_answered_late", "deleted", None)


@pytest.mark.hazard("H-AGENCY-7", control="answer-after-final-erasure")
def test_only_its_agency_answers_a_withdrawal_of_an_erased_person_and_only_that(
    site: Reporting, shelter: ToldAgency, erased: Erased
) -> None:
    union = site.agency()
    assert rule_of(late(site, union, erased, "deleted", 422)) == "is_of_the_agency"
    progress = {"kind": "service_progress", "service_type": "counselling", "progress": "started"}
    assert rule_of(site.report(shelter, 422, about=erased.consent, **progress)) == "is_of_the_agency"
    assert rule_of(late(site, shelter, erased, "kept", 422)) == "kept_on_a_basis"
    assert late(site, shelter, erased, "stopped")["state"] == "waiting"


@pytest.mark.hazard("H-AGENCY-7", control="reference-expires")
def test_the_reference_for_a_late_answer_names_no_case_and_expires(
    site: Reporting, shelter: ToldAgency, erased: Erased
) -> None:
    partners, intake = site.told.partners, site.intake
    late(site, shelter, erased, "stopped")
    site.carry()
    tables = {"owed_answers": (partners, "since"), "late_answers": (intake, "at")}
    for name, (service, since) in tables.items():
        [expiring] = [each for each in service.parts.expiring if each.table.name == name]
        with service.database.transaction() as session:
            assert erased.case not in str(session.execute(select(expiring.table)).all())
            session.execute(text(f"update {name} set {since} = now() - interval '89 days'"))  # noqa: S608
        sweep(service.database, expiring)
        with service.database.transaction() as session:
            assert session.scalar(select(func.count()).select_from(expiring.table))
            session.execute(text(f"update {name} set {since} = now() - interval '91 days'"))  # noqa: S608
        assert sweep(service.database, expiring)
    assert rule_of(late(site, shelter, erased, "deleted", 422)) == "is_of_the_agency"
    [listed] = erased.worker.told("GET", "/v1/erasures")["erasures"]
    assert listed["late_answers"] == []


@pytest.mark.hazard("H-DESK-15", control="kept-part-has-a-ground")
def test_an_agency_deletes_all_but_a_part_and_the_team_sees_on_which_ground(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    site.referred(shelter, case)
    site.withdraw(case)
    consent = site.last(shelter, "consent.withdrawn")["data"]["consent"]
    partly = {"kind": "withdrawal_answer", "about": consent, "answer": "partly_kept"}
    assert rule_of(site.report(shelter, 422, **partly)) == "kept_on_a_basis"
    report = site.report(shelter, **partly, basis="legal_obligation")
    assert site.stands(shelter, report)["state"] == "taken"
    [said] = site.read(case)["withdrawal_answers"]
    assert (said["answer"], said["basis"]) == ("partly_kept", "legal_obligation")


# --- referrals to us ---------------------------------------------------------------------------------------------


def test_a_referral_of_an_agency_is_asked_about_and_opens_a_case(site: Reporting) -> None:
    union = site.agency()
    report = site.report(union, **REFERRAL)
    site.carry()
    offer = site.offer()
    for _ in range(2):
        # Check with and without cases in the list.
        assert offer.rpartition("/")[2] in {each["id"] for each in site.worker.told("GET", "/v1/work-list")["offers"]}
        cases.opened(site.worker)
    site.change(f"{offer}/questions", {"asked": ["urgency"]}, read=offer)
    asked = site.stands(union, report)
    assert (asked["state"], asked["asked"]) == ("asked", ["urgency"])
    more = site.report(union, kind="referral_addition", about=report["id"], urgent=True)
    assert site.stands(union, more)["state"] == "taken"
    assert site.worker.told("GET", offer)["urgent"] is True
    assert rule_of(site.change(f"{offer}/acceptance", {}, 422, read=offer)) == "opening_says_how"
    case = site.change(f"{offer}/acceptance", {"channel": "phone"}, read=offer)["case"]
    opened = site.read(case)
    assert [each["service_types"] for each in opened["referrals_in"]] == [["legal_advice"]]
    assert (opened["language"], opened["age"]) == ("ro", "adult")
    assert site.stands(union, report)["state"] == "accepted"
    assert site.last(union, "referral_in.accepted")["data"]["referral"] == report["id"]


def test_a_referral_joins_an_existing_case_once_and_the_sender_does_not_learn_of_it(site: Reporting, case: str) -> None:
    union = site.agency()
    report = site.report(union, **REFERRAL)
    site.carry()
    offer, stranger = site.offer(), site.intake.staff("caseworker")
    version = site.worker.ask("GET", offer).headers["ETag"]
    stranger.told("POST", f"{offer}/acceptance", {"case": case}, 404, If_Match=version)
    site.worker.told("POST", f"{offer}/acceptance", {"case": case}, If_Match=version)
    site.worker.told("POST", f"{offer}/acceptance", {"case": case}, 412, If_Match=version)
    assert site.stands(union, report)["state"] == "accepted"
    assert [event["subject"] for event in union.feed()] == [report["id"]]


@pytest.mark.promise("RIGHT-14")
def test_a_declined_referral_is_answered_with_its_reason_and_its_content_is_deleted(site: Reporting) -> None:
    union = site.agency()
    report = site.report(union, **{**REFERRAL, "service_types": ["family_tracing_reunion"]})
    site.carry()
    offer = site.offer()
    site.change(f"{offer}/refusal", {"reason": "wrong_area"}, read=offer)
    declined = site.stands(union, report)
    assert (declined["state"], declined["reason"]) == ("declined", "wrong_area")
    assert rule_of(site.report(union, 409, kind="referral_addition", about=report["id"], urgent=True)) == (
        "referral_is_open"
    )
    for service in (site.intake, site.told.partners):
        assert "family_tracing_reunion" not in service.everything()


@pytest.mark.promise("RIGHT-14")
def test_what_was_reported_is_erased_with_the_case(site: Reporting, case: str) -> None:
    union = site.agency()
    report = site.report(union, **{**REFERRAL, "service_types": ["substance_use"]})
    site.carry()
    offer = site.offer()
    site.change(f"{offer}/acceptance", {"case": case}, read=offer)
    _, named = site.referred(union, case)
    site.report(union, **answer(named, "accept", conditions=["funding_confirmed"]))
    site.carry()
    for service, erase in ((site.intake, erase_at_intake), (site.told.partners, erase_at_partners)):
        with service.database.transaction(ORIGIN.holding(Origin(service.parts.following.emits))) as session:
            erasure.begin(session, UUID(case), None, erase)
        left = service.everything()
        assert [code for code in ("substance_use", "funding_confirmed") if code in left] == []
    site.reporter(union).told("GET", f"/v1/agency/reports/{report['id']}", status=404)
    assert rule_of(site.report(union, 422, **answer(named, "arrive"))) == "is_of_the_agency"
    assert union.types()[-1] == "partners.subject.erased"


# --- many at once ------------------------------------------------------------------------------------------------


def test_reports_of_a_batch_succeed_or_fail_separately_and_a_repeat_changes_nothing(
    site: Reporting, shelter: ToldAgency, case: str
) -> None:
    referral, named = site.referred(shelter, case)
    reports = [
        {"id": str(uuid4()), **answer(named, "receive")},
        {"id": str(uuid4()), **answer(str(uuid4()), "accept")},
        {"id": str(uuid4()), **answer(named, "reject")},
        {"id": str(uuid4()), **answer(named, "accept")},
    ]
    for _ in range(2):
        batch = site.reporter(shelter).told("POST", "/v1/agency/report-batches", {"reports": reports})["reports"]
        assert [each["status"] for each in batch] == ["made", "refused", "refused", "made"]
        assert [each["problem"] and each["problem"]["rule"] for each in batch] == [
            None,
            "is_of_the_agency",
            "step_says_why",
            None,
        ]
        site.carry()
    assert site.state(case, referral) == "accepted"
    assert [step["step"] for step in site.read(case)["referral_steps"]] == ["send", "receive", "accept"]


def test_reports_of_a_sandbox_are_checked_like_those_of_any_agency(site: Reporting) -> None:
    made = site.told.operator.told("POST", "/v1/sandboxes", {"country": "NL"}, 201)
    sandbox = ToldAgency(site.told.partners, str(made["id"]), str(made["key"]), str(made["key"]))
    site.report(sandbox, 409, **REFERRAL)
    site.told.agree(sandbox.id)
    site.carry()
    reported = site.report(sandbox, **REFERRAL)
    site.report(sandbox, 422, **answer(str(uuid4()), "accept"))
    assert site.stands(sandbox, reported)["state"] == "waiting"
    assert site.worker.told("GET", "/v1/offered-referrals")["offers"]
