"""Referrals over HTTP, and the changes made by timers."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.intake.service import PARTS
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.referrals import DRAFT, SOON, TODAY, consented, drafted, sent, take

pytestmark = pytest.mark.integration


def standing(client: Client, case: str, referral: str) -> dict[str, Any]:
    found = told(client.ask("GET", f"/v1/cases/{case}"))["referrals"]
    return next(each for each in found if each["id"] == referral)


def names(database: Database, case: str) -> list[str]:
    with database.transaction() as session:
        found = text("select name from event_log where subject = :case and name like 'referral%' order by serial")
        return list(session.execute(found, {"case": case}).scalars())


def test_a_referral_is_followed_to_its_outcome_each_step_told_once(worker: Client, database: Database) -> None:
    case, referral = sent(worker)
    take(worker, case, referral, "receive")
    take(worker, case, referral, "request_information")
    take(worker, case, referral, "give_information")
    take(worker, case, referral, "wait_list", reply_by=SOON.isoformat())
    take(worker, case, referral, "accept", conditions=["assessment_first"])
    take(worker, case, referral, "miss")
    assert standing(worker, case, referral)["responsible"] == "sender"
    take(worker, case, referral, "arrive")
    assert standing(worker, case, referral)["responsible"] == "receiver"
    take(worker, case, referral, "complete", outcome="service_given")

    verbs = "sent received information_requested information_given wait_listed accepted missed arrived completed"
    assert names(database, case) == [f"referral.{verb}" for verb in verbs.split()]
    assert rule_of(take(worker, case, referral, "revoke", status=409)) == "step_of_the_state"


def test_nothing_is_sent_without_consent_to_each_category(worker: Client, database: Database) -> None:
    case = opened(worker)
    referral = drafted(worker, case)
    taken = take(worker, case, referral, "send")
    assert (taken["effect"], taken["state"]) == ("waits", "held")
    for consent, why in (
        ({"agency": "NL.POLICE"}, "consent_before_sharing"),
        ({"data_categories": ["contact_safe"]}, "consent_per_category"),
        ({"purposes": ["medical_care"]}, "consent_per_category"),
    ):
        consented(worker, case, **consent)
        found = standing(worker, case, referral)
        assert (found["state"], found["held_because"], found["held_on"]) == ("held", why, TODAY.isoformat())
        assert names(database, case) == []
    consented(worker, case, data_categories=["health"])
    found = standing(worker, case, referral)
    assert (found["state"], found["held_because"], found["sent_on"]) == ("sent", None, TODAY.isoformat())
    assert names(database, case) == ["referral.sent"]


def test_the_preview_says_before_sending_why_a_referral_would_be_held(worker: Client) -> None:
    case = opened(worker)
    referral = drafted(worker, case)

    def sending() -> tuple[str | None, list[str]]:
        path = f"/v1/cases/{case}/referrals/{referral}/package/preview"
        found = told(worker.ask("GET", path, query={"with": "sending"}))
        return found["held_because"], found["not_covered"]

    assert sending() == ("consent_before_sharing", ["contact_safe", "health"])
    consented(worker, case, data_categories=["contact_safe"])
    assert sending() == ("consent_per_category", ["health"])
    take(worker, case, referral, "send")
    [due] = [item for item in told(worker.ask("GET", f"/v1/cases/{case}"))["due"] if item["what"] == "referral_kept"]
    assert (due["code"], due["reference"]) == ("consent_per_category", referral)
    consented(worker, case, data_categories=["health"])
    assert sending() == (None, [])
    assert standing(worker, case, referral)["state"] == "sent"


def test_nothing_is_sent_to_an_agency_that_the_person_excluded(worker: Client, database: Database) -> None:
    case = opened(worker)
    consented(worker, case)
    referral = drafted(worker, case)
    body = {"kind": "agency", "agency": "NL.COMENSHA"}
    told(worker.ask("POST", f"/v1/cases/{case}/exclusions", body), 201)

    assert rule_of(take(worker, case, referral, "send", status=409)) == "excluded_by_the_person"
    assert rule_of(told(worker.ask("POST", f"/v1/cases/{case}/referrals", DRAFT), 409)) == "excluded_by_the_person"
    assert names(database, case) == []


def test_a_referral_ends_with_the_consent_that_it_rested_on(worker: Client, database: Database) -> None:
    case, referral = sent(worker)
    another = consented(worker, case, purposes=["referral_for_support", "medical_care"])
    [first] = [each for each in told(worker.ask("GET", f"/v1/cases/{case}"))["consents"] if each["id"] != another]

    done(worker, case, f"consents/{first['id']}/withdrawal", {"erase_requested": False})
    assert standing(worker, case, referral)["state"] == "sent"
    done(worker, case, f"consents/{another}/withdrawal", {"erase_requested": False})

    assert standing(worker, case, referral)["state"] == "withdrawn"
    assert names(database, case) == ["referral.sent", "referral.withdrawn"]


def test_a_consent_to_something_else_that_is_taken_back_ends_no_referral(worker: Client, database: Database) -> None:
    case, referral = sent(worker)
    other = consented(worker, case, purposes=["media"])
    with database.transaction() as session:
        session.execute(text("update consents set expires_on = granted_on - 1 where id <> :other"), {"other": other})

    done(worker, case, f"consents/{other}/withdrawal", {"erase_requested": False})

    assert standing(worker, case, referral)["state"] == "sent"


def test_a_rejection_says_why_and_comes_back_to_the_lead(worker: Client, database: Database) -> None:
    case, referral = sent(worker)
    assert take(worker, case, referral, "reject", status=422)["errors"][0]["field"] == "reason"
    take(worker, case, referral, "reject", reason="no_capacity")

    found = standing(worker, case, referral)
    assert (found["state"], found["reason"], found["returned_to"]) == ("rejected", "no_capacity", str(worker.subject))


def test_what_nobody_answers_runs_out_once_and_comes_back_to_the_lead(worker: Client, database: Database) -> None:
    case, referral = sent(worker)
    other = drafted(worker, case, urgent=True)
    take(worker, case, other, "send")
    take(worker, case, other, "receive")
    take(worker, case, other, "accept")
    clock = database.provided(TIME_SOURCE)
    assert isinstance(clock, TimeSource)
    timers = Timers(database, clock, PARTS.following.emits, PARTS.on_timer)

    for days_late, state in ((0, "sent"), (1, "expired"), (30, "expired")):
        _move(database, clock, SOON + timedelta(days=days_late))
        timers.fire_due()
        assert standing(worker, case, referral)["state"] == state

    assert standing(worker, case, referral)["returned_to"] == str(worker.subject)
    assert standing(worker, case, other)["state"] == "accepted"
    assert names(database, case).count("referral.expired") == 1


def _move(database: Database, clock: TimeSource, day: date) -> None:
    with database.transaction() as session:
        clock.move(session, datetime.combine(day, time(12), tzinfo=UTC))


def test_a_case_is_closed_only_when_no_referral_is_on_its_way(worker: Client) -> None:
    case, referral = sent(worker)
    refused = done(worker, case, "closure", {"reason": "moved_on"}, 409)
    assert rule_of(refused) == "referrals_first"
    take(worker, case, referral, "revoke")
    done(worker, case, "closure", {"reason": "moved_on"})


def test_a_draft_is_nobodys_business(worker: Client, database: Database) -> None:
    case = opened(worker)
    take(worker, case, drafted(worker, case), "revoke")
    take(worker, case, drafted(worker, case), "withdraw")
    assert names(database, case) == []


def test_a_referral_of_another_case_and_none_at_all_look_the_same(worker: Client) -> None:
    _case, referral = sent(worker)
    another = opened(worker)
    answers = [take(worker, another, which, "revoke", status=404) for which in (referral, str(uuid4()))]
    assert len({(each["type"], each["detail"]) for each in answers}) == 1


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"agency": "NL.NOBODY"}, "agency"),
        ({"agency": str(uuid4())}, "agency"),
        ({"reply_by": "2020-01-01"}, "reply_by"),
        ({"note": "words"}, "note"),
        ({"data_categories": ["everything"]}, "data_categories"),
    ],
)
def test_a_draft_that_can_not_be_is_refused_by_its_field(worker: Client, different: dict[str, Any], field: str) -> None:
    refused = told(worker.ask("POST", f"/v1/cases/{opened(worker)}/referrals", {**DRAFT, **different}), 422)
    assert [each["field"].split(".")[0] for each in refused["errors"]] == [field]


def test_any_type_of_agency_refers_and_several_may_refer_one_person(worker: Client, database: Database) -> None:
    case = opened(worker)
    for agency_type in ("TradeUnion", "LawEnforcement"):
        body = {"agency_type": agency_type, "reason": "AdditionalServicesRequired", "service_types": ["medical"]}
        told(worker.ask("POST", f"/v1/cases/{case}/referrals-in", body), 201)

    found = told(worker.ask("GET", f"/v1/cases/{case}"))["referrals_in"]
    assert [each["agency_type"] for each in found] == ["TradeUnion", "LawEnforcement"]
    assert names(database, case) == ["referral_in.recorded"] * 2


def test_a_case_is_opened_again_and_closed_again_in_the_order_of_its_days(worker: Client, database: Database) -> None:
    case = opened(worker)
    assert rule_of(done(worker, case, "reopening", {"reason": "new_facts"}, 409)) == "case_is_closed"
    done(worker, case, "closure", {"reason": "moved_on"})
    early = {"reason": "new_facts", "reopened_on": "2026-01-01"}
    assert rule_of(done(worker, case, "reopening", early, 422)) == "reopened_after_closed"
    done(worker, case, "reopening", {"reason": "person_came_back"})
    found = told(worker.ask("GET", f"/v1/cases/{case}"))
    assert (found["status"], found["closed_on"], found["closure_reason"]) == ("open", None, None)
    before = {"reason": "moved_on", "closed_on": (TODAY - timedelta(days=2)).isoformat()}
    assert rule_of(done(worker, case, "closure", before, 422)) == "closed_after_opened"
    done(worker, case, "closure", {"reason": "goals_met"})

    with database.transaction() as session:
        told_of = session.execute(text("select name from event_log where name like 'case.%' order by serial"))
        assert list(told_of.scalars()) == ["case.closed", "case.reopened", "case.closed"]


def test_a_link_is_seen_only_by_who_may_see_both_cases(
    worker: Client, door: RequestPipeline, database: Database
) -> None:
    mine, other, theirs = opened(worker), opened(worker), opened(Client(door, "caseworker"))
    body = {"case": other, "kind": "family"}
    link = told(worker.ask("POST", f"/v1/cases/{mine}/links", body), 201)["id"]
    assert rule_of(told(worker.ask("POST", f"/v1/cases/{mine}/links", body), 409)) == "linked_once"
    unseen = worker.ask("POST", f"/v1/cases/{mine}/links", {"case": theirs, "kind": "family"})
    nothing = worker.ask("POST", f"/v1/cases/{mine}/links", {"case": str(uuid4()), "kind": "family"})
    assert unseen.status_code == nothing.status_code == 404
    itself = told(worker.ask("POST", f"/v1/cases/{mine}/links", {"case": mine, "kind": "family"}), 422)
    assert rule_of(itself) == "two_cases"
    colleague = Client(door, "counsellor")
    told(worker.ask("POST", f"/v1/cases/{mine}/team", {"member": str(colleague.subject), "role": "counsellor"}), 201)

    for here, there in ((mine, other), (other, mine)):
        [seen] = told(worker.ask("GET", f"/v1/cases/{here}"))["links"]
        assert (seen["id"], seen["case"], seen["kind"]) == (link, there, "family")
    assert told(colleague.ask("GET", f"/v1/cases/{mine}"))["links"] == []
    with database.transaction() as session:
        naming = text("select count(*) from event_log where subject = :one and data::text like :other")
        assert session.execute(naming, {"one": UUID(mine), "other": f"%{other}%"}).scalar_one() == 0

    version = worker.ask("GET", f"/v1/cases/{other}").headers["ETag"]
    assert worker.ask("DELETE", f"/v1/cases/{other}/links/{link}", If_Match=version).status_code == 204
    assert told(worker.ask("GET", f"/v1/cases/{mine}"))["links"] == []


def test_a_case_that_is_seen_in_an_emergency_alone_is_neither_linked_nor_unlinked(
    worker: Client, door: RequestPipeline
) -> None:
    theirs, colleague = opened(worker), Client(door, "caseworker")
    mine = opened(colleague)
    told(colleague.ask("POST", f"/v1/cases/{theirs}/break-glass", {"reason": "danger_to_life"}), 201)
    body = {"case": theirs, "kind": "family"}
    assert colleague.ask("GET", f"/v1/cases/{theirs}").status_code == 200
    assert colleague.ask("POST", f"/v1/cases/{mine}/links", body).status_code == 404

    joins = {"member": str(worker.subject), "role": "caseworker"}
    told(colleague.ask("POST", f"/v1/cases/{mine}/team", joins), 201)
    link = told(worker.ask("POST", f"/v1/cases/{mine}/links", body), 201)["id"]
    read = colleague.ask("GET", f"/v1/cases/{mine}")
    assert [each["id"] for each in told(read)["links"]] == [link]
    gone = colleague.ask("DELETE", f"/v1/cases/{mine}/links/{link}", If_Match=read.headers["ETag"])
    assert gone.status_code == 404
    assert [each["id"] for each in told(worker.ask("GET", f"/v1/cases/{theirs}"))["links"]] == [link]


def test_a_link_to_a_case_without_a_team_is_shown_to_supervisors_who_read_both(
    worker: Client, door: RequestPipeline
) -> None:
    mine, left, supervisor = opened(worker), opened(worker), Client(door, "supervisor")
    told(worker.ask("POST", f"/v1/cases/{mine}/links", {"case": left, "kind": "family"}), 201)
    done(worker, mine, "team", {"member": str(supervisor.subject), "role": "supervisor"}, 201)
    assert told(supervisor.ask("GET", f"/v1/cases/{mine}"))["links"] == []
    done(worker, left, f"team/{worker.subject}", None, 204, "DELETE")
    told(supervisor.ask("GET", f"/v1/cases/{left}"))
    assert [each["case"] for each in told(supervisor.ask("GET", f"/v1/cases/{mine}"))["links"]] == [left]
