"""The views of due items, for the case file and the work list.

An item comes from one of many tables, so its fields are declared here.
"""

from services.intake.cases.due import rules
from services.intake.cases.due.models import HeardRisk
from shared.access.declarations import ID, declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Count, Day, Instant, Reference
from shared.reference import codes

_BASIC = FieldClass.BASIC

WHAT = declare(Code(codes("due_item")), _BASIC, "What is due.", example=rules.PERIOD)
SOURCE = declare(Code(("intake", "legal", "support")), _BASIC, "The service that keeps it.")
CODE = declare(
    nullable(Code()),
    _BASIC,
    "Which period, need or review it is; of an alert that an assessment raised, that it did; of an answer that is "
    "awaited, the id of its agency; of a question, which one (code list `due_question`).",
    example="GB.RECONSIDER",
)
KIND = declare(nullable(Code(codes("clock_kind"))), _BASIC, "For a period: the effect of its end.")
REFERENCE = declare(
    nullable(Reference()),
    _BASIC,
    "The record that it is about, at the service that keeps it. Of a question, the fact to ask about; null: the case.",
)
DUE_ON = declare(nullable(Day()), _BASIC, "Its day, by the reading that is safe for the person; null: not known.")
DUE_AT = declare(
    nullable(Instant()), _BASIC, "Of a period that the law counts in hours: its end; null: its day counts whole."
)
OTHER_DUE_ON = declare(
    nullable(Day()), _BASIC, "Its day by the reading that is furthest from that. Without a day above: at the latest."
)
DUE_ON_EXACT = declare(
    nullable(Day()), FieldClass.IDENTITY, "For an end on a birthday: the exact day. Other readers get the month."
)
SINCE = declare(nullable(Day()), _BASIC, "Since when it waits or runs.")
STATE = declare(Code(), _BASIC, "Of a period or a referral: where it stands; else `open`.", example="running")
CERTAINTY = declare(nullable(Code(codes("clock_certainty"))), _BASIC, "Of a period: how sure its day is.")
DOUBTS = declare(Codes(codes("clock_doubt")), _BASIC, "Of a period: why its day is not sure.", example=[])
CHECK = declare(nullable(Code(codes("who_checks"))), _BASIC, "Of a period: who should check its day.", example="lawyer")
BIRTHDAY = declare(nullable(Count()), _BASIC, "Of a period that ends on a birthday: on which.", example=20)
GROUP = declare(
    Code(codes("due_group")), _BASIC, "Whether it is late, due, in doubt by its readings, or without a day."
)


class DueItem(View):
    """A due item of a case."""

    what = WHAT
    source = SOURCE
    code = CODE
    kind = KIND
    reference = REFERENCE
    due_on = DUE_ON
    due_at = DUE_AT
    other_due_on = OTHER_DUE_ON
    due_on_exact = omittable(DUE_ON_EXACT)
    since = SINCE
    state = STATE
    certainty = CERTAINTY
    doubts = DOUBTS
    check = CHECK
    birthday = BIRTHDAY
    group = GROUP


class SeenTo(View):
    """The case of an acknowledged item."""

    id = ID


#: The part of the case file, and of a line of the work list.
ITEMS = parts(DueItem)
#: Null if there is no row: no assessment was made.
ASSESSED_URGENT = or_null(HeardRisk.urgent)
