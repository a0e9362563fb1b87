"""Bodies about cases of one person."""

from services.intake.schemas.body import Body
from shared.events.contract import Reference


class MergeCases(Body):
    """Another case is the same person's."""

    case = Reference(required=True)
