"""Events about the person's rights and about demands of third parties, without their content."""

from typing import Final

from marshmallow import Schema

from services.intake.access.rights import schemas
from services.intake.access.rights.models import Annotation, Disclosure
from shared.access.declarations import field_of, not_null
from shared.casework.audiences import OF_RECORD
from shared.events.audience import inside
from shared.events.contract import EventType
from shared.privacy import disclosure_permits


class DisclosureDemanded(Schema):
    """A third party demands to see records about the person."""

    disclosure = field_of(Disclosure.id)
    demanded_by = field_of(Disclosure.demanded_by)
    basis = field_of(Disclosure.basis)
    asked = field_of(Disclosure.asked)
    received_on = field_of(Disclosure.received_on)


class DisclosureDecided(Schema):
    """The classes of records that may be given, and until when. No service hands over any other class."""

    disclosure = field_of(Disclosure.id)
    decision = not_null(Disclosure.decision)
    challenged = not_null(Disclosure.challenged)
    given = field_of(Disclosure.given)
    person_told = not_null(Disclosure.person_told)
    until = schemas.UNTIL


class AnnotationRecorded(Schema):
    """The person contradicts a record. The event does not contain their statement, and the record does not change."""

    annotation = field_of(Annotation.id)
    about = field_of(Annotation.about)
    record = field_of(Annotation.record)
    reason = field_of(Annotation.reason)
    annotated_on = field_of(Annotation.annotated_on)


class RecordWithdrawn(Schema):
    """A record was made about the wrong person and is not valid. The event does not reveal whose record it is."""

    record_class = schemas.RECORD_CLASS
    record = schemas.RECORD
    withdrawn_on = schemas.CORRECTED_ON


_OF_A_DEMAND: Final = inside("A demand to see stored data is not shared with other agencies.")
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
        audience=inside("The person's statement about a record is not shared."),
    ),
    EventType(
        "disclosure.demanded",
        DisclosureDemanded,
        "rights",
        "A third party demands to see stored data.",
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
