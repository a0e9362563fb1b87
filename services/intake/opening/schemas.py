"""What of an opening is put right, chosen or changed: each field declared once, and what is shown of it."""

from datetime import date
from typing import Final

from services.intake.case import schemas as case
from shared.access.declarations import ID, declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

CHOICE_REASON = declare(Code(codes("anonymity_reason")), FieldClass.STATISTICS, "Why the person chose so.")
CHOSEN_ON = declare(Day(), FieldClass.STATISTICS, "The day on which they chose, today by default.")
SINCE = declare(Day(), FieldClass.BASIC, "From which day on the law counts; what began before goes on as it is.")


class CorrectOpening(Correct):
    """What of the opening is so instead; what is left out stays. Law and age are facts, and put right as such."""

    source: str | None = optional(or_null(case.SOURCE), default=None)
    channel: str | None = optional(or_null(case.CHANNEL), default=None)
    language: str | None = optional(or_null(case.LANGUAGE), default=None)
    opened_on: date | None = optional(or_null(case.OPENED_ON), default=None)


class ChooseAnonymity(Command):
    """Whether the person wants to stay without a name, and why."""

    anonymous: bool = required(case.ANONYMOUS)
    reason: str = required(CHOICE_REASON)
    chosen_on: date | None = optional(or_null(CHOSEN_ON), default=None)


class ChangeLaw(Command):
    """Another law counts from a day on."""

    jurisdiction: str = required(case.JURISDICTION)
    since: date = required(SINCE)


class ChangedOpening(View):
    """The case whose opening stands otherwise now."""

    id = ID


class AnonymityChoice(View):
    """What a person chose, and why."""

    id = ID
    anonymous = case.ANONYMOUS
    reason = CHOICE_REASON
    chosen_on = CHOSEN_ON
    recorded_by = declare(Reference(), FieldClass.BASIC, "Who recorded it.", author=True)


ANONYMITY_CHOICES: Final = parts(AnonymityChoice, Copied("contact"))
