"""Bodies of legal's requests. Unknown fields are refused, and every code comes from a published list."""

from marshmallow import RAISE, Schema, fields

from shared.events.contract import Code, Codes, Day, Flag
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE = 20_000


class Body(Schema):
    """A request's body: what is not asked for is refused, so that nothing is believed to be stored that is not."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


class RecordAdvice(Body):
    """Advice, or why there was none."""

    phase = Code(codes("advice_phase"), required=True)
    status = Code(codes("advice_status"), required=True)
    topics = Codes(codes("advice_topic"), load_default=list)
    funding = Code(codes("advice_funding"), required=True)
    language = Code(codes("language"), required=True)
    interpreter = Flag(required=True)
    given_on = Day()


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
