"""Bodies about the duty to notify."""

from services.intake.schemas.body import Body
from shared.events.contract import Code


class Notify(Body):
    """Which body under the duty reports."""

    body = Code(required=True)
