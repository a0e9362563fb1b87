"""Entitlements that follow from steps of the official path are proposed, and staff confirm each one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from deploy.cli import servers
from services.support.help.entitlement.rules import proposals as rules
from shared.reference import JURISDICTIONS, profile
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import Told, hear

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
TODAY = "2026-03-02"
STEP = {"authority": None, "occurred_on": "2026-02-20", "received_on": TODAY, "made_elsewhere": False}
OPENING = {"source": "self", "channel": "phone", "language": "bg", "anonymous": False, "opened_on": "2026-03-02"}
CLOCK = {"clock": str(uuid4()), "code": "GB.MOVEON_MIN", "kind": "minimum", "state": "running"}


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        hear(service, ("contact.changed", {**OPENING, "jurisdiction": "GB-EAW", "age": "adult"}))
        yield service


@pytest.fixture
def worker(support: Harness) -> Client:
    return support.member("support_worker", lead=True)


def decided(step: str, outcome: str = "positive", stage: str = "conclusive_grounds", **said: Any) -> Told:
    data = {**STEP, "jurisdiction": "GB-EAW", "step": step, "stage": stage, "outcome": outcome, "reconsidered": None}
    return "identification.decided", {**data, **said}


def restated(step: str, outcome: str = "positive", happened: str = "2026-02-20", *, withdrawn: bool = False) -> Told:
    name = "fact.withdrawn" if withdrawn else "fact.corrected"
    whole = {"kind": "decision", "stage": "conclusive_grounds", "outcome": outcome, "happened": happened}
    return name, {"fact": step, "revision": 2, "withdrawn": withdrawn, "reason": None, **whole}


def proposals(who: Client) -> dict[str, dict[str, Any]]:
    return {each["of_profile"]: each for each in who.told("GET", "")["entitlement_proposals"]}


def tasks(who: Client) -> dict[str, str]:
    return {task["kind"]: task["due_on"] for task in who.told("GET", "")["tasks"] if task["done_on"] is None}


# --- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "stage", "outcome", "codes"),
    [
        ("GB-EAW", "reasonable_grounds", "positive", {"GB.NRM_SUPPORT"}),
        ("GB-EAW", "reasonable_grounds", "negative", set()),
        ("GB-EAW", "conclusive_grounds", "positive", {"GB.MOVE_ON_SUPPORT"}),
        ("GB-EAW", "conclusive_grounds", "negative", {"GB.EXIT_SUPPORT"}),
        ("GB-NIR", "referred", None, {"GB.NIR_SUPPORT"}),
        ("GB-NIR", "conclusive_grounds", "positive", {"GB.NIR_FURTHER_SUPPORT"}),
        ("GB-SCT", "reasonable_grounds", "positive", {"GB.SCT_SUPPORT"}),
        ("NL", "reflection_offered", None, {"NL.REFLECTION_SHELTER"}),
        ("RO", "potential", None, {"RO.RECOVERY_SUPPORT"}),
        ("RO", "presumed", "positive", set()),
    ],
)
def test_each_profile_states_which_entitlements_follow_from_a_step(
    law: str, stage: str, outcome: str | None, codes: set[str]
) -> None:
    step = rules.Step(uuid4(), stage, outcome, None, stands=True)
    assert rules.following(profile(law), step) == codes
    assert rules.following(profile(law), rules.Step(step.id, stage, outcome, None, stands=False)) == set()


@pytest.mark.parametrize("law", JURISDICTIONS)
def test_each_jurisdiction_proposes_some_entitlement(law: str) -> None:
    assert [leaf for leaf in profile(law).entitlements.values() if leaf.stages]


# --- proposing --------------------------------------------------------------------------------------------------------


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="proposed-from-steps")
def test_a_decision_proposes_an_entitlement_once_and_staff_confirm_it(support: Harness, worker: Client) -> None:
    step = str(uuid4())
    for _ in range(2):
        hear(support, decided(step))
    proposal = proposals(worker)["GB.MOVE_ON_SUPPORT"]
    assert (proposal["state"], proposal["started_on"], proposal["step"]) == ("proposed", "2026-02-20", step)
    assert tasks(worker) == {"entitlement_proposed": TODAY}
    assert worker.told("GET", "")["entitlements"] == []
    path = f"entitlement-proposals/{proposal['id']}"
    support.member("legal_adviser").told("POST", f"{path}/confirmation", {}, 403)
    recorded = worker.told("POST", f"{path}/confirmation", {}, 201)["id"]
    [entitlement] = worker.told("GET", "")["entitlements"]
    assert (entitlement["id"], entitlement["started_on"], entitlement["ends_on"]) == (
        recorded,
        "2026-02-20",
        "2026-04-06",
    )
    confirmed = proposals(worker)["GB.MOVE_ON_SUPPORT"]
    assert (confirmed["state"], confirmed["record"]) == ("confirmed", recorded)
    assert "entitlement_proposed" not in tasks(worker)
    worker.told("POST", f"{path}/confirmation", {}, 409)
    assert not [name for name, _data in support.announced() if "entitlement" in name]


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="proposed-from-steps")
def test_staff_refuse_a_proposal_with_a_reason(support: Harness, worker: Client) -> None:
    hear(support, decided(str(uuid4()), "negative"))
    [proposal] = proposals(worker).values()
    assert proposal["of_profile"] == "GB.EXIT_SUPPORT"
    path = f"entitlement-proposals/{proposal['id']}/refusal"
    worker.told("POST", path, {"refusal": "other_help"}, 201)
    [refused] = proposals(worker).values()
    assert (refused["state"], refused["refusal"], refused["answered_by"]) == (
        "refused", "other_help", str(worker.subject),
    )  # fmt: skip
    assert tasks(worker) == {}
    worker.told("POST", path, {"refusal": "other_help"}, 409)
    timeline = worker.told("GET", "timeline")["entries"]
    assert {(entry["what"], entry["step"]) for entry in timeline} >= {
        ("entitlement", "proposed"), ("entitlement", "answered"),
    }  # fmt: skip


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="proposed-from-steps")
@pytest.mark.parametrize(
    "gone",
    [
        lambda step: ("identification.corrected", {"step": step, "stage": "conclusive_grounds", "reason": "not_so"}),
        lambda step: restated(step, withdrawn=True),
        lambda step: restated(step, "negative"),
    ],
)
def test_a_corrected_step_takes_a_proposal_back_and_asks_again_about_a_confirmed_one(
    support: Harness, worker: Client, gone: Any
) -> None:
    waits, had = str(uuid4()), str(uuid4())
    hear(support, decided(waits, stage="reasonable_grounds"))
    hear(support, decided(had))
    path = f"entitlement-proposals/{proposals(worker)['GB.MOVE_ON_SUPPORT']['id']}"
    recorded = worker.told("POST", f"{path}/confirmation", {}, 201)["id"]
    hear(support, ("identification.corrected", {"step": waits, "stage": "reasonable_grounds", "reason": "not_so"}))
    assert proposals(worker)["GB.NRM_SUPPORT"]["state"] == "withdrawn"
    assert "entitlement_proposed" not in tasks(worker)
    hear(support, gone(had))
    assert proposals(worker)["GB.MOVE_ON_SUPPORT"]["state"] == "changed"
    assert tasks(worker)["entitlement_proposed"] == TODAY
    [entitlement] = worker.told("GET", "")["entitlements"]
    assert (entitlement["ended_on"], entitlement["taken_back_at"]) == (None, None)
    worker.told("POST", f"{path}/refusal", {"refusal": "not_entitled"}, 409)
    worker.told("POST", f"entitlements/{recorded}/correction", {"reason": "not_so"}, 201)
    worker.told("POST", f"{path}/refusal", {"refusal": "not_entitled"}, 201)
    assert proposals(worker)["GB.MOVE_ON_SUPPORT"]["state"] == "refused"


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="proposed-from-steps")
def test_another_day_of_the_step_moves_a_proposal_and_reopens_a_confirmed_one(support: Harness, worker: Client) -> None:
    step = str(uuid4())
    hear(support, decided(step, occurred_on="2026-02"))
    assert proposals(worker)["GB.MOVE_ON_SUPPORT"]["started_on"] is None
    hear(support, restated(step, happened="2026-02-18"))
    proposal = proposals(worker)["GB.MOVE_ON_SUPPORT"]
    assert (proposal["state"], proposal["started_on"]) == ("proposed", "2026-02-18")
    path = f"entitlement-proposals/{proposal['id']}/confirmation"
    recorded = worker.told("POST", path, {}, 201)["id"]
    hear(support, restated(step, happened="2026-02-19"))
    assert proposals(worker)["GB.MOVE_ON_SUPPORT"]["state"] == "changed"
    assert worker.told("POST", path, {}, 201)["id"] == recorded
    assert len(worker.told("GET", "")["entitlements"]) == 1


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="confirmed-days-are-kept")
def test_days_in_a_second_confirmation_correct_the_entitlement_or_begin_another(
    support: Harness, worker: Client
) -> None:
    step = str(uuid4())
    hear(support, decided(step))
    path = f"entitlement-proposals/{proposals(worker)['GB.MOVE_ON_SUPPORT']['id']}/confirmation"
    recorded = worker.told("POST", path, {}, 201)["id"]
    hear(support, restated(step, happened="2026-02-19"))
    days = {"started_on": "2026-02-19", "ends_on": "2026-05-01"}
    assert worker.told("POST", path, days, 201)["id"] == recorded
    [entitlement] = worker.told("GET", "")["entitlements"]
    assert {name: entitlement[name] for name in days} == days
    worker.told("POST", f"entitlements/{recorded}/ending", {}, 201)
    hear(support, restated(step, happened="2026-02-17"))
    another = worker.told("POST", path, {}, 201)["id"]
    assert another != recorded
    shown = {each["id"]: each["started_on"] for each in worker.told("GET", "")["entitlements"]}
    assert shown == {recorded: "2026-02-19", another: "2026-02-17"}
    confirmed = proposals(worker)["GB.MOVE_ON_SUPPORT"]
    assert (confirmed["state"], confirmed["record"]) == ("confirmed", another)


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="proposal-without-a-day")
def test_an_entitlement_whose_first_day_is_not_known_is_not_confirmed_without_it(
    support: Harness, worker: Client
) -> None:
    hear(support, decided(str(uuid4()), occurred_on="2026-02"))
    path = f"entitlement-proposals/{proposals(worker)['GB.MOVE_ON_SUPPORT']['id']}/confirmation"
    [error] = worker.told("POST", path, {}, 422)["errors"]
    assert error["rule"] == "entitlement.first_day_is_known"
    worker.told("POST", path, {"happened": "2026-02-21"}, 201)
    [entitlement] = worker.told("GET", "")["entitlements"]
    assert entitlement["started_on"] == "2026-02-21"


@pytest.mark.integration
@pytest.mark.parametrize("is_first", [True, False])
def test_an_entitlement_that_staff_record_themselves_answers_its_proposal(
    support: Harness, worker: Client, *, is_first: bool
) -> None:
    said = {"entitlement": "GB.MOVE_ON_SUPPORT", "started_on": "2026-02-21"}
    if not is_first:
        hear(support, decided(str(uuid4())))
    recorded = worker.told("POST", "entitlements", said, 201)["id"]
    if is_first:
        hear(support, decided(str(uuid4())))
    [proposal] = proposals(worker).values()
    assert (proposal["state"], proposal["record"]) == ("confirmed", recorded)
    assert "entitlement_proposed" not in tasks(worker)


@pytest.mark.integration
def test_a_reconsidered_decision_proposes_what_its_own_stage_does(support: Harness, worker: Client) -> None:
    said = {"stage": "reconsideration", "reconsidered": "conclusive_grounds"}
    hear(support, decided(str(uuid4()), **said))
    assert proposals(worker).keys() == {"GB.MOVE_ON_SUPPORT"}


# --- one count --------------------------------------------------------------------------------------------------------


@pytest.mark.integration
@pytest.mark.hazard("H-DEADLINE-14", control="one-count")
def test_the_period_of_the_law_counts_the_days_of_move_on_support(support: Harness, worker: Client) -> None:
    hear(support, ("clock.started", {**CLOCK, "due_on": "2026-04-20", "other_due_on": None}))
    worker.told("POST", "entitlements", {"entitlement": "GB.MOVE_ON_SUPPORT", "started_on": "2026-02-20"}, 201)
    [shown] = worker.told("GET", "")["entitlements"]
    assert (shown["ends_on"], tasks(worker)["entitlement_runs_out"]) == ("2026-04-20", "2026-03-21")
    assert worker.told("GET", "")["recovery"]["periods"] == []
    hear(support, ("clock.moved", {**CLOCK, "due_on": "2026-04-10", "other_due_on": None}))
    assert tasks(worker)["entitlement_runs_out"] == "2026-03-11"
    worker.told("POST", f"entitlements/{shown['id']}/prolonging", {"ends_on": "2026-09-01"}, 201)
    hear(support, ("clock.moved", {**CLOCK, "due_on": "2026-04-12", "other_due_on": None}))
    [shown] = worker.told("GET", "")["entitlements"]
    assert (shown["ends_on"], tasks(worker)["entitlement_runs_out"]) == ("2026-09-01", "2026-08-02")
    assert not [name for name, _data in support.announced() if name == "recovery.supported"]
