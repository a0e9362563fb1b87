"""Fields, commands and replies of legal. Unknown fields are refused, and every code comes from a published list."""

from datetime import date

from marshmallow import RAISE, Schema, fields

from shared.access.declarations import ID, declare
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Codes, Day, Flag
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
