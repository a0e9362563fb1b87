"""Break-glass access: when it is allowed, and how long it lasts."""

from datetime import datetime, timedelta

from services.intake.rules.refusals import StepForbidden
from shared.access.permissions import Relation

#: Real hours; whoever needs the case for longer belongs on its team.
OPEN_HOURS = 4
TOLD_ROLE = "data_protection_officer"


def break_glass(relation: Relation, now: datetime) -> datetime:
    """Return the instant until which break-glass access lasts. Raises `StepForbidden` if it is not needed."""
    if relation is not Relation.NONE:
        raise StepForbidden("glass_is_needed", "You can read this case already; nothing was opened.")
    return now + timedelta(hours=OPEN_HOURS)
