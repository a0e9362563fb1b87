"""Bodies of requests about the duty to notify."""

from services.intake.case.schemas import Body
from shared.events.contract import Code


class RecordNotification(Body):
    """Which body under the duty reports."""

    body = Code(required=True)
