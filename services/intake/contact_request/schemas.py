"""Requests to be contacted: each field declared once; what anybody sends, and what the person and staff are shown."""

from collections.abc import Mapping
from datetime import time
from typing import ClassVar, Final
from uuid import UUID

from services.intake.case.schemas import AGE, ANONYMOUS, JURISDICTION
from services.intake.contact_request import rules
from services.intake.safe_contact import rules as safe_contact
from services.intake.safe_contact.schemas import TimeOfDay
from services.intake.self_check.schemas import CODE, RETURN_CODE_SHOWN
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Flag, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.http.route import Query
from shared.http.words import SingleLine
from shared.reference import codes
from shared.reference.words import PUBLIC_LANGUAGES

_SHORT, _CONTACT, _STORY = 100, 200, 500
LANGUAGE = declare(Code(PUBLIC_LANGUAGES), None, "The language to speak with the person.", example="vi")
WAY = declare(Code(rules.WAYS), None, "The way in which the person wants to be contacted.", example="phone")
CONTACT = declare(SingleLine(_CONTACT), None, "The number, address or place for that way.", example="fictitious")
DAYS = declare(Codes(safe_contact.DAYS), None, "The days on which a contact is safe; none: any day.")
BEGINS = declare(nullable(TimeOfDay()), None, "From when a contact is safe; null: at any time.", example="10:00")
ENDS = declare(nullable(TimeOfDay()), None, "Until when.", example="12:00")
MAY_LEAVE = declare(Flag(), None, "Whether a message may be left. By default it may not.", example=False)
IF_ANOTHER = declare(Code(codes("if_another_answers")), None, "What to do if somebody else answers.")
STORY = declare(nullable(SingleLine(_STORY)), None, "What to say then.", example="fictitious")
CODE_WORD = declare(nullable(SingleLine(_SHORT)), None, "The word that proves who calls.", example="fictitious")
CALLED = declare(nullable(SingleLine(_SHORT)), None, "What to call the person.", example="fictitious")
NEAR = declare(nullable(SingleLine(_SHORT)), None, "The town or area that they are near.", example="fictitious")
TOPICS = declare(Codes(codes("information_topic")), None, "What they want to talk about.")
FORM = declare(nullable(Reference()), None, "A random id of the form: sent twice, it is one request with one code.")
STATE = declare(Code(codes("contact_request_state")), None, "Where the request is.", example="received")
OUTCOME = declare(Code(codes("contact_request_outcome")), None, "What came of it.", example="reached")
REQUEST = declare(Reference(), None, "The request.")


class RequestContact(Command):
    """Somebody asks to be contacted, in a way and at a time that are safe for them."""

    jurisdiction: str = required(JURISDICTION)
    language: str = required(LANGUAGE)
    way: str = required(WAY)
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
    """A return code, as somebody types it."""

    code: str = required(CODE)


class ChangeContact(UseCode):
    """What the person wants to be different; what is left out stays."""

    way: str | None = optional(or_null(WAY), default=None)
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
    """What came of a request that the caller took."""

    outcome: str = required(OUTCOME)

    sample: ClassVar[Mapping[str, object]] = {"outcome": "reached"}


class OpenCaseFromRequest(Command):
    """A case opens for the person, led by the caller."""

    anonymous: bool = optional(ANONYMOUS, default=True)
    age: str = optional(AGE, default="unknown")


class RequestReceived(View):
    """The request is stored; the code is shown this once."""

    return_code = RETURN_CODE_SHOWN
    state = STATE


class RequestState(View):
    """Where the request is. Nothing of what the person sent is shown."""

    state = STATE
    may_change = declare(Flag(), None, "Whether the person can change how they are contacted.")
    may_leave_message = MAY_LEAVE


class RequestWithdrawn(View):
    """The request is erased."""

    state = STATE


class ListedContactRequest(View):
    """A request to be contacted, without the contact."""

    id = REQUEST
    jurisdiction = or_null(JURISDICTION)
    language = or_null(LANGUAGE)
    way = or_null(WAY)
    state = STATE
    received_at = declare(Instant(), None, "When it was sent.")
    waiting_minutes = declare(Count(), None, "Minutes for which nobody has taken it; 0 once somebody did.", example=12)
    changed_at = declare(nullable(Instant()), None, "When the person changed it last; null: never.")
    taken_by = declare(nullable(Reference()), None, "Who took it; null: nobody yet.")
    is_own = declare(Flag(), None, "Whether the caller took it.")
    outcome = or_null(OUTCOME)


class ContactRequestPage(View):
    """Requests to be contacted, those that were sent first come first."""

    requests = parts(ListedContactRequest)
    next = paging.NEXT


class ContactDetails(View):
    """How the person wants to be contacted, for the member of staff who took the request."""

    id = REQUEST
    language = or_null(LANGUAGE)
    way = or_null(WAY)
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

    id = REQUEST
    state = STATE


class CaseOfRequest(View):
    """The case that opened for the person."""

    case = declare(Reference(), None, "The case.")


WAITING, MINE = "waiting", "mine"
#: What narrows the list.
WHICH: Final[Query] = (
    "which",
    {"type": "string", "enum": [WAITING, MINE], "default": WAITING},
    "those that wait, or those that the caller took and has not finished",
)
