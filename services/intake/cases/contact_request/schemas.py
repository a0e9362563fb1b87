"""The commands and views of requests to be contacted, for the person and for staff.

Fields of the sealed document have no column and are declared here, all others on their columns (`models`).
"""

from collections.abc import Mapping
from datetime import time
from typing import ClassVar, Final
from uuid import UUID

from services.intake.cases.contact_request.models import ContactRequest
from services.intake.facts.case.models import Case
from services.intake.facts.detection.schemas import CODE, RETURN_CODE_SHOWN
from services.intake.facts.safe_contact import rules as safe_contact
from services.intake.facts.safe_contact.schemas import TimeOfDay
from shared.access.declarations import declare, not_null, nullable, or_null
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Flag, Reference
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.http.words import SingleLine
from shared.reference import codes

_SHORT, _CONTACT, _STORY = 100, 200, 500
CONTACT = declare(SingleLine(_CONTACT), None, "The number, address or place for that way.", example="fictitious")
DAYS = declare(Codes(safe_contact.DAYS), None, "The days on which a contact is safe; none: any day.")
BEGINS = declare(nullable(TimeOfDay()), None, "From when a contact is safe; null: at any time.", example="10:00")
ENDS = declare(nullable(TimeOfDay()), None, "Until when.", example="12:00")
MAY_LEAVE = declare(Flag(), None, "Whether a message may be left. By default it may not.", example=False)
IF_ANOTHER = declare(Code(codes("if_another_answers")), None, "What to do if another person answers.")
STORY = declare(nullable(SingleLine(_STORY)), None, "The agreed words for that case.", example="fictitious")
CODE_WORD = declare(nullable(SingleLine(_SHORT)), None, "The word that proves who calls.", example="fictitious")
CALLED = declare(
    nullable(SingleLine(_SHORT)), None, "The name that the person wants to be called.", example="fictitious"
)
NEAR = declare(nullable(SingleLine(_SHORT)), None, "The town or area that they are near.", example="fictitious")
TOPICS = declare(Codes(codes("information_topic")), None, "The topic of the request.")
FORM = declare(nullable(Reference()), None, "A random id of the form: sent twice, it is one request with one code.")


class RequestContact(Command):
    """A request to be contacted in a way and at a time that are safe for the person."""

    jurisdiction: str = required(Case.jurisdiction)
    language: str = required(not_null(ContactRequest.language))
    way: str = required(not_null(ContactRequest.way))
    contact: str = required(CONTACT)
    days: list[str] = optional(DAYS, default_factory=list)
    begins: time | None = optional(BEGINS, default=None)
    ends: time | None = optional(ENDS, default=None)
    may_leave_message: bool = optional(MAY_LEAVE, default=False)
    if_another_answers: str = optional(IF_ANOTHER, default="hang_up")
    story: str | None = optional(STORY, default=None)
    code_word: str | None = optional(CODE_WORD, default=None)
    called: str | None = optional(CALLED, default=None)
    near: str | None = optional(NEAR, default=None)
    topics: list[str] = optional(TOPICS, default_factory=list)
    form: UUID | None = optional(FORM, default=None)

    sample: ClassVar[Mapping[str, object]] = {
        "jurisdiction": "NL",
        "language": "vi",
        "way": "phone",
        "contact": "fictitious",
        "days": ["monday"],
        "begins": "10:00",
        "ends": "12:00",
    }


class UseCode(Command):
    """A return code as the person types it."""

    code: str = required(CODE)


class ChangeContact(UseCode):
    """A change of a request by the person. Omitted fields stay as they are."""

    way: str | None = optional(ContactRequest.way, default=None)
    contact: str | None = optional(or_null(CONTACT), default=None)
    days: list[str] | None = optional(or_null(DAYS), default=None)
    begins: time | None = optional(BEGINS, default=None)
    ends: time | None = optional(ENDS, default=None)
    may_leave_message: bool | None = optional(or_null(MAY_LEAVE), default=None)
    if_another_answers: str | None = optional(or_null(IF_ANOTHER), default=None)
    story: str | None = optional(STORY, default=None)
    code_word: str | None = optional(CODE_WORD, default=None)
    called: str | None = optional(CALLED, default=None)
    near: str | None = optional(NEAR, default=None)

    sample: ClassVar[Mapping[str, object]] = {
        "code": "1111-1111-1111-1111",
        "way": "email",
        "contact": "fictitious",
    }


class SettleRequest(Command):
    """The outcome of a request that the caller took."""

    outcome: str = required(not_null(ContactRequest.outcome))

    sample: ClassVar[Mapping[str, object]] = {"outcome": "reached"}


class OpenCaseFromRequest(Command):
    """The opening of a case for the person. The caller leads it."""

    anonymous: bool = optional(Case.anonymous, default=True)
    age: str = optional(Case.age, default="unknown")


class RequestReceived(View):
    """The request is stored. The code is shown only once."""

    return_code = RETURN_CODE_SHOWN
    state = ContactRequest.state


class RequestState(View):
    """The state of a request, and nothing that the person sent."""

    state = ContactRequest.state
    may_change = declare(Flag(), None, "Whether the person can change how they are contacted.")
    may_leave_message = MAY_LEAVE


class RequestWithdrawn(View):
    """The request is erased."""

    state = ContactRequest.state


class ListedContactRequest(View, of=ContactRequest):
    """A request to be contacted, without the contact."""

    jurisdiction = or_null(Case.jurisdiction)
    waiting_minutes = declare(Count(), None, "Minutes that it has waited; 0 after it was taken.", example=12)
    is_own = declare(Flag(), None, "Whether the caller took it.")


class ContactRequestPage(paging.Page):
    """Requests to be contacted, in the order in which they were sent."""

    requests = parts(ListedContactRequest)


class ContactDetails(View):
    """How the person wants to be contacted, for the member of staff who took the request."""

    id = ContactRequest.id
    language = ContactRequest.language
    way = ContactRequest.way
    contact = CONTACT
    days = DAYS
    begins = BEGINS
    ends = ENDS
    zone = declare(SingleLine(64), None, "The time zone of these times.", example="Europe/Amsterdam")
    may_leave_message = MAY_LEAVE
    if_another_answers = IF_ANOTHER
    story = STORY
    code_word = CODE_WORD
    called = CALLED
    near = NEAR
    topics = TOPICS


class ChangedContactRequest(View):
    """The request that was taken or settled."""

    id = ContactRequest.id
    state = ContactRequest.state


class CaseOfRequest(View):
    """The case that opened for the person."""

    case = declare(Reference(), None, "The case.")


WAITING, MINE = "waiting", "mine"
#: The filter of the list.
WHICH: Final[Query] = (
    "which",
    {"type": "string", "enum": [WAITING, MINE], "default": WAITING},
    "those that wait, or those that the caller took and has not finished",
)
