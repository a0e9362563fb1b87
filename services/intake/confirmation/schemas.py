"""The views of what waits for a second person."""

from typing import Final

from marshmallow import fields

from services.intake.confirmation import rules
from services.intake.staff.schemas import SignedInBy
from shared.access.declarations import AnyField, declare, nullable, omittable
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Day, Instant, Reference
from shared.http import Query
from shared.http.paging import NAMES
from shared.reference import codes

#: The query by which the list is asked for what exactly is proposed, and by whom.
WITH_NAMES: Final[Query] = (
    "with",
    {"type": "string", "enum": [NAMES]},
    "`names`: also the names of staff, and what exactly is proposed",
)


def _named(meaning: str) -> AnyField:
    return omittable(declare(nullable(fields.String()), None, meaning, example="Fictitious A."))


class LeftOpen(View):
    """An open item of a case that is proposed to be closed."""

    what = declare(Code(codes("due_item")), None, "What it is.", example="period")
    code = declare(nullable(Code()), None, "Which one, by its code; null: it has none.", example="GB.RECONSIDER")


class Confirmation(View):
    """An act or proposal of one person that needs a second one. `with=names` adds the last fields."""

    kind = declare(Code(rules.KINDS), None, "What it is, and thereby which address answers it.", example=rules.ERASURES)
    id = declare(
        Reference(),
        None,
        "The request, demand, sharing, access in an emergency, ending, closing, proposal or change of age.",
    )
    case = declare(
        nullable(Reference()),
        None,
        "The case; null for what is about the access of staff.",
    )
    version = declare(nullable(Count()), None, "The case's version, to be sent as `If-Match`.", example=3)
    by = declare(Reference(), None, "The first person, who can't answer it.")
    at = declare(nullable(Instant()), None, "When they did it; null where only the day is kept.")
    reason = declare(nullable(Code()), None, "On what it rests, by its code.", example="retention_over")
    due_at = declare(
        nullable(Instant()), None, "When it lapses, or was to be reviewed by; null where it waits without an end."
    )
    member = declare(nullable(Reference()), None, "Whose access is ended, or would be opened.")
    demanded_by = declare(nullable(Code(codes("disclosure_demander"))), None, "Of a demand: who demands to be shown.")
    given = declare(
        nullable(Codes()),
        None,
        "Of a demand: the classes of records; of a sharing: the categories.",
        example=["account"],
    )
    by_name = _named("The name of the first person; null for a reader who does not work with them.")
    member_name = _named("The name of the person whose access it is about; null where it is hidden or about nobody.")
    before = omittable(declare(Code(codes("age")), None, "Of a change of age: the age before it.", example="child"))
    roles = omittable(declare(Codes(codes("staff_role")), None, "Of a proposal about staff: the roles that open."))
    sign_ins = omittable(parts(SignedInBy))
    number = omittable(declare(nullable(fields.String()), None, "The short number of the case.", example="7KQF-3MXC"))
    closed_on = omittable(
        declare(nullable(Day()), None, "Of a closing: its day; null: the day on which it is confirmed.")
    )
    although_open = omittable(
        declare(
            nullable(Code(codes("closed_although"))),
            None,
            "Of a closing: why, although something is open.",
        )
    )
    open = omittable(parts(LeftOpen))


class ConfirmationList(View):
    """The acts and proposals that wait for the reader as a second person, the first due first."""

    confirmations = parts(Confirmation)
