"""Events about closing and reopening a case."""

from marshmallow import Schema

from services.intake.cases.closing import schemas
from services.intake.facts.case.models import Case
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CASE


class CaseClosed(Schema):
    """The case was closed. Help can continue."""

    reason = not_null(Case.closure_reason)
    closed_on = not_null(Case.closed_on)
    although_open = omittable(field_of(Case.closed_although))


class CaseReopened(Schema):
    """The case was reopened."""

    reason = schemas.REOPENING_REASON
    reopened_on = not_null(Case.reopened_on)


EVENTS = (
    EventType("case.closed", CaseClosed, "closing", "The case was closed.", audience=person(CASE)),
    EventType("case.reopened", CaseReopened, "closing", "The case was opened again.", audience=person(CASE)),
)
