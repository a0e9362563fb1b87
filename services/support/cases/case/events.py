"""The events of intake about cases and the person that support consumes."""

from typing import Final

from marshmallow import Schema

from shared.casework.following import ContactOpened, follow_cases
from shared.events.contract import Code, Codes, Day, Flag, Moment, PartialDay, Read, Reference


class OpenedView(ContactOpened):
    """The fields of a first contact that support needs."""

    age = Code(load_default=None, allow_none=True)
    language = Code()
    opened_on = Day(required=True)
    urgent_needs = Codes(load_default=list)


FOLLOWED = follow_cases("intake", "support", OpenedView)

OPENED, CHANGED = "intake.contact.opened", "intake.contact.changed"

RECORDED: Final = "intake.person.recorded"

DECIDED, CORRECTED = "intake.identification.decided", "intake.identification.corrected"

#: Other steps on the official path.
STEP, SUBMITTED = "intake.identification.step_recorded", "intake.identification.submitted"

#: Later revisions of a step.
RESTATED, WITHDRAWN = "intake.fact.corrected", "intake.fact.withdrawn"


class PersonView(Schema):
    """The person's age for decisions, and the groups that a house must serve. The first releases had no groups.

    `confirmed_age`: the age before a change that no second person has confirmed.
    """

    age = Code(required=True)
    served_as = Codes(load_default=None, allow_none=True)
    confirmed_age = Code(load_default=None, allow_none=True)


class StepView(Schema):
    """A step on the official path; the first releases did not identify it (`step`)."""

    step = Reference(load_default=None, allow_none=True)
    stage = Code(required=True)
    occurred_on = PartialDay(load_default=None, allow_none=True)


class DecidedView(StepView):
    """A decision of an authority. `reconsidered`: the stage whose decision this one reconsiders."""

    outcome = Code(required=True)
    reconsidered = Code(load_default=None, allow_none=True)


class CorrectedView(Schema):
    """A step that was recorded wrongly."""

    step = Reference(required=True)


class FactView(Schema):
    """A later revision of a fact. Support only reads revisions of steps on the official path."""

    fact = Reference(required=True)
    kind = Code(required=True)
    stage = Code(load_default=None, allow_none=True)
    outcome = Code(load_default=None, allow_none=True)
    reconsiders = Code(load_default=None, allow_none=True)
    happened = Moment(load_default=None, allow_none=True)
    withdrawn = Flag(load_default=False)


READS = (
    *FOLLOWED.reads,
    Read(RECORDED, PersonView),
    Read(DECIDED, DecidedView),
    Read(STEP, StepView),
    Read(SUBMITTED, StepView),
    Read(CORRECTED, CorrectedView),
    Read(RESTATED, FactView),
    Read(WITHDRAWN, FactView),
)
