"""The body of the request for a reconsideration."""

from services.legal.case.schemas import Body
from shared.events.contract import Code, Day
from shared.reference import codes


class RequestReconsideration(Body):
    """A negative decision is to be looked at again."""

    stage = Code(codes("identification_stage"), required=True)
    ground = Code(codes("reconsideration_ground"), required=True)
    requested_on = Day()
