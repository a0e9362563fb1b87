"""Fields of an agreement, each declared once; the bodies that change one, and what is shown of it."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.http import Command, paging, required
from shared.http.route import Query
from shared.http.words import Words
from shared.reference import codes

LONGEST_REFERENCE: Final = 200
AGREEMENT = declare(Reference(), None, "The agreement.")
AGENCY = declare(Reference(), None, "The agency that it is with, by its id in the register.")
PURPOSES = declare(Codes(codes("consent_purpose")), None, "What for.", example=["referral_for_support"])
DATA_CATEGORIES = declare(
    Codes(codes("data_category")), None, "What the agency may hear of.", example=["contact_safe", "health"]
)
JURISDICTIONS = declare(Codes(codes("jurisdiction")), None, "Of cases under whose law.", example=["NL"])
FIRST_DAY = declare(Day(), None, "The first day on which it counts.", example="2026-03-02")
LAST_DAY = declare(Day(), None, "The last day on which it counts; it then ends by itself.", example="2027-03-01")
REFERENCE = declare(
    Words(LONGEST_REFERENCE),
    None,
    "Where the signed paper is filed, in one line; kept sealed, in no list and no event.",
    example="Fictitious binder 7, number 12",
)
STATE = declare(Code(codes("agreement_state")), None, "What it is just now.")
COUNTS = declare(Flag(), None, "Whether anything may go to the agency by it today.")
REASON = declare(Code(codes("agreement_end_reason")), None, "Why it is suspended or ends.")
KNOWN_REASON = declare(
    nullable(Code(codes("agreement_end_reason"))), None, "Why it is suspended or was ended; null: it is not."
)
SINCE = declare(Instant(), None, "When the last step was taken.")
RECORDED_BY = declare(Reference(), None, "Who recorded it.", staff=True)
RECORDED_AT = declare(Instant(), None, "When it was recorded.")
ASKED_BY = declare(
    Reference(), None, "Who recorded it or asked last to resume it; another person confirms.", staff=True
)
CONFIRMED_BY = declare(nullable(Reference()), None, "The second person; null: nobody agreed yet.", staff=True)
CONFIRMED_AT = declare(nullable(Instant()), None, "When the second person agreed; null: nobody did yet.")


class RecordAgreement(Command):
    """An agency signed an agreement; it counts once a second person confirms it."""

    purposes: list[str] = required(PURPOSES)
    data_categories: list[str] = required(DATA_CATEGORIES)
    jurisdictions: list[str] = required(JURISDICTIONS)
    first_day: date = required(FIRST_DAY)
    last_day: date = required(LAST_DAY)
    reference: str = required(REFERENCE)


class StopAgreement(Command):
    """An agreement does not count for now, or not any more."""

    reason: str = required(REASON)

    sample: ClassVar[Mapping[str, object] | None] = {"reason": "terms_not_kept"}


class ListedAgreement(View):
    """An agreement, without where its paper is."""

    id = AGREEMENT
    agency = AGENCY
    purposes = PURPOSES
    data_categories = DATA_CATEGORIES
    jurisdictions = JURISDICTIONS
    first_day = FIRST_DAY
    last_day = LAST_DAY
    state = STATE
    counts = COUNTS
    reason = KNOWN_REASON
    since = SINCE
    recorded_by = RECORDED_BY
    recorded_at = RECORDED_AT
    asked_by = ASKED_BY
    confirmed_by = CONFIRMED_BY
    confirmed_at = CONFIRMED_AT


class ShownAgreement(ListedAgreement):
    """An agreement, with where its signed paper is filed."""

    reference = REFERENCE


class AgreementPage(View):
    """Agreements, in the order of their ids."""

    agreements = parts(ListedAgreement)
    next = paging.NEXT


#: A list is narrowed to one state.
STATE_ASKED: Final[Query] = (
    "state",
    {"type": "string", "enum": sorted(codes("agreement_state"))},
    "only those in this state; `ends_soon`: those to be renewed within 30 days",
)
