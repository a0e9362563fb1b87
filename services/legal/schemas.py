"""Fields, commands and replies of legal. Unknown fields are refused, and every code comes from a published list."""

from datetime import date

from marshmallow import RAISE, Schema, fields

from shared import deadlines
from shared.access.declarations import ID, VERSION, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, parts
from shared.events.contract import Code, Codes, Day, Flag, Instant, PartialDay, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE = 20_000


class Body(Schema):
    """A request's body: what is not asked for is refused, so that nothing is believed to be stored that is not."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


PHASE = declare(Code(codes("advice_phase")), FieldClass.BASIC, "Where on the path the person was.")
STATUS = declare(Code(codes("advice_status")), FieldClass.BASIC, "Whether there was advice, or why there was none.")
TOPICS = declare(Codes(codes("advice_topic")), FieldClass.PRIVILEGED, "What the advice was about; never what was said.")
FUNDING = declare(Code(codes("advice_funding")), FieldClass.PRIVILEGED, "Who paid for it.")
LANGUAGE = declare(Code(codes("language")), FieldClass.PRIVILEGED, "The language in which it was given.", example="ro")
INTERPRETER = declare(Flag(), FieldClass.PRIVILEGED, "Whether an interpreter was there.")
GIVEN_ON = declare(Day(), FieldClass.BASIC, "The day of the advice, today by default.")


class RecordAdvice(Command):
    """Advice, or why there was none."""

    phase: str = required(PHASE)
    status: str = required(STATUS)
    topics: list[str] = optional(TOPICS, default_factory=list)
    funding: str = required(FUNDING)
    language: str = required(LANGUAGE)
    interpreter: bool = required(INTERPRETER)
    given_on: date | None = optional(GIVEN_ON, default=None)


class Advice(View):
    """Advice as the legal file shows it."""

    id = ID
    phase = PHASE
    status = STATUS
    topics = TOPICS
    funding = FUNDING
    language = LANGUAGE
    interpreter = INTERPRETER
    given_on = GIVEN_ON


class OpenMatter(Body):
    """Work towards a remedy."""

    remedy = Code(codes("remedy"), required=True)
    opened_on = Day()


class RecordApplication(Body):
    """A claim was made."""

    applied_on = Day()


class RecordDecision(Body):
    """A claim was decided."""

    outcome = Code(codes("compensation_outcome"), required=True)
    amount_band = Code(codes("amount_band"), load_default=None, allow_none=True)
    currency = Code(codes("currency"), load_default=None, allow_none=True)
    decided_on = Day()


class RecordPayment(Body):
    """What was granted was paid."""

    paid_on = Day()


class RequestReconsideration(Body):
    """A negative decision is to be looked at again."""

    stage = Code(codes("identification_stage"), required=True)
    ground = Code(codes("reconsideration_ground"), required=True)
    requested_on = Day()


class PauseClock(Body):
    """A period's time stands still, from a day on that is not ahead; today unless told."""

    since = Day()


class ResumeClock(Body):
    """A period runs on, from a day on that is not ahead; today unless told."""

    again = Day()


class ExtendClock(Body):
    """A period is extended by decision."""

    until = Day(required=True)


class WriteNote(Body):
    """A note for the person's advisers; with `corrects`, it takes the place of an earlier one."""

    kind = Code(codes("legal_note_kind"), required=True)
    text = Words(LONGEST_NOTE, required=True)
    matter = fields.UUID(load_default=None, allow_none=True)
    corrects = fields.UUID(load_default=None, allow_none=True)


MATTER_STATUS = declare(Code(("opened", "applied", "decided", "paid")), FieldClass.BASIC, "How far it is.")


