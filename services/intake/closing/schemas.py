"""Closing and reopening: the fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from typing import Final

from services.intake.case import schemas as case
from services.intake.closing import rules
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Flag, Instant, Reference
from shared.http import Command, optional, required, shown_case
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
CONFIRMS = declare(Flag(), _BASIC, "Whether the second person agrees.")
REOPENING_REASON = declare(Code(codes("reopening_reason")), FieldClass.STATISTICS, "Why it is opened again.")
REFUSAL = declare(nullable(Code(codes("confirmation_refusal"))), _BASIC, "Why the second person does not agree.")
STATE = declare(Code(rules.STATES), _BASIC, "Where it stands.", example=rules.WAITING)


class CloseCase(Command):
    """A case is closed."""

    reason: str = required(case.CLOSURE_REASON)
    closed_on: date | None = optional(case.CLOSED_ON, default=None)
    although_open: str | None = optional(case.CLOSED_ALTHOUGH, default=None)


class ReopenCase(Command):
    """A closed case is opened again."""

    reason: str = required(REOPENING_REASON)
    reopened_on: date | None = optional(case.REOPENED_ON, default=None)


class ChangedCase(View):
    """Whether a case is open now."""

    actions = shown_case.actions()
    id = ID
    status = case.STATUS


class AnswerClosing(Command):
    """A second person confirms that the case is closed, or refuses it with a reason."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(REFUSAL, default=None)


class ClosingProposal(View):
    """That somebody would close the case, and what a second person said to it."""

    id = ID
    state = STATE
    reason = case.CLOSURE_REASON
    closed_on = or_null(case.CLOSED_ON)
    although_open = or_null(case.CLOSED_ALTHOUGH)
    proposed_by = declare(Reference(), _BASIC, "Who would close it.", staff=True)
    proposed_at = declare(Instant(), _BASIC, "When it was proposed.")
    lapses_at = declare(Instant(), _BASIC, "Until when it can be confirmed.")
    answered_by = declare(nullable(Reference()), _BASIC, "Who confirmed or refused it.", staff=True)
    answered_at = declare(nullable(Instant()), _BASIC, "When they did.")
    refusal = REFUSAL


class ClosingProposals(CaseView):
    """What was proposed of closing a case, in the order of the proposals."""

    proposals = parts(ClosingProposal)


class AnsweredClosing(View):
    """What a proposal came to, and whether the case is open."""

    id = ID
    state = STATE
    status = case.STATUS
