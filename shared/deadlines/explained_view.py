"""The explanation of a deadline as a reply shows it."""

from typing import Final

from marshmallow import fields

from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts
from shared.deadlines.derivation.explain import USES
from shared.deadlines.view import Deadline
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC
_ACCOUNT: Final = "account"
_EFFECTS: Final = ("moves", "met", "ended", "pauses", "resumes", "extends")
#: The service at which a fact was recorded, and can therefore be corrected.
HERE, ELSEWHERE, OTHER_CASE = "here", "elsewhere", "other_case"
KEPT: Final = (HERE, ELSEWHERE, OTHER_CASE)
_BASES: Final = ("happened", "learnt", "birth")
#: As many facts as a deadline names, and codes as a rule does.
_MOST: Final = 100


class FactUsed(View):
    """A fact that the deadline follows from; a subclass adds what the service shows of its facts."""

    id = declare(Reference(), _BASIC, "The fact.")
    use = declare(Code(USES), _BASIC, "What it was used for.")
    kept = declare(
        Code(KEPT),
        _BASIC,
        "Where it is recorded: in this case at this service, in this case at another one, or in another case.",
    )


class DayNotCounted(View):
    """A day that did not count, or on which the period cannot end."""

    day = declare(Day(), _BASIC, "The day.", example="2026-04-06")
    reason = declare(fields.String(), _BASIC, "The holiday's name, or the day of the weekend.", example="Easter Monday")


class ReadingView(View):
    """One way to count the deadline, before pauses and extensions."""

    basis = declare(
        Code(_BASES), _BASIC, "Counted from the day of the fact, from its receipt, or by the rule for children."
    )
    counted_from = declare(nullable(Day()), _BASIC, "The local day counted from.", category=_ACCOUNT)
    length = declare(nullable(Code()), _BASIC, "The length of the period; null: not known.", example="P30D")
    wording = declare(fields.String(), _BASIC, "How it is counted.", example="30 days")
    why = declare(fields.String(), _BASIC, "Why the rule can be read so; empty: it is the rule's own wording.")
    due_on = declare(nullable(Day()), _BASIC, "The last day by this way; null: none is known.")
    until = declare(nullable(Day()), _BASIC, "The latest last day by this way, if a birth is known to the month only.")
    doubts = declare(Codes(codes("clock_doubt")), _BASIC, "What makes it one of several ways.")
    skipped = parts(DayNotCounted)


class PauseView(View):
    """A time in which the period was paused."""

    fact = declare(Reference(), _BASIC, "The fact with which it began.", category=_ACCOUNT)
    begun_on = declare(nullable(Day()), _BASIC, "The first day on which it may have begun.", category=_ACCOUNT)
    begun_by = declare(nullable(Day()), _BASIC, "The last day on which it may have begun.", category=_ACCOUNT)
    ended_on = declare(nullable(Day()), _BASIC, "The first day on which it may have ended.", category=_ACCOUNT)
    ended_by = declare(
        nullable(Day()), _BASIC, "The last day on which it may have ended; null: it may still last.", category=_ACCOUNT
    )
    sure = declare(Flag(), _BASIC, "Whether it surely belongs to this period, on known days.", category=_ACCOUNT)
    has_effect = declare(Flag(), _BASIC, "Whether it counts for the date.", category=_ACCOUNT)
    by_hand = declare(Flag(), _BASIC, "Whether a person recorded that the time stands still.", category=_ACCOUNT)


class ExtensionView(View):
    """A decision that moved the end to a later day."""

    fact = declare(Reference(), _BASIC, "The fact.", category=_ACCOUNT)
    until = declare(Day(), _BASIC, "The last day that was granted.", category=_ACCOUNT)
    sure = declare(Flag(), _BASIC, "Whether it surely belongs to this period.", category=_ACCOUNT)
    has_effect = declare(Flag(), _BASIC, "Whether it counts for the date.", category=_ACCOUNT)


class ChangeView(View):
    """A kind of fact that would change the deadline."""

    kind = declare(Code(codes("fact_kind")), _BASIC, "What would have to happen, or be corrected.")
    effect = declare(Code(_EFFECTS), _BASIC, "What it would do to the deadline.")
    where = declare(
        BoundedList(Code(), _MOST), _BASIC, "The codes that the fact needs, such as its outcome; empty: any."
    )


class RuleView(View):
    """The version of the rule by which the deadline is counted."""

    code = declare(Code(codes("clock_code")), _BASIC, "The rule.", example="NL.REFLECTION_MAX")
    version = declare(Code(), _BASIC, "The first day on which this version was in force.", example="2024-01-01")
    effective_to = declare(nullable(Day()), _BASIC, "The last day on which it is in force.")
    layer = declare(Code(), _BASIC, "The profile that contains it; an international one for several.", example="COE")
    source = declare(fields.String(), _BASIC, "The law, guidance or treaty, with article or paragraph.")
    addresses = declare(BoundedList(fields.String(), 10), _BASIC, "The web addresses of the source.")
    certainty = declare(Code(codes("clock_certainty")), _BASIC, "How certain this statement of the law is.")
    check = declare(Code(codes("who_checks")), _BASIC, "The expert who should check it.")
    read_on = declare(nullable(Day()), _BASIC, "The day on which the source was read; null: it was not read.")
    from_memory = declare(Flag(), _BASIC, "Whether the statement was written from memory.")
    note = declare(fields.String(), _BASIC, "What else to know about the rule.")
    late_filing_possible = declare(Flag(), _BASIC, "Whether a late step may still be possible.")


class ExplainedDeadline(CaseView):
    """The explanation of a deadline. A subclass declares the facts as its service shows them (`FactUsed`)."""

    id = ID
    deadline = part(Deadline)
    rule = part(RuleView)
    readings = parts(ReadingView)
    pauses = parts(PauseView)
    extensions = parts(ExtensionView)
    changes = parts(ChangeView)
    changes_at = declare(nullable(Instant()), _BASIC, "When its state changes by time alone; null: never.")
    question = declare(
        nullable(Code(codes("due_question"))),
        _BASIC,
        "The question whose answer resolves most doubts; null: there is none.",
        example="last_incident",
    )
    closes = declare(Codes(codes("clock_doubt")), _BASIC, "The doubts that an answer to the question resolves.")
    ask_about = declare(
        BoundedList(Reference(), _MOST), _BASIC, "The facts that the question is about; empty: the whole case."
    )
