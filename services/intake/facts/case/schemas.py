"""The command that facts of a case share. Its fields are declared on the columns of `models.RecordedFact`."""

from services.intake.facts.case.models import RecordedFact
from shared.http import Command, optional


class RecordFact(Command):
    """A fact of a case: when it happened and was learnt, as exactly as it is known."""

    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)
