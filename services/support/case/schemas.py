"""When something happened, when it was learnt and recorded: fields that the records of every topic have."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.casework.corrections import Correct
from shared.events.contract import Code, Count, Identifier, Instant, Moment, Reference
from shared.http import Command, optional
from shared.reference import codes

HAPPENED = declare(
    nullable(Moment()),
    FieldClass.HEALTH,
    "When it happened, as far as that is known; where it is null, on the day of the record.",
)
LEARNT = declare(nullable(Moment()), FieldClass.HEALTH, "When it was learnt, where that was later.")
DECIDED_BY = declare(
    nullable(Code(identifier=Identifier.AGENCY)),
    FieldClass.HEALTH,
    "Which agency decided or did it, where that was another.",
)
REVISION = declare(Count(), FieldClass.HEALTH, "How often it was recorded: 1 until it is put right.", example=1)

PERSON_COPY = declare(
    nullable(Code(codes("person_copy"))), FieldClass.HEALTH, "Whether the person has a copy, or wants none."
)


class Timed(Command):
    """What can be said of the time of anything that is recorded."""

    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    decided_by: str | None = optional(DECIDED_BY, default=None)


class CorrectTimed(Correct):
    """What is so of the time of a record instead; what is left out stays as it is."""

    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)
    decided_by: str | None = optional(DECIDED_BY, default=None)


class RecordView(View):
    """What every record shows beside what it says."""

    happened = HAPPENED
    learnt = LEARNT
    decided_by = DECIDED_BY
    recorded_at = declare(nullable(Instant()), FieldClass.HEALTH, "When it was recorded, where that was noted.")
    recorded_by = declare(nullable(Reference()), FieldClass.HEALTH, "Who recorded it.", author=True)
    alike = declare(nullable(Reference()), FieldClass.HEALTH, "An earlier record that says the same.")
    revision = REVISION
    taken_back_at = declare(
        nullable(Instant()), FieldClass.HEALTH, "When it was taken back, as recorded wrongly; null: it counts."
    )