class Matter(View):
    """Work towards a remedy, as the legal file shows it."""

    id = ID
    remedy = declare(Code(codes("remedy")), FieldClass.BASIC, "The remedy.")
    status = MATTER_STATUS
    opened_on = declare(Day(), FieldClass.BASIC, "The day on which work began.")
    applied_on = declare(nullable(Day()), FieldClass.BASIC, "The day of the claim.")
    late = declare(nullable(Flag()), FieldClass.BASIC, "Whether the claim came after its limitation, as far as known.")
    outcome = declare(nullable(Code(codes("compensation_outcome"))), FieldClass.BASIC, "How it was decided.")
    decided_on = declare(nullable(Day()), FieldClass.BASIC, "The day of the decision.")
    paid_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which what was granted was paid.")
    amount_band = declare(nullable(Code(codes("amount_band"))), FieldClass.PRIVILEGED, "What was granted, as a band.")
    currency = declare(nullable(Code(codes("currency"))), FieldClass.PRIVILEGED, "In which currency.")


class ChangedMatter(View):
    """How far a matter is now."""

    id = ID
    status = MATTER_STATUS


class PausedClock(View):
    """A clock whose time stands still."""

    id = ID
    status = declare(Code(("paused",)), FieldClass.BASIC, "That its time stands still.")


class ResumedClock(View):
    """A clock that runs on."""

    id = ID
    due_on = declare(nullable(Day()), FieldClass.BASIC, "Its last day now, where its length is known.")


class Reconsideration(View):
    """A request to look at a negative decision again."""

    id = ID
    stage = declare(Code(codes("identification_stage")), FieldClass.BASIC, "Which decision it is about.")
    ground = declare(Code(codes("reconsideration_ground")), FieldClass.BASIC, "Why.")
    requested_on = declare(Day(), FieldClass.BASIC, "The day of the request.")
    late = declare(Flag(), FieldClass.BASIC, "Whether the window had passed.")


class IdentificationStep(View):
    """A step on the official path, as intake sent it."""

    stage = declare(Code(), FieldClass.BASIC, "Which step.", example="presumed")
    outcome = declare(nullable(Code()), FieldClass.BASIC, "How it ended.", example="positive")
    authority = declare(nullable(Code()), FieldClass.BASIC, "Who decided.", example="NL.POLICE")
    occurred_on = declare(nullable(PartialDay()), FieldClass.BASIC, "When it was, perhaps only a year or month.")
    received_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which it reached the person's side.")
    made_elsewhere = declare(Flag(), FieldClass.BASIC, "Whether another than the asked authority made it.")
    reconsidered = declare(
        nullable(Code()), FieldClass.BASIC, "What became of it on reconsideration.", example="upheld"
    )


class LegalFile(CaseView):
    """A case's legal file."""

    id = ID
    jurisdiction = declare(nullable(Code()), FieldClass.BASIC, "Null until its opening has arrived.", example="NL")
    status = declare(Code(("open", "closed")), FieldClass.BASIC, "As intake has it.")
    advice = parts(Advice, Copied("legal_advice"))
    clocks = parts(deadlines.Deadline, Copied("deadline"))
    matters = parts(Matter, Copied("compensation"))
    reconsiderations = parts(Reconsideration, Copied("reconsideration"))
    identification = parts(IdentificationStep, Copied("identification"))
    version = VERSION


class Note(View):
    """A sealed note, for the person's own advisers."""

    id = declare(Reference(), FieldClass.PRIVILEGED, "The note's id.")
    kind = declare(Code(codes("legal_note_kind")), FieldClass.PRIVILEGED, "What kind of note it is.")
    matter = declare(nullable(Reference()), FieldClass.PRIVILEGED, "The matter that it is about.")
    text = declare(Words(LONGEST_NOTE), FieldClass.PRIVILEGED, "What was written.", example="Fictitious.")
    written_by = declare(Reference(), FieldClass.PRIVILEGED, "Who wrote it.", staff=True)
    written_at = declare(Instant(), FieldClass.PRIVILEGED, "When it was written.")
    superseded_by = declare(nullable(Reference()), FieldClass.PRIVILEGED, "The note that corrects this one.")


class NoteList(CaseView):
    """A case's privileged notes."""

    notes = parts(Note)


class LegalCopy(LegalFile):
    """What legal hands over when the person asks for a copy."""

    notes = parts(Note, Copied("legal_note", privileged=True))
