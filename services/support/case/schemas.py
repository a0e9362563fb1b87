"""When a fact happened and was learnt: fields that the commands of all topics have."""

from services.support.case.models import Recorded
from shared.casework.corrections import Correct
from shared.http import Command, optional


class Timed(Command):
    """What can be said of the time of anything that is recorded."""

    happened: str | None = optional(Recorded.happened, default=None)
    learnt: str | None = optional(Recorded.learnt, default=None)
    decided_by: str | None = optional(Recorded.decided_by, default=None)


class CorrectTimed(Correct):
    """What is so of the time of a record instead; what is left out stays as it is."""

    happened: str | None = optional(Recorded.happened, default=None)
    learnt: str | None = optional(Recorded.learnt, default=None)
    decided_by: str | None = optional(Recorded.decided_by, default=None)
