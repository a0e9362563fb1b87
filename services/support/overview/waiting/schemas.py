"""The command and the views of the waiting list. They name neither the case nor the person."""

from typing import Final
from uuid import UUID

from services.support.overview.waiting import rules
from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Reference
from shared.http import Command, required
from shared.reference import codes

ROLE: Final = declare(Code(tuple(rules.ROLES.values())), None, "The role in which the taker joins the team.")
MEMBER: Final = declare(Reference(), None, "The staff member.", staff=True)


class TakeItem(Command):
    """Take an item in one of the caller's roles."""

    role: str = required(ROLE)


class OfferItem(Command):
    """Offer an item to a staff member of the agency."""

    member: UUID = required(MEMBER)


# control: H-CONFIDENTIALITY-33 waiting-without-case
class WaitingItem(View):
    """A request that waits. The id is only for taking or offering it."""

    id = declare(Reference(), None, "The item.")
    kind = declare(Code(codes("waiting_kind")), None, "What the person waits for.")
    language = declare(nullable(Code(codes("language"))), None, "The language that is needed.", example="bg")
    counsellor_gender = declare(
        nullable(Code(codes("interpreter_gender"))), None, "Of which gender the counsellor is to be, if that matters."
    )
    modalities = declare(Codes(codes("counselling_modality")), None, "The wished forms of counselling.")
    waits_because = declare(nullable(Code(codes("waiting_reason"))), None, "Why they wait.")
    service_type = declare(nullable(Code(codes("service_type"))), None, "The practical help that is needed.")
    needed_by = declare(nullable(Day()), None, "By which day it is needed.")
    days = declare(Count(), None, "For how many days they have waited.", example=3)
    offered = declare(Flag(), None, "Whether it is offered to the reader.")


class WaitingList(View):
    """Requests that wait for a staff member of the reader's agency, at most 200. Of more, those that wait longest.

    Those offered to the reader are first, then those with the earliest needed day, then the longest wait.
    """

    waiting = parts(WaitingItem)
