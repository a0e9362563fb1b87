"""Bodies of requests about withdrawals and the agencies' answers."""

from services.intake.case.schemas import Body
from shared.events.contract import Code, Day, Flag
from shared.reference import codes


class WithdrawConsent(Body):
    """A consent is taken back."""

    erase_requested = Flag(required=True)


class AnswerWithdrawal(Body):
    """What the agency did with what it had got; a basis where it keeps something."""

    answer = Code(codes("withdrawal_answer"), required=True)
    basis = Code(codes("legal_basis"), load_default=None, allow_none=True)
    answered_on = Day()
