"""Referrals over HTTP in the order in which staff learn of them: before their consent, answered before they are
recorded, or late.

There are two offers to a house abroad: the first is accepted twenty minutes late in another time zone. The acceptance
of the second is recorded before the second offer is. Fictitious.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.intake.service import PARTS
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.referrals import CONSENT, DRAFT, consented, drafted, take

pytestmark = pytest.mark.integration

CONSENTED = {"agency": "GB.SCA", "happened": "2025-10-07T12:00:00+01:00", "expires_on": "2027-10-07"}
OFFER = {**DRAFT, "agency": "GB.SCA", "reply_by": "2025-10-17T17:00:00+01:00"}
Move = Callable[[str], None]


@pytest.fixture
def at(database: Database) -> Move:
    """Move the clock to an instant, and fire the timers that are due by then."""
    clock = database.provided(TIME_SOURCE)
    assert isinstance(clock, TimeSource)
    timers = Timers(database, clock, PARTS.following.emits, PARTS.on_timer)

    def move(instant: str) -> None:
        with database.transaction() as session:
            clock.move(session, datetime.fromisoformat(instant))
        timers.fire_due()

    return move


def names(database: Database, case: str) -> list[str]:
    with database.transaction() as session:
        query = "select name from event_log where subject = :case and name like 'referral.%' order by serial"
        return list(session.execute(text(query), {"case": case}).scalars())


def data_of(database: Database, case: str, name: str) -> dict[str, Any]:
    with database.transaction() as session:
        query = text("select data from event_log where subject = :case and name = :name order by serial desc limit 1")
        return dict(session.execute(query, {"case": case, "name": name}).scalar_one())


def shown(client: Client, case: str, part: str = "referrals") -> list[dict[str, Any]]:
    return list(told(client.ask("GET", f"/v1/cases/{case}"))[part])


def answer(client: Client, case: str, **said: Any) -> dict[str, Any]:
    body = {"agency": "GB.SCA", "step": "accept", **said}
    return told(client.ask("POST", f"/v1/cases/{case}/referral-answers", body), 201)


def offered(client: Client, case: str, happened: str, reply_by: str) -> str:
    body = {**OFFER, "reply_by": reply_by, "happened": happened}
    return str(told(client.ask("POST", f"/v1/cases/{case}/referrals", body), 201)["id"])


def opened_in_england(client: Client) -> str:
    case = opened(client, jurisdiction="GB-EAW")
    consented(client, case, **CONSENTED)
    return case


def test_an_acceptance_twenty_minutes_late_in_another_time_zone_is_kept_as_that(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-14T09:05:00+01:00")
    case = opened_in_england(worker)
    offer = offered(worker, case, "2025-10-14T09:00:00+01:00", "2025-10-17T17:00:00+01:00")
    take(worker, case, offer, "send")
    at("2025-10-17T16:59:00+01:00")
    assert shown(worker, case)[0]["state"] == "sent"
    at("2025-10-17T17:00:01+01:00")
    assert (shown(worker, case)[0]["state"], shown(worker, case)[0]["came_back_on"]) == ("expired", "2025-10-17")
    at("2025-10-17T19:25:00+03:00")
    taken = take(worker, case, offer, "accept", happened="2025-10-17T19:20:00+03:00")
    assert (taken["effect"], taken["state"]) == ("late", "expired")
    assert names(database, case) == ["referral.sent", "referral.expired", "referral.answered_late"]
    [kept] = [each for each in shown(worker, case, "referral_steps") if each["step"] == "accept"]
    assert (kept["effect"], kept["happened"]) == ("late", "2025-10-17T19:20:00+03:00")
    assert (kept["recorded_by"], kept["recorded_at"]) == (str(worker.subject), "2025-10-17T16:25:00+00:00")


def test_an_answer_in_time_that_is_heard_of_late_takes_the_expiry_back(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-14T09:05:00+01:00")
    case = opened_in_england(worker)
    offer = offered(worker, case, "2025-10-14T09:00:00+01:00", "2025-10-17T17:00:00+01:00")
    take(worker, case, offer, "send")
    at("2025-10-20T09:00:00+01:00")
    assert shown(worker, case)[0]["state"] == "expired"
    taken = take(worker, case, offer, "accept", happened="2025-10-17T18:50:00+03:00")
    assert (taken["effect"], taken["state"]) == ("taken", "accepted")
    [found] = shown(worker, case)
    assert (found["state"], found["came_back_on"], found["returned_to"]) == ("accepted", None, None)
    assert data_of(database, case, "referral.accepted")["takes_back"] == "expired"
    [expiry] = [each for each in shown(worker, case, "referral_steps") if each["step"] == "expire"]
    assert expiry["taken_back_at"] is not None
    at("2025-10-25T09:00:00+01:00")
    assert names(database, case) == ["referral.sent", "referral.expired", "referral.accepted"]


def test_an_acceptance_that_is_recorded_before_its_offer_is_about_that_offer(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-14T09:05:00+01:00")
    case = opened_in_england(worker)
    first = offered(worker, case, "2025-10-14T09:00:00+01:00", "2025-10-17T17:00:00+01:00")
    take(worker, case, first, "send")
    at("2025-10-20T11:10:00+03:00")
    answer(worker, case, happened="2025-10-20T11:05:00+03:00")
    assert [each["effect"] for each in shown(worker, case, "referral_steps") if each["step"] == "accept"] == ["waits"]
    at("2025-10-20T14:00:00+01:00")
    second = offered(worker, case, "2025-10-20T08:30:00+01:00", "2025-10-22T17:00:00+01:00")
    taken = take(worker, case, second, "send")
    assert taken["state"] == "accepted"
    at("2025-10-23T09:00:00+01:00")
    assert {each["id"]: each["state"] for each in shown(worker, case)} == {first: "expired", second: "accepted"}
    assert names(database, case) == ["referral.sent", "referral.expired", "referral.sent", "referral.accepted"]


def test_what_is_made_before_its_consent_goes_to_nobody_until_there_is_one(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-07T12:10:00+01:00")
    case = opened(worker, jurisdiction="GB-EAW")
    body = {**OFFER, "happened": "2025-10-07T11:59:00+01:00"}
    offer = str(told(worker.ask("POST", f"/v1/cases/{case}/referrals", body), 201)["id"])
    done(worker, case, f"referrals/{offer}/package", {"language": "ro", "out_of_hours": "Fictitious"}, method="PUT")
    assert take(worker, case, offer, "send")["state"] == "held"
    # No answer can follow from it yet, so the received event waits too.
    take(worker, case, offer, "accept")
    held = shown(worker, case)[0]
    assert (held["state"], held["held_because"], held["sent_on"]) == ("held", "consent_before_sharing", None)
    assert told(worker.ask("GET", f"/v1/cases/{case}/referrals/{offer}/package"))["sent"] is None
    assert names(database, case) == []
    at("2025-10-08T09:00:00+01:00")
    consented(worker, case, **CONSENTED)
    found = shown(worker, case)[0]
    assert (found["state"], found["held_because"], found["sent_on"]) == ("accepted", None, "2025-10-08")
    assert told(worker.ask("GET", f"/v1/cases/{case}/referrals/{offer}/package"))["sent"] is not None
    assert names(database, case) == ["referral.sent", "referral.accepted"]


def test_what_waited_beyond_the_time_for_answers_is_looked_at_by_somebody_first(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened(worker, jurisdiction="GB-EAW")
    offer = drafted(worker, case, **OFFER)
    take(worker, case, offer, "send")
    at("2025-10-20T09:00:00+01:00")
    consented(worker, case, **CONSENTED)
    assert (shown(worker, case)[0]["state"], shown(worker, case)[0]["held_because"]) == ("held", "answer_lies_ahead")
    later = {"reason": "wrong_date", "reply_by": "2025-10-24"}
    told(worker.ask("POST", f"/v1/cases/{case}/referrals/{offer}/correction", later), 201)
    assert shown(worker, case)[0]["state"] == "sent"
    assert names(database, case) == ["referral.sent"]


def test_the_agency_that_the_person_excludes_is_not_sent_what_waited(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened(worker, jurisdiction="GB-EAW")
    take(worker, case, drafted(worker, case, **OFFER), "send")
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", {"kind": "agency", "agency": "GB.SCA"}), 201)
    assert shown(worker, case)[0]["state"] == "withdrawn"
    assert names(database, case) == []


def test_the_same_referral_is_sent_once(worker: Client, database: Database, at: Move) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened_in_england(worker)
    first = told(worker.ask("POST", f"/v1/cases/{case}/referrals", OFFER), 201)
    second = told(worker.ask("POST", f"/v1/cases/{case}/referrals", OFFER), 201)
    assert ("alike" in first, second["alike"]) == (False, first["id"])
    take(worker, case, first["id"], "send")
    assert rule_of(take(worker, case, second["id"], "send", status=409)) == "sent_once"
    again = {"reason": "recorded_twice"}
    told(worker.ask("POST", f"/v1/cases/{case}/referrals/{second['id']}/correction", again), 201)
    assert [each["state"] for each in shown(worker, case)] == ["sent", "withdrawn"]
    assert names(database, case) == ["referral.sent"]


def test_the_same_answer_once_more_changes_nothing(worker: Client, database: Database, at: Move) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened_in_england(worker)
    offer = drafted(worker, case, **OFFER)
    take(worker, case, offer, "send")
    at("2025-10-15T09:00:00+01:00")
    take(worker, case, offer, "accept", happened="2025-10-15T08:30:00+01:00")
    again = take(worker, case, offer, "accept", happened="2025-10-15T10:30:00+03:00")
    [kept] = [each for each in shown(worker, case, "referral_steps") if each["step"] == "accept"]
    assert again["alike"] == kept["id"]
    assert names(database, case) == ["referral.sent", "referral.accepted"]


def test_an_answer_that_lies_ahead_is_refused(worker: Client, at: Move) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened_in_england(worker)
    offer = drafted(worker, case, **OFFER)
    take(worker, case, offer, "send")
    refused = take(worker, case, offer, "accept", status=422, happened="2025-10-14T11:01:00+03:00")
    assert rule_of(refused) == "not_in_the_future"


def test_whether_an_answer_of_the_last_day_came_in_time_is_said_once_it_is_known(
    worker: Client, database: Database, at: Move
) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened_in_england(worker)
    offer = drafted(worker, case, **OFFER)
    take(worker, case, offer, "send")
    at("2025-10-20T09:00:00+01:00")
    assert take(worker, case, offer, "accept", happened="2025-10-17")["effect"] == "perhaps_late"
    [vague] = [each for each in shown(worker, case, "referral_steps") if each["step"] == "accept"]
    path = f"/v1/cases/{case}/referral-steps/{vague['id']}/correction"
    exact = {"reason": "more_exact_date", "happened": "2025-10-17T16:40:00+01:00"}
    told(worker.ask("POST", path, exact), 201)
    assert shown(worker, case)[0]["state"] == "accepted"
    assert data_of(database, case, "referral.accepted")["takes_back"] == "expired"
    wrong = {"reason": "wrong_date", "happened": "2025-10-17T17:40:00+01:00"}
    told(worker.ask("POST", path, wrong), 201)
    assert shown(worker, case)[0]["state"] == "expired"
    [was] = [each["was"] for each in shown(worker, case, "corrections") if each["revision"] == 2]
    assert was == {"happened": "2025-10-17"}


def test_a_rejection_that_never_was_is_taken_back_by_name(worker: Client, database: Database, at: Move) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened_in_england(worker)
    offer = drafted(worker, case, **OFFER)
    take(worker, case, offer, "send")
    take(worker, case, offer, "reject", reason="no_capacity")
    assert shown(worker, case)[0]["came_back_on"] == "2025-10-14"
    [rejected] = [each for each in shown(worker, case, "referral_steps") if each["step"] == "reject"]
    path = f"/v1/cases/{case}/referral-steps/{rejected['id']}/correction"
    told(worker.ask("POST", path, {"reason": "not_so"}), 201)
    [found] = shown(worker, case)
    assert (found["state"], found["reason"], found["came_back_on"]) == ("sent", None, None)
    reinstated = data_of(database, case, "referral.reinstated")
    assert (reinstated["state"], reinstated["takes_back"]) == ("sent", "rejected")
    assert rule_of(told(worker.ask("POST", path, {"reason": "not_so"}), 409)) == "taken_back_once"
    at("2025-10-18T09:00:00+01:00")
    assert shown(worker, case)[0]["state"] == "expired"


def test_what_the_agency_has_heard_of_is_withdrawn_and_not_rewritten(worker: Client, at: Move) -> None:
    at("2025-10-14T09:00:00+01:00")
    case = opened_in_england(worker)
    offer = drafted(worker, case, **OFFER)
    path = f"/v1/cases/{case}/referrals/{offer}/correction"
    fewer = {"reason": "wrong_code", "data_categories": ["health"]}
    told(worker.ask("POST", path, fewer), 201)
    take(worker, case, offer, "send")
    more = {"reason": "wrong_code", "data_categories": ["health", "contact_safe"]}
    assert rule_of(told(worker.ask("POST", path, more), 409)) == "referral_has_left"
    told(worker.ask("POST", path, {"reason": "not_so"}), 201)
    assert shown(worker, case)[0]["state"] == "withdrawn"
    assert CONSENT["purposes"] == [OFFER["purpose"]]
