"""The views of queues: each entry with its case and its first day; acts and proposals that wait for a second person."""

from typing import Final

from marshmallow import fields

from services.intake.access.staff.schemas import SignedInBy
from services.intake.cases.work.rules import queues as rules
from services.intake.facts.case.schemas import NUMBER
from shared.access.declarations import AnyField, declare, nullable, omittable, or_null
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Day, Instant, Reference
from shared.http import Query, paging
from shared.http.paging import NAMES
from shared.reference import codes


class QueueEntry(View):
    """An entry that waits for the reader."""

    kind = declare(Code(codes("queue_item")), None, "What waits.", example="erasure_to_examine")
    case = declare(
        nullable(Reference()),
        None,
        "The case; null if it was erased, or if the item is about a staff member who leaves.",
    )
    number = or_null(NUMBER)
    reference = declare(nullable(Reference()), None, "The request, consent, access, period or member of staff.")
    what = declare(nullable(Code(codes("due_item"))), None, "The kind of overdue item.", example="period")
    code = declare(nullable(Code()), None, "Of a period or a need: which one.", example="GB.RG")
    state = declare(nullable(Code()), None, "Where it stands.", example="requested")
    since = declare(nullable(Day()), None, "Since when it waits.")
    due_on = declare(nullable(Day()), None, "The day on which it is due.")
    days_late = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)


class Queue(paging.Page):
    """A page of a queue, the most urgent first."""

    entries = parts(QueueEntry)


#: The query parameter that adds the exact proposals and the names of the proposers to the list.
WITH_NAMES: Final[Query] = (
    "with",
    {"type": "string", "enum": [NAMES]},
    "`names`: also the names of staff, and the exact proposal",
)


def _named(meaning: str) -> AnyField:
    return omittable(declare(nullable(fields.String()), None, meaning, example="Fictitious A."))


class LeftOpen(View):
    """An open item of a case that is proposed to be closed."""

    what = declare(Code(codes("due_item")), None, "The kind of open item.", example="period")
    code = declare(nullable(Code()), None, "Its code; null if it has none.", example="GB.RECONSIDER")


class Confirmation(View):
    """An act or proposal of one person that needs a second one. `with=names` adds the last fields."""

    kind = declare(
        Code(rules.KINDS), None, "Its kind, which determines the address for the answer.", example=rules.ERASURES
    )
    id = declare(
        Reference(),
        None,
        "The request, demand, sharing, access in an emergency, ending, closing, proposal or change of age.",
    )
    case = declare(
        nullable(Reference()),
        None,
        "The case; null if it is about the access of staff.",
    )
    version = declare(nullable(Count()), None, "The case's version, to be sent as `If-Match`.", example=3)
    by = declare(Reference(), None, "The first person, who can't answer it.")
    at = declare(nullable(Instant()), None, "When they did it; null if only the day is stored.")
    reason = declare(nullable(Code()), None, "The code of its reason.", example="retention_over")
    due_at = declare(
        nullable(Instant()), None, "When it lapses, or its review is due; null if it waits without a limit."
    )
    member = declare(nullable(Reference()), None, "The staff member whose access ends, or who would get access.")
    demanded_by = declare(
        nullable(Code(codes("disclosure_demander"))), None, "For a demand: the third party that made it."
    )
    given = declare(
        nullable(Codes()),
        None,
        "For a demand: the classes of records. For a sharing: the data categories.",
        example=["account"],
    )
    by_name = _named("The name of the first person; null if the reader does not work with them.")
    member_name = _named("The name of the staff member whose access it is about; null if hidden or if there is none.")
    before = omittable(declare(Code(codes("age")), None, "For a change of age: the earlier age.", example="child"))
    roles = omittable(declare(Codes(codes("staff_role")), None, "For a staff proposal: the roles that it adds."))
    sign_ins = omittable(parts(SignedInBy))
    number = omittable(declare(nullable(fields.String()), None, "The short number of the case.", example="7KQF-3MXC"))
    closed_on = omittable(
        declare(nullable(Day()), None, "For a closing: its day; null means the day of the confirmation.")
    )
    although_open = omittable(
        declare(
            nullable(Code(codes("closed_although"))),
            None,
            "For a closing: the reason to close although items are open.",
        )
    )
    open = omittable(parts(LeftOpen))


class ConfirmationList(View):
    """The acts and proposals that wait for the reader as a second person, the earliest due date first."""

    confirmations = parts(Confirmation)
