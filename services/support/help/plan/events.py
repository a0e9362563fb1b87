"""The event about a plan."""

from marshmallow import Schema

from services.support.help.plan.models import SupportPlan
from shared.access.declarations import field_of, omittable
from shared.events.audience import opened, person
from shared.events.contract import EventType
from shared.events.openings import PLAN


class PlanAgreed(Schema):
    """A plan was agreed with the person, or corrected with a higher revision."""

    plan = field_of(SupportPlan.id)
    goal_types = field_of(SupportPlan.goal_types)
    review_on = field_of(SupportPlan.review_on)
    person_has_copy = field_of(SupportPlan.person_has_copy)
    agreed_on = field_of(SupportPlan.agreed_on)
    revision = omittable(field_of(SupportPlan.revision))


EVENTS = (
    EventType(
        "plan.agreed",
        PlanAgreed,
        "support",
        "The person and their worker agreed a support plan.",
        audience=person(PLAN, opened("revision")),
    ),
)
