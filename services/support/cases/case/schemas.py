"""When a fact happened and was learnt: fields that the commands of all topics have."""

from services.support.cases.case.models import Recorded
from shared.casework.corrections import Correct
from shared.http import Command, optional


class Timed(Command):
    """The time of a recorded fact."""

    happened: str | None = optional(Recorded.happened, default=None)
    learnt: str | None = optional(Recorded.learnt, default=None)
    decided_by: str | None = optional(Recorded.decided_by, default=None)


class CorrectTimed(Correct):
    """A correction of the time of a record. Omitted values stay unchanged."""

    happened: str | None = optional(Recorded.happened, default=None)
    learnt: str | None = optional(Recorded.learnt, default=None)
    decided_by: str | None = optional(Recorded.decided_by, default=None)
