"""What legal reads of detections."""

from marshmallow import Schema

from shared.events.contract import Code, PartialDay, Read, Reference


class DetectionRecorded(Schema):
    """Of a detection, legal needs the days from which periods run; the first releases did not say which it was."""

    detection = Reference(load_default=None, allow_none=True)
    jurisdiction = Code(required=True)
    earliest_incident_on = PartialDay(required=True, allow_none=True)
    work_ended_on = PartialDay(required=True, allow_none=True)


class RecordWithdrawn(Schema):
    """A record was made on the wrong person; periods that it began run no more."""

    record_class = Code(required=True)
    record = Reference(required=True)


READS = (
    Read("intake.detection.recorded", DetectionRecorded),
    Read("intake.record.withdrawn", RecordWithdrawn),
)
