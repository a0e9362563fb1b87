import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.support.cases.task import rules as task
from services.support.help.delivery import rules as delivery
from services.support.help.entitlement import rules as recovery
from services.support.risks.alert import rules as alerts
from services.support.risks.assessment import rules as assessment
from services.support.risks.missing import rules as missing
from services.support.service import EMITS, PARTS, READS
from shared.events.contract import EventRefused
from shared.events.envelope import Announcement, Event
from shared.reference import codes

THIS = UUID("0190a000-0000-7000-8000-000000000001")
DAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
NEED = delivery.Need(THIS, "medical", DAY)
DOMAINS = codes("need_domain").values
SAMPLES = {
    "urgent_need.noted": delivery.urgent_need_noted(["medical_emergency", "accommodation_emergency"], DAY),
    "urgent_need.met": delivery.changed(NEED, delivery.Given(THIS, "medical", DAY)),
    "urgent_need.reopened": delivery.changed(NEED, None),
    "urgent_need.withdrawn": delivery.urgent_need_withdrawn(THIS, "medical", DAY),
    "service.delivered": Announcement(
        "service.delivered",
        {
            "service": THIS,
            "service_type": "medical_emergency",
            "urgent": True,
            "delivered_on": DAY,
            "met_urgent_need": True,
            "ended_on": DAY,
            "happened": "2026-03-09T14:00:00+01:00",
            "learnt": "2026-03-12",
            "revision": 2,
        },
    ),
    "service.withdrawn": delivery.service_withdrawn(THIS, "medical"),
    "ring.due": alerts.ring_due(THIS, "immediate", "team"),
    "assessment.completed": assessment.assessment_completed(THIS, "initial", assessment.URGENT, DAY),
    "plan.agreed": Announcement(
        "plan.agreed",
        {
            "plan": THIS,
            "goal_types": ["Health"],
            "review_on": None,
            "person_has_copy": True,
            "agreed_on": DAY,
            "revision": 1,
        },
    ),
    "counselling.started": Announcement(
        "counselling.started", {"course": THIS, "modality": "one_to_one", "started_on": DAY, "revision": 1}
    ),
    "counselling.ended": Announcement(
        "counselling.ended", {"course": THIS, "reason": "goals_met", "ended_on": DAY, "revision": 2}
    ),
    "recovery.supported": recovery.recovery_supported(THIS, reached=True),
    "record.corrected": Announcement(
        "record.corrected", {"record": THIS, "record_class": "service", "revision": 2, "reason": "wrong_date"}
    ),
    "absence.declared": missing.declared(THIS, NOW, is_child=True, urgency="immediate"),
    "absence.ended": missing.ended(THIS, was_declared=True, is_found=True),
    "task.set": task.task_set(THIS, "safety_plan_review", DAY),
    "task.done": task.task_done(THIS, "safety_plan_review"),
    "alert.raised": alerts.raised(THIS, "immediate", 0, "team", NOW, danger="missing", revision=2),
    "alert.ended": alerts.ended(THIS, "danger_over", NOW, about=alerts.IN_DANGER),
    "alert.returned": alerts.returned(THIS, "immediate", 0, "team", THIS),
    "alert.escalated": alerts.escalated(THIS, "immediate", 1, "supervisors"),
    "erasure.acknowledged": Announcement("erasure.acknowledged", {"request": THIS, "answer": "deleted", "basis": None}),
    "alert.acknowledged": alerts.acknowledged(THIS, 1, THIS, NOW),
    "waiting.taken": Announcement("waiting.taken", {"item": THIS, "member": THIS, "role": "counsellor"}),
}


