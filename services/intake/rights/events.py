"""Events about what a person may ask for, and what others demand; never their content."""

from typing import Final

from marshmallow import Schema

from services.intake.rights import schemas
from shared.casework.audiences import OF_RECORD
from shared.events.audience import inside
from shared.events.contract import EventType
from shared.privacy import disclosure_permits


class DisclosureDemanded(Schema):
    """Somebody demands to be shown what is kept about the person."""

    disclosure = schemas.DISCLOSURE
    demanded_by = schemas.DEMANDED_BY
    basis = schemas.BASIS
    asked = schemas.ASKED
    received_on = schemas.RECEIVED_ON


class DisclosureDecided(Schema):
    """What may be given, until when; no class but these leaves a service, at whosever request."""

    disclosure = schemas.DISCLOSURE
    decision = schemas.DECISION
    challenged = schemas.CHALLENGED
    given = schemas.GIVEN
    person_told = schemas.PERSON_TOLD
    until = schemas.UNTIL


class AnnotationRecorded(Schema):
    """The person says otherwise of a record; what they say is told to nobody, and the record stays as it is."""

    annotation = schemas.ANNOTATION
    about = schemas.ABOUT
    record = schemas.ANNOTATED_RECORD
    reason = schemas.ANNOTATION_REASON
    annotated_on = schemas.ANNOTATED_ON


class RecordWithdrawn(Schema):
    """A record was made on the wrong person; it counts no more, and nothing here tells whose it is."""

    record_class = schemas.RECORD_CLASS
    record = schemas.RECORD
    withdrawn_on = schemas.CORRECTED_ON


_OF_A_DEMAND: Final = inside("Who demands to see what is kept is no other agency's business.")
EVENTS = (
    EventType(
        "record.withdrawn",
        RecordWithdrawn,
        "rights",
        "A record was withdrawn, as made on the wrong person.",
        audience=OF_RECORD,
    ),
    *disclosure_permits.EVENTS,
    EventType(
        "annotation.recorded",
        AnnotationRecorded,
        "rights",
        "The person says otherwise of a record.",
        audience=inside("What the person says of a record is told to nobody."),
    ),
    EventType(
        "disclosure.demanded",
        DisclosureDemanded,
        "rights",
        "Somebody demands to be shown what is kept.",
        audience=_OF_A_DEMAND,
    ),
    EventType(
        "disclosure.decided",
        DisclosureDecided,
        "rights",
        "A demand to be shown what is kept was decided.",
        audience=_OF_A_DEMAND,
    ),
)
