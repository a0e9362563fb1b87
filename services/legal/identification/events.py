"""What legal reads of identification."""

from marshmallow import Schema

from shared.events.contract import Code, Day, Flag, PartialDay, Read, Reference


class IdentificationStep(Schema):
    """A step on the official path, by whoever took it; the first releases did not say which it was."""

    step = Reference(load_default=None, allow_none=True)
    jurisdiction = Code(required=True)
    stage = Code(required=True)
    authority = Code(required=True, allow_none=True)
    occurred_on = PartialDay(required=True, allow_none=True)
    received_on = Day(load_default=None, allow_none=True)
    made_elsewhere = Flag(required=True)


class IdentificationDecided(IdentificationStep):
    """A decision of an authority."""

    received_on = Day(required=True)
    outcome = Code(required=True)
    reconsidered = Code(required=True, allow_none=True)


class IdentificationCorrected(Schema):
    """A step was recorded wrongly, and counts no more."""

    step = Reference(required=True)


READS = (
    Read("intake.identification.submitted", IdentificationStep),
    Read("intake.identification.step_recorded", IdentificationStep),
    Read("intake.identification.decided", IdentificationDecided),
    Read("intake.identification.corrected", IdentificationCorrected),
)
