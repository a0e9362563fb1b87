"""The command that facts of a case share, and the command and the views of case numbers.

The fields of facts are declared on the columns of `models.RecordedFact`.
"""

from marshmallow import fields, validate

from services.intake.facts.case.models import Case, RecordedFact
from services.intake.facts.case.rules import LONGEST_TYPED
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Reference
from shared.http import Command, optional, required


class RecordFact(Command):
    """A fact of a case: when it happened and was learnt, as exactly as it is known."""

    happened: str | None = optional(RecordedFact.happened, default=None)
    learnt: str | None = optional(RecordedFact.learnt, default=None)


_EXAMPLE = "7KQF-3MXC"

NUMBER = declare(
    fields.String(), FieldClass.BASIC, "The case's short number, which can be said on the telephone.", example=_EXAMPLE
)

TYPED = declare(
    fields.String(validate=validate.Length(1, LONGEST_TYPED)), None, "The number as it was heard.", example=_EXAMPLE
)

CASE = declare(nullable(Reference()), None, "The case; null where there is none that the caller may read.")


class LookUpNumber(Command):
    """A number to look up."""

    number: str = required(TYPED)


class FoundCase(View):
    """The case that has a number. If the caller may not read it, the reply is the same as for an unused number."""

    case = CASE
    status = or_null(Case.status)
