"""The official path: what was recorded wrongly counts no more, first responders, and what a step rests on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.intake.identification.rules import NewStep, RecordedStep, basis, check_correction, identification_step
from services.intake.service import PARTS
from shared.casework.refusals import StepForbidden
from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.deadlines.timers import Timers
from shared.exchange.eventlog import event_log
from shared.reference import profile
from shared.store.database import Database
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened, rule_of

GB, NL, RO = (profile(code) for code in ("GB-EAW", "NL", "RO"))
TODAY = date(2026, 3, 2)
REFERRED, POSITIVE = RecordedStep("referred", None), RecordedStep("reasonable_grounds", "positive")
NEGATIVE, AGAIN = RecordedStep("reasonable_grounds", "negative"), RecordedStep("reconsideration", "positive")
CONSENT = {
    "agency": "GB.SCA",
    "purposes": ["referral_to_official_identification"],
    "data_categories": ["identity"],
    "language": "en",
    "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
    "expires_on": (datetime.now(UTC).date() + timedelta(days=300)).isoformat(),
}


@pytest.mark.parametrize(
    ("recorded", "wrong", "possible"),
    [
        ([REFERRED], 0, True),
        ([REFERRED, POSITIVE], 1, True),
        ([REFERRED, POSITIVE], 0, False),
        ([REFERRED, POSITIVE, REFERRED], 0, True),
        ([POSITIVE, REFERRED], 1, False),
        ([REFERRED, NEGATIVE, AGAIN], 1, False),
        ([REFERRED, NEGATIVE, NEGATIVE, AGAIN], 1, True),
        ([REFERRED, POSITIVE, NEGATIVE, AGAIN], 1, True),
        ([REFERRED, NEGATIVE, AGAIN, NEGATIVE], 1, True),
        ([REFERRED, POSITIVE, AGAIN, NEGATIVE], 3, False),
        ([REFERRED, NEGATIVE, RecordedStep("conclusive_grounds", "negative"), AGAIN], 2, False),
    ],
)
def test_a_step_that_others_rest_on_is_corrected_after_them_or_recorded_anew_before(
    recorded: list[RecordedStep], wrong: int, possible: bool
) -> None:
    if possible:
        check_correction(GB, recorded, wrong)
        return
    with pytest.raises(StepForbidden) as refused:
        check_correction(GB, recorded, wrong)
    assert refused.value.rule == "later_steps_first"


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


@pytest.mark.parametrize("law", [GB, NL, RO], ids=lambda law: law.code)
def test_late_and_out_of_order_facts_are_taken_where_the_profile_does_not_need_the_earlier_step(law: Any) -> None:
    """Recorded latest first, each with its own day, years ago."""
    stages = [each for each in law.stages.values() if not each.reconsiders]
    done_before: list[RecordedStep] = []
    for number, stage in enumerate(reversed(stages)):
        day = f"2021-{12 - number:02}-03"
        outcome = stage.outcomes[0] if stage.outcomes else None
        step = NewStep(stage=stage.code, outcome=outcome, occurred_on=day, received_on=TODAY, made_elsewhere=True)
        missing = set(stage.requires) - {each.stage for each in done_before}

        def take(step: NewStep = step, before: tuple[RecordedStep, ...] = tuple(done_before)) -> None:
            identification_step(law, step, before, age="adult", agencies=(), today=TODAY)

        if missing:
            with pytest.raises(StepForbidden) as refused:
                take()
            assert refused.value.rule == "earlier_step_first"
        else:
            take()
            done_before.append(RecordedStep(stage.code, outcome))
    assert done_before


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def step(client: Client, case: str, stage: str, **more: Any) -> str:
    body = {"stage": stage, "authority": "GB.SCA", "made_elsewhere": True, **more}
    return str(told(client.ask("POST", f"/v1/cases/{case}/identification", body), 201)["id"])


def correct(client: Client, case: str, which: str, status: int = 201) -> dict[str, Any]:
    path = f"/v1/cases/{case}/identification/{which}/correction"
    return told(client.ask("POST", path, {"reason": "wrong_outcome"}), status)


def read(client: Client, case: str) -> dict[str, Any]:
    return told(client.ask("GET", f"/v1/cases/{case}"))


def clocks_of(client: Client, case: str) -> list[tuple[str, str, str]]:
    counting = [each for each in read(client, case)["clocks"] if each["state"] != "withdrawn"]
    return sorted((each["code"], each["state"], each["due_on"]) for each in counting)


def events(database: Database, case: str, family: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = select(event_log.c.name, event_log.c.data).where(event_log.c.subject == UUID(case))
    with database.transaction() as session:
        rows = session.execute(wanted.order_by(event_log.c.serial)).all()
    return [(row.name, row.data) for row in rows if row.name.startswith(family)]


@pytest.mark.integration
def test_a_corrected_decision_stays_as_it_was_and_the_clocks_are_those_of_the_case_without_it(
    worker: Client, database: Database
) -> None:
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
def test_a_target_that_went_by_while_a_wrong_decision_stopped_it_is_told_once_after_the_correction(
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
    assert [name for name, _ in events(database, case, "clock.")][-2:] == ["clock.woken", "clock.missed"]


@pytest.mark.integration
def test_a_correction_is_made_once_of_a_step_of_the_case_and_leaves_nothing_without_what_it_needs(
    worker: Client,
) -> None:
    case, other = opened(worker, jurisdiction="GB-EAW"), opened(worker, jurisdiction="GB-EAW")
    first = step(worker, case, "referred")
    decided = step(worker, case, "reasonable_grounds", outcome="positive")
    assert rule_of(correct(worker, case, first, 409)) == "later_steps_first"
    correct(worker, case, str(uuid4()), 404)
    correct(worker, other, decided, 404)
    correct(worker, case, decided)
    assert rule_of(correct(worker, case, decided, 409)) == "corrected_once"
    correct(worker, case, first)
    late = {"stage": "reasonable_grounds", "outcome": "positive", "made_elsewhere": True}
    refused = told(worker.ask("POST", f"/v1/cases/{case}/identification", late), 409)
    assert rule_of(refused) == "earlier_step_first"


def ask_responder(client: Client, case: str, body: str, status: int = 201, **more: Any) -> dict[str, Any]:
    return told(client.ask("POST", f"/v1/cases/{case}/first-responder", {"body": body, **more}), status)


def submit(client: Client, case: str, status: int, **more: Any) -> dict[str, Any]:
    body = {"stage": "referred", "authority": "GB.SCA", **more}
    return told(client.ask("POST", f"/v1/cases/{case}/identification", body), status)


@pytest.mark.integration
def test_a_first_responder_that_declines_gives_way_to_another_and_only_one_that_accepts_submits(
    worker: Client, database: Database
) -> None:
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
def test_withdrawal_and_disqualification_stop_what_the_profile_says_and_leave_the_case_open(
    worker: Client, outcome: str, jurisdiction: str, path: list[tuple[str, str | None]], ending: str, clock: str
) -> None:
    case = opened(worker, jurisdiction=jurisdiction)
    for stage, decided in path:
        step(worker, case, stage, outcome=decided, authority=None, occurred_on=today())
    ended = step(worker, case, ending, outcome=outcome, authority=None, occurred_on=today())
    assert {code: state for code, state, _ in clocks_of(worker, case)}[clock] == "stopped"
    assert read(worker, case)["status"] == "open"
    correct(worker, case, ended)
    assert {code: state for code, state, _ in clocks_of(worker, case)}[clock] == "running"
