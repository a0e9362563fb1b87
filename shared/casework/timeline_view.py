"""The timeline as a reply shows it."""

from typing import Final

from marshmallow import fields

from shared.access.declarations import ID, VERSION, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts
from shared.casework.timeline import MOST_ENTRIES
from shared.casework.timeline_dates import FACT, LANES, STEPS
from shared.deadlines import Deadline
from shared.events.contract import Code, Day, Flag, Instant, Moment, Reference
from shared.http.route import Query
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
_PRECISIONS: Final = ("instant", "day", "month", "year", "unknown")
_SOURCES: Final = ("intake", "legal", "support", "agency")
#: The query of a timeline.
QUERY: Final[tuple[Query, ...]] = (
    ("after", {"type": "string"}, "`next` of the page before; the timelines of all services have the same order"),
    (
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST_ENTRIES, "default": MOST_ENTRIES},
        "entries of a page, at most",
    ),
    ("lane", {"type": "string", "enum": list(LANES)}, "only the entries of this lane"),
)


class EntryValue(View):
    """A code that describes an entry."""

    field = declare(Code(), _BASIC, "The field of the record.", example="outcome")
    code_list = declare(nullable(Code()), _BASIC, "The code list; null: an identifier.", example="decision_outcome")
    code = declare(Code(), _BASIC, "The code.", example="positive")


class EntryAuthor(View):
    """The author of an entry, as far as the reader is allowed to see it."""

    role = declare(
        nullable(Code(codes("staff_role"))), _BASIC, "The role in the team of the case; null: an agency reported it."
    )
    agency = declare(nullable(Reference()), _BASIC, "The agency that reported it, by its id in the register.")
    agency_code = declare(nullable(Code()), _BASIC, "Its code, where the law names it by one.", example="NL.COMENSHA")


class TimelineEntry(View):
    """A dated entry of the case file. It contains nothing that the file does not show to this reader."""

    id = ID
    what = declare(
        Code((*codes("record_class"), FACT)),
        _BASIC,
        "The class of the record (list `record_class`), or `fact` for a fact from which deadlines follow.",
        example="detection",
    )
    step = declare(nullable(Code(STEPS)), _BASIC, "The step of the record; null: the record itself.", example="decided")
    lane = declare(Code(LANES), _BASIC, "The lane of the path.")
    at = declare(Moment(), _BASIC, "When it happened, as far as is known.", example="2026-03")
    until = declare(nullable(Moment()), _BASIC, "When it ends; null: it has no end, or none is known.")
    precision = declare(Code(_PRECISIONS), _BASIC, "How exactly `at` is known.", example="month")
    values = parts(EntryValue)
    by = part(EntryAuthor)
    source = declare(Code(_SOURCES), _BASIC, "The service that recorded it, or `agency` if an agency reported it.")
    recorded_at = declare(nullable(Instant()), _BASIC, "When it was recorded; null: not known.")
    corrected_by = declare(nullable(Reference()), _BASIC, "The last correction of the record; null: none is on record.")
    corrected_on = declare(nullable(Day()), _BASIC, "The day of the last correction; null: there was none.")
    corrected_because = declare(
        nullable(Code(codes("fact_correction_reason"))), _BASIC, "The reason of the last correction."
    )
    earlier = declare(fields.List(Moment()), _BASIC, "Of a fact: its dates before its corrections, the last one first.")
    taken_back = declare(Flag(), _BASIC, "Whether the record was taken back, and is no longer valid.")


class TimelineDeadline(Deadline):
    """A deadline as the case file shows it, with the question that resolves its doubts."""

    question = declare(
        nullable(Code(codes("due_question"))),
        _BASIC,
        "The question whose answer resolves most doubts; null: there is none.",
        example="last_incident",
    )


class TimelineView(CaseView):
    """The timeline of a case at one service, the newest entry first."""

    id = ID
    version = VERSION
    entries = parts(TimelineEntry)
    deadlines = parts(TimelineDeadline)
    calculated_at = declare(
        nullable(Instant()),
        _BASIC,
        "When this service last calculated the deadlines; null: never. A fact that was recorded later may change them.",
    )
    hidden = declare(
        Flag(),
        _BASIC,
        "Whether the file has kinds of content that this reader is not shown, whether or not this case has any.",
    )
    next = declare(
        nullable(fields.String()), _BASIC, "Send it as `after` for the next page; null on the last.", example=None
    )
