"""Events about the person: the age by which they are treated, and when consent has to be asked again."""

from marshmallow import Schema

from services.intake.facts.person import schemas
from shared.access.declarations import omittable
from shared.events.audience import inside, kept_inside, person
from shared.events.contract import EventType
from shared.events.openings import AGE


class PersonRecorded(Schema):
    """The person was recorded, or has changed."""

    age = schemas.AGE
    served_as = omittable(schemas.SERVED_AS)
    confirmed_age = omittable(schemas.CONFIRMED_AGE)


class ConsentDueAgain(Schema):
    """Consent has to be asked again, because the person comes of age this month. Only the team is notified."""

    reason = schemas.DUE_AGAIN_REASON


EVENTS = (
    EventType(
        "person.recorded",
        PersonRecorded,
        "contact",
        "The person's identity was recorded. The event contains no part of it.",
        audience=person(AGE, {"age": "identity", **kept_inside("served_as", "confirmed_age")}),
    ),
    EventType(
        "consent.due_again",
        ConsentDueAgain,
        "consent",
        "The person is now an adult: consent must be asked again.",
        audience=inside("Only the team asks again."),
    ),
)