def test_every_declared_event_has_a_sample() -> None:
    assert {each.name for each in EMITS} == set(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_declared_event_takes_its_sample_and_fits_into_json(name: str) -> None:
    _kind, told = EMITS.check(SAMPLES[name])
    assert json.loads(json.dumps(told)) == told
    assert set(told) == set(SAMPLES[name].data)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_event_that_lacks_a_field_or_has_one_too_many_is_refused(name: str) -> None:
    data = dict(SAMPLES[name].data)
    kind, _told = EMITS.check(SAMPLES[name])
    with pytest.raises(EventRefused):
        EMITS.check(Announcement(name, {**data, "score": 3}, kind.version))
    for each in [field for field, declared in kind.schema().fields.items() if declared.required]:
        rest = {key: value for key, value in data.items() if key != each}
        with pytest.raises(EventRefused):
            EMITS.check(Announcement(name, rest, kind.version))


def test_a_code_of_no_list_is_refused() -> None:
    with pytest.raises(EventRefused):
        EMITS.check(Announcement("counselling.ended", {"course": THIS, "reason": "wrote_a_letter", "ended_on": DAY}))


@given(
    st.dictionaries(
        st.sampled_from(sorted(codes("need_domain"))),
        st.builds(assessment.Scores, st.integers(0, 4), st.integers(0, 4), st.integers(1, 5)),
        min_size=1,
    )
)
def test_the_event_of_an_assessment_has_no_score_no_domain_and_no_level_of_risk(
    domains: dict[str, assessment.Scores],
) -> None:
    found = assessment.assess(domains, DAY, DOMAINS)
    announced = assessment.assessment_completed(THIS, "review", found.overall_risk, found.reassess_on)
    _kind, told = EMITS.check(announced)
    assert told == {
        "assessment": str(THIS),
        "assessment_type": "review",
        "urgent": found.overall_risk == "urgent",
        "reassess_on": found.reassess_on.isoformat(),
        "revision": 1,
    }


def test_support_consumes_intake_the_agencies_of_partners_and_only_dangers_of_legal() -> None:
    assert READS.sources == ("intake", "legal", "partners")
    of_legal = {read.key for read in READS.reads if read.key.startswith("legal.")}
    assert of_legal == {"legal.danger.flagged", "legal.danger.not_standing"}
    of_partners = [read.key for read in READS.reads if read.key.startswith("partners.")]
    assert {key.split(".")[1] for key in of_partners} == {"agency"}


def test_no_help_hangs_on_the_official_path_whose_steps_only_propose_an_entitlement() -> None:
    of_the_path = {each.key for each in READS.reads if "identification" in each.key}
    verbs = ("decided", "corrected", "step_recorded", "submitted")
    assert of_the_path == {f"intake.identification.{verb}" for verb in verbs}
    acting = {reaction.name for reaction in PARTS.following.reactions if reaction.on in of_the_path}
    assert acting == {"entitlement_proposals"}, "staff confirm each, and nothing else is done because of a step"


def _heard(source: str, name: str, data: Mapping[str, object]) -> Event:
    return Event(
        id=THIS,
        source=source,
        name=name,
        version=1,
        subject=THIS,
        time=datetime(2026, 3, 9, tzinfo=UTC),
        position=1,
        epoch=THIS,
        correlation=THIS,
        data=data,
    )


def test_an_opening_is_read_with_its_urgent_needs_and_nothing_of_how_the_person_came() -> None:
    data = {
        "jurisdiction": "NL",
        "source": "police",
        "channel": "phone",
        "language": "bg",
        "anonymous": True,
        "age": "adult",
        "opened_on": "2026-03-09",
        "urgent_needs": ["medical"],
    }
    opened = READS.open(_heard("intake", "contact.opened", data))
    assert opened is not None
    kept = {"jurisdiction": "NL", "language": "bg", "opened_on": DAY, "urgent_needs": ["medical"]}
    assert opened.data == {**kept, "age": "adult"}


def test_a_clock_is_read_though_the_length_of_its_period_is_not_known() -> None:
    data = {"clock": str(THIS), "code": "EU.COE_RECOVERY_MIN", "kind": "minimum", "due_on": None, "verify": True}
    started = READS.open(_heard("intake", "clock.started", data))
    assert started is not None
    assert started.data["due_on"] is None
