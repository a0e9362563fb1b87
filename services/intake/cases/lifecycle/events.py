"""The events that a contact opened, and that a case was closed or reopened."""

from marshmallow import Schema

from services.intake.cases.lifecycle.schemas import URGENT_NEEDS
from services.intake.cases.lifecycle.schemas.closings import REOPENING_REASON
from services.intake.facts.case.models import Case
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import person
from shared.events.contract import EventType
from shared.events.openings import CASE, CONTACT


class ContactOpened(Schema):
    """A contact opened. The case begins here in every event."""

    jurisdiction = field_of(Case.jurisdiction)
    source = field_of(Case.source)
    channel = field_of(Case.channel)
    language = field_of(Case.language)
    anonymous = field_of(Case.anonymous)
    age = field_of(Case.age)
    opened_on = field_of(Case.opened_on)
    urgent_needs = URGENT_NEEDS


class CaseClosed(Schema):
    """The case was closed. Help can continue."""

    reason = not_null(Case.closure_reason)
    closed_on = not_null(Case.closed_on)
    although_open = omittable(field_of(Case.closed_although))


class CaseReopened(Schema):
    """The case was reopened."""

    reason = REOPENING_REASON
    reopened_on = not_null(Case.reopened_on)


EVENTS = (
    EventType(
        "contact.opened", ContactOpened, "contact", "A contact opened, and with it a case.", audience=person(CONTACT)
    ),
    EventType("case.closed", CaseClosed, "closing", "The case was closed.", audience=person(CASE)),
    EventType("case.reopened", CaseReopened, "closing", "The case was opened again.", audience=person(CASE)),
)
