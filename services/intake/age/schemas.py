"""Changes of age: the fields, each declared once, and the views that show them."""

from typing import Final

from services.intake.age import rules
from services.intake.case.schemas import AGE
from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
CONFIRMS = declare(Flag(), _BASIC, "Whether the second person agrees.")
REFUSAL = declare(
    nullable(Code(codes("confirmation_refusal"))), _BASIC, "The second person's reason against the change."
)
STATE = declare(Code(rules.STATES), _BASIC, "The state of the change.", example=rules.CONFIRMED)


class AnswerAge(Command):
    """A second person confirms the stated age or refuses it with a reason. A refusal restores the earlier age."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(REFUSAL, default=None)


class AgeChange(View):
    """A stated age that makes a child of an adult, or an adult of a child, and the second person's answer."""

    id = ID
    state = STATE
    before = AGE
    after = AGE
    proposed_by = declare(Reference(), _BASIC, "The user who stated it.", staff=True)
    proposed_at = declare(Instant(), _BASIC, "The time at which it was stated.")
    answered_by = declare(nullable(Reference()), _BASIC, "The user who confirmed or refused it.", staff=True)
    answered_at = declare(nullable(Instant()), _BASIC, "The time of the answer.")
    refusal = REFUSAL


class AgeChanges(CaseView):
    """The changes of age of a case, the earliest first."""

    changes = parts(AgeChange)


class AnsweredAge(View):
    """The state of a change, and the age by which the person is treated."""

    id = ID
    state = STATE
    age = AGE
