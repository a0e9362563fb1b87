"""Bodies of requests about accounts that a person gave."""

from services.intake.case.schemas import Body
from shared.events.contract import Code, Day, Flag
from shared.reference import codes


class RecordAccount(Body):
    """A person gave an account, to us or elsewhere; if not for the first time, why once more."""

    elsewhere = Flag(load_default=False)
    reason = Code(codes("account_reason"), load_default=None, allow_none=True)
    given_on = Day()
