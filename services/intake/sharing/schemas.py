"""Sharing without consent: its fields, each declared once, and what is proposed, decided and shown of it."""

from datetime import date

from services.intake.sharing import rules
from shared.access.declarations import declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.events.contract import Code, Codes, Day, Flag, Identifier, Instant, Reference
from shared.http import Command, optional, required
from shared.reference import codes

SHARING = declare(Reference(), FieldClass.BASIC, "The sharing.")
STATE = declare(Code(rules.STATES), FieldClass.BASIC, "Where it stands.", example=rules.PROPOSED)
AGENCY = declare(
    Code(identifier=Identifier.AGENCY),
    FieldClass.BASIC,
    "The agency, by its code; the list of agencies grows.",
    example="NL.COMENSHA",
)
AGENCY_OF_LIST = declare(Code(codes("authority")), FieldClass.BASIC, "The agency, of those that are known.")
PURPOSE = declare(Code(codes("consent_purpose")), FieldClass.BASIC, "What for.")
DATA_CATEGORIES = declare(Codes(codes("data_category")), FieldClass.BASIC, "What the agency hears of.")
REASON = declare(Code(codes("sharing_without_consent_reason")), FieldClass.BASIC, "Why without consent.")
UNTIL = declare(Day(), FieldClass.BASIC, "Its last day.")
PROPOSED_BY = declare(Reference(), FieldClass.BASIC, "Who proposed it.", staff=True)
PROPOSED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was proposed.")
REVIEW_BY = declare(Instant(), FieldClass.BASIC, "When a second person must have looked at what was shared at once.")
DECIDED_BY = declare(Reference(), FieldClass.BASIC, "The second person.", staff=True)
DECIDED_ON = declare(Day(), FieldClass.BASIC, "The day of their decision.")
PERSON_TOLD_ON = declare(Day(), FieldClass.BASIC, "The day on which the person was informed.")
APPROVES = declare(Flag(), FieldClass.BASIC, "Whether it may go on, or has to stop.")


class ProposeSharing(Command):
    """Something should go to an agency without the person's consent, for a named reason."""

    agency: str = required(AGENCY_OF_LIST)
    purpose: str = required(PURPOSE)
    data_categories: list[str] = required(DATA_CATEGORIES)
    reason: str = required(REASON)
    until: date = required(UNTIL)


class DecideSharing(Command):
    """A second person decides."""

    approves: bool = required(APPROVES)


class RecordPersonTold(Command):
    """The person was told, once it was safe to."""

    told_on: date | None = optional(PERSON_TOLD_ON, default=None)


class Sharing(View):
    """A sharing as the case shows it; what has not happened yet is null."""

    id = SHARING
    state = STATE
    agency = AGENCY
    purpose = PURPOSE
    data_categories = DATA_CATEGORIES
    reason = REASON
    until = UNTIL
    proposed_by = PROPOSED_BY
    proposed_on = PROPOSED_ON
    review_by = or_null(REVIEW_BY)
    decided_by = or_null(DECIDED_BY)
    decided_on = or_null(DECIDED_ON)
    person_told_on = or_null(PERSON_TOLD_ON)


#: The case's part.
SHARINGS = parts(Sharing, Copied("sharing"))


class SharingList(CaseView):
    """A case's sharings, in the order in which they were proposed."""

    sharings = SHARINGS


class ChangedSharing(View):
    """The sharing that was changed."""

    id = SHARING
