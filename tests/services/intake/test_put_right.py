"""Facts over HTTP: late, vague and repeated ones, those with an earlier day, and corrections of mistakes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import id_of
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.copies import copy_of, released
from tests.kit.intake.disclosures import joined
from tests.kit.intake.referrals import CONSENT, consented, drafted, take, today
from tests.kit.intake.safe_contact import ANY_TIME
from tests.kit.intake.sharings import AT_ONCE

pytestmark = pytest.mark.integration

EARLIER = today() - timedelta(days=9)


def events(database: Database, case: str, like: str = "%") -> list[tuple[str, dict[str, Any]]]:
    with database.transaction() as session:
        query = text("select name, data from event_log where subject = :case and name like :like order by serial")
        return [(row.name, row.data) for row in session.execute(query, {"case": case, "like": like})]


def shown(client: Client, case: str, part: str) -> list[dict[str, Any]]:
    return list(told(client.ask("GET", f"/v1/cases/{case}"))[part])


def post(client: Client, case: str, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{case}/{path}", body), status)


def withdrawn(client: Client, case: str, consent: str, status: int = 200, **said: Any) -> dict[str, Any]:
    body = {"erase_requested": False, **said}
    answered: dict[str, Any] = done(client, case, f"consents/{consent}/withdrawal", body, status)
    return answered


def test_a_fact_says_when_it_happened_was_learnt_and_by_whom_it_was_recorded(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    case = opened(worker)
    consented(worker, case, happened=f"{EARLIER:%Y-%m-%d}T17:20:00+03:00", learnt=today().isoformat())
    vague = {"agency_type": "TradeUnion", "reason": "AdditionalServicesRequired", "service_types": []}
    post(worker, case, "referrals-in", **vague, happened=f"{EARLIER.year - 1}")
    post(worker, case, "referrals-in", **vague, happened="unknown", learnt=EARLIER.isoformat())
    [consent] = shown(worker, case, "consents")
    assert (consent["granted_on"], consent["learnt"]) == (EARLIER.isoformat(), today().isoformat())
    assert (consent["recorded_by"], consent["revision"]) == (str(worker.subject), 1)
    assert consent["recorded_at"] is not None
    received = [each["received_on"] for each in shown(worker, case, "referrals_in")]
    assert received == [date(EARLIER.year - 1, 1, 1).isoformat(), EARLIER.isoformat()]
    released(worker, joined(door, worker, case, "legal_adviser"), case)
    copied = told(copy_of(worker, case))["consents"][0]
    assert (copied["happened"], "recorded_by" in copied) == (consent["happened"], False)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    refused = post(worker, case, "consents", 422, **CONSENT, happened=tomorrow)
    assert (refused["errors"][0]["field"], rule_of(refused)) == ("happened", "not_in_the_future")
    names = [name for name, _ in events(database, case)]
    assert names.count("consent.granted") == 1


def test_the_same_consent_once_more_is_proposed_as_the_same_and_withdrawn_as_one(
    worker: Client, database: Database
) -> None:
    case = opened(worker)
    first = post(worker, case, "consents", **CONSENT)
    second = post(worker, case, "consents", **CONSENT)
    other = post(worker, case, "consents", **{**CONSENT, "purposes": ["medical_care"]})
    assert ("alike" in first, second["alike"], "alike" in other) == (False, first["id"], False)
    referral = drafted(worker, case)
    take(worker, case, referral, "send")
    preview = told(worker.ask("GET", f"/v1/cases/{case}/consents/{first['id']}/withdrawal-preview"))
    assert preview["holders"][0]["still_covered"] == []
    withdrawn(worker, case, first["id"])
    states = {each["id"]: each["withdrawn_on"] for each in shown(worker, case, "consents")}
    assert [states[each["id"]] is not None for each in (first, second, other)] == [True, True, False]
    assert shown(worker, case, "referrals")[0]["state"] == "withdrawn"


def test_a_withdrawal_with_an_earlier_day_counts_from_that_day(worker: Client, database: Database) -> None:
    case = opened(worker)
    consent = consented(worker, case, granted_on=EARLIER.isoformat())
    before = (EARLIER - timedelta(days=1)).isoformat()
    assert rule_of(withdrawn(worker, case, consent, 422, withdrawn_on=before)) == "withdrawn_after_consent"
    ahead = (today() + timedelta(days=1)).isoformat()
    assert rule_of(withdrawn(worker, case, consent, 422, withdrawn_on=ahead)) == "not_in_the_future"
    day = EARLIER + timedelta(days=2)
    withdrawn(worker, case, consent, erase_requested=None, happened=day.isoformat(), learnt=today().isoformat())
    [found] = shown(worker, case, "consents")
    assert (found["withdrawn_on"], found["erase_requested"]) == (day.isoformat(), None)
    assert (found["withdrawal_learnt"], found["withdrawal_recorded_by"]) == (today().isoformat(), str(worker.subject))
    [(_, data)] = events(database, case, "consent.withdrawn")
    assert data["withdrawn_on"] == day.isoformat()


def test_a_withdrawal_waits_for_its_answer_until_there_is_one(worker: Client) -> None:
    case = opened(worker)
    consent = consented(worker, case)
    withdrawn(worker, case, consent, erase_requested=True)
    due = (today() + timedelta(days=30)).isoformat()
    assert shown(worker, case, "consents")[0]["answer_due_on"] == due
    answer = post(worker, case, f"consents/{consent}/answers", answer="stopped")
    assert shown(worker, case, "consents")[0]["answer_due_on"] is None
    again = post(worker, case, f"consents/{consent}/answers", answer="stopped")
    assert again["alike"] == answer["id"]
    for each in (answer["id"], again["id"]):
        post(worker, case, f"withdrawal-answers/{each}/correction", reason="not_so")
    assert shown(worker, case, "consents")[0]["answer_due_on"] == due


def test_a_consent_to_fewer_purposes_than_recorded_withdraws_what_it_never_covered(
    worker: Client, database: Database
) -> None:
    case = opened(worker)
    consent = consented(worker, case, purposes=["referral_for_support", "medical_care"])
    support, care = drafted(worker, case), drafted(worker, case, purpose="medical_care")
    for each in (support, care):
        take(worker, case, each, "send")
    path = f"consents/{consent}/correction"
    post(worker, case, path, reason="wrong_code", purposes=["medical_care"])
    states = {each["id"]: each["state"] for each in shown(worker, case, "referrals")}
    assert states == {support: "withdrawn", care: "sent"}
    told_of = events(database, case, "consent.withdrawn")
    assert [(data["purposes"], data["erase_requested"]) for _, data in told_of] == [(["referral_for_support"], True)]
    [(_, corrected)] = events(database, case, "record.corrected")
    assert corrected == {"record": consent, "record_class": "consent", "revision": 2, "reason": "wrong_code"}
    [kept] = shown(worker, case, "corrections")
    assert kept["was"] == {"purposes": ["referral_for_support", "medical_care"]}
    assert (kept["corrected_by"], kept["revision"]) == (str(worker.subject), 2)
    assert rule_of(post(worker, case, path, 422, reason="wrong_code")) == "correction_says_what"
    uninformed = post(worker, case, path, 422, reason="wrong_code", checklist=[])
    assert rule_of(uninformed) == "consent_is_informed"


def test_a_consent_on_the_wrong_agency_never_counted(worker: Client, database: Database) -> None:
    case = opened(worker)
    consent = consented(worker, case, agency="NL.POLICE")
    wrong, right = drafted(worker, case, agency="NL.POLICE"), drafted(worker, case)
    take(worker, case, wrong, "send")
    take(worker, case, right, "send")
    post(worker, case, f"consents/{consent}/correction", reason="wrong_authority", agency="NL.COMENSHA")
    states = {each["id"]: each["state"] for each in shown(worker, case, "referrals")}
    assert states == {wrong: "withdrawn", right: "sent"}
    [(_, told_police)] = events(database, case, "consent.withdrawn")
    assert (told_police["agency"], told_police["erase_requested"]) == (id_of("NL.POLICE"), True)
    granted = [data["agency"] for _, data in events(database, case, "consent.granted")]
    assert granted == [id_of("NL.POLICE"), id_of("NL.COMENSHA")]


def test_a_consent_that_was_recorded_twice_is_taken_back_without_any_effect(worker: Client, database: Database) -> None:
    case = opened(worker)
    post(worker, case, "consents", **CONSENT)
    second = post(worker, case, "consents", **CONSENT)
    referral = drafted(worker, case)
    take(worker, case, referral, "send")
    path = f"consents/{second['id']}/correction"
    more = post(worker, case, path, 422, reason="recorded_twice", purposes=["media"])
    assert rule_of(more) == "taken_back_whole"
    post(worker, case, path, reason="recorded_twice")
    assert shown(worker, case, "referrals")[0]["state"] == "sent"
    assert [each["taken_back_at"] is None for each in shown(worker, case, "consents")] == [True, False]
    assert events(database, case, "consent.withdrawn") == []
    assert rule_of(post(worker, case, path, 409, reason="not_so")) == "taken_back_once"
    assert rule_of(withdrawn(worker, case, second["id"], 409)) == "consent_counts"


def test_a_consent_that_never_was_stops_what_rested_on_it(worker: Client, database: Database) -> None:
    case = opened(worker)
    consent = consented(worker, case)
    take(worker, case, drafted(worker, case), "send")
    post(worker, case, f"consents/{consent}/correction", reason="not_so")
    assert shown(worker, case, "referrals")[0]["state"] == "withdrawn"
    [(_, data)] = events(database, case, "consent.withdrawn")
    assert data["erase_requested"] is True


def test_a_withdrawal_is_moved_to_its_day_or_taken_back(worker: Client, database: Database) -> None:
    case = opened(worker)
    consent = consented(worker, case, granted_on=EARLIER.isoformat())
    path = f"consents/{consent}/withdrawal/correction"
    assert rule_of(post(worker, case, path, 409, reason="not_so")) == "withdrawal_is_recorded"
    withdrawn(worker, case, consent)
    day = (EARLIER + timedelta(days=3)).isoformat()
    post(worker, case, path, reason="wrong_date", withdrawn_on=day)
    assert shown(worker, case, "consents")[0]["withdrawn_on"] == day
    post(worker, case, path, reason="not_so")
    [found] = shown(worker, case, "consents")
    assert (found["withdrawn_on"], found["taken_back_at"]) == (None, None)
    names = [name for name, _ in events(database, case, "consent.%")]
    assert names == ["consent.granted", "consent.withdrawn", "consent.granted"]
    assert [each["was"]["withdrawn_on"] for each in shown(worker, case, "corrections")] == [today().isoformat(), day]


def test_a_sharing_that_should_not_have_been_stops_and_a_later_end_needs_two(
    worker: Client, door: RequestPipeline
) -> None:
    case = opened(worker)
    sharing = post(worker, case, "sharings", **AT_ONCE)
    take(worker, case, drafted(worker, case), "send")
    path = f"sharings/{sharing['id']}/correction"
    later = (date.fromisoformat(AT_ONCE["until"]) + timedelta(days=1)).isoformat()
    assert rule_of(post(worker, case, path, 422, reason="wrong_date", until=later)) == "sharing_is_prolonged_by_two"
    post(worker, case, path, reason="wrong_person")
    assert shown(worker, case, "sharings")[0]["state"] == "reversed"
    assert shown(worker, case, "referrals")[0]["state"] == "withdrawn"
    # The person does not know of the sharing, so the copy does not mention its correction.
    released(worker, joined(door, worker, case, "legal_adviser"), case)
    assert told(copy_of(worker, case))["corrections"] == []


def test_what_nobody_at_the_door_knows_is_said_to_be_unknown(worker: Client) -> None:
    case = opened(worker, language="unknown", channel="unknown", source="unknown", age="unknown")
    unknown = {"agency_type": "unknown", "reason": "unknown", "service_types": [], "happened": "unknown"}
    post(worker, case, "referrals-in", **unknown)
    post(worker, case, "entry-decisions", decision="undecided", advice="unknown")
    consented(worker, case, language="unknown")
    referral = drafted(worker, case)
    take(worker, case, referral, "send")
    take(worker, case, referral, "reject", reason="unknown")
    [found] = shown(worker, case, "referrals_in")
    assert (found["agency_type"], found["happened"], found["received_on"]) == (
        "unknown",
        "unknown",
        today().isoformat(),
    )


def test_whether_a_referral_can_wait_is_not_no_where_nobody_asked(worker: Client, database: Database) -> None:
    case = opened(worker)
    body = {"agency_type": "NGO", "reason": "Other", "service_types": [], "urgent": None}
    post(worker, case, "referrals-in", **body)
    consented(worker, case)
    take(worker, case, drafted(worker, case, urgent=None), "send")
    assert shown(worker, case, "referrals_in")[0]["urgent"] is None
    assert shown(worker, case, "referrals")[0]["urgent"] is None
    for name in ("referral_in.recorded", "referral.sent"):
        [(_, data)] = events(database, case, name)
        assert (data["urgent"], data["urgency_asked"]) == (False, False)


def test_a_referral_to_us_is_put_right_and_said_again(worker: Client, database: Database) -> None:
    case = opened(worker)
    body = {"agency_type": "TradeUnion", "reason": "AdditionalServicesRequired", "service_types": ["medical"]}
    referral = post(worker, case, "referrals-in", **body)
    twice = post(worker, case, "referrals-in", **body)
    assert twice["alike"] == referral["id"]
    post(worker, case, f"referrals-in/{twice['id']}/correction", reason="recorded_twice")
    path = f"referrals-in/{referral['id']}/correction"
    post(worker, case, path, reason="wrong_code", urgent=True, received_on=EARLIER.isoformat())
    found, _ = shown(worker, case, "referrals_in")
    assert (found["urgent"], found["received_on"], found["revision"]) == (True, EARLIER.isoformat(), 2)
    told_of = [data["urgent"] for _, data in events(database, case, "referral_in.recorded")]
    assert told_of == [False, False, True]


def test_an_account_that_was_counted_twice_is_counted_once(worker: Client) -> None:
    case = opened(worker)
    given = {"elsewhere": True, "happened": f"{EARLIER}T10:00:00Z"}
    first = post(worker, case, "accounts", **given)
    again = post(worker, case, "accounts", **given)
    assert again["alike"] == first["id"]
    assert [each["times"] for each in shown(worker, case, "accounts")] == [1, 1]
    post(worker, case, f"accounts/{again['id']}/correction", reason="recorded_twice")
    post(worker, case, f"accounts/{first['id']}/correction", reason="wrong_date", given_on=today().isoformat())
    found = shown(worker, case, "accounts")[0]
    assert (found["given_on"], found["happened"]) == (today().isoformat(), None)


def test_a_contact_that_turns_out_to_have_been_unsafe_alerts_support(worker: Client, database: Database) -> None:
    case = opened(worker)
    done(worker, case, "safe-contact", ANY_TIME, method="PUT")
    tried = post(worker, case, "contact-attempts", channel="phone", outcome="reached")
    path = f"contact-attempts/{tried['id']}/correction"
    post(worker, case, path, reason="learnt_more", outcome="was_unsafe")
    [(_, data)] = events(database, case, "danger.flagged")
    assert data["danger_type"] == "unsafe_contact"
    [found] = told(worker.ask("GET", f"/v1/cases/{case}/safe-contact"))["contact_attempts"]
    assert (found["outcome"], found["revision"]) == ("was_unsafe", 2)
    assert UUID(found["made_by"]) == UUID(str(worker.subject))


def test_what_a_first_responder_answered_is_put_right(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    consented(worker, case, agency="GB.SCA", purposes=["referral_to_official_identification"])
    asked = post(worker, case, "first-responder", body="salvation_army", happened=EARLIER.isoformat())
    again = post(worker, case, "first-responder", body="salvation_army", happened=EARLIER.isoformat())
    assert again["alike"] == asked["id"]
    post(worker, case, f"first-responder/{again['id']}/correction", reason="recorded_twice")
    day = (EARLIER + timedelta(days=1)).isoformat()
    answered = {"answer": "declined", "reason": "unknown", "answered_on": day}
    done(worker, case, f"first-responder/{asked['id']}/answer", answered)
    post(worker, case, f"first-responder/{asked['id']}/correction", reason="wrong_outcome", answer="accepted")
    found = shown(worker, case, "first_responders")[0]
    assert (found["asked_on"], found["state"], found["reason"]) == (EARLIER.isoformat(), "accepted", None)
    assert found["answered_on"] == day
    assert (found["answer_recorded_by"], found["revision"]) == (str(worker.subject), 2)
    names = [name for name, _ in events(database, case, "first_responder.%")]
    assert [names[0], names[1], names[-1]] == [f"first_responder.{verb}" for verb in ("asked", "declined", "accepted")]


def test_another_case_has_nothing_to_put_right(worker: Client) -> None:
    case, other = opened(worker), opened(worker)
    consent = consented(worker, case)
    refused = post(worker, other, f"consents/{consent}/correction", 404, reason="not_so")
    assert refused["type"] == "urn:casepath:problem:not-found"
