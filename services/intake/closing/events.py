"""Events about closing and reopening a case."""

from marshmallow import Schema

from services.intake.case import schemas as case
from services.intake.closing import schemas
from shared.access.declarations import omittable, or_null
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CASE


class CaseClosed(Schema):
    """The case was closed; help may go on."""

    reason = case.CLOSURE_REASON
    closed_on = case.CLOSED_ON
    although_open = omittable(or_null(case.CLOSED_ALTHOUGH))


class CaseReopened(Schema):
    """The case was opened again."""

    reason = schemas.REOPENING_REASON
    reopened_on = case.REOPENED_ON


EVENTS = (
    EventType("case.closed", CaseClosed, "closing", "The case was closed.", audience=person(CASE)),
    EventType("case.reopened", CaseReopened, "closing", "The case was opened again.", audience=person(CASE)),
)
