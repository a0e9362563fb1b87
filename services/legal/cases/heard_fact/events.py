"""The events of intake about the facts of a case."""

from marshmallow import Schema

from shared.events.contract import Code, Count, Day, Flag, Moment, PartialDay, Read, Reference


class PersonRecorded(Schema):
    """The age by which the person is treated. The event also means that the birth may have changed."""

    age = Code(required=True)


class IdentificationStep(Schema):
    """A step on the official path, by any authority; the first releases did not contain its id."""

    step = Reference(load_default=None, allow_none=True)
    jurisdiction = Code(required=True)
    stage = Code(required=True)
    authority = Code(required=True, allow_none=True)
    occurred_on = PartialDay(required=True, allow_none=True)
    received_on = Day(load_default=None, allow_none=True)
    made_elsewhere = Flag(required=True)
    happened = Moment(load_default=None, allow_none=True)
    learnt = Moment(load_default=None, allow_none=True)
    about = Reference(load_default=None, allow_none=True)
    dublin = Code(load_default=None, allow_none=True)
    foreigner = Code(load_default=None, allow_none=True)


class IdentificationDecided(IdentificationStep):
    """A decision of an authority."""

    received_on = Day(required=True)
    outcome = Code(required=True)
    reconsidered = Code(required=True, allow_none=True)


class IdentificationCorrected(Schema):
    """A step was recorded wrongly and is withdrawn."""

    step = Reference(required=True)


class DetectionRecorded(Schema):
    """The days of a detection from which deadlines run; the first releases did not contain its id."""

    detection = Reference(load_default=None, allow_none=True)
    jurisdiction = Code(required=True)
    earliest_incident_on = PartialDay(required=True, allow_none=True)
    last_incident_on = Moment(load_default=None, allow_none=True)
    exploitation_ended_on = Moment(load_default=None, allow_none=True)
    work_ended_on = PartialDay(required=True, allow_none=True)
    crime_reported_on = Moment(load_default=None, allow_none=True)
    detected_on = Day(load_default=None, allow_none=True)
    learnt = Moment(load_default=None, allow_none=True)


class RecordWithdrawn(Schema):
    """A record was made about the wrong person and is withdrawn."""

    record_class = Code(required=True)
    record = Reference(required=True)


class FactOfACase(Schema):
    """One revision of a fact, without the fields that its kind does not have."""

    fact = Reference(required=True)
    revision = Count(required=True)
    kind = Code(required=True)
    happened = Moment(required=True)
    learnt = Moment(load_default=None, allow_none=True)
    about = Reference(load_default=None, allow_none=True)
    stage = Code(load_default=None, allow_none=True)
    outcome = Code(load_default=None, allow_none=True)
    authority = Code(load_default=None, allow_none=True)
    reconsiders = Code(load_default=None, allow_none=True)
    remedy = Code(load_default=None, allow_none=True)
    jurisdiction = Code(load_default=None, allow_none=True)
    dublin = Code(load_default=None, allow_none=True)
    foreigner = Code(load_default=None, allow_none=True)
    offender = Code(load_default=None, allow_none=True)
    age = Code(load_default=None, allow_none=True)
    clock = Code(load_default=None, allow_none=True)
    until = Moment(load_default=None, allow_none=True)
    right = Code(load_default=None, allow_none=True)
    ground = Code(load_default=None, allow_none=True)
    withdrawn = Flag(load_default=False)


READS = (
    Read("intake.person.recorded", PersonRecorded),
    Read("intake.detection.recorded", DetectionRecorded),
    Read("intake.record.withdrawn", RecordWithdrawn),
    Read("intake.identification.submitted", IdentificationStep),
    Read("intake.identification.step_recorded", IdentificationStep),
    Read("intake.identification.decided", IdentificationDecided),
    Read("intake.identification.corrected", IdentificationCorrected),
    Read("intake.fact.recorded", FactOfACase),
    Read("intake.fact.corrected", FactOfACase),
    Read("intake.fact.withdrawn", FactOfACase),
)
