"""Opening, closing and reopening a case: the fields that stand in no case, and what is asked for and answered."""

from datetime import date
from uuid import UUID

from services.intake.case import schemas as case
from shared.access.declarations import ID, declare
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Codes
from shared.http import Command, optional, required
from shared.reference import codes

URGENT_NEEDS = declare(Codes(codes("service_type")), FieldClass.HEALTH, "What the person needs at once.")
REOPENING_REASON = declare(Code(codes("reopening_reason")), FieldClass.STATISTICS, "Why it is opened again.")


class OpenCase(Command):
    """A contact opens."""

    jurisdiction: str = required(case.JURISDICTION)
    source: str = required(case.SOURCE)
    channel: str = required(case.CHANNEL)
    language: str = required(case.LANGUAGE)
    anonymous: bool = required(case.ANONYMOUS)
    age: str = optional(case.AGE, default="unknown")
    outreach_session: UUID | None = optional(case.OUTREACH_SESSION, default=None)
    opened_on: date | None = optional(case.OPENED_ON, default=None)
    urgent_needs: list[str] = optional(URGENT_NEEDS, default_factory=list)


class CloseCase(Command):
    """A case is closed."""

    reason: str = required(case.CLOSURE_REASON)
    closed_on: date | None = optional(case.CLOSED_ON, default=None)


class ReopenCase(Command):
    """A closed case is opened again."""

    reason: str = required(REOPENING_REASON)
    reopened_on: date | None = optional(case.REOPENED_ON, default=None)


class ChangedCase(View):
    """Whether a case is open now."""

    id = ID
    status = case.STATUS
