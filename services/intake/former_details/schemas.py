"""Reasons to see a person's former details: their fields, each declared once, and what is recorded and shown."""

from typing import Final

from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Code, Codes, Instant, Reference
from shared.http import Command, required
from shared.reference import codes

REASON = declare(Code(codes("former_details_reason")), FieldClass.PRIVILEGED, "Why they have to be seen.")
UNTIL = declare(Instant(), FieldClass.PRIVILEGED, "Until when they are shown.")
SEARCH_REASON = declare(Code(codes("former_details_reason")), None, "Why former names have to be searched.")
SEARCH_UNTIL = declare(Instant(), None, "Until when a search finds former names too.")
#: Of an event and of whoever must know that something changed; what it was and is, is in no event.
CHANGED = declare(Codes(codes("changed_detail")), FieldClass.IDENTITY, "What was changed; not from what, nor to what.")


class SeeFormerDetails(Command):
    """Why a person's former names and genders have to be seen."""

    reason: str = required(REASON)


class SearchFormerNames(Command):
    """Why the caller's cases have to be found by former names too."""

    reason: str = required(SEARCH_REASON)


class FormerNamesSearched(View):
    """Until when the caller's searches find former names too."""

    until = SEARCH_UNTIL


class ReasonOnRecord(View):
    """Who had a reason to see a person's former details."""

    id = declare(Reference(), FieldClass.PRIVILEGED, "The reason on record.")
    member = declare(Reference(), FieldClass.PRIVILEGED, "Who sees them.", staff=True)
    reason = REASON
    given_at = declare(Instant(), FieldClass.PRIVILEGED, "When they gave the reason.")
    until = UNTIL


FORMER_DETAILS_REASONS: Final = parts(ReasonOnRecord, Copied("person"))
