"""What a contact is at its opening, each field declared once."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Count, Day, Flag, Instant, Moment, Reference
from shared.http import Command, optional
from shared.reference import codes

JURISDICTION = declare(
    Code(codes("jurisdiction")), FieldClass.BASIC, "Whose law and authorities the case has.", example="NL"
)
STATUS = declare(Code(("open", "closed")), FieldClass.BASIC, "Whether it is open; help does not end with it.")
OPENED_ON = declare(Day(), FieldClass.BASIC, "The day of the first contact, today by default.")
CLOSED_ON = declare(Day(), FieldClass.BASIC, "The day on which the case was closed, today by default.")
REOPENED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was opened again, today by default.")
SOURCE = declare(Code(codes("referral_source")), FieldClass.STATISTICS, "Who brought about the contact.")
CHANNEL = declare(Code(codes("contact_channel")), FieldClass.STATISTICS, "How the person came into contact.")
LANGUAGE = declare(
    Code(codes("language")), FieldClass.STATISTICS, "The language of the contact.", example="ro", category="identity"
)
ANONYMOUS = declare(Flag(), FieldClass.STATISTICS, "Whether the person wants to stay without a name.")
AGE = declare(
    Code(codes("age")), FieldClass.STATISTICS, "Whether the person is of age, as far as is known.", category="identity"
)
OUTREACH_SESSION = declare(nullable(Reference()), FieldClass.STATISTICS, "The outreach at which the contact began.")
CLOSURE_REASON = declare(Code(codes("closure_reason")), FieldClass.STATISTICS, "Why the case was closed.")
CLOSED_ALTHOUGH = declare(
    Code(codes("closed_although")), FieldClass.STATISTICS, "Why it was closed although something was open."
)
#: Of every fact of a case that somebody at the door records, beside what it says.
HAPPENED = declare(
    nullable(Moment()),
    FieldClass.ACCOUNT,
    "When it happened, as far as is known: an instant, a day, month or year, or `unknown`; null: only its day is said.",
)
LEARNT = declare(
    nullable(Moment()), FieldClass.ACCOUNT, "When it was learnt, if not as it happened.", example="2026-03-04"
)
RECORDED_AT = declare(nullable(Instant()), FieldClass.ACCOUNT, "When it was recorded; null: that was not kept yet.")
RECORDED_BY = declare(
    nullable(Reference()), FieldClass.ACCOUNT, "Who recorded it; null: that was not kept yet.", author=True
)
ALIKE = declare(
    nullable(Reference()), FieldClass.ACCOUNT, "An earlier record that says the same; it may have been recorded twice."
)
REVISION = declare(Count(), FieldClass.ACCOUNT, "How often it has been recorded: 1 until it is put right.", example=1)
TAKEN_BACK_AT = declare(
    nullable(Instant()), FieldClass.ACCOUNT, "When it was taken back as recorded wrongly; null: it counts."
)


class RecordFact(Command):
    """A fact of a case: when it happened and was learnt, as exactly as it is known."""

    happened: str | None = optional(HAPPENED, default=None)
    learnt: str | None = optional(LEARNT, default=None)


class RecordedFact(View):
    """What every fact of a case shows of how it came to be recorded, and whether it stands."""

    happened = HAPPENED
    learnt = LEARNT
    recorded_at = RECORDED_AT
    recorded_by = RECORDED_BY
    alike = ALIKE
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT
