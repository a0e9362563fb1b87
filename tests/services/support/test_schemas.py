import pytest
from marshmallow import Schema, ValidationError

from services.support.counselling.counselling.schemas import EndCounselling, StartCounselling
from services.support.help.delivery.schemas import DeliverService
from services.support.help.plan.schemas import AgreePlan
from services.support.risks.assessment.schemas import CompleteAssessment

WHOLE: dict[type[Schema], dict[str, object]] = {
    DeliverService.schema: {"service_type": "medical", "urgent": False, "delivered_on": "2026-03-09"},
    CompleteAssessment.schema: {
        "type": "initial",
        "domains": {"immediate_safety": {"need": 4, "risk": 0, "priority": 1}},
        "assessed_on": "2026-03-09",
    },
    AgreePlan.schema: {
        "goal_types": ["Health"],
        "review_on": "2026-04-09",
        "person_has_copy": True,
        "agreed_on": "2026-03-09",
    },
    StartCounselling.schema: {"modality": "group", "started_on": "2026-03-09"},
    EndCounselling.schema: {"reason": "goals_met", "ended_on": "2026-03-09"},
}


@pytest.mark.parametrize("body", WHOLE)
def test_a_whole_body_is_taken_and_its_days_may_be_left_out(body: type[Schema]) -> None:
    assert set(WHOLE[body]) <= set(vars(body().load(WHOLE[body])))
    body().load({name: value for name, value in WHOLE[body].items() if not name.endswith("_on")})


def test_what_was_asked_and_nobody_could_say_is_unknown() -> None:
    said = {"accommodation": {"need": "unknown", "risk": "unknown"}}
    taken = CompleteAssessment.schema().load({"type": "initial", "domains": said})
    assert taken.domains == said


@pytest.mark.parametrize("body", WHOLE)
def test_a_body_has_no_field_for_words(body: type[Schema]) -> None:
    with pytest.raises(ValidationError) as refused:
        body().load({**WHOLE[body], "note": "said that"})
    assert refused.value.normalized_messages().keys() == {"note"}


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (DeliverService.schema, "service_type", "massage"),
        (DeliverService.schema, "service_type", ["medical"]),
        (DeliverService.schema, "urgent", "true"),
        (DeliverService.schema, "urgent", 1),
        (DeliverService.schema, "delivered_on", "2026-02-30"),
        (DeliverService.schema, "delivered_on", "2026-02"),
        (DeliverService.schema, "delivered_on", 20260209),
        (DeliverService.schema, "delivered_on", None),
        (CompleteAssessment.schema, "type", "final"),
        (CompleteAssessment.schema, "domains", {}),
        (CompleteAssessment.schema, "domains", []),
        (CompleteAssessment.schema, "domains", {"weather": {"need": 1, "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": 5, "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": 1, "risk": -1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": "1", "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": None, "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": [], "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": True, "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": 1.0, "risk": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": 1}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": 1, "risk": 1, "priority": 0}}),
        (CompleteAssessment.schema, "domains", {"accommodation": {"need": 1, "risk": 1, "evidence": "said that"}}),
        (AgreePlan.schema, "goal_types", []),
        (AgreePlan.schema, "goal_types", ["Health", "Health"]),
        (AgreePlan.schema, "goal_types", "Health"),
        (AgreePlan.schema, "person_has_copy", None),
        (StartCounselling.schema, "modality", "hypnosis"),
        (EndCounselling.schema, "reason", "misbehaved"),
    ],
)
def test_a_value_that_can_not_be_is_refused_by_its_field(body: type[Schema], field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        body().load({**WHOLE[body], field: value})
    assert list(refused.value.messages_dict) == [field]
