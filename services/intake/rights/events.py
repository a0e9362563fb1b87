"""Events about what a person may ask for, and what others demand; never their content."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, Day, EventType, Flag, Instant, Reference
from shared.privacy import disclosure_permits
from shared.reference import codes


class DisclosureDemanded(Schema):
    """Somebody demands to be shown what is kept about the person."""

    disclosure = Reference(required=True)
    demanded_by = Code(codes("disclosure_demander"), required=True)
    basis = Code(codes("disclosure_basis"), required=True)
    asked = Codes(codes("record_class"), required=True)
    received_on = Day(required=True)


class DisclosureDecided(Schema):
    """What may be given, until when; no class but these leaves a service, at whosever request."""

    disclosure = Reference(required=True)
    decision = Code(codes("disclosure_decision"), required=True)
    challenged = Code(codes("disclosure_challenge"), required=True)
    given = Codes(codes("record_class"), required=True)
    person_told = Flag(required=True)
    until = Instant(required=True)


class AnnotationRecorded(Schema):
    """The person says otherwise of a record; what they say is told to nobody, and the record stays as it is."""

    annotation = Reference(required=True)
    about = Code(codes("record_class"), required=True)
    record = Reference(required=True)
    reason = Code(codes("annotation_reason"), required=True)
    annotated_on = Day(required=True)


class RecordWithdrawn(Schema):
    """A record was made on the wrong person; it counts no more, and nothing here tells whose it is."""

    record_class = Code(codes("record_class"), required=True)
    record = Reference(required=True)
    withdrawn_on = Day(required=True)


EVENTS = (
    EventType("record.withdrawn", RecordWithdrawn, "rights", "A record was withdrawn, as made on the wrong person."),
    *disclosure_permits.EVENTS,
    EventType("annotation.recorded", AnnotationRecorded, "rights", "The person says otherwise of a record."),
    EventType("disclosure.demanded", DisclosureDemanded, "rights", "Somebody demands to be shown what is kept."),
    EventType("disclosure.decided", DisclosureDecided, "rights", "A demand to be shown what is kept was decided."),
)
