"""The body of the request about advice."""

from services.legal.case.schemas import Body
from shared.events.contract import Code, Codes, Day, Flag
from shared.reference import codes


class RecordAdvice(Body):
    """Advice, or why there was none."""

    phase = Code(codes("advice_phase"), required=True)
    status = Code(codes("advice_status"), required=True)
    topics = Codes(codes("advice_topic"), load_default=list)
    funding = Code(codes("advice_funding"), required=True)
    language = Code(codes("language"), required=True)
    interpreter = Flag(required=True)
    given_on = Day()
