"""The command and the views of changes of age. The fields are declared on their columns (`person.models`)."""

from services.intake.facts.case.models import Case
from services.intake.facts.person import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Flag
from shared.http import Command, optional, required

CONFIRMS = declare(Flag(), FieldClass.BASIC, "Whether the second person agrees.")


class AnswerAge(Command):
    """A second person confirms the stated age or refuses it with a reason. A refusal restores the earlier age."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(models.AgeChange.refusal, default=None)


class AgeChange(View, of=models.AgeChange):
    """A stated age that makes a child of an adult, or an adult of a child, and the second person's answer."""


class AgeChanges(CaseView):
    """The changes of age of a case, the earliest first."""

    changes = parts(AgeChange)


class AnsweredAge(View):
    """The state of a change, and the age by which the person is treated."""

    id = models.AgeChange.id
    state = models.AgeChange.state
    age = Case.age
