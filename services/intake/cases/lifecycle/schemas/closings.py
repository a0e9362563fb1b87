"""The commands and views of closing and reopening. Most fields are declared on their columns (`models`)."""

from datetime import date

from services.intake.cases.lifecycle import models
from services.intake.facts.case.models import Case
from shared.access.declarations import ID, declare, not_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Flag
from shared.http import Command, optional, required, shown_case
from shared.reference import codes

#: Only events store it.
REOPENING_REASON = declare(Code(codes("reopening_reason")), FieldClass.STATISTICS, "Why it is opened again.")


class CloseCase(Command):
    """The closing of a case."""

    reason: str = required(not_null(Case.closure_reason))
    closed_on: date | None = optional(not_null(Case.closed_on), default=None)
    although_open: str | None = optional(not_null(Case.closed_although), default=None)


class ReopenCase(Command):
    """The reopening of a closed case."""

    reason: str = required(REOPENING_REASON)
    reopened_on: date | None = optional(not_null(Case.reopened_on), default=None)


class ChangedCase(View):
    """Whether a case is open now."""

    actions = shown_case.actions()
    id = ID
    status = Case.status


class AnswerClosing(Command):
    """The answer of a second person: they confirm the closing, or refuse it with a reason."""

    confirms: bool = required(declare(Flag(), FieldClass.BASIC, "Whether the second person agrees."))
    reason: str | None = optional(models.ClosingProposal.refusal, default=None)


class ClosingProposal(View, of=models.ClosingProposal):
    """A proposal to close the case, and the answer of the second person."""

    reason = not_null(Case.closure_reason)
    closed_on = Case.closed_on
    although_open = Case.closed_although


class ClosingProposals(CaseView):
    """The proposals to close the case, in the order in which they were made."""

    proposals = parts(ClosingProposal)


class AnsweredClosing(View):
    """The state of a proposal after its answer, and whether the case is open."""

    id = ID
    state = models.ClosingProposal.state
    status = Case.status
