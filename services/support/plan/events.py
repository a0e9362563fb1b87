"""The event about a plan."""

from marshmallow import Schema

from shared.events.contract import Codes, Day, EventType, Flag, Reference
from shared.reference import codes


class PlanAgreed(Schema):
    """A plan agreed with the person."""

    plan = Reference(required=True)
    goal_types = Codes(codes("plan_type"), required=True)
    review_on = Day(required=True, allow_none=True)
    person_has_copy = Flag(required=True)
    agreed_on = Day(required=True)


EVENTS = (EventType("plan.agreed", PlanAgreed, "support", "The person and their worker agreed a support plan."),)
