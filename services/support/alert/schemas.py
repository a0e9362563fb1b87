"""Safeguarding alerts: their fields, each declared once, and what is raised and shown of them."""

from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Count, Instant, Reference
from shared.http import Command, required
from shared.reference import codes

ALERT = declare(Reference(), FieldClass.BASIC, "The alert.")
DANGER_TYPE = declare(Code(codes("danger_type")), FieldClass.HEALTH, "What the danger is.")
URGENCY = declare(Code(codes("danger_urgency")), FieldClass.BASIC, "How soon somebody has to act.")
LEVEL = declare(Count(), FieldClass.BASIC, "How far it was escalated.", example=1)


class RaiseAlert(Command):
    """Somebody is in danger."""

    danger_type: str = required(DANGER_TYPE)
    urgency: str = required(URGENCY)


class RaisedAlert(View):
    """An alert, as it was raised and escalated."""

    id = ID
    danger_type = DANGER_TYPE
    urgency = URGENCY
    level = LEVEL
    raised_at = declare(Instant(), FieldClass.BASIC, "When it was raised.")


class Alert(RaisedAlert):
    """An alert as the case shows it, and who takes care of it."""

    acknowledged_by = declare(nullable(Reference()), FieldClass.BASIC, "Who takes care of it.", staff=True)
    acknowledged_at = declare(nullable(Instant()), FieldClass.BASIC, "When they said so.")


class OpenAlert(RaisedAlert):
    """An alert that nobody has acknowledged, for those whom it is addressed to."""

    case = declare(Reference(attribute="case_id"), FieldClass.BASIC, "The case.")


class AlertList(View):
    """Open alerts, oldest first."""

    alerts = parts(OpenAlert)
