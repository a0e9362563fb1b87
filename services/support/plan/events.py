"""The event about a plan."""

from marshmallow import Schema

from services.support.plan import schemas
from shared.events.contract import EventType


class PlanAgreed(Schema):
    """A plan agreed with the person."""

    plan = schemas.PLAN
    goal_types = schemas.GOAL_TYPES
    review_on = schemas.REVIEW_ON
    person_has_copy = schemas.PERSON_HAS_COPY
    agreed_on = schemas.AGREED_ON


EVENTS = (EventType("plan.agreed", PlanAgreed, "support", "The person and their worker agreed a support plan."),)
