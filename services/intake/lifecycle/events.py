"""Events about opening, reading and closing a case."""

from marshmallow import Schema

from services.intake.case import schemas as case
from services.intake.lifecycle import schemas
from shared.access.declarations import omittable, or_null
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CASE, CONTACT


class ContactOpened(Schema):
    """Someone is in contact; the case begins here, whatever becomes of it."""

    jurisdiction = case.JURISDICTION
    source = case.SOURCE
    channel = case.CHANNEL
    language = case.LANGUAGE
    anonymous = case.ANONYMOUS
    age = case.AGE
    opened_on = case.OPENED_ON
    urgent_needs = schemas.URGENT_NEEDS


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
    EventType(
        "contact.opened", ContactOpened, "contact", "A contact opened, and with it a case.", audience=person(CONTACT)
    ),
    EventType("case.closed", CaseClosed, "closing", "The case was closed.", audience=person(CASE)),
    EventType("case.reopened", CaseReopened, "closing", "The case was opened again.", audience=person(CASE)),
)
