"""Bodies about dangers."""

from services.intake.schemas.body import Body
from shared.events.contract import Code
from shared.reference import codes


class FlagDanger(Body):
    """Somebody is in danger: of what kind, and how soon somebody has to act."""

    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)
