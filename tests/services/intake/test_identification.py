"""The official path: corrected records do not count, first responders take part, and each step names its basis."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.intake.path.identification.rules import NewStep, basis, identification_status
from services.intake.service import PARTS
from shared.deadlines.facts import Fact
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.reference import Profile, codes, profile
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of
from tests.kit.intake.steps import correct, events, read

GB, NL, RO = (profile(code) for code in ("GB-EAW", "NL", "RO"))
TODAY = date(2026, 3, 2)
CONSENT = {
    "agency": "GB.SCA",
    "purposes": ["referral_to_official_identification"],
    "data_categories": ["identity"],
    "language": "en",
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
    "expires_on": (datetime.now(UTC).date() + timedelta(days=300)).isoformat(),
}


@pytest.mark.parametrize(
    ("age", "able", "rests_on"),
    [
        ("adult", True, "informed_consent"),
        ("unknown", True, "informed_consent"),
        ("adult", False, "best_interests"),
        ("child", True, "best_interests"),
        ("disputed", True, "best_interests"),
    ],
)
def test_a_step_rests_on_consent_or_on_the_profile_s_own_basis(age: str, able: bool, rests_on: str) -> None:
    step = NewStep(stage="referred", received_on=TODAY, can_decide=able)
    assert basis(GB, GB.stage("referred"), step, age) == rests_on
    assert basis(GB, GB.stage("referred"), replace(step, made_elsewhere=True), age) is None
    assert basis(GB, GB.stage("reasonable_grounds"), step, age) is None


def said(kind: str, happened: str, stage: str = "", outcome: str = "", about: UUID | None = None) -> Fact:
    codes = {name: code for name, code in (("stage", stage), ("outcome", outcome)) if code}
    return Fact(id=uuid4(), case=uuid4(), kind=kind, happened=happened, learnt="2026-03-02", about=about, codes=codes)


REFERRED = said("submission", "2025-12-12T16:20:00Z", "referred")
REFUSED = said("decision", "2025-12-19", "reasonable_grounds", "negative")
FINALLY = said("decision", "2026-02-01", "conclusive_grounds", "negative")
ASKED_AGAIN = said("reconsideration_requested", "2026-01-16")
GRANTED_AGAIN = said("decision", "2026-02-13T10:00:00Z", "reconsideration", "positive")
VOUCHER = said("submission", "2025-10-24T17:30:00+03:00", "referred_to_voucher")


@pytest.mark.parametrize(
    ("law", "facts", "status"),
    [
        (GB, [], "not_referred"),
        (GB, [REFERRED], "referred"),
        (GB, [REFUSED], "rg_negative"),
        (GB, [REFUSED, REFERRED], "rg_negative"),
        (GB, [ASKED_AGAIN, REFUSED, REFERRED], "reconsideration_pending"),
        (GB, [GRANTED_AGAIN, ASKED_AGAIN, REFUSED], "rg_positive"),
        (GB, [GRANTED_AGAIN], "rg_positive"),
        (GB, [FINALLY, GRANTED_AGAIN, REFUSED], "cg_positive"),
        (GB, [FINALLY, replace(GRANTED_AGAIN, about=REFUSED.id), REFUSED], "rg_positive"),
        (GB, [replace(GRANTED_AGAIN, codes={**GRANTED_AGAIN.codes, "outcome": "withdrawn"}), REFUSED], "rg_negative"),
        # Of one day, in the order of the path; of a month, by the last day that it can mean.
        (GB, [replace(REFERRED, happened="2025-12-19T16:20:00Z"), REFUSED], "rg_negative"),
        (GB, [replace(REFERRED, happened="2025-12-20"), REFUSED], "referred"),
        (GB, [replace(REFERRED, happened="2025-12-20"), replace(REFUSED, happened="2025-12")], "rg_negative"),
        (NL, [said("step", "2025-08-30", "signal")], "not_referred"),
        (NL, [said("step", "2025-08-31", "reflection_accepted")], "reflection"),
        (
            NL,
            [said("step", "2025-11-20", "report_made"), said("step", "2025-08-31", "reflection_accepted")],
            "report_made",
        ),
        (
            NL,
            [said("step", "2025-11-21", "comensha_registered"), said("step", "2025-11-20", "report_made")],
            "report_made",
        ),
        (RO, [said("step", "2025-10-23", "potential"), said("submission", "2025-10-20", "notified")], "potential"),
        (RO, [VOUCHER, said("decision", "2025-10-24T17:30:00+03:00", "presumed", "positive")], "presumed"),
        (RO, [said("decision", "2025-11-24", "identified", "negative")], "not_identified"),
        (RO, [said("decision", "2025-11-24", "identified", "withdrawn")], "withdrawn"),
    ],
)
def test_the_status_follows_from_the_facts_in_the_order_in_which_they_happened(
    law: Profile, facts: list[Fact], status: str
) -> None:
    for heard in permutations(facts):
        assert identification_status(law, heard) == status
    assert status in codes("identification_status")


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def step(client: Client, case: str, stage: str, **more: Any) -> str:
    body = {"stage": stage, "authority": "GB.SCA", "made_elsewhere": True, **more}
    return str(told(client.ask("POST", f"/v1/cases/{case}/identification", body), 201)["id"])


def clocks_of(client: Client, case: str) -> list[tuple[str, str, str]]:
    counting = [each for each in read(client, case)["clocks"] if each["state"] != "withdrawn"]
    return sorted((each["code"], each["state"], str(each["due_on"])) for each in counting)


@pytest.mark.integration
def test_a_corrected_decision_stays_recorded_and_no_longer_affects_clocks(worker: Client, database: Database) -> None:
    case, other = opened(worker, jurisdiction="GB-EAW"), opened(worker, jurisdiction="GB-EAW")
    for each in (case, other):
        step(worker, each, "referred", occurred_on=today())
    wrong = step(worker, case, "reasonable_grounds", outcome="positive")
    assert clocks_of(worker, case) != clocks_of(worker, other)
    correct(worker, case, wrong)
    assert clocks_of(worker, case) == clocks_of(worker, other)
    shown = read(worker, case)["identification"]
    assert [(each["id"] == wrong, each["outcome"], each["corrected_because"]) for each in shown] == [
        (False, None, None),
        (True, "positive", "wrong_outcome"),
    ]
    [(_, data)] = events(database, case, "identification.corrected")
    assert {"step": wrong, "stage": "reasonable_grounds", "reason": "wrong_outcome"}.items() <= data.items()
    for each in (case, other):
        step(worker, each, "reasonable_grounds", outcome="negative")
    assert clocks_of(worker, case) == clocks_of(worker, other)


@pytest.mark.integration
def test_a_target_missed_during_a_wrong_stop_is_published_once_after_the_correction(
    worker: Client, database: Database
) -> None:
    case = opened(worker, jurisdiction="GB-EAW")
    step(worker, case, "referred", occurred_on=today())
    wrong = step(worker, case, "reasonable_grounds", outcome="negative")
    clock: TimeSource = database.provided(TIME_SOURCE)
    with database.transaction() as session:
        clock.move(session, datetime.now(UTC) + timedelta(days=60))
    timers = [Timers(database, clock, PARTS.following.emits, PARTS.on_timer) for _ in range(2)]
    for each in timers:
        each.fire_due()
    assert events(database, case, "clock.missed") == []
    correct(worker, case, wrong)
    for each in timers:
        each.fire_due()
    assert [name for name, _ in events(database, case, "clock.")][-1:] == ["clock.missed"]


@pytest.mark.integration
def test_a_step_of_the_case_is_corrected_once_and_needs_no_earlier_step(worker: Client) -> None:
    case, other = opened(worker, jurisdiction="GB-EAW"), opened(worker, jurisdiction="GB-EAW")
    first = step(worker, case, "referred")
    decided = step(worker, case, "reasonable_grounds", outcome="positive")
    correct(worker, case, first)
    correct(worker, case, str(uuid4()), 404)
    correct(worker, other, decided, 404)
    correct(worker, case, decided)
    assert rule_of(correct(worker, case, decided, 409)) == "corrected_once"
    assert read(worker, case)["identification_status"] == "not_referred"


def ask_responder(client: Client, case: str, body: str, status: int = 201, **more: Any) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{case}/first-responder", {"body": body, **more}), status)


def submit(client: Client, case: str, status: int, **more: Any) -> dict[str, Any]:
    body = {"stage": "referred", "authority": "GB.SCA", **more}
    return told(client.ask("POST", f"/v1/cases/{case}/identification", body), status)


@pytest.mark.integration
def test_a_first_responder_can_decline_and_only_one_that_accepted_submits(worker: Client, database: Database) -> None:
    case = opened(worker, jurisdiction="GB-EAW", age="adult")
    assert rule_of(ask_responder(worker, case, "unseen", 409)) == "consent_before_this_step"
    told(worker.ask("POST", f"/v1/cases/{case}/consents", CONSENT), 201)
    assert rule_of(submit(worker, case, 409)) == "first_responder_first"
    assert rule_of(ask_responder(worker, case, "tara", 422)) == "first_responder_of_the_jurisdiction"
    first = ask_responder(worker, case, "unseen")["id"]
    assert rule_of(ask_responder(worker, case, "kalayaan", 409)) == "one_first_responder"
    answer = f"first-responder/{first}/answer"
    assert rule_of(done(worker, case, answer, {"answer": "declined"}, 422)) == "refusal_says_why"
    done(worker, case, answer, {"answer": "declined", "reason": "no_capacity"})
    assert rule_of(submit(worker, case, 409)) == "first_responder_first"
    assert rule_of(done(worker, case, answer, {"answer": "accepted"}, 409)) == "first_responder_answers_once"
    second = ask_responder(worker, case, "kalayaan")["id"]
    done(worker, case, f"first-responder/{second}/answer", {"answer": "accepted"})
    submit(worker, case, 201)
    assert [name for name, _ in events(database, case, "first_responder.")] == [
        "first_responder.asked",
        "first_responder.declined",
        "first_responder.asked",
        "first_responder.accepted",
    ]
    assert [(each["body"], each["state"]) for each in read(worker, case)["first_responders"]] == [
        ("unseen", "declined"),
        ("kalayaan", "accepted"),
    ]


@pytest.mark.integration
def test_where_no_profile_asks_for_one_nobody_waits_for_a_first_responder(worker: Client) -> None:
    case = opened(worker, jurisdiction="NL")
    assert rule_of(ask_responder(worker, case, "police", 409)) == "profile_has_first_responders"
    told(worker.ask("POST", f"/v1/cases/{case}/identification", {"stage": "signal"}), 201)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("age", "can_decide"), [("child", True), ("disputed", True), ("adult", False)], ids=["child", "disputed", "unable"]
)
def test_a_step_without_consent_shows_and_tells_the_profile_s_own_basis(
    worker: Client, database: Database, age: str, can_decide: bool
) -> None:
    case = opened(worker, jurisdiction="GB-EAW", age=age)
    asked = ask_responder(worker, case, "local_authority", can_decide=can_decide)["id"]
    done(worker, case, f"first-responder/{asked}/answer", {"answer": "accepted"})
    submit(worker, case, 201, can_decide=can_decide)
    assert [each["basis"] for each in read(worker, case)["identification"]] == ["best_interests"]
    [(_, data)] = events(database, case, "identification.submitted")
    assert data["basis"] == "best_interests"


@pytest.mark.integration
@pytest.mark.parametrize("outcome", ["withdrawn", "disqualified"])
@pytest.mark.parametrize(
    ("jurisdiction", "path", "ending", "clock"),
    [
        ("GB-EAW", [("referred", None), ("reasonable_grounds", "positive")], "conclusive_grounds", "GB.RECOVERY_MIN"),
        ("RO", [("notified", None), ("presumed", "positive")], "identified", "RO.RECOVERY_MAX"),
    ],
)
def test_withdrawal_and_disqualification_stop_periods_by_profile_not_the_case(
    worker: Client, outcome: str, jurisdiction: str, path: list[tuple[str, str | None]], ending: str, clock: str
) -> None:
    case = opened(worker, jurisdiction=jurisdiction)
    # The order of two decisions on one day is unknown.
    day_before = (date.fromisoformat(today()) - timedelta(days=1)).isoformat()
    for stage, decided in path:
        step(worker, case, stage, outcome=decided, authority=None, occurred_on=day_before)
    ended = step(worker, case, ending, outcome=outcome, authority=None, occurred_on=today())
    assert {code: state for code, state, _ in clocks_of(worker, case)}[clock] == "ended"
    assert read(worker, case)["status"] == "open"
    correct(worker, case, ended)
    assert {code: state for code, state, _ in clocks_of(worker, case)}[clock] == "running"


@pytest.mark.integration
def test_the_recovery_period_of_romania_runs_for_who_is_a_foreigner_or_may_be(worker: Client) -> None:
    case = opened(worker, jurisdiction="RO")
    said = {"outcome": "positive", "authority": None, "occurred_on": today()}
    presumed = step(worker, case, "presumed", **said, foreigner="no")
    shown = read(worker, case)
    assert [each["foreigner"] for each in shown["identification"]] == ["no"]
    assert shown["identification_status"] == "presumed"
    assert "RO.RECOVERY_MAX" not in {code for code, _, _ in clocks_of(worker, case)}
    body = {"reason": "learnt_more", "foreigner": "yes"}
    told(worker.ask("POST", f"/v1/cases/{case}/facts/{presumed}/correction", body), 201)
    assert [each["foreigner"] for each in read(worker, case)["identification"]] == ["yes"]
    assert {code: state for code, state, _ in clocks_of(worker, case)}["RO.RECOVERY_MAX"] == "running"
