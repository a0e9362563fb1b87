"""The commands and views of agreements. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from services.partners.agencies.agreement import models
from shared.access.declarations import declare
from shared.access.views import View, parts
from shared.events.contract import Code, Flag
from shared.http import Command, paging, required
from shared.http.route import Query
from shared.http.words import Words
from shared.reference import codes

LONGEST_REFERENCE: Final = 200
REFERENCE = declare(
    Words(LONGEST_REFERENCE),
    None,
    "Where the signed paper is filed, in one line; kept sealed, in no list and no event.",
    example="Fictitious binder 7, number 12",
)
STATE = declare(Code(codes("agreement_state")), None, "The current state.")
COUNTS = declare(Flag(), None, "Whether anything may go to the agency by it today.")
REASON = declare(Code(codes("agreement_end_reason")), None, "Why it is suspended or ends.")


class RecordAgreement(Command):
    """Record an agreement that an agency signed; it takes effect after a second person confirms it."""

    purposes: list[str] = required(models.AgreementRecord.purposes)
    data_categories: list[str] = required(models.AgreementRecord.data_categories)
    jurisdictions: list[str] = required(models.AgreementRecord.jurisdictions)
    first_day: date = required(models.AgreementRecord.first_day)
    last_day: date = required(models.AgreementRecord.last_day)
    reference: str = required(REFERENCE)


class StopAgreement(Command):
    """Suspend or end an agreement."""

    reason: str = required(REASON)

    sample: ClassVar[Mapping[str, object] | None] = {"reason": "terms_not_kept"}


class ListedAgreement(View, of=models.AgreementRecord):
    """An agreement, without the place where its paper is filed."""

    state = STATE
    counts = COUNTS


class ShownAgreement(ListedAgreement):
    """An agreement with the place where its signed paper is filed."""

    reference = REFERENCE


class AgreementPage(paging.Page):
    """A page of agreements in the order of their ids."""

    agreements = parts(ListedAgreement)


#: The query parameter that limits a list to one state.
STATE_ASKED: Final[Query] = (
    "state",
    {"type": "string", "enum": sorted(codes("agreement_state"))},
    "only those in this state; `ends_soon`: those to be renewed within 30 days",
)
