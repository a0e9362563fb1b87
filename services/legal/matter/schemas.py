"""Bodies of the requests about matters."""

from services.legal.case.schemas import Body
from shared.events.contract import Code, Day
from shared.reference import codes


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
