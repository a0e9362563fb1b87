"""Intake's events about the person that support reads."""

from typing import Final

from marshmallow import Schema

from shared.events.contract import Code, Codes, Flag, Read, Reference

OPENED, CHANGED = "intake.contact.opened", "intake.contact.changed"
RECORDED: Final = "intake.person.recorded"
DECIDED, CORRECTED = "intake.identification.decided", "intake.identification.corrected"
#: Later revisions of a decision.
RESTATED, WITHDRAWN = "intake.fact.corrected", "intake.fact.withdrawn"


class PersonView(Schema):
    """The age by which the person is treated, and the groups that a house must serve; the first releases had no groups.

    `confirmed_age`: the age before a change that no second person has confirmed.
    """

    age = Code(required=True)
    served_as = Codes(load_default=None, allow_none=True)
    confirmed_age = Code(load_default=None, allow_none=True)


class DecidedView(Schema):
    """A decision of an authority; the first releases did not identify it (`step`)."""

    step = Reference(load_default=None, allow_none=True)
    stage = Code(required=True)
    outcome = Code(required=True)


class CorrectedView(Schema):
    """A step was recorded wrongly."""

    step = Reference(required=True)


class FactView(Schema):
    """A later revision of a fact; support reads only revisions of decisions."""

    fact = Reference(required=True)
    kind = Code(required=True)
    stage = Code(load_default=None, allow_none=True)
    outcome = Code(load_default=None, allow_none=True)
    withdrawn = Flag(load_default=False)


READS = (
    Read(RECORDED, PersonView),
    Read(DECIDED, DecidedView),
    Read(CORRECTED, CorrectedView),
    Read(RESTATED, FactView),
    Read(WITHDRAWN, FactView),
)
