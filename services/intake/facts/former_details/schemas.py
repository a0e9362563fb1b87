"""The commands and views of reasons to see former details. Most fields are declared on their columns (`models`)."""

from typing import Final

from services.intake.facts.former_details.models import FormerDetailsReason, FormerNameSearch
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, parts
from shared.events.contract import Codes
from shared.http import Command, required
from shared.reference import codes

#: For an event, and for those who must know that something changed. No event contains the old or new value.
CHANGED = declare(Codes(codes("changed_detail")), FieldClass.IDENTITY, "What was changed; not from what, nor to what.")


class SeeFormerDetails(Command):
    """Why a person's former names and genders have to be seen."""

    reason: str = required(FormerDetailsReason.reason)


class SearchFormerNames(Command):
    """Why the caller's cases have to be found by former names too."""

    reason: str = required(FormerNameSearch.reason)


class FormerNamesSearched(View):
    """Until when the caller's searches find former names too."""

    until = FormerNameSearch.until


class ReasonOnRecord(View, of=FormerDetailsReason):
    """A reason that a member of staff had to see a person's former details."""


FORMER_DETAILS_REASONS: Final = parts(ReasonOnRecord, Copied("person"))
