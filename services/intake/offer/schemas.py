"""Fields of offered referrals, each declared once; what is asked or decided, and what is shown."""

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from marshmallow import fields

from services.intake.case.schemas import JURISDICTION
from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.http import Command, paging, required
from shared.http.route import Query
from shared.reference import codes

MOST_ASKED: Final = 20
REFERRAL = declare(Reference(), None, "The offered referral, by the agency's own id for it.")
AGENCY = declare(Reference(), None, "The agency that offers it; how to call it back stands in the register.")
AGENCY_TYPE = declare(nullable(Code(codes("org_type"))), None, "What kind of agency that is.")
REFERRED_BECAUSE = declare(nullable(Code(codes("referral_reason"))), None, "Why it does; null once declined.")
SERVICE_TYPES = declare(Codes(codes("service_type")), None, "The services that are asked for.")
URGENT = declare(Flag(), None, "Whether it can't wait.")
LANGUAGE = declare(nullable(Code(codes("language"))), None, "In which to speak with the person.", example="ro")
AGE = declare(nullable(Code(codes("age"))), None, "Whether the person is of age, as far as is known.")
DETAILS_AGREED = declare(
    Flag(), None, "Whether the person agreed that the agency tells us who they are, once we call it back."
)
OFFERED_AT = declare(Instant(), None, "When the agency offered it.")
DUE_ON = declare(Day(), None, "The day by which it is decided on.")
DAYS_LATE = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)
STATE = declare(Code(codes("agency_report_state")), None, "Where it stands.", example="waiting")
ASKED = declare(Codes(codes("referral_in_question")), None, "What the agency is asked before it is decided on.")
REASON = declare(Code(codes("rejection_reason")), None, "Why it is declined.")
_STATES: Final = ("waiting", "asked", "accepted", "declined")


class AskAgency(Command):
    """More is asked of an agency before its referral is decided on."""

    asked: list[str] = required(
        declare(
            cast("fields.Field[list[str]]", BoundedList(Code(codes("referral_in_question")), MOST_ASKED, least=1)),
            None,
            "What it is asked.",
            example=["consent"],
        )
    )


class DeclineOffer(Command):
    """We do not take the person on."""

    reason: str = required(REASON)

    sample: ClassVar[Mapping[str, object] | None] = {"reason": "wrong_area"}


class DecidedOffer(View):
    """The offered referral that was asked about or decided on."""

    id = REFERRAL


class ListedOffer(View):
    """An offered referral."""

    id = REFERRAL
    agency = AGENCY
    agency_type = AGENCY_TYPE
    jurisdiction = JURISDICTION
    referred_because = REFERRED_BECAUSE
    service_types = SERVICE_TYPES
    urgent = URGENT
    language = LANGUAGE
    age = AGE
    details_agreed = DETAILS_AGREED
    offered_at = OFFERED_AT
    due_on = DUE_ON
    days_late = DAYS_LATE
    state = STATE
    asked = ASKED


class OfferPage(View):
    """Offered referrals that are not decided on, the first due first."""

    offers = parts(ListedOffer)
    next = paging.NEXT


STATE_ASKED: Final[Query] = (
    "state",
    {"type": "string", "enum": list(_STATES)},
    "those that stand so; left out: those that are not decided on",
)
