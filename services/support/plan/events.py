"""The event about a plan."""

from marshmallow import Schema

from services.support.case import schemas as case
from services.support.plan import schemas
from shared.access.declarations import omittable
from shared.events.audience import opened, person
from shared.events.contract import EventType
from shared.events.openings import PLAN


class PlanAgreed(Schema):
    """A plan agreed with the person; the same again once it was put right, of a higher revision."""

    plan = schemas.PLAN
    goal_types = schemas.GOAL_TYPES
    review_on = schemas.REVIEW_ON
    person_has_copy = schemas.PERSON_HAS_COPY
    agreed_on = schemas.AGREED_ON
    revision = omittable(case.REVISION)


EVENTS = (
    EventType(
        "plan.agreed",
        PlanAgreed,
        "support",
        "The person and their worker agreed a support plan.",
        audience=person(PLAN, opened("revision")),
    ),
)
